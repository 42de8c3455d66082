/**
 * AXI4 and AXI4-Lite as bundles of streams (Arm IHI 0022): one channel, one stream. What the hardware of a manager or a
 * subordinate, its testbench and its checker all have in common.
 *
 * Of AXI4 what most units need: bursts, identifiers and responses. LOCK, CACHE, PROT, QOS, REGION and USER are not
 * there: tie them where a bus wants them. Field x of channel AR of a port `ar` is the signal `ar_payload_x`.
 */
import { bit, enumeration, stream, struct, uint } from '../index.ts';

/** Bursts must not cross a boundary of so many bytes. */
export const PAGE_BYTES = 4096;
/** The longest INCR burst. */
export const MAX_BURST_BEATS = 256;
/** The code of bursts whose addresses go up. */
export const BURST_INCR = 1;

/** Responses, by their codes: OKAY, EXOKAY, SLVERR, DECERR. */
export const response = enumeration('response', ['okay', 'exokay', 'slverr', 'decerr']);

/** The size field of a beat of `busBytes`, a power of two: its logarithm. */
export const sizeCode = (busBytes: number): number => Math.log2(busBytes);

/** What one AXI4 port differs from another in. */
export interface AxiSizes<A extends number = number, I extends number = number> {
  /** Bits of an address. */
  readonly addressBits: A;
  /** Bits of the identifier that answers carry back to who asked. */
  readonly idBits: I;
  /** Bytes of a beat: a power of two, 1 to 128. */
  readonly busBytes: number;
}

/**
 * A burst, on AR and AW: whose it is, its first byte's address, beats − 1, the logarithm of the bytes of a beat, and
 * its kind.
 */
export const axiAddress = <const A extends number, const I extends number>({
  addressBits,
  idBits,
}: Omit<AxiSizes<A, I>, 'busBytes'>) =>
  struct({ id: uint(idBits), addr: uint(addressBits), len: uint(8), size: uint(3), burst: uint(2) });
/** A beat that is written; bit i of `strb` says that byte i counts. */
export const axiWriteData = ({ busBytes }: Pick<AxiSizes, 'busBytes'>) =>
  struct({ data: uint(busBytes * 8), strb: uint(busBytes), last: bit });
/** A beat that was read. */
export const axiReadData = <const I extends number>({
  idBits,
  busBytes,
}: Pick<AxiSizes<number, I>, 'idBits' | 'busBytes'>) =>
  struct({ id: uint(idBits), data: uint(busBytes * 8), resp: response, last: bit });
/** The answer to a burst that was written. */
export const axiWriteResponse = <const I extends number>({ idBits }: Pick<AxiSizes<number, I>, 'idBits'>) =>
  struct({ id: uint(idBits), resp: response });

/** What each channel carries. */
export const axiChannels = <const A extends number, const I extends number>(sizes: AxiSizes<A, I>) => ({
  ar: axiAddress(sizes),
  r: axiReadData(sizes),
  aw: axiAddress(sizes),
  w: axiWriteData(sizes),
  b: axiWriteResponse(sizes),
});

/** The five channels as ports of a manager. */
export const axiManager = <const A extends number, const I extends number>(sizes: AxiSizes<A, I>) => {
  const { ar, r, aw, w, b } = axiChannels(sizes);
  return { in: { r: stream(r), b: stream(b) }, out: { ar: stream(ar), aw: stream(aw), w: stream(w) } };
};

/** The five channels as ports of a subordinate. */
export const axiSubordinate = <const A extends number, const I extends number>(sizes: AxiSizes<A, I>) => {
  const { in: answers, out: requests } = axiManager(sizes);
  return { in: requests, out: answers };
};

/** What one AXI4-Lite port differs from another in. */
export interface LiteSizes<A extends number = number, D extends number = number> {
  /** Bits of a byte address. */
  readonly addressBits: A;
  /** Bits of a word: 32 or 64. */
  readonly dataBits: D;
}

/** What each channel of AXI4-Lite carries: one word at a time. */
export const liteChannels = <const A extends number, const D extends number>({
  addressBits,
  dataBits,
}: LiteSizes<A, D>) => ({
  ar: struct({ addr: uint(addressBits) }),
  r: struct({ data: uint(dataBits), resp: response }),
  aw: struct({ addr: uint(addressBits) }),
  w: struct({ data: uint(dataBits), strb: uint(dataBits / 8) }),
  b: struct({ resp: response }),
});

/** The five channels as ports of a subordinate, such as a unit with registers. */
export const liteSubordinate = <const A extends number, const D extends number>(sizes: LiteSizes<A, D>) => {
  const { ar, r, aw, w, b } = liteChannels(sizes);
  return { in: { ar: stream(ar), aw: stream(aw), w: stream(w) }, out: { r: stream(r), b: stream(b) } };
};

/** The five channels as ports of a manager. */
export const liteManager = <const A extends number, const D extends number>(sizes: LiteSizes<A, D>) => {
  const { in: requests, out: answers } = liteSubordinate(sizes);
  return { in: answers, out: requests };
};
