/**
 * The tile job of a matrix engine: C[m × n] (+)= A[m × k] · B[k × n], on operands in the scratchpad, A in one bank and
 * B in another one. A line of either outside of the bank of its first one is none (`range`).
 */
import { bit, enumeration, struct, uint } from '../../hdl/index.ts';
import { LOCAL_BITS } from '../common/local.ts';
import { DIMENSION_BITS, numbers } from '../common/numbers.ts';

/** Which operand of a job stays in the array: the weights (B), or the output. Of products dataflow.ts has one more. */
export const jobDataflows = ['ws', 'os'] as const;
export type JobDataflow = (typeof jobDataflows)[number];
const dataflow = enumeration('dataflow', jobDataflows);

/** The most that a dimension can be. */
export const MOST_DIMENSION = 2 ** DIMENSION_BITS - 1;

/** The most k that fits where all of it is added up before the accumulator. */
export const MOST_EXACT_K = numbers.exactTerms;

/**
 * `a`, `b` and `c` are the first lines of the matrices. What lies in a line the engine's description says, how lines
 * follow each other the job itself (layout.ts): lines from a fold to the next (`aFold`, `bFold`, `cFold`); of A besides
 * lines of a row (`aWidth`, 0 for 2^16), from a line to the next of its row (`aStep`), from a row to the next (`aRow`).
 */
export const gemmFields = {
  dataflow,
  accumulate: bit,
  a: uint(LOCAL_BITS),
  b: uint(LOCAL_BITS),
  c: uint(LOCAL_BITS),
  m: uint(DIMENSION_BITS),
  n: uint(DIMENSION_BITS),
  k: uint(DIMENSION_BITS),
  aZero: numbers.operand,
  bZero: numbers.operand,
  aUnsigned: bit,
  bUnsigned: bit,
  aFold: uint(DIMENSION_BITS),
  aWidth: uint(DIMENSION_BITS),
  aStep: uint(DIMENSION_BITS),
  aRow: uint(DIMENSION_BITS),
  bFold: uint(DIMENSION_BITS),
  cFold: uint(DIMENSION_BITS),
};
export const gemmJob = struct(gemmFields);
