/**
 * What a network gives, by plain kernels with the arithmetic of TensorFlow Lite Micro's reference kernels, byte for
 * byte: what every other way to run it is compared with. Nothing here is shared with the compiler or the hardware.
 */
import { checkGraph } from '../../npu/graph/check.ts';
import { endsOf } from '../../npu/graph/ends.ts';
import type { Graph, GraphData, GraphTensor, Operator } from '../../npu/graph/graph.ts';
import type { Rounding } from './fixed-point.ts';
import { conv2d, depthwiseConv2d, fullyConnected, transposeConv } from './kernels/convolution.ts';
import {
  dequantise,
  elu,
  hardSwish,
  leakyRelu,
  pairwise,
  prelu,
  product,
  quantise,
  relu,
  sigmoid,
  sum,
  tanh,
} from './kernels/elementwise.ts';
import { concat, pad, reshape, slice, split, transpose } from './kernels/movement.ts';
import { average, extreme, mean, pool, svdf, total } from './kernels/reduction.ts';
import { resizeBilinear, resizeNearest } from './kernels/resize.ts';
import { softmax } from './kernels/softmax.ts';
import { emptyOf, made, scaleOf, type KernelOptions, type Value } from './values.ts';

export interface RunGraphOptions {
  /** How products are rounded (double, as by the reference kernels of TensorFlow Lite Micro). */
  readonly rounding?: Rounding;
  /** What variable tensors hold, by their number; they are changed. Without it all begin at their zero points. */
  readonly state?: Map<number, GraphData>;
}

/**
 * The value of every tensor, by its number; of variable ones, after the run.
 * @param inputs one for each of the graph's
 * @throws NetworkError for a graph that is not well formed, RangeError for inputs that are not as it says
 */
export function runGraph(
  graph: Graph,
  inputs: readonly GraphData[],
  options: RunGraphOptions = {},
): readonly GraphData[] {
  checkGraph(graph);
  const { rounding = 'double', state = new Map<number, GraphData>() } = options;
  const values = graph.tensors.map((tensor, index) => initial(tensor, index, state));
  for (const [i, index] of graph.inputs.entries()) values[index] = given(graph.tensors[index], inputs[i]);
  for (const operator of graph.operators) {
    const { inputs, outputs } = endsOf(graph, operator);
    const taken = inputs.map((tensor, i) => valueOf(tensor, values[operator.inputs[i] ?? -1]));
    const results = run(operator, taken, outputs, { rounding });
    for (const [i, index] of operator.outputs.entries()) values[index] = results[i] ?? null;
  }
  return values.map((value, index) => value ?? emptyOf(graph.tensors[index] ?? { type: 'int8', shape: [0] }));
}

function initial(tensor: GraphTensor, index: number, state: Map<number, GraphData>): GraphData | null {
  if (tensor.variable !== true) return tensor.data;
  const kept = state.get(index) ?? made(tensor, () => scaleOf(tensor).zero);
  state.set(index, kept);
  return kept;
}

function given(tensor: GraphTensor | undefined, data: GraphData | undefined): GraphData {
  if (tensor === undefined || data === undefined) throw new RangeError('give a value for each input of the network');
  const wanted = emptyOf(tensor);
  if (data.constructor !== wanted.constructor || data.length !== wanted.length) {
    const [has, needs] = [data, wanted].map((array) => `${array.constructor.name} of ${array.length}`);
    throw new RangeError(`'${tensor.name}' is given as ${has}; give ${needs}`);
  }
  return data;
}

const valueOf = (tensor: GraphTensor | null, data: GraphData | null | undefined): Value | null =>
  tensor === null || data === null || data === undefined ? null : { tensor, data };

function run(
  operator: Operator,
  inputs: readonly (Value | null)[],
  outputs: readonly GraphTensor[],
  options: KernelOptions,
): readonly GraphData[] {
  if (operator.kind === 'split') return split(the(inputs[0]), outputs, operator.attributes);
  const [result] = outputs;
  if (result === undefined) throw new RangeError(`${operator.title} has no result`);
  return [runOne(operator, inputs, result, options)];
}

/** A value that a checked graph has. */
function the(value: Value | null | undefined): Value {
  if (value === null || value === undefined) throw new RangeError('an input of an operator is missing');
  return value;
}

function runOne(
  operator: Exclude<Operator, { readonly kind: 'split' }>,
  inputs: readonly (Value | null)[],
  result: GraphTensor,
  options: KernelOptions,
): GraphData {
  const [, , third = null, fourth = null, fifth = null] = inputs;
  const first = the(inputs[0]);
  const second = (): Value => the(inputs[1]);
  switch (operator.kind) {
    case 'conv2d':
      return conv2d(first, second(), third, result, operator.attributes, options);
    case 'depthwiseConv2d':
      return depthwiseConv2d(first, second(), third, result, operator.attributes, options);
    case 'transposeConv':
      return transposeConv(first, second(), third, result, operator.attributes, options);
    case 'fullyConnected':
      return fullyConnected(first, second(), third, result, operator.attributes, options);
    case 'add':
      return sum(1, first, second(), result, operator.attributes.activation, options);
    case 'sub':
      return sum(-1, first, second(), result, operator.attributes.activation, options);
    case 'mul':
      return product(first, second(), result, operator.attributes, options);
    case 'minimum':
      return pairwise(first, second(), result, Math.min);
    case 'maximum':
      return pairwise(first, second(), result, Math.max);
    case 'maxPool':
      return pool(first, result, operator.attributes, (elements) =>
        elements.reduce((most, one) => Math.max(most, one), -Infinity),
      );
    case 'averagePool':
      return pool(first, result, operator.attributes, average);
    case 'mean':
      return mean(first, result, operator.attributes, options);
    case 'sum':
      return total(first, result, operator.attributes, options);
    case 'reduceMax':
      return extreme(first, result, operator.attributes, 'max');
    case 'reduceMin':
      return extreme(first, result, operator.attributes, 'min');
    case 'softmax':
      return softmax(first, result, operator.attributes.beta, options);
    case 'logistic':
      return sigmoid(first, result, options);
    case 'tanh':
      return tanh(first, result, options);
    case 'relu':
    case 'relu6':
    case 'reluN1To1':
      return relu(first, result, operator.kind, options);
    case 'leakyRelu':
      return leakyRelu(first, result, operator.attributes.alpha, options);
    case 'hardSwish':
      return hardSwish(first, result);
    case 'elu':
      return elu(first, result);
    case 'prelu':
      return prelu(first, second(), result, options);
    case 'pad':
      return pad(first, result, operator.attributes);
    case 'concat':
      return concat(inputs.map(the), result, operator.attributes);
    case 'slice':
      return slice(first, result, operator.attributes);
    case 'reshape':
      return reshape(first, result);
    case 'transpose':
      return transpose(first, result, operator.attributes);
    case 'resizeNearest':
      return resizeNearest(first, result, operator.attributes);
    case 'resizeBilinear':
      return resizeBilinear(first, result, operator.attributes, options);
    case 'quantise':
      return quantise(first, result, options);
    case 'dequantise':
      return dequantise(first, result);
    case 'svdf': {
      const given = { picture: first, features: second(), time: the(third), bias: fourth, state: the(fifth) };
      return svdf(given, result, operator.attributes, options);
    }
  }
}
