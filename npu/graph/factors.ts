/**
 * What the vector unit multiplies and shifts by for each operator, as TensorFlow Lite Micro's kernels derive it from
 * scales. Whether they do so in single or in double precision differs from one to the next, and decides some last bits.
 */
import { powerOfE, rescaled, type ProductRounding } from './fixed-point.ts';
import type { GraphData, Quantisation } from './graph.ts';
import { quantisedMultiplier, type Multiplier, type TensorScale } from './scales.ts';

/** By channel: what is added to its sum, and what that is multiplied by. */
export interface ChannelFactors {
  readonly bias: Int32Array;
  readonly multiplier: Int32Array;
  readonly shift: Int8Array;
}

/**
 * Of sums of products with a filter of one scale, or one for each channel.
 * @param dense whether the operator is a fully connected layer
 */
export function channelFactors(
  input: TensorScale,
  { scales }: Quantisation,
  bias: GraphData | null,
  result: TensorScale,
  channels: number,
  dense: boolean,
): ChannelFactors {
  // Fully connected layers of one scale multiply scales in single precision.
  const rounded = dense && scales.length === 1 ? Math.fround : (value: number): number => value;
  const factors = Array.from({ length: channels }, (_, channel) =>
    quantisedMultiplier(rounded(input.scale * (scales[scales.length === 1 ? 0 : channel] ?? NaN)) / result.scale),
  );
  return {
    bias: bias instanceof Int32Array ? bias : new Int32Array(channels),
    multiplier: Int32Array.from(factors, ({ multiplier }) => multiplier),
    shift: Int8Array.from(factors, ({ shift }) => shift),
  };
}

/** Of a sum or a difference: T2(T2(a << leftShift, first) ± T2(b << leftShift, second), result). */
export interface SumFactors {
  readonly leftShift: number;
  readonly first: Multiplier;
  readonly second: Multiplier;
  readonly result: Multiplier;
}

/** Both inputs are brought to twice the larger scale, with 20 bits more. */
export function sumFactors(kind: 'add' | 'sub', a: TensorScale, b: TensorScale, result: TensorScale): SumFactors {
  const leftShift = 20;
  // Sums are derived in double precision, differences in single.
  const rounded = kind === 'sub' ? Math.fround : (value: number): number => value;
  const twice = 2 * Math.max(a.scale, b.scale);
  return {
    leftShift,
    first: quantisedMultiplier(rounded(a.scale / twice)),
    second: quantisedMultiplier(rounded(b.scale / twice)),
    result: quantisedMultiplier(rounded(twice / (2 ** leftShift * result.scale))),
  };
}

/** Of a product of two tensors. */
export const productFactor = (a: TensorScale, b: TensorScale, result: TensorScale): Multiplier =>
  quantisedMultiplier((a.scale * b.scale) / result.scale);

/** Of sums that become features of a state, and of those that become its units: scales are of single precision. */
export function svdfFactors(
  picture: TensorScale,
  features: TensorScale,
  time: TensorScale,
  state: TensorScale,
  result: TensorScale,
): { readonly feature: Multiplier; readonly unit: Multiplier } {
  const factor = (one: TensorScale, other: TensorScale, to: TensorScale): Multiplier =>
    quantisedMultiplier(Math.fround(Math.fround(one.scale * other.scale) / to.scale));
  return { feature: factor(picture, features, state), unit: factor(state, time, result) };
}

/** Of a sum of elements, each less its zero point. */
export const totalFactor = (input: TensorScale, result: TensorScale): Multiplier =>
  quantisedMultiplier(input.scale / result.scale);

/** Of a sum of `count` elements, each less its zero point, that becomes their mean. */
export function meanFactor(input: TensorScale, result: TensorScale, count: number): Multiplier {
  const { multiplier, shift } = totalFactor(input, result);
  // As many bits more as the count has, so that the quotient keeps 31 of them.
  const more = Math.min(31 - Math.clz32(count), 32, 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(more)) / BigInt(count)), shift: shift - more };
}

/**
 * Of a sum of `count` bytes that becomes their mean, rounded to the nearest with ties away from zero. It is 1/count or
 * a little more: by less than what keeps the mean from its next tie, for counts below 2^23, and a tie stays one.
 */
export function averageFactor(count: number): Multiplier {
  const bits = Math.ceil(Math.log2(count));
  const multiplier = Math.ceil(2 ** (30 + bits) / count);
  return multiplier === 2 ** 31 ? { multiplier: 2 ** 30, shift: 2 - bits } : { multiplier, shift: 1 - bits };
}

export interface SoftmaxFactors {
  /** A difference to the largest of a row becomes an exponent with 5 bits before the point. */
  readonly exponent: Multiplier;
  /** From this difference down, −255 at least, elements count as 0. */
  readonly leastDifference: number;
  /** e^(difference) by the difference's size, 0 to 255, as fractions of 31 bits; 0 below the least difference. */
  readonly powers: Int32Array;
}

export function softmaxFactors(input: TensorScale, beta: number, rounding: ProductRounding = 'double'): SoftmaxFactors {
  const largest = rounding === 'double' ? 2 ** 31 - 1 : 2 ** 30 - 1;
  const exponent = softmaxExponent(Math.min(beta * input.scale * 2 ** 26, largest));
  const leastDifference = Math.max(-255, -Math.floor((31 * 2 ** 26) / 2 ** exponent.shift));
  const powers = Int32Array.from({ length: 256 }, (_, size) =>
    -size < leastDifference ? 0 : powerOfE(rescaled(-size, exponent, rounding), 5),
  );
  return { exponent, leastDifference, powers };
}

/** A multiplier that may be up to 2^31. */
function softmaxExponent(factor: number): Multiplier {
  const { multiplier, shift } = quantisedMultiplier(factor / 4);
  return { multiplier, shift: shift + 2 };
}
