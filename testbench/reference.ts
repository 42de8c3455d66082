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

/**
 * Whether an addition wraps when C is gathered as the NPU does it: the products of each part of k (`parts`: their
 * lengths, in order) are summed without loss, the first such sum is added to the bias, if there is one, and each of
 * the others to what is there, in 32 bits. That the last sum fits says nothing: one before it may have wrapped, and
 * wrapped back.
 */
export function referenceWraps(operands: MatmulOperands, parts: readonly number[]): boolean {
  const { m, k, n, a, b, aZero = 0, bZero = 0, bias } = operands;
  for (let at = 0; at < m * n; at++) {
    const [row, column] = [Math.floor(at / n), at % n];
    let sum = bias?.[at] ?? 0;
    let i = 0;
    for (const part of parts) {
      for (const end = Math.min(i + part, k); i < end; i++) {
        sum += ((a[row * k + i] ?? 0) - aZero) * ((b[i * n + column] ?? 0) - bZero);
      }
      if (!fits(sum)) return true;
    }
  }
  return false;
}

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

/** clamp(T2(x) + zero, low, high), as the low 8 bits. */
export function referenceRequantise(
  x: number,
  scale: {
    readonly multiplier: number;
    readonly shift: number;
    readonly zero: number;
    readonly low: number;
    readonly high: number;
  },
): number {
  const y = referenceT2(x, scale.multiplier, scale.shift) + scale.zero;
  return Math.min(Math.max(y, scale.low), scale.high) & 0xff;
}
