/** What the NPU does for a network, one after another: operators of the graph in the hardware's terms. */
import type { Pair, Sides } from '../../graph/graph.ts';
import type { ChannelFactors } from '../../graph/factors.ts';
import type { Multiplier, ResultRange } from '../../graph/scales.ts';
import type { combineNames, digitNames, operatorNames, Rounding } from '../../vector/job.ts';
import type { Piece } from './piece.ts';
import type { View } from './picture.ts';

interface Window {
  readonly input: View;
  readonly output: View;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** Above and on the left it may be less than none, of windows that begin within the picture. */
  readonly padding: Sides;
  /** Pictures of a batch, which stand below each other in the input, and their results in the output. */
  readonly pictures: number;
  /** What stands for 0 in the input. */
  readonly inZero: number;
  readonly rounding: Rounding;
  readonly result: ResultRange;
}

/** On the matrix engine. The filter is (down, across, in) × out. */
export interface ConvolutionLayer extends Window {
  readonly kind: 'convolution';
  readonly dilation: Pair;
  readonly filter: Int8Array;
  readonly scales: ChannelFactors;
  /** Of results that are made of several sums: how far the window of each is from the first one. */
  readonly planes?: readonly Pair[];
  /** What becomes of them; the largest counts where nothing is said. */
  readonly combine?: (typeof combineNames)[number];
  /** Of results of 16 bits, the one that is made. */
  readonly digit?: Exclude<(typeof digitNames)[number], 'none'>;
}
export const planesOf = ({ planes = [[0, 0]] }: Pick<ConvolutionLayer, 'planes'>): readonly Pair[] => planes;

/** On the vector unit. The filter is (down, across) × channel. */
export interface DepthwiseLayer extends Window {
  readonly kind: 'depthwise';
  readonly filter: Int8Array;
  readonly scales: ChannelFactors;
}
/** The largest value under the window, or the sum of all in the picture, scaled. */
export interface PoolLayer extends Window {
  readonly kind: 'pool';
  readonly of: 'max' | 'sum';
  /** For a window with so many places in the picture. */
  readonly scale: (count: number) => Multiplier;
}
export interface ElementwiseLayer {
  readonly kind: 'elementwise';
  readonly operator: (typeof operatorNames)[number];
  readonly inputs: readonly [View, View];
  readonly output: View;
  readonly zeros: readonly [number, number];
  readonly leftShift: number;
  readonly inScales: readonly [Multiplier, Multiplier];
  readonly scale: Multiplier;
  readonly result: ResultRange;
}
/** A value for each that a byte can have, by its pattern. */
export interface LookupLayer {
  readonly kind: 'lookup';
  readonly input: View;
  readonly output: View;
  readonly table: Uint8Array;
}
/** Over the channels of each place. */
export interface SoftmaxLayer {
  readonly kind: 'softmax';
  readonly input: View;
  readonly output: View;
  /** e to the power of 0, −1 … −255 steps of the input's scale, as fractions of 31 bits. */
  readonly powers: Int32Array;
  readonly result: ResultRange;
}
/** The same bytes in the same order, under another shape. */
export interface RenameLayer {
  readonly kind: 'rename';
  readonly input: View;
  readonly output: View;
}
/** Bytes of tensors to other places, through DRAM. */
export interface MoveLayer {
  readonly kind: 'move';
  readonly inputs: readonly View[];
  readonly output: View;
  readonly pieces: readonly Piece[];
  /** The byte that is where nothing goes. */
  readonly fill: number;
}
/** Done by the host, after the NPU has done all before it. */
export interface HostLayer {
  readonly kind: 'host';
  readonly inputs: readonly View[];
  readonly output: View;
}

export type LayerBody =
  | ConvolutionLayer
  | DepthwiseLayer
  | PoolLayer
  | ElementwiseLayer
  | LookupLayer
  | SoftmaxLayer
  | RenameLayer
  | MoveLayer
  | HostLayer;
export type LayerKind = LayerBody['kind'];

/** A layer, and the operators of the graph that it does, by their indices. */
export type Layer = LayerBody & { readonly operators: readonly number[] };
