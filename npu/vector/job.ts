/** Jobs of the vector unit: what they make of lines, a byte or a sum a lane. */
import { bit, enumeration, sint, struct, uint } from '../../hdl/index.ts';
import { LOCAL_BITS } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/** How a product that has to be rounded is: see requantise.ts. */
export const roundingNames = ['double', 'up', 'away', 'even', 'down'] as const;
export type Rounding = (typeof roundingNames)[number];
export const rounding = enumeration('rounding', roundingNames);

/** Lines from one fold of channels to the next, and from one row of a picture to the next. */
const distance = uint(DIMENSION_BITS);

/** Where results go, and for how many channels. */
const resultFields = { to: uint(LOCAL_BITS), toFold: distance, toRow: distance, n: uint(DIMENSION_BITS) };
/** The range of the results, once what stands for 0 was added. */
const rangeFields = { rounding, zero: sint(9), low: sint(9), high: sint(9) };

/**
 * `m` lines of sums of each fold of channels follow each other from line `from` on; their bytes go to rows of `width`
 * lines from line `to` on. `perChannel`: the bias, the multiplier and the shift of a channel are in its lane of three
 * lines for each fold, from `parameters` on; else those given, and no bias.
 */
export const requantiseFields = {
  from: uint(LOCAL_BITS),
  fromFold: distance,
  ...resultFields,
  width: uint(DIMENSION_BITS),
  m: uint(DIMENSION_BITS),
  parameters: uint(LOCAL_BITS),
  perChannel: bit,
  multiplier: sint(32),
  shift: sint(8),
  ...rangeFields,
};

export const vectorFields = requantiseFields;
export const vectorJob = struct(vectorFields);
