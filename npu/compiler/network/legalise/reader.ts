/** One operator of a graph, as those read it who make layers of it. */
import { channelFactors, type ChannelFactors } from '../../../graph/factors.ts';
import { NetworkError } from '../../../graph/error.ts';
import type { Activation, Graph, GraphTensor, Operator, OperatorKind } from '../../../graph/graph.ts';
import {
  activationRange,
  isQuantised,
  tensorScale,
  type Multiplier,
  type ResultRange,
  type TensorScale,
} from '../../../graph/scales.ts';
import type { LayerBody } from '../layer.ts';
import { pictureOf, type View } from '../picture.ts';

export type Of<K extends OperatorKind> = Operator<K>;

/** As it is. */
export const unscaled: Multiplier = { multiplier: 2 ** 30, shift: 1 };
/** Any byte as it is. */
export const anyByte: ResultRange = { zero: 0, low: -128, high: 127 };

/** Whether a tensor is one of bytes, which alone the NPU has. */
export const isOfBytes = ({ type }: GraphTensor): boolean => type === 'int8' || type === 'uint8';

/** What one operator takes, and one of its results. */
export class Reader {
  readonly #graph: Graph;
  readonly #tensors: GraphTensor[];
  readonly #operator: Operator;
  readonly #index: number;
  /** Which of the results. */
  readonly made: number;

  /** @param tensors the graph's, to which those are added that only layers have */
  constructor(graph: Graph, tensors: GraphTensor[], operator: Operator, index: number, made: number) {
    this.#graph = graph;
    this.#tensors = tensors;
    this.#operator = operator;
    this.#index = index;
    this.made = made;
  }

  get inputs(): readonly GraphTensor[] {
    return this.#operator.inputs.map((_, input) => this.tensor(input));
  }

  get outputs(): readonly GraphTensor[] {
    return this.#operator.outputs.flatMap((output) => this.#graph.tensors[output] ?? []);
  }

  tensor(input: number): GraphTensor {
    const tensor = this.#graph.tensors[this.#operator.inputs[input] ?? -1];
    if (tensor === undefined) throw this.refuse(`has no input ${input}`);
    return tensor;
  }

  shape = (input: number): readonly number[] => this.tensor(input).shape;

  scale(input: number): TensorScale {
    const scale = tensorScale(this.tensor(input).quantisation);
    if (scale === null || !isQuantised(this.tensor(input).type))
      throw this.refuse('has an input that is not quantised by one scale');
    return scale;
  }

  resultTensor(): GraphTensor {
    const tensor = this.#graph.tensors[this.#operator.outputs[this.made] ?? -1];
    if (tensor === undefined) throw this.refuse('has no result');
    return tensor;
  }

  resultScale(): TensorScale {
    const scale = tensorScale(this.resultTensor().quantisation);
    if (scale === null) throw this.refuse('has a result that is not quantised by one scale');
    return scale;
  }

  view(input: number): View {
    return { tensor: this.#operator.inputs[input] ?? -1, picture: pictureOf(this.tensor(input).shape) };
  }

  result(): View {
    return { tensor: this.#operator.outputs[this.made] ?? -1, picture: pictureOf(this.resultTensor().shape) };
  }

  /** A tensor between two layers, of another one's type and quantisation. */
  between(what: string, like: GraphTensor, shape: readonly number[]): View {
    const name = `${this.resultTensor().name}: ${what} ${this.#tensors.length}`;
    const tensor = this.#tensors.push({ ...like, name, shape, data: null }) - 1;
    return { tensor, picture: pictureOf(shape) };
  }

  range(activation: Activation): ResultRange {
    const { type } = this.resultTensor();
    if (!isQuantised(type)) throw this.refuse(`gives ${type}`);
    return activationRange(this.resultScale(), type, activation);
  }

  /** Bias and factor of each channel of a sum of products. */
  factors(dense = false, picture = 0, filter = 1): ChannelFactors {
    const { quantisation } = this.tensor(filter);
    if (quantisation === null) throw this.refuse('has weights without a scale');
    const { channels } = this.result().picture;
    return channelFactors(this.scale(picture), quantisation, this.bias(2), this.resultScale(), channels, dense);
  }

  /** What is added to each channel; null where nothing is. */
  bias(input: number): Int32Array | null {
    const index = this.#operator.inputs[input] ?? null;
    if (index === null) return null;
    const bias = this.#graph.tensors[index]?.data ?? null;
    if (!(bias instanceof Int32Array)) throw this.refuse('has a bias that is no constant of int32');
    return bias;
  }

  weights(input: number): Int8Array {
    const { data, quantisation } = this.tensor(input);
    if (!(data instanceof Int8Array)) throw this.refuse('has weights that are no constants of int8');
    if (quantisation?.zeros.some((zero) => zero !== 0) === true) throw this.refuse('has weights with a zero point');
    return data;
  }

  onHost(): LayerBody[] {
    const inputs = this.#operator.inputs.flatMap((tensor, i) => (tensor === null ? [] : [this.view(i)]));
    return [{ kind: 'host', inputs, output: this.result() }];
  }

  refuse(what: string): NetworkError {
    const { title, outputs } = this.#operator;
    const name = this.#graph.tensors[outputs[this.made] ?? -1]?.name ?? 'no result';
    return new NetworkError(`operator ${this.#index}, ${title} (${name}), ${what}; the NPU cannot do it`);
  }
}
