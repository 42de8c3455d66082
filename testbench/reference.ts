/** Reference arithmetic: plain loops over plain numbers, sharing nothing with the hardware's description. */

export interface MatmulOperands {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly a: ArrayLike<number>;
  readonly b: ArrayLike<number>;
  readonly aZero?: number;
  readonly bZero?: number;
  readonly bias?: ArrayLike<number>;
}

/** C[m × n] = bias + (A − aZero)·(B − bZero), in 32 bits that wrap. */
export function referenceMatmul({ m, k, n, a, b, aZero = 0, bZero = 0, bias }: MatmulOperands): Int32Array {
  const c = new Int32Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = bias?.[row * n + column] ?? 0;
      for (let i = 0; i < k; i++)
        sum = (sum + ((a[row * k + i] ?? 0) - aZero) * ((b[i * n + column] ?? 0) - bZero)) | 0;
      c[row * n + column] = sum;
    }
  }
  return c;
}

/** Whether a number fits 32 bits. */
const fits = (value: number): boolean => value === (value | 0);

/** A part of a product: sizes, and the first row, place in k and column. */
export interface ProductPart {
  readonly shape: Sizes;
  readonly at: Sizes;
}
type Sizes = Readonly<Record<'m' | 'k' | 'n', number>>;

/**
 * Whether an addition wraps when C is gathered as the NPU does it: the products of each of the `parts`, in this order,
 * are summed without loss, and such a sum is added to what is there, in 32 bits: at first the bias, or 0. That the last
 * sum fits says nothing: one before it may have wrapped, and wrapped back.
 */
export function referenceWraps(operands: MatmulOperands, parts: readonly ProductPart[]): boolean {
  const { m, k, n, a, b, aZero = 0, bZero = 0, bias } = operands;
  const sums = Float64Array.from({ length: m * n }, (_, at) => bias?.[at] ?? 0);
  return parts.some(({ shape, at }) => {
    let wraps = false;
    for (let row = at.m; row < at.m + shape.m; row++)
      for (let column = at.n; column < at.n + shape.n; column++) {
        let sum = sums[row * n + column] ?? 0;
        for (let i = at.k; i < at.k + shape.k; i++)
          sum += ((a[row * k + i] ?? 0) - aZero) * ((b[i * n + column] ?? 0) - bZero);
        sums[row * n + column] = sum;
        if (!fits(sum)) wraps = true;
      }
    return wraps;
  });
}

export type Rounding = 'double' | 'up' | 'away' | 'even' | 'down' | 'float';

/** Whether x loses bits when it is shifted left before {@link referenceT2} multiplies it. */
export const referenceShiftWraps = (x: number, shift: number): boolean => !fits(x * 2 ** Math.max(shift, 0));

/**
 * TFLite's double rounding: saturating rounding doubling high multiply, then rounding divide by a power of two
 * (gemmlowp's fixedpoint.h; tensorflow/lite/kernels/internal/common.h, MultiplyByQuantizedMultiplier without the
 * single-rounding option).
 */
export function referenceT2(x: number, multiplier: number, shift: number): number {
  const left = Math.max(shift, 0);
  const right = Math.max(-shift, 0);
  const shifted = BigInt.asIntN(32, BigInt(x) << BigInt(left));
  const product = shifted * BigInt(multiplier);
  const nudge = product >= 0n ? 1n << 30n : 1n - (1n << 30n);
  const saturates = shifted === -(2n ** 31n) && multiplier === -(2 ** 31);
  const high = saturates ? 2 ** 31 - 1 : Number((product + nudge) / (1n << 31n));
  const scale = 2 ** right;
  // To nearest; what lies half-way goes away from zero.
  const quotient = Math.floor(Math.abs(high) / scale + 0.5);
  return high < 0 ? -quotient : quotient;
}

/** The number of single precision that is nearest, also of those that double precision does not hold. */
function referenceSingle(value: bigint): bigint {
  // What is beyond 53 bits becomes one bit that says whether there is anything.
  const size = value < 0n ? -value : value;
  const beyond = BigInt(Math.max(size.toString(2).length - 52, 0));
  const high = size >> beyond;
  const kept = high << beyond === size ? high : high | 1n;
  const single = BigInt(Math.fround(Number(kept))) << beyond;
  return value < 0n ? -single : single;
}

/**
 * Of v · multiplier / 2^(31 − shift) the whole number that `rounding` gives, at the nearest end of 32 bits; `float` of
 * v · multiplier in single precision, v at most 2^31 − 1, as ONNX Runtime's kernels do it (MlasRequantizeOutput).
 */
export function referenceRound(v: number, multiplier: number, shift: number, rounding: Rounding): number {
  if (rounding === 'double') return referenceT2(v, multiplier, shift);
  const product =
    rounding === 'float'
      ? referenceSingle(BigInt(Math.min(Math.fround(v), 2 ** 31 - 1)) * BigInt(multiplier))
      : BigInt(v) * BigInt(multiplier);
  const unit = 1n << BigInt(31 - shift);
  const rest = ((product % unit) + unit) % unit;
  const below = (product - rest) / unit;
  const isTie = 2n * rest === unit;
  const above: Readonly<Record<typeof rounding, boolean>> = {
    down: false,
    up: 2n * rest >= unit,
    away: isTie ? product > 0n : 2n * rest > unit,
    even: isTie ? below % 2n !== 0n : 2n * rest > unit,
    float: isTie ? below % 2n !== 0n : 2n * rest > unit,
  };
  return Math.min(Math.max(Number(below) + Number(above[rounding]), -(2 ** 31)), 2 ** 31 - 1);
}

/**
 * The parts of 256 that powers have of their sum, as TFLite's softmax divides: each power by 2^12 in the sum, and the
 * sum's reciprocal by three of Newton's steps (gemmlowp's fixedpoint.h).
 */
export function referenceShares(powers: readonly number[]): number[] {
  const wrapped = (value: number): number => value | 0;
  const fit = (value: number): number => Math.min(Math.max(value, -(2 ** 31)), 2 ** 31 - 1);
  const high = (a: number, b: number): number => referenceT2(a, b, 0);
  /** To nearest; what lies half-way goes away from zero. */
  const divided = (value: number, by: number): number =>
    Math.sign(value) * Math.floor(Math.abs(value) / 2 ** by + 0.5) + 0;
  const sum = powers.reduce((total, power) => wrapped(total + divided(power, 12)), 0);
  const zeros = Math.clz32(sum);
  const half = zeros === 32 ? 0 : (sum << zeros) >>> 1;
  let v = wrapped(1_515_870_810 + high(half, -1_010_580_540));
  for (let step = 0; step < 3; step++) v = wrapped(v + fit(4 * high(v, wrapped(2 ** 29 - high(half, v)))));
  return powers.map((power) => divided(high(fit(2 * v), power), 35 - zeros));
}

/** How sums become bytes. */
export interface ReferenceScale {
  readonly bias?: number;
  readonly multiplier: number;
  readonly shift: number;
  readonly rounding?: Rounding;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** clamp(round(x + bias) + zero, low, high), as the low 8 bits; the sum in 32 bits. */
export function referenceRequantise(x: number, scale: ReferenceScale): number {
  const { bias = 0, rounding = 'double' } = scale;
  const y = referenceRound((x + bias) | 0, scale.multiplier, scale.shift, rounding) + scale.zero;
  return Math.min(Math.max(y, scale.low), scale.high) & 0xff;
}

/** Digits in base 256 of the number of 16 bits that is nearest to round(x): the high one, and the low one less 128. */
export function referenceDigit(
  x: number,
  { rounding = 'double', multiplier, shift }: Pick<ReferenceScale, 'rounding' | 'multiplier' | 'shift'>,
  digit: 'low' | 'high',
): number {
  const w = Math.min(Math.max(referenceRound(x | 0, multiplier, shift, rounding), -(2 ** 15)), 2 ** 15 - 1);
  const high = Math.floor(w / 256);
  return (digit === 'high' ? high : w - 256 * high - 128) & 0xff;
}
