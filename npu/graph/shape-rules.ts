/** What shape an operator's result has, by the shapes of what it takes. */
import type { Ends } from './ends.ts';
import type { GraphTensor, Operator, OperatorKind, Windowed } from './graph.ts';
import { elementsIn, placesAlong, sameShape, showName, showShape } from './shape.ts';

type Shape = readonly number[];

/** What is wrong with an operator's shapes, to go on after its place; null where nothing is. */
export function shapeProblem(operator: Operator, ends: Ends): string | null {
  const [least, most] = arities[operator.kind];
  const { length } = ends.inputs;
  if (length < least || length > most) return `takes ${length} tensors`;
  const missing = ends.inputs.findIndex((input, i) => input === null && !mayLack(operator.kind, i));
  if (missing >= 0) return `lacks input ${missing}`;
  if (operator.kind !== 'split' && ends.outputs.length !== 1) return `makes ${ends.outputs.length} tensors`;
  return problemOf(operator, ends);
}

const unlimited = Infinity;
/** How many tensors go in. */
const arities: Readonly<Record<OperatorKind, readonly [least: number, most: number]>> = {
  conv2d: [2, 3],
  depthwiseConv2d: [2, 3],
  transposeConv: [2, 3],
  fullyConnected: [2, 3],
  add: [2, 2],
  sub: [2, 2],
  mul: [2, 2],
  minimum: [2, 2],
  maximum: [2, 2],
  maxPool: [1, 1],
  averagePool: [1, 1],
  mean: [1, 1],
  sum: [1, 1],
  reduceMax: [1, 1],
  reduceMin: [1, 1],
  softmax: [1, 1],
  logistic: [1, 1],
  tanh: [1, 1],
  relu: [1, 1],
  relu6: [1, 1],
  reluN1To1: [1, 1],
  leakyRelu: [1, 1],
  hardSwish: [1, 1],
  elu: [1, 1],
  prelu: [2, 2],
  pad: [1, 1],
  concat: [1, unlimited],
  slice: [1, 1],
  split: [1, 1],
  reshape: [1, 1],
  transpose: [1, 1],
  resizeNearest: [1, 1],
  resizeBilinear: [1, 1],
  quantise: [1, 1],
  dequantise: [1, 1],
  svdf: [5, 5],
};

/** Whether an input can be left out: biases can. */
const mayLack = (kind: OperatorKind, at: number): boolean =>
  kind === 'svdf' ? at === 3 : at === 2 && arities[kind][1] === 3;

const shapeOf = (tensor: GraphTensor | null | undefined): Shape => tensor?.shape ?? [];

function problemOf(operator: Operator, { inputs, outputs }: Ends): string | null {
  const [first = [], second = [], third = []] = inputs.map(shapeOf);
  const [result = []] = outputs.map(shapeOf);
  const makes = (wanted: Shape): string | null =>
    sameShape(result, wanted) ? null : `makes ${showShape(result)} where ${showShape(wanted)} follows from its inputs`;
  const biasFor = (channels: number): string | null => {
    const bias = inputs[2] ?? null;
    return bias === null || elementsIn(bias.shape) === channels
      ? null
      : `has a bias of ${showShape(bias.shape)} for ${channels} channels`;
  };

  switch (operator.kind) {
    case 'conv2d': {
      const { stride, padding, dilation } = operator.attributes;
      const wrong = fourDimensions(inputs.slice(0, 2)) ?? filterFits(second[3], first[3]) ?? biasFor(at(second, 0));
      return wrong ?? windowed(first, result, { stride, padding, dilation, window: second.slice(1, 3) }, at(second, 0));
    }
    case 'depthwiseConv2d': {
      const { stride, padding, dilation, multiplier } = operator.attributes;
      const channels = at(first, 3) * multiplier;
      const wrong = fourDimensions(inputs.slice(0, 2)) ?? filterFits(second[3], channels) ?? biasFor(channels);
      if (second[0] !== 1) return wrong ?? `has a filter of ${showShape(second)}`;
      return wrong ?? windowed(first, result, { stride, padding, dilation, window: second.slice(1, 3) }, channels);
    }
    case 'transposeConv': {
      const { stride, padding } = operator.attributes;
      const wrong =
        fourDimensions([...inputs.slice(0, 2), ...outputs]) ?? filterFits(first[3], second[3]) ?? biasFor(at(first, 0));
      if (wrong !== null) return wrong;
      if (result[3] !== first[0] || result[0] !== second[0])
        return makes([at(second, 0), at(result, 1), at(result, 2), at(first, 0)]);
      // The convolution that it turns round makes its input of its output.
      const back = windowed(
        result,
        second,
        { stride, padding, dilation: [1, 1], window: first.slice(1, 3) },
        at(second, 3),
      );
      return back === null ? null : `makes ${showShape(result)} of ${showShape(second)}, which its stride does not`;
    }
    case 'fullyConnected': {
      if (second.length !== 2) return `has a filter of ${showShape(second)}`;
      const [out, depth] = [at(second, 0), at(second, 1)];
      const rows = elementsIn(first) / depth;
      if (!Number.isInteger(rows)) return `has a filter for ${depth} values, and takes ${showShape(first)}`;
      if (elementsIn(result) !== rows * out || result.at(-1) !== out) return makes([rows, out]);
      return biasFor(out);
    }
    case 'add':
    case 'sub':
    case 'mul':
    case 'minimum':
    case 'maximum': {
      const both = broadcast(first, second);
      return both === null ? `takes ${showShape(first)} and ${showShape(second)}` : makes(both);
    }
    case 'prelu': {
      const both = broadcast(first, second);
      return both !== null && sameShape(both, first)
        ? makes(first)
        : `takes ${showShape(first)} and slopes of ${showShape(second)}`;
    }
    case 'maxPool':
    case 'averagePool':
      return (
        fourDimensions(inputs) ?? windowed(first, result, { ...operator.attributes, dilation: [1, 1] }, at(first, 3))
      );
    case 'mean':
    case 'sum':
    case 'reduceMax':
    case 'reduceMin': {
      const { axes } = operator.attributes;
      const kept = first.map((size, i) => (axes.includes(i) ? 1 : size));
      const dropped = first.filter((_, i) => !axes.includes(i));
      return axesOf(axes, first) ?? (sameShape(result, kept) ? null : makes(dropped));
    }
    case 'softmax':
    case 'logistic':
    case 'tanh':
    case 'relu':
    case 'relu6':
    case 'reluN1To1':
    case 'leakyRelu':
    case 'hardSwish':
    case 'elu':
    case 'quantise':
    case 'dequantise':
      return makes(first);
    case 'pad': {
      const { before, after } = operator.attributes;
      const all = [...before, ...after];
      if (before.length !== first.length || after.length !== first.length || all.some((count) => !(count >= 0))) {
        return `pads ${showShape(first)} by ${before.join()} before and ${after.join()} after`;
      }
      return makes(first.map((size, i) => size + at(before, i) + at(after, i)));
    }
    case 'concat': {
      const { axis } = operator.attributes;
      const shapes = inputs.map(shapeOf);
      const odd = shapes.find((shape) => !sameButFor(axis, shape, first));
      if (odd !== undefined) return `takes ${showShape(first)} and ${showShape(odd)}`;
      return axesOf([axis], first) ?? makes(along(axis, first, shapes));
    }
    case 'slice': {
      const { begin, step, size } = operator.attributes;
      const isInside = first.every((length, i) => {
        const last = at(begin, i) + at(step, i) * (at(size, i) - 1);
        return at(begin, i) >= 0 && at(step, i) >= 1 && at(size, i) >= 1 && last < length;
      });
      if (!isInside || size.length !== first.length) return `takes ${showShape(size)} of ${showShape(first)}`;
      const withoutOnes = (shape: Shape): Shape => shape.filter((length) => length !== 1);
      return sameShape(withoutOnes(result), withoutOnes(size)) ? null : makes(size);
    }
    case 'split': {
      const { axis } = operator.attributes;
      const shapes = outputs.map(shapeOf);
      const odd = shapes.find((shape) => !sameButFor(axis, shape, first));
      const wrong = axesOf([axis], first);
      if (wrong !== null) return wrong;
      if (odd !== undefined) return `makes ${showShape(odd)} of ${showShape(first)}`;
      const whole = along(axis, first, shapes);
      return sameShape(whole, first) ? null : `makes ${showShape(whole)} in all of ${showShape(first)}`;
    }
    case 'reshape':
      return elementsIn(first) === elementsIn(result) ? null : `makes ${showShape(result)} of ${showShape(first)}`;
    case 'transpose': {
      const { order } = operator.attributes;
      const isOrder = sameShape(
        [...order].toSorted((a, b) => a - b),
        first.map((_, i) => i),
      );
      return isOrder
        ? makes(order.map((axis) => at(first, axis)))
        : `puts ${showShape(first)} in the order ${order.join()}`;
    }
    case 'resizeNearest':
    case 'resizeBilinear': {
      const { alignCorners, halfPixels } = operator.attributes;
      if (alignCorners && halfPixels) return 'takes both corners and half pixels';
      return (
        fourDimensions([...inputs, ...outputs]) ?? makes([at(first, 0), at(result, 1), at(result, 2), at(first, 3)])
      );
    }
    case 'svdf': {
      const { rank } = operator.attributes;
      const state = shapeOf(inputs[4]);
      const [filters, memory] = [at(second, 0), at(third, 1)];
      const units = filters / rank;
      const fits =
        [first, second, third, state].every((shape) => shape.length === 2) &&
        second[1] === first[1] &&
        third[0] === filters &&
        sameShape(state, [at(first, 0), filters * memory]) &&
        Number.isInteger(units);
      if (!fits) return `takes ${[first, second, third, state].map(showShape).join(', ')} of rank ${rank}`;
      const bias = inputs[3] ?? null;
      if (bias !== null && elementsIn(bias.shape) !== units)
        return `has a bias of ${showShape(bias.shape)} for ${units} units`;
      return makes([at(first, 0), units]);
    }
  }
}

const at = (shape: Shape, index: number): number => shape[index] ?? 0;

function fourDimensions(tensors: readonly (GraphTensor | null)[]): string | null {
  const odd = tensors.find((tensor) => tensor?.shape.length !== 4) ?? null;
  return odd === null ? null : `has ${showName(odd)} of ${showShape(odd.shape)}, which should have four dimensions`;
}

const filterFits = (filter: number | undefined, picture: number | undefined): string | null =>
  filter === picture ? null : `has a filter for ${filter} channels, and a picture of ${picture}`;

const axesOf = (axes: readonly number[], shape: Shape): string | null =>
  axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < shape.length)
    ? null
    : `works along axes ${axes.join()} of ${showShape(shape)}`;

const sameButFor = (axis: number, a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, i) => i === axis || size === b[i]);

/** A shape whose size along an axis is that of all shapes together. */
const along = (axis: number, shape: Shape, shapes: readonly Shape[]): Shape =>
  shape.map((size, i) => (i === axis ? shapes.reduce((sum, one) => sum + at(one, i), 0) : size));

/** What two shapes are when dimensions of 1, and those that lack, stretch; null where others differ. */
function broadcast(a: Shape, b: Shape): Shape | null {
  const length = Math.max(a.length, b.length);
  const padded = (shape: Shape): Shape => [...Array.from({ length: length - shape.length }, () => 1), ...shape];
  const [left, right] = [padded(a), padded(b)];
  const fits = left.every((size, i) => size === right[i] || size === 1 || right[i] === 1);
  return fits ? left.map((size, i) => Math.max(size, at(right, i))) : null;
}

interface Window extends Windowed {
  readonly window: Shape;
  readonly dilation: Shape;
}

/** That a window over a picture has as many places as the result, which has so many channels. */
function windowed(picture: Shape, result: Shape, over: Window, channels: number): string | null {
  const { window, stride, dilation, padding } = over;
  const counts = [...window, ...stride, ...dilation];
  const around = Object.values(padding);
  if (counts.some((count) => !(count >= 1)) || around.some((count) => !(count >= 0))) {
    return `has a window of ${showShape(window)}, stride ${showShape(stride)}, dilation ${showShape(dilation)}`;
  }
  const places = (side: 0 | 1, before: number, after: number): number =>
    placesAlong({
      size: at(picture, side + 1),
      before,
      after,
      window: at(window, side),
      stride: stride[side],
      dilation: at(dilation, side),
    });
  const [down, across] = [places(0, padding.top, padding.bottom), places(1, padding.left, padding.right)];
  if (down < 1 || across < 1) return `has a window of ${showShape(window)} over a picture of ${showShape(picture)}`;
  const wanted = [at(picture, 0), down, across, channels];
  return sameShape(result, wanted)
    ? null
    : `makes ${showShape(result)} where ${showShape(wanted)} follows from its inputs`;
}
