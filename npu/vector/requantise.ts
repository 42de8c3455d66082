/**
 * The arithmetic of one lane that requantises: sums of 32 bits to values of 8.
 *
 *   y = clamp(round(x + bias, multiplier, shift), least, most) + zero
 *
 * `rounding` says how, where v = x + bias and e = v · multiplier / 2^(31 − shift):
 *
 * - `double`: TFLite's double rounding (gemmlowp's SaturatingRoundingDoublingHighMul, then RoundingDivideByPOT, as the
 *   reference kernels of TensorFlow Lite Micro do): divide(highMul(v << max(shift, 0), multiplier), max(−shift, 0)),
 *   with v << n in 32 bits, highMul(a, b) = (a·b + (a·b ≥ 0 ? 2^30 : 1 − 2^30)) / 2^31, truncated toward zero, 2^31 − 1
 *   for a = b = −2^31, and divide(h, n) = h / 2^n, to nearest, ties away from zero;
 * - the others round e once, and come to the nearest end of 32 bits where it does not fit them: `up` is
 *   floor(e + 1/2), TFLite's single rounding; `away` and `even` take the nearest whole number, and of two the one that
 *   is further from zero, or even; `down` is floor(e);
 * - `float` is `even` after a product in single precision, as ONNX Runtime requantises (MlasRequantizeOutput): v and
 *   then v · multiplier are rounded to 24 significant bits, to the nearest, of two the even one; v at most to 2^31 − 1.
 *   So the multiplier is the significand of a factor of single precision, in 24 bits.
 *
 * Interface: `x`, `bias`, `multiplier`; `shift`, −31 to 31; `rounding`; `zero`, the output's zero point; `least` ≤
 * `most`, the range to clamp to before it is added: less than a result's by the zero point (int8's and uint8's both
 * fit); `y`, the low 8 bits of the result, to be read as int8 or uint8; `wrapped`, whether x + bias or v << n lost
 * bits, or something had before (`lostBefore`, with `multiply`). With a `digit` y is one of w, the nearest number of 16
 * bits to round(v): w = 256 · high + low + 128. `rounded` is round(v), `exact` the low bits of v · multiplier in the
 * cycle after `multiply`: of v << n, so that a shift of 0 leaves it as it is.
 *
 * Timing: a value each cycle. `multiply` takes it into a register after the multiplier, `finish`, in the cycle after
 * that, the rest of it into `y` and `wrapped`, which are there in the next one and stay until another comes. `zero`,
 * `least`, `most` and `digit` are looked at with `finish`, everything else with `multiply`; `rounding` with both.
 *
 * Invariants: nothing but x + bias and v << n overflows, and `wrapped` tells of it. A shift outside −31…31 is the
 * software's mistake and spoils only its own result: 32 to 127 count as v = 0, −128 to −32 as −31.
 */
import {
  bit,
  constant,
  module,
  named,
  pick,
  regs,
  select,
  sint,
  uint,
  when,
  type Bit,
  type Enum,
  type SInt,
  type UInt,
} from '../../hdl/index.ts';
import { numbers } from '../common/numbers.ts';
import { significant } from '../common/significant.ts';
import { digit as digitShape, rounding as roundingShape, type roundingNames } from './job.ts';

/** Significant bits of single precision. */
const FLOAT_BITS = 24;

export const RequantiseLane = () =>
  module(
    'requantise_lane',
    {
      in: {
        x: sint(32),
        bias: sint(32),
        multiplier: sint(32),
        shift: sint(8),
        rounding: roundingShape,
        zero: sint(9),
        least: sint(10),
        most: sint(10),
        digit: digitShape,
        multiply: bit,
        finish: bit,
        lostBefore: bit,
      },
      out: { exact: sint(32), rounded: sint(32), y: uint(8), wrapped: bit },
    },
    ({ x, bias, multiplier, shift, rounding, zero, least, most, digit, multiply, finish, lostBefore }) => {
      const [isDouble, isFloat] = [rounding.is('double'), rounding.is('float')];
      const isRight = shift.lt(0);
      const none = constant(uint(8), 0);
      const isFar = shift.gt(31);
      const left = select(isRight.or(isDouble.or(isFar).not()), none, shift.asUint());
      // By how much the product is shifted right, beside the 31 bits of double rounding.
      const right = select(
        isRight,
        select(shift.lt(-31), constant(sint(8), 31), constant(sint(8), 0).sub(shift)),
        constant(sint(8), 0),
      ).asUint();
      const once = select(isRight, right.add(31), select(isFar, none, none.add(31).sub(shift.asUint())));
      const sum = named('sum', x.add(bias));
      // No product of 24 bits comes to another one for 2^31 − 1 instead of 2^31.
      const value = named('value', select(isFloat, saturated(significant(sum.extend(33), FLOAT_BITS), 32), sum));
      const shifted = named('shifted', value.shl(left));
      const r = regs({ product: sint(64), right: uint(6), lost: bit, rounded: sint(32), y: uint(8), wrapped: bit });
      when(multiply, () => {
        r.product.next = shifted.mul(multiplier);
        r.right.next = select(isDouble, right, once).truncate(6);
        r.lost.next = shifted
          .shr(left)
          .ne(value)
          .or(numbers.loses(x, bias, sum))
          .or(lostBefore);
      });
      when(finish, () => {
        const exact = select(
          isDouble,
          doubledHigh(r.product).extend(64),
          select(isFloat, significant(r.product, FLOAT_BITS), r.product),
        );
        const quotient = saturated(divide(exact, r.right, rounding), 32);
        const [low, high] = [least.extend(32), most.extend(32)];
        const clamped = select(quotient.lt(low), low, select(quotient.gt(high), high, quotient));
        const wide = saturated(quotient, 16).asUint();
        r.rounded.next = quotient;
        r.y.next = pick(digit, uint(8), {
          // The result has 8 bits, and so have its terms as far as they matter.
          none: clamped.truncate(8).add(zero.truncate(8)).asUint(),
          low: wide.truncate(8).xor(0x80),
          high: wide.slice(8, 8),
        });
        r.wrapped.next = r.lost;
      });
      return { exact: r.product.truncate(32), rounded: r.rounded, y: r.y, wrapped: r.wrapped };
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

/** `value` / 2^`amount`, rounded; of `double` the second time. */
function divide(value: SInt<64>, amount: UInt<6>, rounding: Enum<(typeof roundingNames)[number]>): SInt<64> {
  const quotient = value.shr(amount);
  // What was shifted out, from the top: a half, and whether there is more.
  const rest = value.asUint().shl(constant(uint(7), 64).sub(amount.extend(7)));
  const half = rest.bit(63);
  const more = rest.slice(0, 63).any();
  const fromZero: Bit = more.or(value.ge(0));
  const even = half.and(more.or(quotient.asUint().bit(0)));
  const up = pick(rounding, bit, {
    double: half.and(fromZero),
    up: half,
    away: half.and(fromZero),
    even,
    float: even,
    down: constant(bit, 0),
  });
  return select(up, quotient.add(1), quotient);
}

/** The nearest value of fewer bits. */
function saturated<W extends number, N extends number>(value: SInt<W>, bits: N): SInt<N> {
  const low = value.truncate(bits);
  const most = 2 ** (bits - 1) - 1;
  const end = select(value.lt(0), constant(sint(bits), -most - 1), constant(sint(bits), most));
  return select(low.extend(value.width).eq(value), low, end);
}
