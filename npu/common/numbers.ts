/** The numbers that units hand to each other. */
import { int8 } from './format.ts';

/** Bits of each dimension of a job. */
export const DIMENSION_BITS = 16;

/** The format of operands and sums, wherever one has to be chosen. */
export const numbers = int8;
/** Bytes of a lane of the accumulator. */
export const SUM_BYTES = numbers.sumBits / 8;
