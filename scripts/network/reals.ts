/** Real numbers as a network's input: which of them it can tell apart, and what they become. */
import { isQuantised, activationRange, tensorScale } from '../../npu/graph/scales.ts';
import type { Graph, GraphData, GraphTensor } from '../../npu/graph/graph.ts';
import { quantise } from '../../testbench/reference-network/kernels/elementwise.ts';
import { UsageError } from '../failure.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * The real numbers that a tensor covers: of integers by their scale and zero point, of real ones what the operator
 * covers that quantises them, be it after others that only move them. Null where there is none.
 */
export function coveredBy(graph: Graph, index: number): Range | null {
  const tensor = graph.tensors[index];
  if (tensor === undefined) return null;
  if (tensor.type !== 'float32') return rangeOf(tensor);
  const next = graph.operators.filter(({ inputs }) => inputs.includes(index)).flatMap(({ outputs }) => outputs);
  // Operators come after those whose results they take: this ends.
  return next.map((output) => coveredBy(graph, output)).find((range) => range !== null) ?? null;
}

function rangeOf({ type, quantisation }: GraphTensor): Range | null {
  const scale = tensorScale(quantisation);
  if (scale === null || !isQuantised(type)) return null;
  const { low, high } = activationRange(scale, type, 'none');
  return { low: (low - scale.zero) * scale.scale, high: (high - scale.zero) * scale.scale };
}

/**
 * Real numbers as they are, or quantised as an operator QUANTIZE does it: to the nearest integer, and no further than
 * the least and the greatest.
 * @throws UsageError for a tensor that has no scale, and for what is no number
 */
export function fromReals(tensor: GraphTensor, reals: ArrayLike<number>, name: string): GraphData {
  const data = Float32Array.from(reals);
  if (data.some(Number.isNaN)) throw new UsageError(`${name} has elements that are no numbers`, 'leave out its NaNs');
  if (tensor.type === 'float32') return data;
  if (rangeOf(tensor) === null)
    throw new UsageError(`${name} has real numbers, and input '${tensor.name}' no scale`, 'give its integers');
  const real = { name, shape: tensor.shape, type: 'float32', quantisation: null, data } as const;
  return quantise({ tensor: real, data }, tensor, { rounding: 'double' });
}

/** `−1 to 0.992` */
export const shownRange = ({ low, high }: Range): string => `${shownReal(low)} to ${shownReal(high)}`;
const shownReal = (real: number): string =>
  String(Number.isInteger(real) ? real : Number(real.toPrecision(3))).replace('-', '−');
