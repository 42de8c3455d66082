/** The numbers that units hand to each other. */
import { sint } from '../../hdl/index.ts';

/** Bits of an operand: an int8 or uint8 less its zero point. */
export const OPERAND_BITS = 9;
/** Bits of a sum; it wraps. */
export const SUM_BITS = 32;
/** Bits of each dimension of a job. */
export const DIMENSION_BITS = 16;

export const operand = sint(OPERAND_BITS);
export const sum = sint(SUM_BITS);
