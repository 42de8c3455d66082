/** A product of tensors that is known to be right, as the layers below the checks take it. */
import type { Dataflow } from '../matrix/job.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Requantise } from './job.ts';
import type { Tensor } from './tensor.ts';

export interface Operand {
  readonly tensor: Tensor;
  /** What stands for 0. */
  readonly zero: number;
}

/** C = bias + A·B, requantised or not. Each tensor is in the order that the engine takes it in. */
export interface Product extends ProductSize {
  readonly dataflow: Dataflow;
  readonly a: Operand;
  readonly b: Operand;
  readonly bias: Tensor | null;
  readonly requantise: Requantise | null;
  /** For each fold of columns lines of biases, multipliers and shifts; null where all columns have the same. */
  readonly scales: Tensor | null;
  readonly c: Tensor;
  /** Of the plan, where the compiler has no choice; null where it has. */
  readonly tile: ProductSize | null;
}
