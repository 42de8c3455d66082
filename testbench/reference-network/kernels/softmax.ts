import type { GraphData, GraphTensor } from '../../../npu/graph/graph.ts';
import {
  dividedByPower,
  exponential,
  highMultiply,
  multiplierOf,
  reciprocalOfOnePlus,
  scaled,
} from '../fixed-point.ts';
import { clamp, emptyOf, limits, numbersOf, scaleOf, type KernelOptions, type Value } from '../values.ts';

/** Along the last dimension: powers with five integer bits of exponent, their sum with twelve. */
export function softmax(input: Value, result: GraphTensor, beta: number, { rounding }: KernelOptions): GraphData {
  const x = numbersOf(input);
  const largest = rounding === 'double' ? 2 ** 31 - 1 : 2 ** 30 - 1;
  const real = Math.min(beta * scaleOf(input.tensor).scale * 2 ** 26, largest);
  const multiplier = multiplierOf(real, rounding);
  const least = -Math.floor((31 * 2 ** 26) / 2 ** multiplier.shift);
  const powers = new Map<number, number>();
  const powerOf = (difference: number): number => {
    const power = powers.get(difference) ?? exponential(scaled(difference, multiplier, rounding), 5);
    powers.set(difference, power);
    return power;
  };
  const depth = result.shape.at(-1) ?? 1;
  const data = emptyOf(result);
  if (data instanceof BigInt64Array) throw new RangeError('a softmax of int64');
  for (let row = 0; row < data.length; row += depth) {
    let most = -Infinity;
    for (let i = row; i < row + depth; i += 1) most = Math.max(most, x[i] ?? 0);
    let sum = 0;
    for (let i = row; i < row + depth; i += 1) {
      const difference = (x[i] ?? 0) - most;
      if (difference >= least) sum = (sum + dividedByPower(powerOf(difference), 12)) | 0;
    }
    const leading = Math.clz32(sum);
    // The sum lies between 1 and 2 once its first bit is above all others.
    const reciprocal = reciprocalOfOnePlus(sum * 2 ** leading - 2 ** 31);
    for (let i = row; i < row + depth; i += 1) {
      const difference = (x[i] ?? 0) - most;
      const share = highMultiply(reciprocal, difference >= least ? powerOf(difference) : 0);
      data[i] = clamp(dividedByPower(share, 12 - leading + 23) - 128, limits.int8);
    }
  }
  return data;
}
