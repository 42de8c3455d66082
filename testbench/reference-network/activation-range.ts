import type { Activation, GraphTensor } from '../../npu/graph/graph.ts';
import { roundAway } from './fixed-point.ts';
import { limits, scaleOf } from './values.ts';

const real: { readonly [A in Activation]: readonly [low: number, high: number] } = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
  reluN1To1: [-1, 1],
};

/** Least and most of a result after an activation, in its own quantisation; divided in single precision. */
export function activationRange(tensor: GraphTensor, activation: Activation): readonly [low: number, high: number] {
  const { scale, zero } = scaleOf(tensor);
  const [least, most] = limits[tensor.type];
  const [low, high] = real[activation].map((bound) => zero + roundAway(Math.fround(bound / scale)));
  return [Math.max(least, low ?? least), Math.min(most, high ?? most)];
}
