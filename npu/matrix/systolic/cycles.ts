/**
 * How long the array takes: closed forms for GEMM C[m × n] = A[m × k]·B[k × n] on `rows` × `cols` cells.
 *
 * Counted from the first to the last cycle in which the array holds a live operand: an operand at an edge of the array
 * (behind its skew), weights included, or one that a cell multiplies. Draining results is not counted; it has no
 * operands. The forms without overlap are SCALE-Sim's (arxiv.org/abs/1811.02883), which prints one cycle less.
 */
import type { ArraySize } from '../size.ts';
import { jobDataflowOf, sizeOfJob, type Dataflow } from '../dataflow.ts';
import { arrayLayouts, foldsAcross, type ProductSize } from '../layout.ts';

interface Mapping {
  /** Folds: parts that fit the array at once. */
  readonly folds: number;
  /** Cycles for which operands stream through each fold. */
  readonly stream: number;
}

/**
 * Lines of A stream through the rows, one a cycle; a fold is as wide as they are, and as lines of B. Where inputs stay,
 * A is the Bᵀ of the product, and B its Aᵀ.
 */
export function mapping(array: ArraySize, product: ProductSize, dataflow: Dataflow): Mapping {
  const { a, b } = arrayLayouts(array, jobDataflowOf(dataflow));
  const shape = sizeOfJob(product, dataflow);
  return { folds: foldsAcross(a, shape) * foldsAcross(b, shape), stream: shape[a.along] };
}

/**
 * One fold after another, nothing overlapping: F·(2R + C + m − 2) where weights stay, F·(2R + C + n − 2) where inputs
 * do, F·(R + C + k − 2) where outputs do.
 */
export function cyclesWithoutOverlap(array: ArraySize, shape: ProductSize, dataflow: Dataflow): number {
  const { folds, stream } = mapping(array, shape, dataflow);
  return folds * ((dataflow === 'os' ? 1 : 2) * array.rows + array.cols + stream - 2);
}

/**
 * What this array takes for a product that is one job: the weights of a fold enter while the one before streams,
 * results leave while the next one does, so that folds follow each other every max(stream, R) cycles.
 */
export function cyclesOfJob(array: ArraySize, shape: ProductSize, dataflow: Dataflow): number {
  const { rows, cols } = array;
  const { folds, stream } = mapping(array, shape, dataflow);
  const first = dataflow === 'os' ? 0 : rows;
  return first + (folds - 1) * Math.max(stream, rows) + stream + rows + cols - 2;
}
