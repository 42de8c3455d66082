/** What compiler, tests and reports know of a matrix engine, and all they know. */
import type { ArraySize } from './size.ts';
import type { JobDataflow } from './job.ts';
import type { Layouts, ProductSize } from './layout.ts';

/**
 * Multiplications that a job needs, by the multiplier that does them: row r, column c does `rows[r] · cols[c]`. Those
 * of operands beyond the edges of the matrices are none.
 */
export interface Shares {
  readonly rows: readonly number[];
  readonly cols: readonly number[];
}

export interface MatrixDescription {
  /** What it is, for people. */
  readonly title: (size: ArraySize) => string;
  /** Multiplications that it can do in a cycle. */
  readonly multipliers: (size: ArraySize) => number;
  /** How the matrices of a job lie in the local memories. */
  readonly layouts: (size: ArraySize, dataflow: JobDataflow) => Layouts;
  /** In how many parts, one after the other, it does a job. */
  readonly folds: (size: ArraySize, shape: ProductSize, dataflow: JobDataflow) => number;
  /** The most k that a job can have. */
  readonly mostK: (dataflow: JobDataflow) => number;
  /** How much of k it sums without loss before the sum is added to the lane of the accumulator. */
  readonly summedK: (size: ArraySize, dataflow: JobDataflow, k: number) => number;
  /** Which of its multipliers do how much of a job. */
  readonly shares: (size: ArraySize, shape: ProductSize, dataflow: JobDataflow) => Shares;
  /** For how many cycles a job keeps the ones after it from the multipliers. */
  readonly occupies: (size: ArraySize, shape: ProductSize, dataflow: JobDataflow) => number;
  /** A new one for each engine; it is to be told of all jobs in order, but for those that are refused. */
  readonly timing: (size: ArraySize) => (job: IssuedJob) => JobTimes;
}

/** A job, the first lines of its operands, and the cycle in which the engine takes it. */
export interface IssuedJob {
  readonly shape: ProductSize;
  readonly dataflow: JobDataflow;
  readonly a: number;
  readonly b: number;
  readonly issued: number;
}

/** What becomes of a job in which cycle, where nobody else holds it up. */
export interface JobTimes {
  /** From here on the engine has room for the next job. */
  readonly room: number;
  /** The first and the last cycle in which the engine is active for it. */
  readonly first: number;
  readonly last: number;
  /** Of `done`; where outputs stay, and another job follows at once, it can be a cycle later. */
  readonly done: number;
}
