/**
 * Fixed-point arithmetic of 32 bits as TensorFlow Lite's kernels have it, for tables that the compiler makes: functions
 * of a byte, worked out once for each of its values.
 */
import type { Multiplier } from './scales.ts';

/** Rounded when a product is cut to 32 bits and once more when it is shifted (double), or once. */
export type ProductRounding = 'double' | 'single';

/** Twice a product of 32-bit numbers, its high 32 bits, to nearest; not for −2^31 times itself. */
export function highOfTwice(a: number, b: number): number {
  // b in two halves, so that every term is exact.
  const [high, low] = [b >> 16, b & 0xffff];
  return Math.floor((a * high + Math.floor((a * low + 2 ** 30) / 2 ** 16)) / 2 ** 15);
}

/** value / 2^power, to nearest, ties away from zero. */
export function halved(value: number, power: number): number {
  const mask = 2 ** power - 1;
  const floor = Math.floor(value / 2 ** power);
  const rest = value - floor * 2 ** power;
  return rest > Math.floor(mask / 2) + (value < 0 ? 1 : 0) ? floor + 1 : floor;
}

const saturated = (value: number): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, value));

/** A value of at most 18 bits times a factor. */
export function rescaled(value: number, { multiplier, shift }: Multiplier, rounding: ProductRounding): number {
  if (rounding === 'single') return Math.floor((value * multiplier + 2 ** (30 - shift)) / 2 ** (31 - shift));
  return halved(highOfTwice((value * 2 ** Math.max(shift, 0)) | 0, multiplier), Math.max(-shift, 0));
}

/** e^x for x ≤ 0, with 5 or 4 bits before the point, as a fraction of 31 bits. */
export function powerOfE(x: number, integerBits: 4 | 5): number {
  if (x === 0) return 2 ** 31 - 1;
  const quarterBit = 29 - integerBits;
  const quarter = 1 << quarterBit;
  // x = rest − quarters · 1/4, the rest from −1/4 up to 0.
  const rest = (x & (quarter - 1)) - quarter;
  const quarters = (rest - x) >> quarterBit;
  return quarterPowers
    .filter((_, bit) => ((quarters >> bit) & 1) === 1)
    .reduce(highOfTwice, aroundEighth(rest << integerBits));
}

/** e^−(2^i / 4). */
const quarterPowers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242];

/** e^x from −1/4 up to 0: e^−1/8 · (1 + a + a²/2 + a³/6 + a⁴/24), a = x + 1/8. */
function aroundEighth(x: number): number {
  const [powerOfEighth, third] = [1895147668, 715827883];
  const a = x + (1 << 28);
  const a2 = highOfTwice(a, a);
  const a3 = highOfTwice(a2, a);
  const a4 = highOfTwice(a2, a2);
  const rest = halved(highOfTwice(halved(a4, 2) + a3, third) + a2, 1);
  return powerOfEighth + highOfTwice(powerOfEighth, a + rest);
}

/** 1 / d for d = (1 + x) / 2, x from 0 to 1 as a fraction of 31 bits; two bits before the result's point. */
function inverse(x: number): number {
  // (x + 1) / 2, rounded up where it is half-way.
  const d = Math.floor((x + 2 ** 31) / 2);
  const newton = (y: number): number => y + saturated(4 * highOfTwice(y, 2 ** 29 - highOfTwice(d, y)));
  // The first guess is 48/17 − 32/17 · d.
  return newton(newton(newton(1515870810 + highOfTwice(d, -1010580540))));
}

/** 1 / (1 + x), x from 0 to 1, both as fractions of 31 bits. */
const inverseOfOnePlus = (x: number): number => saturated(2 * inverse(x));

/** 1 / (1 + e^−x), with 4 bits before the point of x. */
export function sigmoid(x: number): number {
  if (x === 0) return 2 ** 30;
  const upper = inverseOfOnePlus(powerOfE(x > 0 ? -x : x, 4));
  return x > 0 ? upper : 2 ** 31 - 1 - upper;
}

/** tanh x, with 4 bits before the point of x: −1 + 2 / (1 + e^−2x). */
export function hyperbolicTangent(x: number): number {
  if (x === 0) return 0;
  const upper = saturated(4 * (inverse(powerOfE(x > 0 ? -x : x, 5)) - 2 ** 29));
  return x > 0 ? upper : -upper;
}
