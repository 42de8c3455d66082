/**
 * A quantised network as a graph: what every front end makes of its file, and what the compiler of networks and the
 * reference kernels take. What a file leaves to its reader is spelled out here: padding in elements, axes counted from
 * 0, a shape for every tensor. Pictures are NHWC.
 */

/** Elements of a tensor by their type; the last dimension runs fastest. */
export interface ElementArrays {
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int16: Int16Array;
  readonly int32: Int32Array;
  readonly int64: BigInt64Array;
  readonly float32: Float32Array;
}
export type GraphType = keyof ElementArrays;
export type GraphData = ElementArrays[GraphType];

/** real = scale · (stored − zero): one pair for the tensor, or one for each index of `axis`. */
export interface Quantisation {
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  /** The dimension that has a scale for each index, where there is more than one. */
  readonly axis: number;
}

export interface GraphTensor {
  /** Its name in the file, or one made of its number; no two tensors have the same. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: GraphType;
  readonly quantisation: Quantisation | null;
  /** Null for a tensor that the host or an operator gives a value. */
  readonly data: GraphData | null;
  /** Keeps its value from one run of the network to the next; before the first it is its zero point (SVDF's state). */
  readonly variable?: true;
}

/** Down, then across. */
export type Pair = readonly [down: number, across: number];

/** Rows and columns around a picture. */
export interface Sides {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** What an operator does to its result before it is stored. */
export type Activation = 'none' | 'relu' | 'relu6' | 'reluN1To1';

/** A window that goes over a picture. */
export interface Windowed {
  readonly stride: Pair;
  readonly padding: Sides;
}

/** Dimensions along which elements become one. */
export interface Reduction {
  readonly axes: readonly number[];
}

/**
 * What each kind of operator has beside its tensors. Filters are out × down × across × in for `conv2d` and
 * `transposeConv`, 1 × down × across × out for `depthwiseConv2d`, out × in for `fullyConnected`; each may have a bias
 * as its last input.
 */
export interface OperatorKinds {
  conv2d: Windowed & { readonly dilation: Pair; readonly activation: Activation };
  depthwiseConv2d: Windowed & { readonly dilation: Pair; readonly multiplier: number; readonly activation: Activation };
  /** Inputs: filter, picture, bias; the output is padded as the picture of the convolution that it turns round. */
  transposeConv: Windowed & { readonly activation: Activation };
  fullyConnected: { readonly activation: Activation };
  add: { readonly activation: Activation };
  sub: { readonly activation: Activation };
  mul: { readonly activation: Activation };
  minimum: object;
  maximum: object;
  maxPool: Windowed & { readonly window: Pair; readonly activation: Activation };
  averagePool: Windowed & { readonly window: Pair; readonly activation: Activation };
  mean: Reduction;
  sum: Reduction;
  reduceMax: Reduction;
  reduceMin: Reduction;
  softmax: { readonly beta: number };
  logistic: object;
  tanh: object;
  relu: object;
  relu6: object;
  reluN1To1: object;
  leakyRelu: { readonly alpha: number };
  hardSwish: object;
  /** e^x − 1 below 0. */
  elu: object;
  /** Inputs: picture, slopes below 0, which may be spread over it. */
  prelu: object;
  /** The value is the input's zero point where null. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[]; readonly value: number | null };
  concat: { readonly axis: number; readonly activation: Activation };
  /** For each dimension of the input; dimensions of size 1 may be left out in the result's shape, or others put in. */
  slice: { readonly begin: readonly number[]; readonly step: readonly number[]; readonly size: readonly number[] };
  split: { readonly axis: number };
  reshape: object;
  transpose: { readonly order: readonly number[] };
  resizeNearest: { readonly alignCorners: boolean; readonly halfPixels: boolean };
  resizeBilinear: { readonly alignCorners: boolean; readonly halfPixels: boolean };
  quantise: object;
  dequantise: object;
  /** Inputs: picture, weights of features, weights of time, bias, state. */
  svdf: { readonly rank: number; readonly activation: Activation };
}
export type OperatorKind = keyof OperatorKinds;

/** An operator; tensors by their index in the graph, null for an input that is left out. */
export type Operator<K extends OperatorKind = OperatorKind> = {
  [Kind in K]: {
    readonly kind: Kind;
    /** Its name in the file's own words, for people: `DEPTHWISE_CONV_2D`. */
    readonly title: string;
    readonly inputs: readonly (number | null)[];
    readonly outputs: readonly number[];
    readonly attributes: Readonly<OperatorKinds[Kind]>;
  };
}[K];

export interface Graph {
  readonly tensors: readonly GraphTensor[];
  /** Each after those whose results it takes. */
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}
