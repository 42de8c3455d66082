/** How units address and move lines of the local memories. */
import {
  bit,
  enumeration,
  select,
  struct,
  uint,
  unpack,
  vec,
  type Bit,
  type Enum,
  type UInt,
} from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';
import { sideBySide } from './mask.ts';
import { SUM_BYTES } from './numbers.ts';

/** Which memory a local address is in. */
export const spaceNames = ['scratchpad', 'accumulator'] as const;
export const space = enumeration('space', spaceNames);
export type Space = Enum<(typeof spaceNames)[number]>;

/** Bits of a line's number within a scratchpad bank. */
export const LINE_BITS = 16;
/** Lines that a bank can have: by how much the addresses of two banks differ. */
export const BANK_LINES = 2 ** LINE_BITS;
/**
 * Bits of a local address. In the scratchpad: the bank above {@link LINE_BITS} bits of line. In the accumulator: the
 * line.
 */
export const LOCAL_BITS = 20;
export const bankOf = (address: UInt<typeof LOCAL_BITS>): UInt<4> => address.slice(LINE_BITS, 4);
export const lineOf = (address: UInt): UInt<typeof LINE_BITS> => address.slice(0, LINE_BITS);

/**
 * Bits of the local addresses that units compute: with one more bit than a command's, past the last of those is a
 * number of its own.
 */
export const WALK_BITS = LOCAL_BITS + 1;
export type WalkAddress = UInt<typeof WALK_BITS>;
/** The address `lines` further. It does not wrap: what has left the memory stays outside. */
export const further = (address: UInt, lines: UInt): WalkAddress =>
  address.extend(WALK_BITS).addSat(lines.extend(WALK_BITS));

/**
 * Bits that number the beats of a line, at one of which each group of it begins. A line has at most 2^8 (256 lanes on a
 * bus of one); the rest are past its end.
 */
export const BEAT_BITS = 9;

/** Lines of a bank of the scratchpad that share a row of its memory: so many next to each other are written at once. */
export const WAYS = 4;
export const WAY_BITS = Math.log2(WAYS);
/** Which one of its row a line is. */
export const wayOf = (address: UInt): UInt<number> => address.slice<number>(0, WAY_BITS);
/** Bits of how many lines are written at once. */
export const LINES_BITS = WAY_BITS + 1;
/** Lines of so many bytes that a load writes to the scratchpad in a cycle: 1, or 2 or all of a row. */
export const linesAtOnce = (groupBytes: number, lineBytes: number): number =>
  [WAYS, WAYS / 2].find((lines) => lines * lineBytes <= groupBytes) ?? 1;

/**
 * What lines of both memories are cut into, in bytes: beats, or where lines have several of them at least two each, so
 * that a short end of a piece, which is a group of its own, does not keep a load or a store from the bus.
 */
export function groupBytesOf(busBytes: number, lines: readonly number[]): number {
  const most = Math.min(...lines) / busBytes;
  const isCut = (beats: number): boolean => lines.every((bytes) => bytes % (beats * busBytes) === 0);
  for (let beats = 2; beats <= most; beats++) if (isCut(beats)) return beats * busBytes;
  return busBytes;
}

/** What the local memories hold. */
export interface LocalSizes {
  readonly scratchpadBanks: number;
  /** Lines of a bank. */
  readonly bankLines: number;
  /** Bytes of a scratchpad line. */
  readonly lineBytes: number;
  readonly accLines: number;
  /** 32-bit lanes of an accumulator line. */
  readonly accLanes: number;
  readonly busBytes: number;
  /** Bytes of a group ({@link groupBytesOf}). */
  readonly groupBytes: number;
}

/** Whether `value` is below `limit`, which may be more than its bits hold. */
const below = (value: UInt, limit: number): Bit =>
  value.extend<number>(Math.max(value.width, countBits(limit))).lt(limit);
/** Whether the scratchpad has a line at `address`. */
export const inScratchpad = ({ scratchpadBanks, bankLines }: LocalSizes, address: UInt): Bit =>
  below(lineOf(address), bankLines).and(
    below(address.slice<number>(LINE_BITS, address.width - LINE_BITS), scratchpadBanks),
  );
/** Whether the scratchpad has a line at `address`, and that in the bank of another one. */
export const inBank = (sizes: LocalSizes, address: UInt, bank: UInt<4>): Bit =>
  inScratchpad(sizes, address).and(bankOf(address.truncate(LOCAL_BITS)).eq(bank));
/** Whether the accumulator has a line at `address`. */
export const inAccumulator = ({ accLines }: LocalSizes, address: UInt): Bit => below(address, accLines);
/** Whether a line has such a beat. */
export const hasBeat = (
  sizes: LocalSizes,
  at: { readonly space: Space; readonly address: UInt; readonly beat: UInt },
): Bit =>
  select(
    at.space.is('scratchpad'),
    inScratchpad(sizes, at.address).and(below(at.beat, sizes.lineBytes / sizes.busBytes)),
    inAccumulator(sizes, at.address).and(below(at.beat, (sizes.accLanes * SUM_BYTES) / sizes.busBytes)),
  );

/**
 * Writes `bytes` (1 to groupBytes) bytes of a line from a beat of it on, the next ones to the start of the line after
 * it, and so on for `lines` lines: 1, or 2 or {@link WAYS} of the scratchpad from a multiple of that number on, whose
 * bytes are a group at most. They are the low bytes of `data`; where they begin within a group, they are there once
 * more at their place in it. A stream; taken when visible to reads.
 */
export const localWrite = (groupBytes: number) =>
  struct({
    space,
    address: uint(LOCAL_BITS),
    beat: uint(BEAT_BITS),
    data: uint(groupBytes * 8),
    bytes: uint(countBits(groupBytes)),
    lines: uint(LINES_BITS),
  });

/**
 * Asks for the group of a line that begins at a beat. A stream; the group's bytes are at the memory's `data` output in
 * the cycle after the transfer, only then.
 */
export const localRead = struct({ space, address: uint(LOCAL_BITS), beat: uint(BEAT_BITS) });

/** The group of a line that begins at a beat. */
export function groupAt({ busBytes, groupBytes }: LocalSizes, line: UInt, beat: UInt): UInt {
  const beats = unpack(vec(line.width / (8 * busBytes), uint(8 * busBytes)), line);
  return sideBySide(Array.from({ length: groupBytes / busBytes }, (_, at) => beats.at(beat.add(at))));
}

/** A read of a whole line; always granted, its data is there in the cycle after. */
export const lineRead = struct({ enable: bit, address: uint(LOCAL_BITS) });
