/**
 * The arithmetic of one lane that requantises: 32-bit accumulators to 8-bit values, in TFLite's double rounding (mode
 * T2: gemmlowp's SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT, as the reference kernels of TensorFlow
 * Lite Micro do).
 *
 *   y = clamp(divide(highMul(x << max(shift, 0), multiplier), max(−shift, 0)), least, most) + zero
 *
 * - x << n keeps 32 bits: it wraps;
 * - highMul(a, b) = (a·b + (a·b ≥ 0 ? 2^30 : 1 − 2^30)) / 2^31, truncated toward zero; 2^31 − 1 for a = b = −2^31;
 * - divide(h, n) = h / 2^n, to nearest, ties away from zero.
 *
 * Interface: `x`, `multiplier`; `shift`, −31 to 31; `zero`, the output's zero point; `least` ≤ `most`, the range to
 * clamp to before it is added: less than a result's by the zero point (int8's and uint8's both fit); `y`, the low 8
 * bits of the result, to be read as int8 or uint8; `wrapped`, whether x << n lost bits.
 *
 * Timing: a value each cycle. `multiply` takes it into a register after the multiplier, `finish`, in the cycle after
 * that, the rest of it into `y` and `wrapped`, which are there in the next one and stay until another comes. `zero`,
 * `least` and `most` are looked at with `finish`, everything else with `multiply`.
 *
 * Invariants: nothing but x << n overflows, and `wrapped` tells of it. A shift outside −31…31 is the software's
 * mistake and spoils only its own result: 32 to 127 count as x = 0, −128 to −32 as −31.
 */
import { bit, constant, module, named, regs, select, sint, uint, when, type SInt, type UInt } from '../../hdl/index.ts';

export const RequantiseLane = () =>
  module(
    'requantise_lane',
    {
      in: {
        x: sint(32),
        multiplier: sint(32),
        shift: sint(8),
        zero: sint(9),
        least: sint(10),
        most: sint(10),
        multiply: bit,
        finish: bit,
      },
      out: { y: uint(8), wrapped: bit },
    },
    ({ x, multiplier, shift, zero, least, most, multiply, finish }) => {
      const isRight = shift.lt(0);
      const left = select(isRight, constant(uint(8), 0), shift.asUint());
      const right = select(
        isRight,
        select(shift.lt(-31), constant(sint(8), 31), constant(sint(8), 0).sub(shift)),
        constant(sint(8), 0),
      ).asUint();
      const shifted = named('shifted', x.shl(left));
      const r = regs({ product: sint(64), right: uint(5), lost: bit, y: uint(8), wrapped: bit });
      when(multiply, () => {
        r.product.next = shifted.mul(multiplier);
        r.right.next = right.truncate(5);
        r.lost.next = shifted.shr(left).ne(x);
      });
      when(finish, () => {
        const quotient = divide(doubledHigh(r.product), r.right);
        const [low, high] = [least.extend(32), most.extend(32)];
        const clamped = select(quotient.lt(low), low, select(quotient.gt(high), high, quotient));
        // The result has 8 bits, and so have its terms as far as they matter.
        r.y.next = clamped.truncate(8).add(zero.truncate(8)).asUint();
        r.wrapped.next = r.lost;
      });
      return { y: r.y, wrapped: r.wrapped };
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
