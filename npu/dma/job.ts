/**
 * What both DMA units are asked to do: copy between DRAM and lines of a local memory.
 *
 * Locally a job is `lines` lines of `lineBytes` bytes, cut into pieces of `pieceBytes`, the last of which may be
 * shorter. Piece j of line i lies at the local line `local + i·lineStep + j·pieceStep`, from that line's first group
 * on; of a block, whose lines stand in rows of `rowLines`, at that of line i % rowLines, and i / rowLines times
 * `rowStep` further. Bytes of a group past the end of a piece are not touched. Local addresses do not wrap, those in
 * DRAM do.
 *
 * Where the bytes of a line are in DRAM is the kind of the job. Of `lines` they are those from `dram + i·stride` on,
 * at any alignment. Of a `block` they are runs of `runBytes` bytes (0: the whole line; the last may be shorter):
 * `runsAcross` of them `acrossStride` apart, the next ones `downStride` further, and so on to the end of the line;
 * where the lines themselves begin, `stride` from line to line of a row, and `rowStride` from row to row. That is a
 * convolution laid out as a matrix, a line for each place of the kernel; or any block of up to five dimensions. A run
 * has a place in a picture of `height` × `width`, the first one (top, left), which may be negative, further ones by
 * `rowDown` for each row, `lineAcross` for each line of a row, `runDown` and `runAcross` for runs; a load reads none
 * that is outside of it: its bytes are `value`. Of the kind `value` nothing is read at all.
 *
 * A `gathered` load has a list of indices in DRAM, one for each line: line i is the row `dram + list[i]·stride`. The
 * list is read while rows come. An index that is not below `count` is the fault `index`, and an answer with an error
 * that has indices is as one for all of their rows: `onError` says whether the job is given up at the first such line,
 * or goes on with zeros in its place.
 *
 * A `transposed` load is read as `lines` are, but lies the other way round: byte x of line i is byte i % pieceBytes of
 * the local line `local + x·lineStep + (i / pieceBytes)·pieceStep`. It is for the scratchpad alone (`alignment`).
 *
 * A local line that does not exist, or that is shorter than a piece, ends the job with the fault `range`. A load writes
 * whole lanes of the accumulator: its lines and pieces are multiples of 4 bytes there, or the job is refused
 * (`alignment`).
 *
 * Where the bus answers with an error, `onError` says whether the job is given up or goes on; either way it ends with a
 * fault. A load that goes on takes zeros for the bytes of a failing beat.
 */
import { bit, enumeration, sint, struct, uint, type SignalOf } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { LOCAL_BITS, space, type LocalSizes } from '../common/local.ts';

const onError = enumeration('on_error', ['abort', 'continue']);

/** Copies of lines. */
export const lineFields = {
  /** Byte address of line 0, of a block that of its first run, be it outside of the picture. */
  dram: uint(ADDRESS_BITS),
  lines: uint(16),
  lineBytes: uint(16),
  /** Bytes from the start of a line to the start of the next. Where it is `lineBytes`, bursts run across lines. */
  stride: uint(ADDRESS_BITS),
  space,
  /** Local line of the first piece of line 0. */
  local: uint(LOCAL_BITS),
  pieceBytes: uint(16),
  /** Local lines from a line to the next. */
  lineStep: uint(16),
  /** Local lines from a piece to the next of its line. */
  pieceStep: uint(16),
  /** What becomes of the rest of the job after an answer with an error. */
  onError,
};

/** What a block has beside it. */
export const blockFields = {
  /** Lines of a row; 0 stands for 2^16, all there are. */
  rowLines: uint(16),
  rowStride: uint(ADDRESS_BITS),
  /** Local lines from row to row. */
  rowStep: uint(16),
  runBytes: uint(16),
  /** 0 stands for 2^8. */
  runsAcross: uint(8),
  acrossStride: uint(ADDRESS_BITS),
  downStride: uint(ADDRESS_BITS),
};

/** And a block that is loaded. */
export const pictureFields = {
  top: sint(16),
  left: sint(16),
  height: uint(16),
  width: uint(16),
  rowDown: uint(8),
  lineAcross: uint(8),
  runDown: uint(8),
  runAcross: uint(8),
  /** The byte that stands for all that is not read. */
  value: uint(8),
};

/** And lines that are gathered. */
export const listFields = {
  /** Byte address of the first index, a multiple of {@link INDEX_BYTES}. */
  list: uint(ADDRESS_BITS),
  /** Rows that there are: indices are below. */
  count: uint(32),
};
/** Bytes of an index, which is unsigned and little-endian. */
export const INDEX_BYTES = 4;

/** All that a command carries, in this order. */
export const dmaFields = { ...lineFields, ...blockFields, ...pictureFields, ...listFields };
/** What follows from the operation. */
export const dmaImplied = { kind: enumeration('kind', ['lines', 'block', 'value', 'transposed', 'gathered']) };
export const dmaJob = struct({ ...dmaFields, ...dmaImplied });
export type DmaJob = SignalOf<typeof dmaJob>;

/**
 * An answer with an error, in the cycle in which it is taken: the address of the beat that was read, or of the first
 * beat of the burst that was written.
 */
export const busError = struct({ valid: bit, address: uint(ADDRESS_BITS) });

/**
 * What fixes a unit: the local memories, bytes of a beat (a power of two, 4 to 128), beats of the longest burst, bursts
 * in flight, the AXI id.
 */
export interface DmaOptions extends LocalSizes {
  readonly maxBurst: number;
  readonly outstanding: number;
  readonly id?: number;
}

/** How many jobs a load can have at once: one whose bytes are written, and others whose bytes are asked for. */
export const LOAD_JOBS = 3;
/** And a store: one whose answers come, others whose bytes are on their way, or written. */
export const STORE_JOBS = 4;
