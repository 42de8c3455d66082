/**
 * The same network in fewer terms: constants that are spread over a tensor become whole ones, and a border that an
 * operator puts around a picture becomes padding of the convolutions that read it. Tensors and operators
 * keep their numbers.
 */
import type { Graph, GraphTensor, Operator, Sides } from '../../graph/graph.ts';
import { elementsIn, sameShape } from '../../graph/shape.ts';

export const simplified = (graph: Graph): Graph => withPadding(withWholeConstants(graph));

/** Operators of two tensors, one of which may be spread over the other. */
const pairs = new Set<Operator['kind']>(['add', 'sub', 'mul', 'minimum', 'maximum']);

function withWholeConstants(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const operators = graph.operators.map((operator) => {
    const shape = tensors[operator.outputs[0] ?? -1]?.shape;
    if (!pairs.has(operator.kind) || shape === undefined) return operator;
    const inputs = operator.inputs.map((index) => {
      const tensor = tensors[index ?? -1];
      if (tensor === undefined || sameShape(tensor.shape, shape)) return index;
      const whole = spread(tensor, shape);
      return whole === null ? index : tensors.push({ ...whole, name: `${tensor.name} for ${operator.title}` }) - 1;
    });
    return { ...operator, inputs };
  });
  return { ...graph, tensors, operators };
}

/** A constant of bytes in another shape, each dimension of 1 repeated; null for any other tensor. */
function spread(tensor: GraphTensor, shape: readonly number[]): GraphTensor | null {
  const { data } = tensor;
  if (!(data instanceof Int8Array || data instanceof Uint8Array)) return null;
  const from = [...shape.slice(tensor.shape.length).map(() => 1), ...tensor.shape];
  const whole = data instanceof Int8Array ? new Int8Array(elementsIn(shape)) : new Uint8Array(elementsIn(shape));
  for (let at = 0; at < whole.length; at++) {
    let [left, place, step] = [at, 0, 1];
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      const [size, own] = [shape[dimension] ?? 1, from[dimension] ?? 1];
      if (own > 1) place += (left % size) * step;
      step *= own;
      left = Math.floor(left / size);
    }
    whole[at] = data[place] ?? 0;
  }
  return { ...tensor, shape, data: whole };
}

/** A picture's border, where an operator does nothing else but put its zero point there. */
function borderOf(graph: Graph, operator: Operator): Sides | null {
  if (operator.kind !== 'pad') return null;
  const { before, after, value } = operator.attributes;
  const [input, result] = [operator.inputs[0], operator.outputs[0]].map((tensor) => graph.tensors[tensor ?? -1]);
  // What reads the border would read the picture by another scale.
  if (!isAlike(input, result)) return null;
  const zero = input?.quantisation?.zeros[0] ?? 0;
  const isPicture =
    before.length === 4 && [0, 3].every((dimension) => before[dimension] === 0 && after[dimension] === 0);
  if (!isPicture || (value !== null && value !== zero)) return null;
  return { top: before[1] ?? 0, left: before[2] ?? 0, bottom: after[1] ?? 0, right: after[2] ?? 0 };
}

const isAlike = (one: GraphTensor | undefined, other: GraphTensor | undefined): boolean =>
  one?.quantisation?.scales[0] === other?.quantisation?.scales[0] &&
  one?.quantisation?.zeros[0] === other?.quantisation?.zeros[0];

function withPadding(graph: Graph): Graph {
  const borders = new Map(
    graph.operators.flatMap((operator): [number, { from: number; border: Sides }][] => {
      const [border, from, to] = [borderOf(graph, operator), operator.inputs[0] ?? null, operator.outputs[0]];
      return border === null || from === null || to === undefined ? [] : [[to, { from, border }]];
    }),
  );
  const operators = graph.operators.map((operator): Operator => {
    const padded = borders.get(operator.inputs[0] ?? -1);
    if (padded === undefined) return operator;
    const inputs = [padded.from, ...operator.inputs.slice(1)];
    if (operator.kind === 'conv2d')
      return { ...operator, inputs, attributes: { ...operator.attributes, padding: around(operator, padded.border) } };
    if (operator.kind === 'depthwiseConv2d')
      return { ...operator, inputs, attributes: { ...operator.attributes, padding: around(operator, padded.border) } };
    return operator;
  });
  return { ...graph, operators };
}

const around = ({ attributes: { padding } }: Operator<'conv2d' | 'depthwiseConv2d'>, border: Sides): Sides => ({
  top: padding.top + border.top,
  left: padding.left + border.left,
  bottom: padding.bottom + border.bottom,
  right: padding.right + border.right,
});
