/** The job of the vector unit: int32 lanes of the accumulator to int8 or uint8 bytes in the scratchpad. */
import { bit, sint, struct, uint } from '../../hdl/index.ts';
import { LOCAL_BITS } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/**
 * Lanes n = f·C … of row m are accumulator line `from + f·m_total + m`, and become bytes of scratchpad line
 * `to + f·m_total + m`. `perChannel`: the multiplier and shift of lane n are lanes of accumulator lines
 * `parameters + 2·f` and the one after; else those given.
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
