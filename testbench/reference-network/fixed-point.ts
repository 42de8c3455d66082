/**
 * Fixed-point arithmetic as the reference kernels of TensorFlow Lite do it (gemmlowp's fixedpoint.h, and
 * tensorflow/lite/kernels/internal/common.h), in whole numbers without a width, each result cut to its own.
 */

/** real = multiplier · 2^(shift − 31), with a multiplier of 31 bits. */
export interface Multiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/** Whether a product is rounded when it is halved to 32 bits and once more when it is shifted, or once. */
export type Rounding = 'double' | 'single';

/**
 * QuantizeMultiplier: to nearest; what is too small for the shift becomes 0.
 * @throws RangeError for what is no finite number
 */
export function multiplierOf(real: number, rounding: Rounding): Multiplier {
  if (!Number.isFinite(real)) throw new RangeError(`a factor is ${real}`);
  if (real === 0) return { multiplier: 0, shift: 0 };
  let [fraction, shift] = [real, 0];
  for (; Math.abs(fraction) >= 1; shift += 1) fraction /= 2;
  for (; Math.abs(fraction) < 0.5; shift -= 1) fraction *= 2;
  let multiplier = roundAway(fraction * 2 ** 31);
  if (multiplier === 2 ** 31) [multiplier, shift] = [2 ** 30, shift + 1];
  if (shift < -31) return { multiplier: 0, shift: 0 };
  if (rounding === 'single' && shift > 30) return { multiplier: 2 ** 31 - 1, shift: 30 };
  return { multiplier, shift };
}

/** To the nearest whole number, never −0; halves away from zero. */
export const roundAway = (value: number): number => (value < 0 ? -1 : 1) * Math.floor(Math.abs(value) + 0.5) + 0;

/** x · multiplier · 2^(shift − 31), rounded. */
export function scaled(x: number, { multiplier, shift }: Multiplier, rounding: Rounding): number {
  if (rounding === 'single') {
    const right = BigInt(31 - shift);
    return Number((BigInt(x) * BigInt(multiplier) + (1n << (right - 1n))) >> right);
  }
  const left = Number(BigInt.asIntN(32, BigInt(x) << BigInt(Math.max(shift, 0))));
  return dividedByPower(highMultiply(left, multiplier), Math.max(-shift, 0));
}

/** The high half of twice the product, to nearest, cut to `bits` (SaturatingRoundingDoublingHighMul). */
export function highMultiply(a: number, b: number, bits: 16 | 32 = 32): number {
  const product = BigInt(a) * BigInt(b);
  const half = 1n << BigInt(bits - 2);
  const high = Number((product + (product >= 0n ? half : 1n - half)) / (1n << BigInt(bits - 1)));
  return Math.min(high, 2 ** (bits - 1) - 1);
}

/** value / 2^power, to nearest, halves away from zero (RoundingDivideByPOT). */
export const dividedByPower = (value: number, power: number): number => roundAway(value / 2 ** power);

/** value · 2^power, cut to 32 bits. */
const shiftedUp = (value: number, power: number): number =>
  Math.min(Math.max(value * 2 ** power, -(2 ** 31)), 2 ** 31 - 1);

/**
 * e^x for x ≤ 0: x with so many integer bits, the result without any (exp_on_negative_values). The remainder of x in
 * [−1/4, 0) by a polynomial around −1/8, the quarters by factors of e^−(2^k).
 */
export function exponential(x: number, integerBits: number): number {
  if (x === 0) return 2 ** 31 - 1;
  const fraction = 31 - integerBits;
  const quarter = 2 ** (fraction - 2);
  const remainder = (((x % quarter) + quarter) % quarter) - quarter;
  let result = exponentialNear(shiftedUp(remainder, integerBits));
  const quarters = BigInt(remainder - x);
  powers.forEach((factor, i) => {
    const exponent = i - 2;
    if (exponent < integerBits && ((quarters >> BigInt(fraction + exponent)) & 1n) === 1n) {
      result = highMultiply(result, factor);
    }
  });
  return result;
}

/** e^−1/4, e^−1/2, e^−1 … e^−16. */
const powers: readonly number[] = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/** e^x for −1/4 ≤ x < 0, both without integer bits. */
function exponentialNear(x: number): number {
  const [atEighth, third] = [1895147668, 715827883];
  const a = x + 2 ** 28;
  const square = highMultiply(a, a);
  const cube = highMultiply(square, a);
  const fourth = dividedByPower(highMultiply(square, square), 2);
  const tail = dividedByPower(highMultiply(fourth + cube, third) + square, 1);
  return atEighth + highMultiply(atEighth, a + tail);
}

/** 2 / (1 + x) for 0 ≤ x < 1, without integer bits in, with two out: three steps of Newton's method. */
function twiceReciprocal(x: number): number {
  const sum = x + (2 ** 31 - 1);
  const half = Math.trunc((sum + Math.sign(sum)) / 2);
  // 48/17 − 32/17 · half
  let y = 1515870810 + highMultiply(half, -1010580540);
  for (let step = 0; step < 3; step += 1) {
    y += shiftedUp(highMultiply(y, 2 ** 29 - highMultiply(half, y)), 2);
  }
  return y;
}

/** 1 / (1 + x) for 0 ≤ x < 1. */
export const reciprocalOfOnePlus = (x: number): number => shiftedUp(twiceReciprocal(x), 1);

/** 1 / (1 + e^−x), from four integer bits to none. */
export function logistic(x: number): number {
  if (x === 0) return 2 ** 30;
  const positive = reciprocalOfOnePlus(exponential(-Math.abs(x), 4));
  return x > 0 ? positive : 2 ** 31 - 1 - positive;
}

/** tanh x, from four integer bits to none: (1 − e^−2x) / (1 + e^−2x). */
export function hyperbolicTangent(x: number): number {
  if (x === 0) return 0;
  // Twice x is x with one integer bit more.
  const positive = shiftedUp(twiceReciprocal(exponential(-Math.abs(x), 5)) - 2 ** 29, 2);
  return x > 0 ? positive : -positive;
}
