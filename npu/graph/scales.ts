/**
 * From scales of real numbers to the whole numbers that the hardware multiplies by, as TensorFlow Lite's kernels derive
 * them (tensorflow/lite/kernels/internal/quantization_util.cc and kernel_util.cc).
 */
import type { Activation, GraphType, Quantisation } from './graph.ts';

/** multiplier · 2^(shift − 31): the multiplier is 0, or 2^30 to 2^31 − 1 in size. */
export interface Multiplier {
  readonly multiplier: number;
  readonly shift: number;
}

/** Shifts that a factor can have; below it is 0. */
const LEAST_SHIFT = -31;

/** A real factor, rounded to 31 bits. @throws RangeError for one that is not below 2^30, or is negative or no number */
export function quantisedMultiplier(factor: number): Multiplier {
  if (!(factor >= 0 && factor < 2 ** 30)) throw new RangeError(`a factor is ${factor}; it must be from 0 to 2^30`);
  if (factor === 0) return { multiplier: 0, shift: 0 };
  let shift = Math.floor(Math.log2(factor)) + 1;
  // The logarithm is rounded: next to a power of two it may be one off.
  while (factor / 2 ** shift >= 1) shift++;
  while (factor / 2 ** shift < 0.5) shift--;
  // At most 53 bits: exact. Halves go away from zero.
  let multiplier = Math.floor((factor / 2 ** shift) * 2 ** 31 + 0.5);
  if (multiplier === 2 ** 31) {
    multiplier /= 2;
    shift++;
  }
  return shift < LEAST_SHIFT ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}

/**
 * A factor as single precision has it, for the rounding `float` (npu/vector/requantise.ts): its significand and its
 * exponent. Factors of which no sum of 32 bits becomes anything are 0; from 2^24 on all are 2^24, as the least sum
 * passes every result of up to 24 bits then.
 * @throws RangeError for one that is negative or no finite number of single precision
 */
export function singleMultiplier(factor: number): Multiplier {
  const single = Math.fround(factor);
  if (!(single >= 0 && single < Infinity))
    throw new RangeError(`a factor is ${factor}; it must be a number of single precision, and not negative`);
  if (single < 2 ** -39) return { multiplier: 0, shift: 0 };
  const least = Math.min(single, 2 ** 24);
  // Below a power of two there is none so near that its logarithm would be rounded to a whole number.
  const shift = Math.min(Math.floor(Math.log2(least)) + 8, 31);
  return { multiplier: least * 2 ** (31 - shift), shift };
}

/** A value that only whole tensors have: its scale, and what stands for 0. */
export interface TensorScale {
  readonly scale: number;
  readonly zero: number;
}

/** The one scale of a tensor; null where it has none, or one for each channel. */
export function tensorScale(quantisation: Quantisation | null): TensorScale | null {
  const [scale, zero = 0] = [quantisation?.scales[0], quantisation?.zeros[0]];
  return quantisation?.scales.length === 1 && scale !== undefined ? { scale, zero } : null;
}

const ranges = {
  int8: { low: -128, high: 127 },
  uint8: { low: 0, high: 255 },
  int16: { low: -32768, high: 32767 },
} as const;
export type QuantisedType = keyof typeof ranges;
export const isQuantised = (type: GraphType): type is QuantisedType => Object.hasOwn(ranges, type);

/** What is added to a scaled value, and the least and the most that it can be then. */
export interface ResultRange {
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** The range that an activation leaves to a result of this type and scale. */
export function activationRange(
  { scale, zero }: TensorScale,
  type: QuantisedType,
  activation: Activation,
): ResultRange {
  const { low, high } = ranges[type];
  // Halves go away from zero; the division is in single precision.
  const at = (real: number): number => zero + awayFromZero(Math.fround(Math.fround(real) / Math.fround(scale)));
  const [from, to] = {
    none: [low, high],
    relu: [at(0), high],
    relu6: [at(0), at(6)],
    reluN1To1: [at(-1), at(1)],
  }[activation];
  return { zero, low: Math.max(low, from ?? low), high: Math.min(high, to ?? high) };
}

/** To the nearest whole number; halves go away from zero. */
export const awayFromZero = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
