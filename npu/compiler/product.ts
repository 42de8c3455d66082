/** A product of tensors that is known to be right, as the layers below the checks take it. */
import type { JobDataflow } from '../matrix/job.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { isPerChannel, type Requantise } from './job.ts';
import type { Tensor } from './tensor.ts';

export interface Operand {
  readonly tensor: Tensor;
  /** What stands for 0. */
  readonly zero: number;
}

/**
 * C = bias + A·B, requantised or not, as the engine does it. Where it is Cᵀ = Bᵀ·Aᵀ of what was asked for, its tensors
 * are those turned: the same bytes, with rows for columns.
 */
export interface Product extends ProductSize {
  readonly dataflow: JobDataflow;
  /** Whether it is; channels are rows of this C then. */
  readonly turned: boolean;
  readonly a: Operand;
  readonly b: Operand;
  readonly bias: Tensor | null;
  readonly requantise: Requantise | null;
  /**
   * For each fold of columns lines of biases, multipliers and shifts; null where all columns have the same, or each row
   * has its own.
   */
  readonly scales: Tensor | null;
  readonly c: Tensor;
  /** Tensors that nobody else takes or makes: how far apart their rows lie in DRAM is the plan's to say. */
  readonly free: ReadonlySet<string>;
  /** Of the plan, where the compiler has no choice; null where it has. */
  readonly tile: ProductSize | null;
}

/** How many rows of C the vector unit requantises with one command: of those that have scales of their own, one. */
export const rowsAtOnce = ({ requantise, turned }: Pick<Product, 'requantise' | 'turned'>, rows: number): number =>
  turned && requantise !== null && isPerChannel(requantise) ? 1 : rows;
