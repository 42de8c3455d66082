/** What a program is to compute: operations on tensors that have names, in order. */
import type { Dataflow } from '../matrix/dataflow.ts';
import type { ProductSize } from '../matrix/layout.ts';
import type { Requantise } from './job.ts';
import type { TensorData } from './tensor.ts';

/** A tensor that has a value before the program runs. */
export interface GivenTensor {
  /** Rows and columns. */
  readonly shape: readonly [rows: number, columns: number];
  /** Its elements row by row; an Int8Array is int8, a Uint8Array uint8, an Int32Array int32. */
  readonly data: TensorData;
  /** Whether the host may give it another value before each run ('constant': it does not). */
  readonly role?: 'input' | 'constant';
}

/** C = bias + (A − aZero)·(B − bZero) in 32 bits, or that requantised to 8. */
export interface MatmulOperation {
  readonly kind: 'matmul';
  /** Names of 8-bit tensors, m × k and k × n: given ones, or made by an operation before this one. */
  readonly a: string;
  readonly b: string;
  /** The name of an int32 tensor, m × n; zeros where not given. */
  readonly bias?: string;
  /** What C is called; no tensor has this name yet. */
  readonly output: string;
  /** What stands for 0 in A and B, a value of the operand's type (0). */
  readonly aZero?: number;
  readonly bZero?: number;
  /** What stays in the matrix engine ('ws'). */
  readonly dataflow?: Dataflow;
  /** 8-bit results instead of the 32-bit sums. */
  readonly requantise?: Requantise;
  /** Of requantised results: what their bytes stand for (uint8 where `requantise.high` is above 127, else int8). */
  readonly type?: 'int8' | 'uint8';
  /**
   * The largest part that is one job of the matrix engine, where it is not left to the compiler: at most m × k × n, and
   * whole folds of columns where it has fewer than n; with inputs stationary, of rows where it has fewer than m.
   */
  readonly tile?: ProductSize;
}

export interface Computation {
  readonly tensors: Readonly<Record<string, GivenTensor>>;
  /** Each is done after those before it whose results it takes. */
  readonly operations: readonly MatmulOperation[];
}
