/**
 * How long the array takes: closed forms for GEMM C[m × n] = A[m × k]·B[k × n] on `rows` × `cols` cells.
 *
 * Counted from the first to the last cycle in which the array holds a live operand: an operand at an edge of the array
 * (behind its skew), weights included, or one that a cell multiplies. Draining results is not counted; it has no
 * operands. The forms without overlap are SCALE-Sim's (arxiv.org/abs/1811.02883), which prints one cycle less.
 */
import type { Shape } from '../description.ts';
import type { ArraySize } from '../folds.ts';
import type { Dataflow } from '../job.ts';

interface Mapping {
  /** Folds: parts that fit the array at once. */
  readonly folds: number;
  /** Cycles for which operands stream through each fold. */
  readonly stream: number;
}

/** What lies along the rows and what streams: (k, m) where weights stay, (m, k) where outputs do. Columns are n. */
export function mapping({ rows, cols }: ArraySize, { m, k, n }: Shape, dataflow: Dataflow): Mapping {
  const [along, stream] = dataflow === 'ws' ? [k, m] : [m, k];
  return { folds: Math.ceil(along / rows) * Math.ceil(n / cols), stream };
}

/**
 * One fold after another, nothing overlapping: F·(2R + C + m − 2) where weights stay, F·(R + C + k − 2) where outputs
 * do.
 */
export function cyclesWithoutOverlap(array: ArraySize, shape: Shape, dataflow: Dataflow): number {
  const { folds, stream } = mapping(array, shape, dataflow);
  return folds * ((dataflow === 'ws' ? 2 : 1) * array.rows + array.cols + stream - 2);
}

/**
 * What this array takes for a product that is one job: the weights of a fold enter while the one before streams,
 * results leave while the next one does, so that folds follow each other every max(stream, R) cycles.
 */
export function cyclesOfJob(array: ArraySize, shape: Shape, dataflow: Dataflow): number {
  const { rows, cols } = array;
  const { folds, stream } = mapping(array, shape, dataflow);
  const first = dataflow === 'ws' ? rows : 0;
  return first + (folds - 1) * Math.max(stream, rows) + stream + rows + cols - 2;
}
