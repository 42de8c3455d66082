/** The operators of TFLite that a graph has: how each is read. */
import type { Operator, Pair } from '../../graph/graph.ts';
import { showName, showShape } from '../../graph/shape.ts';
import type { Place } from './place.ts';
import { batchToSpace, ofSquares, pack, spaceToBatch, unpack } from './rearrangements.ts';
import { plainSlice, stridedSlice } from './slices.ts';

/** Reads an operator; its tensors by their numbers in the file. */
type ReadOperator = (place: Place) => Operator;

const ONE: Pair = [1, 1];

const on = ({ title, outputs }: Place, ...inputs: readonly (number | null)[]) => ({ title, inputs, outputs });

/** Of a single tensor, without attributes. */
const unary =
  (
    kind: 'logistic' | 'tanh' | 'relu' | 'relu6' | 'reluN1To1' | 'hardSwish' | 'elu' | 'quantise' | 'dequantise',
  ): ReadOperator =>
  (place) => {
    place.takes(1);
    return { kind, ...on(place, place.input(0)), attributes: {} };
  };

const prelu: ReadOperator = (place) => {
  place.takes(2);
  return { kind: 'prelu', ...on(place, place.input(0), place.input(1)), attributes: {} };
};

const extremum =
  (kind: 'minimum' | 'maximum'): ReadOperator =>
  (place) => {
    place.takes(2);
    return { kind, ...on(place, place.input(0), place.input(1)), attributes: {} };
  };

/** Fields of the options: activation. */
const arithmetic =
  (kind: 'add' | 'sub' | 'mul'): ReadOperator =>
  (place) => {
    place.takes(2);
    const activation = place.activation(place.options.int8(0));
    return { kind, ...on(place, place.input(0), place.input(1)), attributes: { activation } };
  };

/** Padding, strides across and down, window across and down, activation. */
const pool =
  (kind: 'averagePool' | 'maxPool'): ReadOperator =>
  (place) => {
    const { options } = place;
    place.takes(1);
    const stride = place.pair('stride', options.int32(2), options.int32(1));
    const window = place.pair('window', options.int32(4), options.int32(3));
    const padding = place.padding(options.int8(0), place.picture(place.inputTensor(0)), window, stride, ONE);
    const activation = place.activation(options.int8(5));
    return { kind, ...on(place, place.input(0)), attributes: { stride, window, padding, activation } };
  };

/** Padding, strides across and down, activation, dilation across and down. */
const conv2d: ReadOperator = (place) => {
  const { options } = place;
  place.takes(2, 3);
  const filter = place.picture(place.inputTensor(1));
  const stride = place.pair('stride', options.int32(2), options.int32(1));
  const dilation = place.pair('dilation', options.int32(5, 1), options.int32(4, 1));
  const window: Pair = [filter.height, filter.width];
  const padding = place.padding(options.int8(0), place.picture(place.inputTensor(0)), window, stride, dilation);
  const activation = place.activation(options.int8(3));
  const inputs = on(place, place.input(0), place.input(1), place.inputs[2] ?? null);
  return { kind: 'conv2d', ...inputs, attributes: { stride, dilation, padding, activation } };
};

/** Padding, strides across and down, channels of each channel (which follow from the filter), activation, dilation. */
const depthwiseConv2d: ReadOperator = (place) => {
  const { options } = place;
  place.takes(2, 3);
  const [picture, weights] = [place.inputTensor(0), place.inputTensor(1)];
  const filter = place.picture(weights);
  const stride = place.pair('stride', options.int32(2), options.int32(1));
  const dilation = place.pair('dilation', options.int32(6, 1), options.int32(5, 1));
  const window: Pair = [filter.height, filter.width];
  const padding = place.padding(options.int8(0), place.picture(picture), window, stride, dilation);
  const activation = place.activation(options.int8(4));
  const multiplier = Math.floor((weights.shape[3] ?? 1) / (picture.shape[3] ?? 1));
  const inputs = on(place, place.input(0), place.input(1), place.inputs[2] ?? null);
  return { kind: 'depthwiseConv2d', ...inputs, attributes: { stride, dilation, padding, activation, multiplier } };
};

/** Takes its output's shape first. Padding, strides across and down, activation. */
const transposeConv: ReadOperator = (place) => {
  const { options } = place;
  place.takes(3, 4);
  const output = place.outputTensor();
  place.expectShape(0, output.shape);
  const filter = place.picture(place.inputTensor(1));
  const stride = place.pair('stride', options.int32(2), options.int32(1));
  const padding = place.padding(options.int8(0), place.picture(output), [filter.height, filter.width], stride, ONE);
  const activation = place.activation(options.int8(3));
  const inputs = on(place, place.input(1), place.input(2), place.inputs[3] ?? null);
  return { kind: 'transposeConv', ...inputs, attributes: { stride, padding, activation } };
};

/** Activation, format of the weights. */
const fullyConnected: ReadOperator = (place) => {
  place.takes(2, 3);
  if (place.options.int8(1) !== 0)
    place.refuse('has weights in another order', 'convert it with those in the usual one');
  const activation = place.activation(place.options.int8(0));
  const inputs = on(place, place.input(0), place.input(1), place.inputs[2] ?? null);
  return { kind: 'fullyConnected', ...inputs, attributes: { activation } };
};

/** Takes the axes; the output's shape says whether they are kept. */
const reduction =
  (kind: 'mean' | 'sum' | 'reduceMax' | 'reduceMin'): ReadOperator =>
  (place) => {
    place.takes(2);
    const picture = place.inputTensor(0);
    const axes = [...new Set(place.numbers(1).map((axis) => place.axis(axis, picture)))].toSorted((a, b) => a - b);
    return { kind, ...on(place, place.input(0)), attributes: { axes } };
  };

const softmax: ReadOperator = (place) => {
  place.takes(1);
  return { kind: 'softmax', ...on(place, place.input(0)), attributes: { beta: place.options.float32(0) } };
};

const leakyRelu: ReadOperator = (place) => {
  place.takes(1);
  return { kind: 'leakyRelu', ...on(place, place.input(0)), attributes: { alpha: place.options.float32(0) } };
};

/** Takes how much comes before and after along each axis, and perhaps what it is. */
const pad: ReadOperator = (place) => {
  place.takes(2, 3);
  const { shape } = place.inputTensor(0);
  const around = place.numbers(1);
  if (around.length !== 2 * shape.length) {
    place.refuseConversion(`pads ${showShape(shape)} by ${around.length} numbers`);
  }
  const along = (side: 0 | 1): readonly number[] => shape.map((_, i) => around[2 * i + side] ?? 0);
  const value = place.inputs.length > 2 ? paddingValue(place) : null;
  return { kind: 'pad', ...on(place, place.input(0)), attributes: { before: along(0), after: along(1), value } };
};

function paddingValue(place: Place): number {
  const { name, data, type } = place.inputTensor(2);
  const [value] = data ?? [];
  if (value === undefined || data?.length !== 1 || type !== place.inputTensor(0).type) {
    place.refuse(
      `pads with ${showName({ name })}, which is no constant of its input's type`,
      'convert the network again',
    );
  }
  return Number(value);
}

/** Axis, activation. */
const concat: ReadOperator = (place) => {
  place.takes(1, 2 ** 16);
  const axis = place.axis(place.options.int32(0), place.outputTensor());
  const activation = place.activation(place.options.int8(1));
  const inputs = place.inputs.map((_, i) => place.input(i));
  return { kind: 'concat', ...on(place, ...inputs), attributes: { axis, activation } };
};

const slice: ReadOperator = (place) => {
  place.takes(3);
  return { kind: 'slice', ...on(place, place.input(0)), attributes: plainSlice(place) };
};

/** Masks: begin, end, ellipsis, new axes, dropped axes; whether ends count from the begin. */
const stridedSliceOperator: ReadOperator = (place) => {
  place.takes(4);
  return { kind: 'slice', ...on(place, place.input(0)), attributes: stridedSlice(place) };
};

/** Takes the axis as one of its inputs; the outputs' shapes say how much goes to each. */
const split =
  (inputs: number, pictureAt: number, axisAt: number): ReadOperator =>
  (place) => {
    place.takes(inputs, inputs, Math.max(place.outputs.length, 1));
    const [axis = 0, ...more] = place.numbers(axisAt);
    if (more.length > 0) place.refuseConversion(`works along ${more.length + 1} axes`);
    const attributes = { axis: place.axis(axis, place.inputTensor(pictureAt)) };
    return { kind: 'split', ...on(place, place.input(pictureAt)), attributes };
  };

/** Takes the new shape as well, perhaps, which is the output's. */
const reshape =
  (most: number): ReadOperator =>
  (place) => {
    place.takes(1, most);
    return { kind: 'reshape', ...on(place, place.input(0)), attributes: {} };
  };

const transpose: ReadOperator = (place) => {
  place.takes(2);
  const picture = place.inputTensor(0);
  const order = place.numbers(1).map((axis) => place.axis(axis, picture));
  return { kind: 'transpose', ...on(place, place.input(0)), attributes: { order } };
};

/** Takes height and width, which are the output's. */
const resize =
  (kind: 'resizeNearest' | 'resizeBilinear', alignCornersAt: number): ReadOperator =>
  (place) => {
    place.takes(2);
    const { height, width } = place.picture(place.outputTensor());
    place.expectShape(1, [height, width]);
    const { options } = place;
    const attributes = { alignCorners: options.bool(alignCornersAt), halfPixels: options.bool(alignCornersAt + 1) };
    return { kind, ...on(place, place.input(0)), attributes };
  };

/** Rank, activation. */
const svdf: ReadOperator = (place) => {
  place.takes(5);
  const activation = place.activation(place.options.int8(1));
  const [rank] = place.pair('rank', place.options.int32(0), 1);
  const [picture, features, time, state] = [place.input(0), place.input(1), place.input(2), place.input(4)];
  const inputs = on(place, picture, features, time, place.inputs[3] ?? null, state);
  return { kind: 'svdf', ...inputs, attributes: { rank, activation } };
};

export interface KnownOperator {
  /** One operator, or several that do its work together. */
  readonly read: (place: Place) => Operator | readonly Operator[];
  /** Of those whose options are read, the number of the table of options that they have. */
  readonly options?: number;
  /** The input that only says which shape the result has, as the result's tensor does. */
  readonly shapeAt?: number;
}

/** By their names. */
export const operators: Readonly<Record<string, KnownOperator>> = {
  ADD: { options: 11, read: arithmetic('add') },
  AVERAGE_POOL_2D: { options: 5, read: pool('averagePool') },
  BATCH_TO_SPACE_ND: { read: batchToSpace },
  CONCATENATION: { options: 10, read: concat },
  CONV_2D: { options: 1, read: conv2d },
  DEPTHWISE_CONV_2D: { options: 2, read: depthwiseConv2d },
  DEPTH_TO_SPACE: { options: 94, read: ofSquares('space') },
  DEQUANTIZE: { read: unary('dequantise') },
  ELU: { read: unary('elu') },
  EXPAND_DIMS: { shapeAt: 1, read: reshape(2) },
  FULLY_CONNECTED: { options: 8, read: fullyConnected },
  HARD_SWISH: { read: unary('hardSwish') },
  LEAKY_RELU: { options: 75, read: leakyRelu },
  LOGISTIC: { read: unary('logistic') },
  MAX_POOL_2D: { options: 5, read: pool('maxPool') },
  MAXIMUM: { read: extremum('maximum') },
  MEAN: { options: 27, read: reduction('mean') },
  MINIMUM: { read: extremum('minimum') },
  MUL: { options: 21, read: arithmetic('mul') },
  PACK: { options: 59, read: pack },
  PAD: { read: pad },
  PADV2: { read: pad },
  PRELU: { read: prelu },
  QUANTIZE: { read: unary('quantise') },
  REDUCE_MAX: { options: 27, read: reduction('reduceMax') },
  REDUCE_MIN: { options: 27, read: reduction('reduceMin') },
  RELU: { read: unary('relu') },
  RELU6: { read: unary('relu6') },
  RELU_N1_TO_1: { read: unary('reluN1To1') },
  RESHAPE: { shapeAt: 1, read: reshape(2) },
  RESIZE_BILINEAR: { options: 15, shapeAt: 1, read: resize('resizeBilinear', 2) },
  RESIZE_NEAREST_NEIGHBOR: { options: 74, shapeAt: 1, read: resize('resizeNearest', 0) },
  SLICE: { read: slice },
  SOFTMAX: { options: 9, read: softmax },
  SPACE_TO_BATCH_ND: { read: spaceToBatch },
  SPACE_TO_DEPTH: { options: 19, read: ofSquares('depth') },
  SPLIT: { read: split(2, 1, 0) },
  SPLIT_V: { read: split(3, 0, 2) },
  SQUEEZE: { read: reshape(1) },
  STRIDED_SLICE: { options: 32, read: stridedSliceOperator },
  SUB: { options: 28, read: arithmetic('sub') },
  SUM: { options: 27, read: reduction('sum') },
  SVDF: { options: 6, read: svdf },
  TANH: { read: unary('tanh') },
  TRANSPOSE: { read: transpose },
  TRANSPOSE_CONV: { options: 49, shapeAt: 0, read: transposeConv },
  UNPACK: { options: 64, read: unpack },
};
