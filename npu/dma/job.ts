/**
 * What both DMA units are asked to do: copy a block between DRAM and lines of a local memory.
 *
 * In DRAM line i (0 ≤ i < lines) is the `lineBytes` bytes from `dram + i·stride`, at any alignment. It is cut into
 * pieces of `pieceBytes`, the last of which may be shorter. Piece j of line i lies at the local line
 * `local + i·lineStep + j·pieceStep`, from that line's first group on. Bytes of a group past the end of a piece are not
 * touched. Addresses in DRAM wrap, local ones do not.
 *
 * A local line that does not exist, or that is shorter than a piece, ends the job with the fault `range`. A load writes
 * whole lanes of the accumulator: its lines and pieces are multiples of 4 bytes there, or the job is refused
 * (`alignment`).
 *
 * Where the bus answers with an error, `onError` says whether the job is given up or goes on; either way it ends with a
 * fault. A load that goes on takes zeros for the bytes of a failing beat.
 */
import { bit, enumeration, struct, uint, type SignalOf } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { LOCAL_BITS, space, type LocalSizes } from '../common/local.ts';

const onError = enumeration('on_error', ['abort', 'continue']);

/** The block to copy: what a command carries. */
export const dmaFields = {
  /** Byte address of line 0. */
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
export const dmaJob = struct(dmaFields);
export type DmaJob = SignalOf<typeof dmaJob>;

/**
 * An answer with an error, in the cycle in which it is taken: the address of the beat that was read, or of the first
 * beat of the burst that was written.
 */
export const busError = struct({ valid: bit, address: uint(ADDRESS_BITS) });

/**
 * What fixes a unit: the local memories, bytes of a beat (a power of two, 2 to 128), beats of the longest burst, bursts
 * in flight, the AXI id.
 */
export interface DmaOptions extends LocalSizes {
  readonly maxBurst: number;
  readonly outstanding: number;
  readonly id?: number;
}
