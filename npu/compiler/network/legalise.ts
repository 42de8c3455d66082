/**
 * Operators of a graph in the hardware's terms: activations become ranges, shapes pictures, scales multipliers.
 */
import type { Activation, Graph, GraphTensor, Operator, OperatorKind, Pair, Sides } from '../../graph/graph.ts';
import {
  activationRange,
  isQuantised,
  quantisedMultiplier,
  tensorScale,
  type ResultRange,
  type TensorScale,
} from '../../graph/scales.ts';
import { channelFactors, productFactor, sumFactors } from '../../graph/factors.ts';
import { NetworkError } from '../../graph/error.ts';
import type { ChannelScales, Layer, LayerBody, Scale } from './layer.ts';
import { elementsOf, noSides, pictureOf, placesOf, type Picture, type View } from './picture.ts';

type Of<K extends OperatorKind> = Operator<K>;

/** The layers of a graph, in its order. @throws NetworkError for an operator that the NPU cannot do */
export function legalise(graph: Graph): Layer[] {
  return graph.operators.map((operator, index) => {
    const found = new Reader(graph, operator, index).layer();
    return { ...found, operators: [index] };
  });
}

/** What one operator takes and makes. */
class Reader {
  readonly #graph: Graph;
  readonly #operator: Operator;
  readonly #index: number;

  constructor(graph: Graph, operator: Operator, index: number) {
    this.#graph = graph;
    this.#operator = operator;
    this.#index = index;
  }

  layer(): LayerBody {
    const operator = this.#operator;
    switch (operator.kind) {
      case 'conv2d':
        return this.#convolution(operator);
      case 'depthwiseConv2d':
        return this.#depthwise(operator);
      case 'fullyConnected':
        return this.#fullyConnected(operator);
      case 'averagePool':
      case 'maxPool':
        return this.#pool(operator);
      case 'add':
      case 'sub':
        return this.#sum(operator);
      case 'mul':
        return this.#product(operator);
      case 'reshape':
        return { kind: 'rename', input: this.#view(0), output: this.#result() };
      default:
        return this.#onHost();
    }
  }

  #convolution({ attributes }: Of<'conv2d'>): LayerBody {
    const [out = 0, down = 0, across = 0, channels = 0] = this.#shape(1);
    const filter = turned(this.#weights(1), out, down * across * channels);
    return this.#window(attributes, [down, across], { filter, dilation: attributes.dilation });
  }

  #depthwise({ attributes }: Of<'depthwiseConv2d'>): LayerBody {
    const [, down = 0, across = 0, out = 0] = this.#shape(1);
    const weights = this.#weights(1);
    const { channels } = this.#view(0).picture;
    const [down1, across1] = attributes.dilation;
    if (channels === out && down1 === 1 && across1 === 1) {
      const { stride, padding, activation } = attributes;
      const body = this.#windowed({ stride, padding }, [down, across]);
      return { kind: 'depthwise', ...body, filter: weights, scales: this.#scales(), result: this.#range(activation) };
    }
    // Channels of the input that give others than one each: a filter that is 0 where they do not meet.
    const filter = new Int8Array(down * across * channels * out);
    const each = out / channels;
    for (let tap = 0; tap < down * across; tap++) {
      for (let to = 0; to < out; to++) {
        const from = Math.floor(to / each);
        filter[(tap * channels + from) * out + to] = weights[tap * out + to] ?? 0;
      }
    }
    return this.#window(attributes, [down, across], { filter, dilation: attributes.dilation });
  }

  /** As a convolution of places without neighbours: each row of the input is one, with all its values as channels. */
  #fullyConnected({ attributes }: Of<'fullyConnected'>): LayerBody {
    const [out = 0, depth = 0] = this.#shape(1);
    const [input, output] = [this.#view(0), this.#result()];
    const rows = elementsOf(input.picture) / depth;
    if (!Number.isInteger(rows)) throw this.#refuse(`has inputs of ${depth} values, and a tensor that is no multiple`);
    const placed = (view: View, channels: number): View => ({ ...view, picture: { height: 1, width: rows, channels } });
    return {
      kind: 'convolution',
      input: placed(input, depth),
      output: placed(output, out),
      kernel: [1, 1],
      stride: [1, 1],
      dilation: [1, 1],
      padding: noSides,
      inZero: this.#scale(0).zero,
      filter: turned(this.#weights(1), out, depth),
      scales: this.#scales(true),
      result: this.#range(attributes.activation),
    };
  }

  #pool({ kind, attributes }: Of<'averagePool' | 'maxPool'>): LayerBody {
    const { stride, padding, window, activation } = attributes;
    const [from, to] = [this.#scale(0), this.#resultScale()];
    if (from.scale !== to.scale || from.zero !== to.zero)
      throw this.#refuse('has a scale on its result that its input does not have');
    return {
      kind: 'pool',
      ...this.#windowed({ stride, padding }, window),
      // A mean of what is stored is the mean of what it stands for.
      inZero: 0,
      of: kind === 'maxPool' ? 'max' : 'sum',
      scale: (count) => quantisedMultiplier(1 / count),
      rounding: 'away',
      result: { ...this.#range(activation), zero: 0 },
    };
  }

  /** Both inputs are brought to twice the larger scale, with 20 more bits. */
  #sum({ kind, attributes }: Of<'add' | 'sub'>): LayerBody {
    const { leftShift, first, second, result } = sumFactors(kind, this.#scale(0), this.#scale(1), this.#resultScale());
    return {
      ...this.#elementwise(),
      operation: kind,
      leftShift,
      inScales: [first, second],
      scale: result,
      result: this.#range(attributes.activation),
    };
  }

  #product({ attributes }: Of<'mul'>): LayerBody {
    const same: Scale = { multiplier: 0, shift: 0 };
    return {
      ...this.#elementwise(),
      operation: 'mul',
      leftShift: 0,
      inScales: [same, same],
      scale: productFactor(this.#scale(0), this.#scale(1), this.#resultScale()),
      result: this.#range(attributes.activation),
    };
  }

  #elementwise() {
    const [one, other, output] = [this.#view(0), this.#view(1), this.#result()];
    if (![one, other].every(({ picture }) => isSame(picture, output.picture)))
      throw this.#refuse('has inputs of different shapes');
    return {
      kind: 'elementwise',
      inputs: [one, other],
      output,
      zeros: [this.#scale(0).zero, this.#scale(1).zero],
    } as const;
  }

  #onHost(): LayerBody {
    const inputs = this.#operator.inputs.flatMap((tensor, i) => (tensor === null ? [] : [this.#view(i)]));
    return { kind: 'host', inputs, output: this.#result() };
  }

  #window(
    { stride, padding, activation }: Of<'conv2d' | 'depthwiseConv2d'>['attributes'],
    kernel: Pair,
    filter: { readonly filter: Int8Array; readonly dilation: Pair },
  ): LayerBody {
    return {
      kind: 'convolution',
      ...this.#windowed({ stride, padding }, kernel),
      ...filter,
      scales: this.#scales(),
      result: this.#range(activation),
    };
  }

  #windowed({ stride, padding }: { readonly stride: Pair; readonly padding: Sides }, kernel: Pair) {
    const [input, output] = [this.#view(0), this.#result()];
    if ((this.#tensor(0).shape[0] ?? 1) !== 1) throw this.#refuse('has a batch of more than one picture');
    return { input, output, kernel, stride, padding, inZero: this.#scale(0).zero };
  }

  #range(activation: Activation): ResultRange {
    const { type } = this.#resultTensor();
    if (!isQuantised(type)) throw this.#refuse(`gives ${type}`);
    return activationRange(this.#resultScale(), type, activation);
  }

  /** Of a filter's channels. */
  #scales(dense = false): ChannelScales {
    const { quantisation } = this.#tensor(1);
    if (quantisation === null) throw this.#refuse('has weights without a scale');
    const bias = this.#operator.inputs[2] ?? null;
    const data = bias === null ? null : (this.#graph.tensors[bias]?.data ?? null);
    if (data !== null && !(data instanceof Int32Array)) throw this.#refuse('has a bias that is no constant of int32');
    const { channels } = this.#result().picture;
    return channelFactors(this.#scale(0), quantisation, data, this.#resultScale(), channels, dense);
  }

  #weights(input: number): Int8Array {
    const { data, quantisation } = this.#tensor(input);
    if (!(data instanceof Int8Array)) throw this.#refuse('has weights that are no constants of int8');
    if (quantisation?.zeros.some((zero) => zero !== 0) === true) throw this.#refuse('has weights with a zero point');
    return data;
  }

  #tensor(input: number): GraphTensor {
    const tensor = this.#graph.tensors[this.#operator.inputs[input] ?? -1];
    if (tensor === undefined) throw this.#refuse(`has no input ${input}`);
    return tensor;
  }

  #shape = (input: number): readonly number[] => this.#tensor(input).shape;

  #scale(input: number): TensorScale {
    const scale = tensorScale(this.#tensor(input).quantisation);
    if (scale === null || !isQuantised(this.#tensor(input).type))
      throw this.#refuse('has an input that is not quantised by one scale');
    return scale;
  }

  #resultTensor(): GraphTensor {
    const tensor = this.#graph.tensors[this.#operator.outputs[0] ?? -1];
    if (tensor === undefined) throw this.#refuse('has no result');
    return tensor;
  }

  #resultScale(): TensorScale {
    const scale = tensorScale(this.#resultTensor().quantisation);
    if (scale === null) throw this.#refuse('has a result that is not quantised by one scale');
    return scale;
  }

  #view(input: number): View {
    return { tensor: this.#operator.inputs[input] ?? -1, picture: pictureOf(this.#tensor(input).shape) };
  }

  #result(): View {
    return { tensor: this.#operator.outputs[0] ?? -1, picture: pictureOf(this.#resultTensor().shape) };
  }

  #refuse(what: string): NetworkError {
    const name = this.#resultTensorName();
    return new NetworkError(
      `operator ${this.#index}, ${this.#operator.title} (${name}), ${what}; the NPU cannot do it`,
    );
  }

  #resultTensorName = (): string => this.#graph.tensors[this.#operator.outputs[0] ?? -1]?.name ?? 'no result';
}

const isSame = (one: Picture, other: Picture): boolean =>
  one.channels === other.channels && one.width === other.width && placesOf(one) === placesOf(other);

/** rows × columns to columns × rows. */
function turned(matrix: Int8Array, rows: number, columns: number): Int8Array {
  const to = new Int8Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = matrix[row * columns + column] ?? 0;
  return to;
}
