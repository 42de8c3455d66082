/** The job of the vector unit: int32 lanes of the accumulator to int8 or uint8 bytes in the scratchpad. */
import { bit, sint, struct, uint } from '../../hdl/index.ts';
import { LOCAL_BITS } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/**
 * The sums lie from line `from` on as a matrix engine leaves C (matrix/layout.ts), and their bytes from line `to` on in
 * the same way. `perChannel`: the multiplier and the shift of a column are in the lane that it has in C, in lines
 * `parameters + 2·f` and the one after, where f counts the folds across columns; else those given.
 */
export const requantiseFields = {
  from: uint(LOCAL_BITS),
  to: uint(LOCAL_BITS),
  parameters: uint(LOCAL_BITS),
  perChannel: bit,
  m: uint(DIMENSION_BITS),
  n: uint(DIMENSION_BITS),
  multiplier: sint(32),
  shift: sint(8),
  zero: sint(9),
  low: sint(9),
  high: sint(9),
};
export const requantiseJob = struct(requantiseFields);
