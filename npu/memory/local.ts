/** How units address and move lines of the local memories. */
import { enumeration, struct, uint, type Enum, type UInt } from '../../hdl/index.ts';

/** Which memory a local address is in. */
export const space = enumeration('space', ['scratchpad', 'accumulator']);
export type Space = Enum<'scratchpad' | 'accumulator'>;

/** Bits of a line's number within a scratchpad bank. */
export const LINE_BITS = 16;
/** Bits of a local address. In the scratchpad: the bank above {@link LINE_BITS} bits of line. In the accumulator: the line. */
export const LOCAL_BITS = 20;
export const bankOf = (address: UInt<typeof LOCAL_BITS>): UInt<4> => address.slice(LINE_BITS, 4);
export const lineOf = (address: UInt<typeof LOCAL_BITS>): UInt<typeof LINE_BITS> => address.slice(0, LINE_BITS);

/** Bits that number the bus-wide groups of a line; a line has at most 2^6. */
export const GROUP_BITS = 6;

/** Writes the low `bytes` (1 to busBytes) bytes of `data` to the start of a group of a line. A stream; taken when visible to reads. */
export const localWrite = (busBytes: number) => struct({
  space, address: uint(LOCAL_BITS), group: uint(GROUP_BITS), data: uint(busBytes * 8), bytes: uint(Math.log2(busBytes) + 1),
});

/** Asks for one group of a line. A stream; the group's bytes are at the memory's `data` output in the cycle after the transfer, only then. */
export const localRead = struct({ space, address: uint(LOCAL_BITS), group: uint(GROUP_BITS) });
