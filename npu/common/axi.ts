/** AXI4 as bundles of streams (Arm IHI 0022): one channel, one stream. Bursts are INCR and beats as wide as the bus. */
import { bit, enumeration, stream, struct, uint } from '../../hdl/index.ts';

/** Bits of an address in DRAM. */
export const ADDRESS_BITS = 32;
/** Bits of a transaction's identifier on the read channels. */
export const ID_BITS = 1;
/** Bursts must not cross a boundary of so many bytes. */
export const PAGE_BYTES = 4096;
/** The longest INCR burst. */
export const MAX_BURST_BEATS = 256;

/** Responses, by their codes: OKAY, EXOKAY, SLVERR, DECERR. */
export const response = enumeration('response', ['okay', 'exokay', 'slverr', 'decerr']);

/** A burst: first byte address, beats − 1, log2 of the bytes of a beat, kind (1 = INCR), and for reads whose it is. */
export const addressChannel = struct({
  id: uint(ID_BITS),
  addr: uint(ADDRESS_BITS),
  len: uint(8),
  size: uint(3),
  burst: uint(2),
});
export const writeDataChannel = (busBytes: number) =>
  struct({ data: uint(busBytes * 8), strb: uint(busBytes), last: bit });
export const readDataChannel = (busBytes: number) =>
  struct({ id: uint(ID_BITS), data: uint(busBytes * 8), resp: response, last: bit });
export const writeResponseChannel = struct({ resp: response });

/** INCR. */
export const BURST_INCR = 1;
/** The size field of a beat of `busBytes`. */
export const sizeCode = (busBytes: number): number => Math.log2(busBytes);

/** The five channels as a manager's ports: `out` are its outputs, `in` its inputs. */
export const managerPorts = (busBytes: number) => ({
  out: { ar: stream(addressChannel), aw: stream(addressChannel), w: stream(writeDataChannel(busBytes)) },
  in: { r: stream(readDataChannel(busBytes)), b: stream(writeResponseChannel) },
});
