/**
 * The arithmetic of one lane that requantises: 32-bit accumulators to 8-bit values, in TFLite's double rounding (mode
 * T2: gemmlowp's SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT, as the reference kernels of TensorFlow
 * Lite Micro do).
 *
 *   y = clamp(divide(highMul(x << max(shift, 0), multiplier), max(−shift, 0)) + zero, low, high)
 *
 * - x << n keeps 32 bits: it wraps;
 * - highMul(a, b) = (a·b + (a·b ≥ 0 ? 2^30 : 1 − 2^30)) / 2^31, truncated toward zero; 2^31 − 1 for a = b = −2^31;
 * - divide(h, n) = h / 2^n, to nearest, ties away from zero.
 *
 * Interface: `x`, `multiplier`; `shift`, −31 to 31; `zero`, the output's zero point; `low` ≤ `high`, the range to clamp
 * to after adding it (int8's and uint8's both fit); `y`, the low 8 bits of the result, to be read as int8 or uint8;
 * `wrapped`, whether x << n lost bits.
 *
 * Timing: always moving, a value each cycle; the outputs belong to all the inputs of {@link REQUANTISE_LATENCY}
 * cycles before. One register stands after the multiplier, one after the rest.
 *
 * Invariants: nothing but x << n overflows, and `wrapped` tells of it. A shift outside −31…31 is the software's
 * mistake and spoils only its own result: 32 to 127 count as x = 0, −128 to −32 as −31.
 */
import { bit, constant, delay, module, named, reg, select, sint, uint, type SInt, type UInt } from '../../hdl/index.ts';

/** Cycles from the inputs to the outputs. */
export const REQUANTISE_LATENCY = 2;

/** Bits of a result before the clamp: the quotient and a zero point. */
const SUM = 33;

export const RequantiseLane = () =>
  module(
    'requantise_lane',
    {
      in: { x: sint(32), multiplier: sint(32), shift: sint(8), zero: sint(9), low: sint(9), high: sint(9) },
      out: { y: uint(8), wrapped: bit },
    },
    ({ x, multiplier, shift, zero, low, high }) => {
      const isRight = shift.lt(0);
      const left = select(isRight, constant(uint(8), 0), shift.asUint());
      const right = select(
        isRight,
        select(shift.lt(-31), constant(sint(8), 31), constant(sint(8), 0).sub(shift)),
        constant(sint(8), 0),
      ).asUint();
      const shifted = named('shifted', x.shl(left));
      const product = delay('product', shifted.mul(multiplier));
      const wrapped = delay('wrapped', shifted.shr(left).ne(x), { cycles: REQUANTISE_LATENCY });
      const after = {
        right: delay('right', right.truncate(5)),
        zero: delay('zero_point', zero),
        low: delay('lowest', low),
        high: delay('highest', high),
      };

      const sum = divide(doubledHigh(product), after.right).extend(SUM).add(after.zero.extend(SUM));
      const y = reg('clamped', uint(8));
      y.next = clamp(sum, after.low, after.high).asUint().truncate(8);
      return { y, wrapped };
    },
  );

/**
 * highMul's rounding. It is floor((p + 2^30) / 2^31) on both sides of 0: truncating p + 1 − 2^30 toward zero rounds a
 * negative quotient up, and ceil((p + 1 − 2^30) / 2^31) = floor((p + 2^30) / 2^31).
 */
function doubledHigh(product: SInt<64>): SInt<32> {
  const rounded = product
    .add(2 ** 30)
    .slice(31, 33)
    .asSint();
  // Only −2^31 · −2^31 comes to 2^31.
  return select(rounded.eq(2 ** 31), constant(sint(32), 2 ** 31 - 1), rounded.truncate(32));
}

/** `value` / 2^`amount`, to nearest, ties away from zero. */
function divide(value: SInt<32>, amount: UInt<5>): SInt<32> {
  const mask = constant(uint(32), 2 ** 32 - 1)
    .shl(amount)
    .not();
  const remainder = value.asUint().and(mask);
  const tie = mask.shr(1);
  // The quotient is floored: below 0 a remainder of just a half already stands at the side away from zero.
  const up = remainder.gt(select(value.lt(0), tie.add(1), tie));
  const quotient = value.shr(amount);
  return select(up, quotient.add(1), quotient);
}

function clamp(value: SInt<33>, low: SInt<9>, high: SInt<9>): SInt<33> {
  const [least, most] = [low.extend(SUM), high.extend(SUM)];
  return select(value.lt(least), least, select(value.gt(most), most, value));
}
