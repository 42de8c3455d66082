/** Operators that look at one element of each tensor. */
import type { Activation, GraphData, GraphTensor, OperatorKinds } from '../../../npu/graph/graph.ts';
import { activationRange } from '../activation-range.ts';
import {
  dividedByPower,
  highMultiply,
  hyperbolicTangent,
  logistic,
  multiplierOf,
  roundAway,
  scaled,
} from '../fixed-point.ts';
import { clamp, limits, made, numbersOf, scaleOf, stretched, type KernelOptions, type Value } from '../values.ts';

/** Elements of two tensors, stretched to the result's shape. */
export function pairwise(
  a: Value,
  b: Value,
  result: GraphTensor,
  combine: (x: number, y: number) => number,
): GraphData {
  const [x, y] = [numbersOf(a), numbersOf(b)];
  const [xAt, yAt] = [a, b].map(({ tensor }) => stretched(tensor.shape, result.shape));
  return made(result, (index) => combine(x[xAt?.[index] ?? 0] ?? 0, y[yAt?.[index] ?? 0] ?? 0));
}

/** Both are brought to twice the larger scale with 20 bits below it, added, and brought to the result's. */
export function sum(
  sign: 1 | -1,
  a: Value,
  b: Value,
  result: GraphTensor,
  activation: Activation,
  { rounding }: KernelOptions,
): GraphData {
  const [left, right, output] = [scaleOf(a.tensor), scaleOf(b.tensor), scaleOf(result)];
  // The kernel of a difference works in single precision, that of a sum in double.
  const rounded = sign === 1 ? (value: number): number => value : Math.fround;
  const twice = 2 * Math.max(left.scale, right.scale);
  const [ofLeft, ofRight, ofSum] = [left.scale / twice, right.scale / twice, twice / (2 ** 20 * output.scale)].map(
    (real) => multiplierOf(rounded(real), rounding),
  );
  const range = activationRange(result, activation);
  return pairwise(a, b, result, (x, y) => {
    if (ofLeft === undefined || ofRight === undefined || ofSum === undefined) return 0;
    const total =
      scaled((x - left.zero) * 2 ** 20, ofLeft, rounding) +
      sign * scaled((y - right.zero) * 2 ** 20, ofRight, rounding);
    return clamp(scaled(total, ofSum, rounding) + output.zero, range);
  });
}

export function product(
  a: Value,
  b: Value,
  result: GraphTensor,
  { activation }: OperatorKinds['mul'],
  { rounding }: KernelOptions,
): GraphData {
  const [left, right, output] = [scaleOf(a.tensor), scaleOf(b.tensor), scaleOf(result)];
  const multiplier = multiplierOf((left.scale * right.scale) / output.scale, rounding);
  const range = activationRange(result, activation);
  return pairwise(a, b, result, (x, y) =>
    clamp(scaled((x - left.zero) * (y - right.zero), multiplier, rounding) + output.zero, range),
  );
}

/** A function of one element, looked up once for each value. */
function unary(input: Value, result: GraphTensor, of: (x: number) => number): GraphData {
  const known = new Map<number, number>();
  const x = numbersOf(input);
  return made(result, (index) => {
    const value = x[index] ?? 0;
    const answer = known.get(value) ?? clamp(of(value), limits[result.type]);
    known.set(value, answer);
    return answer;
  });
}

/**
 * Rescaled, then clamped. (TensorFlow Lite Micro's RELU6 does not rescale, and is right only for results that are
 * quantised as what they are made of, for which both do the same.)
 */
export function relu(
  input: Value,
  result: GraphTensor,
  activation: Activation,
  { rounding }: KernelOptions,
): GraphData {
  const [from, to] = [scaleOf(input.tensor), scaleOf(result)];
  const multiplier = multiplierOf(from.scale / to.scale, rounding);
  const range = activationRange(result, activation);
  return unary(input, result, (x) => clamp(scaled(x - from.zero, multiplier, rounding) + to.zero, range));
}

export function leakyRelu(input: Value, result: GraphTensor, alpha: number, { rounding }: KernelOptions): GraphData {
  const [from, to] = [scaleOf(input.tensor), scaleOf(result)];
  const steep = multiplierOf(Math.fround(from.scale / to.scale), rounding);
  const slope = Math.fround(Math.fround(from.scale * Math.fround(alpha)) / to.scale);
  const flat = multiplierOf(slope, rounding);
  return unary(input, result, (x) => {
    const value = x - from.zero;
    return to.zero + scaled(value, value >= 0 ? steep : flat, rounding);
  });
}

/** A function with four integer bits of input: beyond ± 15 of them it is at its end. */
function saturating(
  input: Value,
  result: GraphTensor,
  { rounding }: KernelOptions,
  of: (x: number) => number,
): GraphData {
  const { scale, zero } = scaleOf(input.tensor);
  const multiplier = multiplierOf(scale * 2 ** 27, 'double');
  const radius = Math.floor((15 * 2 ** 27) / 2 ** multiplier.shift);
  return unary(input, result, (x) => {
    const value = x - zero;
    if (value <= -radius) return -128;
    return value >= radius ? 127 : of(scaled(value, multiplier, rounding));
  });
}

export const sigmoid = (input: Value, result: GraphTensor, options: KernelOptions): GraphData =>
  saturating(input, result, options, (x) => dividedByPower(logistic(x), 23) - 128);

export const tanh = (input: Value, result: GraphTensor, options: KernelOptions): GraphData =>
  saturating(input, result, options, (x) => dividedByPower(hyperbolicTangent(x), 24));

/** A table is filled by a function of single precision (activations.cc). */
export function elu(input: Value, result: GraphTensor): GraphData {
  const [from, to] = [scaleOf(input.tensor), scaleOf(result)];
  const steps = Math.fround(1 / to.scale);
  return unary(input, result, (x) => {
    const real = Math.fround(from.scale * (x - from.zero));
    const below = Math.fround(Math.fround(Math.exp(real)) - 1);
    return to.zero + roundAway(Math.fround((real < 0 ? below : real) * steps));
  });
}

/** A slope for each element below the zero point, or for each channel of it. */
export function prelu(input: Value, slope: Value, result: GraphTensor, { rounding }: KernelOptions): GraphData {
  const [from, by, to] = [input.tensor, slope.tensor, result].map(scaleOf);
  if (from === undefined || by === undefined || to === undefined) throw new RangeError('a tensor is missing');
  const steep = multiplierOf(from.scale / to.scale, rounding);
  const sloped = multiplierOf((from.scale * by.scale) / to.scale, rounding);
  return pairwise(input, slope, result, (x, y) => {
    const value = x - from.zero;
    const above = value >= 0;
    return clamp(
      to.zero + scaled(above ? value : value * (y - by.zero), above ? steep : sloped, rounding),
      limits.int8,
    );
  });
}

const toInt16 = (value: number): number => clamp(value, limits.int16);

/** Of a multiplier of 31 bits those of an int16. */
const highHalf = (multiplier: number): number =>
  multiplier >= 2 ** 31 - 1 - 2 ** 15 ? 2 ** 15 - 1 : Math.floor((multiplier + 2 ** 15) / 2 ** 16);

/** x · min(max(x + 3, 0), 6) / 6, in 16 bits. */
export function hardSwish(input: Value, result: GraphTensor): GraphData {
  const [from, to] = [scaleOf(input.tensor), scaleOf(result)];
  const fine = Math.fround(Math.fround(1 / 128) * from.scale);
  const output = multiplierOf(Math.fround(fine / to.scale), 'double');
  // On this scale 3 is 2^15.
  const reluish = multiplierOf(Math.fround(fine / Math.fround(3 / 32768)), 'double');
  return unary(input, result, (x) => {
    const value = (x - from.zero) * 128;
    const identity = highMultiply(value, highHalf(output.multiplier), 16);
    let factor = value;
    if (reluish.shift > 0) factor = toInt16(factor * 2 ** (reluish.shift - 1));
    factor = highMultiply(factor, highHalf(reluish.multiplier), 16);
    if (reluish.shift > 0) factor = toInt16(factor * 2);
    if (reluish.shift < 0) factor = dividedByPower(factor, -reluish.shift);
    factor = Math.floor((factor + 2 ** 15) / 2);
    const product = Math.trunc((factor * identity) / 2 ** 15);
    return dividedByPower(product, -output.shift) + to.zero;
  });
}

/** From real numbers, or from another quantisation. */
export function quantise(input: Value, result: GraphTensor, { rounding }: KernelOptions): GraphData {
  const to = scaleOf(result);
  const range = limits[result.type];
  const x = numbersOf(input);
  if (input.tensor.type === 'float32') {
    return made(result, (index) => clamp(roundAway(Math.fround((x[index] ?? 0) / to.scale)) + to.zero, range));
  }
  const from = scaleOf(input.tensor);
  const multiplier = multiplierOf(from.scale / to.scale, rounding);
  return made(result, (index) => clamp(scaled((x[index] ?? 0) - from.zero, multiplier, rounding) + to.zero, range));
}

export function dequantise(input: Value, result: GraphTensor): GraphData {
  const { scale, zero } = scaleOf(input.tensor);
  const x = numbersOf(input);
  return made(result, (index) => scale * ((x[index] ?? 0) - zero));
}
