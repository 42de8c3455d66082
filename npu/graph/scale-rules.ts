/** How far apart the scales of an operator's tensors may be. */
import type { Ends } from './ends.ts';
import type { GraphTensor, Operator, OperatorKind } from './graph.ts';

/**
 * A result whose steps are so many times as fine as an input's is at one end of its range or at the other, whatever the
 * input; the multipliers of kernels hold little more (`quantisedMultiplier`).
 */
const MOST_FACTOR = 2 ** 22;

/** Of real numbers from here on functions of them are at one end of their range or at the other. */
const MOST_ARGUMENT = 2 ** 19;

/** Kinds whose sums are of products of the first two inputs. */
const products: ReadonlySet<OperatorKind> = new Set([
  'conv2d',
  'depthwiseConv2d',
  'transposeConv',
  'fullyConnected',
  'mul',
]);

/** Kinds that are functions of real numbers. */
const functions: ReadonlySet<OperatorKind> = new Set(['logistic', 'tanh', 'hardSwish', 'elu', 'softmax']);

/**
 * What is wrong with an operator's scales, to go on after its place; null where nothing is. Functions multiply by the
 * scale of their input alone.
 */
export function scaleProblem(operator: Operator, { inputs, outputs }: Ends): string | null {
  const { kind } = operator;
  const scales = inputs.map(mostOf);
  const [first = 0] = scales;
  if (functions.has(kind) && first >= MOST_ARGUMENT) return `takes a scale of ${first}; quantise the network again`;
  for (const { taken, result } of rescalings(operator, scales, outputs.map(leastOf)))
    if (!(taken < MOST_FACTOR * result))
      return `takes scales up to ${taken} and makes one of ${result}; quantise the network again`;
  return null;
}

/** Steps of what a kernel multiplies by a factor, and of what it makes of it; the factor is the one over the other. */
interface Rescaling {
  readonly taken: number;
  readonly result: number;
}

/** All that an operator rescales, by the scales of its inputs and outputs. */
function rescalings(operator: Operator, inputs: readonly number[], outputs: readonly number[]): readonly Rescaling[] {
  const [first = 0, second = 0, third = 0, , state = 0] = inputs;
  if (operator.kind === 'svdf') {
    // Features become the state, and sums of the state the result.
    return [{ taken: first * second, result: state }, ...outputs.map((result) => ({ taken: state * third, result }))];
  }
  // What is not below 0 keeps its slope.
  if (operator.kind === 'prelu') return outputs.map((result) => ({ taken: first * Math.max(1, second), result }));
  const most = operator.kind === 'leakyRelu' ? Math.max(1, Math.abs(operator.attributes.alpha)) : 1;
  const taken = products.has(operator.kind) ? first * second : most * Math.max(0, ...inputs);
  return outputs.map((result) => ({ taken, result }));
}

const scalesOf = (tensor: GraphTensor | null): readonly number[] => tensor?.quantisation?.scales ?? [];
const mostOf = (tensor: GraphTensor | null): number => Math.max(0, ...scalesOf(tensor));
const leastOf = (tensor: GraphTensor): number => Math.min(...scalesOf(tensor));
