/** A product as the software takes it. */
import type { Dataflow } from '../matrix/dataflow.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Rounding } from '../vector/job.ts';

export type { Dataflow } from '../matrix/dataflow.ts';

/** Requantises the result to 8 bits: y = clamp(round(x, multiplier, shift) + zero, low, high). */
export interface Requantise {
  /** How x · multiplier / 2^(31 − shift) becomes a whole number (`double`, TFLite's): npu/vector/requantise.ts. */
  readonly rounding?: Rounding;
  /** One for all columns, or one for each; of `float` −2^24 to 2^24. */
  readonly multiplier: number | Int32Array;
  /** −31 to 31: positive shifts left before the multiplication, negative right after it. */
  readonly shift: number | Int8Array;
  /** −128 to 255, all of them; `low` is not above `high`. */
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** Whether columns are scaled one by one. */
export const isPerChannel = ({ multiplier, shift }: Requantise): boolean =>
  typeof multiplier !== 'number' || typeof shift !== 'number';

export interface MatmulJob {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly dataflow: Dataflow;
  /** m × k and k × n bytes, row by row; an Int8Array is signed, a Uint8Array not. */
  readonly a: Int8Array | Uint8Array;
  readonly b: Int8Array | Uint8Array;
  /** Of A and B: what stands for 0, a value of the operand's type (0). */
  readonly aZero?: number;
  readonly bZero?: number;
  /** m × n initial sums, row by row; zeros where not given. */
  readonly bias?: Int32Array;
  /** 8-bit results instead of the 32-bit sums. */
  readonly requantise?: Requantise;
  /**
   * The largest part that is one job of the matrix engine, where it is not left to the compiler: at most m × k × n, and
   * whole folds of columns where it has fewer than n; with inputs stationary, of rows where it has fewer than m.
   */
  readonly tile?: ProductSize;
}
