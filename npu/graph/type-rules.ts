/** Which types an operator's tensors have, and how they are quantised. */
import type { Ends } from './ends.ts';
import type { GraphTensor, GraphType, Operator } from './graph.ts';
import { showName } from './shape.ts';

const QUANTISE = 'quantise the network fully to int8';

/** What is wrong with an operator's types, to go on after its place; null where nothing is. */
export function typeProblem(operator: Operator, ends: Ends): string | null {
  const { inputs, outputs } = ends;
  const [first = null, second = null, third = null, fourth = null, fifth = null] = inputs;
  const [result = null] = outputs;

  switch (operator.kind) {
    case 'conv2d':
    case 'depthwiseConv2d':
    case 'fullyConnected':
      return product(first, second, third, result, operator.kind === 'depthwiseConv2d' ? 3 : 0);
    case 'transposeConv':
      return product(second, first, third, result, 0);
    case 'add':
    case 'sub':
    case 'mul':
    case 'maxPool':
    case 'averagePool':
    case 'mean':
    case 'sum':
    case 'relu':
    case 'relu6':
    case 'reluN1To1':
    case 'hardSwish':
    case 'elu':
    case 'prelu':
    case 'resizeBilinear':
      return firstOf([...inputs, result].map((tensor) => quantised(tensor, ['int8'])));
    case 'leakyRelu':
      return (
        quantised(first, ['int8']) ??
        quantised(result, ['int8']) ??
        within('slope', operator.attributes.alpha, -Infinity)
      );
    case 'softmax':
      return (
        quantised(first, ['int8']) ??
        quantised(result, ['int8']) ??
        resultIs(result, 1 / 256, -128) ??
        within('beta', operator.attributes.beta, 0)
      );
    case 'logistic':
      return quantised(first, ['int8']) ?? quantised(result, ['int8']) ?? resultIs(result, 1 / 256, -128);
    case 'tanh':
      return quantised(first, ['int8']) ?? quantised(result, ['int8']) ?? resultIs(result, 1 / 128, 0);
    case 'minimum':
    case 'maximum':
    case 'reduceMax':
    case 'reduceMin':
      return (
        firstOf([...inputs, result].map((tensor) => quantised(tensor, ['int8']))) ??
        firstOf(inputs.map((tensor) => alike(tensor, result)))
      );
    case 'concat':
      return (
        firstOf(inputs.map((tensor) => sameType(tensor, result) ?? joined(tensor, result))) ??
        (operator.attributes.activation === 'none'
          ? null
          : `has an activation, ${operator.attributes.activation}; put that in an operator of its own`)
      );
    case 'pad':
    case 'slice':
    case 'reshape':
    case 'transpose':
    case 'resizeNearest':
      return sameType(first, result);
    case 'split':
      return firstOf(outputs.map((output) => sameType(first, output)));
    case 'quantise':
      return (
        (first?.type === 'float32' ? null : quantised(first, ['int8', 'uint8', 'int16', 'int32', 'float32'])) ??
        quantised(result, ['int8', 'uint8', 'int16'])
      );
    case 'dequantise':
      return quantised(first, ['int8', 'uint8', 'int16']) ?? typed(result, ['float32']);
    case 'svdf':
      return (
        quantised(first, ['int8']) ??
        constant(second) ??
        symmetric(second, ['int8']) ??
        constant(third) ??
        symmetric(third, ['int8', 'int16']) ??
        (fourth === null ? null : (constant(fourth) ?? typed(fourth, ['int32']))) ??
        quantised(fifth, ['int8', 'int16']) ??
        (fifth?.variable === true ? null : `keeps its state in ${nameOf(fifth)}, which is not variable; make it so`) ??
        quantised(result, ['int8'])
      );
  }
}

const nameOf = (tensor: GraphTensor | null): string => (tensor === null ? 'nothing' : showName(tensor));

const firstOf = (problems: readonly (string | null)[]): string | null =>
  problems.find((problem) => problem !== null) ?? null;

function typed(tensor: GraphTensor | null, types: readonly GraphType[]): string | null {
  if (tensor === null || types.includes(tensor.type)) return null;
  return `has ${showName(tensor)} of ${tensor.type}, where it can be ${types.join(' or ')}; ${QUANTISE}`;
}

/** Of one of the types, with one scale and zero point. */
function quantised(tensor: GraphTensor | null, types: readonly GraphType[]): string | null {
  const wrong = typed(tensor, types);
  if (wrong !== null || tensor === null) return wrong;
  if (tensor.quantisation?.scales.length === 1) return null;
  const has = tensor.quantisation === null ? 'no scale' : `${tensor.quantisation.scales.length} scales`;
  return `has ${showName(tensor)} with ${has}, where it should be one; ${QUANTISE}`;
}

function constant(tensor: GraphTensor | null): string | null {
  if (tensor === null || tensor.data !== null) return null;
  return `takes weights from ${showName(tensor)}, which is no constant; give it constant weights`;
}

/** A finite number above another. */
const within = (what: string, value: number, least: number): string | null =>
  value > least && Number.isFinite(value) ? null : `has a ${what} of ${value}; make the network again`;

/** Quantised with a zero point of 0. */
function symmetric(tensor: GraphTensor | null, types: readonly GraphType[]): string | null {
  const wrong = quantised(tensor, types);
  if (wrong !== null || tensor === null) return wrong;
  return zeroless(tensor);
}

const zeroless = (tensor: GraphTensor): string | null =>
  tensor.quantisation?.zeros.every((zero) => zero === 0) === true
    ? null
    : `has weights ${showName(tensor)} with a zero point, where it is 0 for int8; ${QUANTISE}`;

/** A sum of products with a filter, whose scales may be one for each channel of the result, along `axis`. */
function product(
  picture: GraphTensor | null,
  filter: GraphTensor | null,
  bias: GraphTensor | null,
  result: GraphTensor | null,
  axis: number,
): string | null {
  const wrong =
    quantised(picture, ['int8']) ??
    quantised(result, ['int8']) ??
    typed(filter, ['int8']) ??
    constant(filter) ??
    typed(bias, ['int32']) ??
    constant(bias);
  if (wrong !== null || filter === null) return wrong;
  const { quantisation, shape } = filter;
  if (quantisation === null) return `has weights ${showName(filter)} without a scale; ${QUANTISE}`;
  const { scales } = quantisation;
  if (scales.length > 1 && (quantisation.axis !== axis || scales.length !== shape[axis])) {
    const has = `${scales.length} scales along dimension ${quantisation.axis}`;
    return `has weights ${showName(filter)} with ${has}, where it is one for each channel; ${QUANTISE}`;
  }
  return zeroless(filter);
}

const sameType = (a: GraphTensor | null, b: GraphTensor | null): string | null =>
  a?.type === b?.type
    ? null
    : `makes ${nameOf(b)} of ${b?.type ?? 'no type'} from ${a?.type ?? 'no type'}; give both the same type`;

/** That two tensors have the same quantisation, as nothing is rescaled. */
function alike(a: GraphTensor | null, b: GraphTensor | null): string | null {
  const [left, right] = [a?.quantisation, b?.quantisation];
  const same = left?.scales[0] === right?.scales[0] && left?.zeros[0] === right?.zeros[0];
  return same ? null : `makes ${nameOf(b)} from ${nameOf(a)}, which is quantised otherwise; quantise the network again`;
}

/** Inputs of a concatenation are rescaled where they are of uint8, by kernels of TensorFlow Lite. */
const joined = (input: GraphTensor | null, result: GraphTensor | null): string | null =>
  input?.type === 'uint8' ? (quantised(input, ['uint8']) ?? quantised(result, ['uint8'])) : alike(input, result);

function resultIs(tensor: GraphTensor | null, scale: number, zero: number): string | null {
  const { scales = [], zeros = [] } = tensor?.quantisation ?? {};
  if (scales[0] === scale && zeros[0] === zero) return null;
  const has = `a scale of ${scales[0]} and a zero point of ${zeros[0]}`;
  return `makes ${nameOf(tensor)} with ${has}, where it is 1/${1 / scale} and ${zero}; quantise the network again`;
}
