/**
 * What both DMA units are asked to do: copy a block between DRAM and lines of a local memory.
 *
 * In DRAM line i (0 ≤ i < lines) is the `lineBytes` bytes from `dram + i·stride`, at any alignment. It is cut into pieces of
 * `pieceBytes`, the last of which may be shorter. Piece j of line i lies at the local line `local + i·lineStep + j·pieceStep`, from that
 * line's first group on. Bytes of a group past the end of a piece are not touched. Addresses wrap at their widths.
 */
import { struct, uint, type SignalOf } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../axi.ts';
import { LOCAL_BITS, space } from '../memory/local.ts';

export const TAG_BITS = 16;

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
};
/** With the command's tag, which comes back with `done`. */
export const dmaJob = struct({ tag: uint(TAG_BITS), ...dmaFields });
export type DmaJob = SignalOf<typeof dmaJob>;

/** What fixes a unit: bytes of a beat (a power of two, 2 to 128), beats of the longest burst, bursts in flight, the AXI id. */
export interface DmaOptions {
  readonly busBytes: number;
  readonly maxBurst: number;
  readonly outstanding: number;
  readonly id?: number;
}
