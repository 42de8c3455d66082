/** How units address and move lines of the local memories. */
import { enumeration, struct, uint, type Bit, type Enum, type UInt } from '../../hdl/index.ts';

/** Which memory a local address is in. */
export const space = enumeration('space', ['scratchpad', 'accumulator']);
export type Space = Enum<'scratchpad' | 'accumulator'>;

/** Bits of a line's number within a scratchpad bank. */
export const LINE_BITS = 16;
/** Bits of a local address. In the scratchpad: the bank above {@link LINE_BITS} bits of line. In the accumulator: the line. */
export const LOCAL_BITS = 20;
export const bankOf = (address: UInt<typeof LOCAL_BITS>): UInt<4> => address.slice(LINE_BITS, 4);
export const lineOf = (address: UInt<typeof LOCAL_BITS>): UInt<typeof LINE_BITS> => address.slice(0, LINE_BITS);

/** Bits that number the bus-wide groups of a line. A line has at most 2^8 (256 lanes of a bus of one): one bit more tells when a walk is past its end. */
export const GROUP_BITS = 9;

/** What the local memories hold. */
export interface LocalSizes {
  readonly scratchpadBanks: number;
  readonly bankLines: number;
  readonly accLines: number;
}

/** Whether `value` is below `limit`, which may be one more than its bits hold. */
const below = (value: UInt, limit: number): Bit => value.extend<number>(value.width + 1).lt(limit);
/** Whether the scratchpad has a line at `address`. */
export const inScratchpad = ({ scratchpadBanks, bankLines }: LocalSizes, address: UInt<typeof LOCAL_BITS>): Bit =>
  below(lineOf(address), bankLines).and(below(bankOf(address), scratchpadBanks));
/** Whether the accumulator has a line at `address`. */
export const inAccumulator = ({ accLines }: LocalSizes, address: UInt): Bit => below(address, accLines);

/** Writes the low `bytes` (1 to busBytes) bytes of `data` to the start of a group of a line. A stream; taken when visible to reads. */
export const localWrite = (busBytes: number) => struct({
  space, address: uint(LOCAL_BITS), group: uint(GROUP_BITS), data: uint(busBytes * 8), bytes: uint(Math.log2(busBytes) + 1),
});

/** Asks for one group of a line. A stream; the group's bytes are at the memory's `data` output in the cycle after the transfer, only then. */
export const localRead = struct({ space, address: uint(LOCAL_BITS), group: uint(GROUP_BITS) });
