/**
 * Operators of a graph in the hardware's terms: activations become ranges, shapes pictures, scales multipliers.
 */
import type { Activation, Graph, GraphTensor, Operator, OperatorKind, Pair, Sides } from '../../graph/graph.ts';
import { byteTable, isByteOperator, type ByteKind, type ByteScale } from '../../graph/byte-table.ts';
import {
  averageFactor,
  channelFactors,
  meanFactor,
  productFactor,
  softmaxFactors,
  sumFactors,
  type ChannelFactors,
} from '../../graph/factors.ts';
import {
  activationRange,
  isQuantised,
  tensorScale,
  type Multiplier,
  type ResultRange,
  type TensorScale,
} from '../../graph/scales.ts';
import { NetworkError } from '../../graph/error.ts';
import type { Layer, LayerBody } from './layer.ts';
import { APART } from './simplify.ts';
import { apartOf, isMove, piecesOf, type MoveKind } from './piece.ts';
import { isSpread } from './spread.ts';
import { elementsOf, noSides, pictureOf, placesOf, type Picture, type View } from './picture.ts';

type Of<K extends OperatorKind> = Operator<K>;

/**
 * The layers of a graph, in its order; an operator whose result nobody asks for has none.
 * @throws NetworkError for an operator that the NPU cannot do
 */
export function legalise(graph: Graph): Layer[] {
  const asked = new Set([...graph.outputs, ...graph.operators.flatMap(({ inputs }) => inputs)]);
  return graph.operators.flatMap((operator, index) => {
    // Nearly all operators have one result; each of several is a layer.
    return operator.outputs.flatMap((output, made) => {
      if (!asked.has(output)) return [];
      return new Reader(graph, operator, index, made).layers().map((body) => ({ ...body, operators: [index] }));
    });
  });
}

/** What one operator takes, and one of its results. */
class Reader {
  readonly #graph: Graph;
  readonly #operator: Operator;
  readonly #index: number;
  readonly #made: number;

  constructor(graph: Graph, operator: Operator, index: number, made: number) {
    this.#graph = graph;
    this.#operator = operator;
    this.#index = index;
    this.#made = made;
  }

  layers(): LayerBody[] {
    const operator = this.#operator;
    return operator.kind === 'transposeConv' ? this.#transposed(operator) : [this.#layer(operator)];
  }

  #layer(operator: Operator): LayerBody {
    if (isByteOperator(operator)) return this.#lookup(operator);
    if (isMove(operator)) return this.#move(operator);
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
        return this.#isOver() ? this.#sum(operator) : this.#onHost();
      case 'mul':
        return this.#isOver() ? this.#product(operator) : this.#onHost();
      case 'minimum':
      case 'maximum':
        return this.#isOver() ? this.#lesser(operator) : this.#onHost();
      case 'mean':
        return this.#mean(operator);
      case 'softmax':
        return this.#softmax(operator);
      case 'reshape':
        return { kind: 'rename', input: this.#view(0), output: this.#result() };
      default:
        return this.#onHost();
    }
  }

  /** As a convolution, by the filter turned round, of the picture with zeros between its places. */
  #transposed({ attributes: { stride, padding, activation } }: Of<'transposeConv'>): LayerBody[] {
    const [out = 0, down = 0, across = 0, depth = 0] = this.#shape(0);
    const [top, left] = [down - 1 - padding.top, across - 1 - padding.left];
    if (top < 0 || left < 0) return [this.#onHost()];
    const [given, apart, output] = [this.#view(1), this.#view(APART), this.#result()];
    const [pictures = 1, height = 1, width = 1] = this.#shape(APART);
    const [, rows = 1, columns = 1] = this.#resultTensor().shape;
    const weights = this.#weights(0);
    const round = new Int8Array(weights.length);
    for (let row = 0; row < out; row++)
      for (let tap = 0; tap < down * across; tap++) {
        const [from, to] = [row * down * across + tap, (row + 1) * down * across - 1 - tap];
        round.set(weights.subarray(from * depth, (from + 1) * depth), to * depth);
      }
    const inZero = this.#scale(1).zero;
    return [
      {
        kind: 'move',
        inputs: [given],
        output: apart,
        pieces: [apartOf(this.#shape(1), this.#shape(APART), stride)],
        fill: inZero,
      },
      {
        kind: 'convolution',
        input: apart,
        output,
        kernel: [down, across],
        stride: [1, 1],
        dilation: [1, 1],
        padding: {
          top,
          left,
          bottom: Math.max(0, rows + down - 1 - top - height),
          right: Math.max(0, columns + across - 1 - left - width),
        },
        pictures,
        inZero,
        filter: turned(round, out, down * across * depth),
        scales: this.#scales(false, 1, 0),
        result: this.#range(activation),
      },
    ];
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
      pictures: 1,
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
      scale: averageFactor,
      rounding: 'away',
      result: { ...this.#range(activation), zero: 0 },
    };
  }

  #sum({ kind, attributes }: Of<'add' | 'sub'>): LayerBody {
    const { leftShift, first, second, result } = sumFactors(kind, this.#scale(0), this.#scale(1), this.#resultScale());
    return {
      ...this.#elementwise(),
      operator: kind,
      leftShift,
      inScales: [first, second],
      scale: result,
      result: this.#range(attributes.activation),
    };
  }

  #product({ attributes }: Of<'mul'>): LayerBody {
    return {
      ...this.#elementwise(),
      operator: 'mul',
      leftShift: 0,
      inScales: [one, one],
      scale: productFactor(this.#scale(0), this.#scale(1), this.#resultScale()),
      result: this.#range(attributes.activation),
    };
  }

  /** All tensors have the same scale. */
  #lesser({ kind }: Of<'minimum' | 'maximum'>): LayerBody {
    const body = this.#elementwise();
    const { scale, zero } = this.#resultScale();
    if ([0, 1].some((input) => this.#scale(input).scale !== scale || this.#scale(input).zero !== zero))
      return this.#onHost();
    return {
      ...body,
      zeros: [0, 0],
      operator: kind === 'minimum' ? 'min' : 'max',
      leftShift: 0,
      inScales: [one, one],
      scale: one,
      result: { ...this.#range('none'), zero: 0 },
    };
  }

  #lookup(operator: Of<ByteKind>): LayerBody {
    const [from, to] = [this.#byteScale(this.#tensor(0)), this.#byteScale(this.#resultTensor())];
    if (from === null || to === null) return this.#onHost();
    return { kind: 'lookup', input: this.#view(0), output: this.#result(), table: byteTable(operator, from, to) };
  }

  #byteScale({ type, quantisation }: GraphTensor): ByteScale | null {
    const scale = tensorScale(quantisation);
    return scale === null || (type !== 'int8' && type !== 'uint8') ? null : { ...scale, type };
  }

  #softmax({ attributes: { beta } }: Of<'softmax'>): LayerBody {
    if (this.#tensor(0).type !== 'int8' || this.#resultTensor().type !== 'int8') return this.#onHost();
    const { powers } = softmaxFactors(this.#scale(0), beta);
    return {
      kind: 'softmax',
      input: this.#view(0),
      output: this.#result(),
      powers,
      result: this.#range('none'),
    };
  }

  /** A mean over whole pictures, rows or columns is a pool of one window, or one for each column or row. */
  #mean({ attributes: { axes } }: Of<'mean'>): LayerBody {
    const shape = this.#shape(0);
    const over = [1, 2].map((axis) => axes.includes(axis));
    if (shape.length !== 4 || axes.length === 0 || axes.some((axis) => axis !== 1 && axis !== 2)) return this.#onHost();
    const [pictures = 1, height = 1, width = 1] = shape;
    const { picture } = this.#view(0);
    const kernel = [over[0] === true ? height : 1, over[1] === true ? width : 1] as const;
    const output = {
      ...this.#result(),
      picture: {
        height: over[0] === true ? pictures : picture.height,
        width: over[1] === true ? 1 : width,
        channels: picture.channels,
      },
    };
    return {
      kind: 'pool',
      input: this.#view(0),
      output,
      kernel,
      stride: [1, 1],
      padding: noSides,
      pictures,
      inZero: this.#scale(0).zero,
      of: 'sum',
      scale: () => meanFactor(this.#scale(0), this.#resultScale(), kernel[0] * kernel[1]),
      rounding: 'double',
      result: this.#range('none'),
    };
  }

  /** Of bytes, where all tensors stand for the same by them. */
  #move(operator: Of<MoveKind>): LayerBody {
    const { tensors } = this.#graph;
    const inputs = operator.inputs.map((_, input) => this.#tensor(input));
    const result = this.#resultTensor();
    const isAlike = inputs.every(
      ({ type, quantisation }) =>
        type === result.type && isSameScale(tensorScale(quantisation), tensorScale(result.quantisation)),
    );
    if (!isQuantised(result.type) || !isAlike) return this.#onHost();
    const outputs = operator.outputs.flatMap((output) => tensors[output] ?? []);
    const given = operator.kind === 'pad' ? operator.attributes.value : null;
    return {
      kind: 'move',
      inputs: operator.inputs.map((_, input) => this.#view(input)),
      output: this.#result(),
      pieces: piecesOf(operator, inputs, outputs, this.#made),
      fill: given ?? result.quantisation?.zeros[0] ?? 0,
    };
  }

  /** Whether each operand is whole, or one that the vector unit can spread over the result. */
  #isOver = (): boolean =>
    [0, 1].every((input) => {
      const [one, over] = [this.#view(input).picture, this.#result().picture];
      return isSame(one, over) || isSpread(one, over);
    });

  #elementwise() {
    const [one, other, output] = [this.#view(0), this.#view(1), this.#result()];
    return {
      kind: 'elementwise',
      inputs: [one, other],
      output,
      zeros: [this.#scale(0).zero, this.#scale(1).zero],
    } as const;
  }

  #onHost(): LayerBody {
    // Room that was made for the NPU is none of the host's.
    const given =
      this.#operator.kind === 'transposeConv' ? this.#operator.inputs.slice(0, APART) : this.#operator.inputs;
    const inputs = given.flatMap((tensor, i) => (tensor === null ? [] : [this.#view(i)]));
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
    const [pictures = 1] = this.#shape(0);
    return { input, output, kernel, stride, padding, pictures, inZero: this.#scale(0).zero };
  }

  #range(activation: Activation): ResultRange {
    const { type } = this.#resultTensor();
    if (!isQuantised(type)) throw this.#refuse(`gives ${type}`);
    return activationRange(this.#resultScale(), type, activation);
  }

  #scales(dense = false, picture = 0, filter = 1): ChannelFactors {
    const { quantisation } = this.#tensor(filter);
    if (quantisation === null) throw this.#refuse('has weights without a scale');
    const index = this.#operator.inputs[2] ?? null;
    const bias = index === null ? null : (this.#graph.tensors[index]?.data ?? null);
    if (index !== null && !(bias instanceof Int32Array)) throw this.#refuse('has a bias that is no constant of int32');
    const { channels } = this.#result().picture;
    return channelFactors(this.#scale(picture), quantisation, bias, this.#resultScale(), channels, dense);
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
    const tensor = this.#graph.tensors[this.#operator.outputs[this.#made] ?? -1];
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
    return { tensor: this.#operator.outputs[this.#made] ?? -1, picture: pictureOf(this.#resultTensor().shape) };
  }

  #refuse(what: string): NetworkError {
    const name = this.#resultTensorName();
    return new NetworkError(
      `operator ${this.#index}, ${this.#operator.title} (${name}), ${what}; the NPU cannot do it`,
    );
  }

  #resultTensorName = (): string => this.#graph.tensors[this.#operator.outputs[this.#made] ?? -1]?.name ?? 'no result';
}

/** As it is. */
const one: Multiplier = { multiplier: 2 ** 30, shift: 1 };

const isSameScale = (one: TensorScale | null, other: TensorScale | null): boolean =>
  one?.scale === other?.scale && one?.zero === other?.zero;

const isSame = (one: Picture, other: Picture): boolean =>
  one.channels === other.channels && one.width === other.width && placesOf(one) === placesOf(other);

/** rows × columns to columns × rows. */
function turned(matrix: Int8Array, rows: number, columns: number): Int8Array {
  const to = new Int8Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = matrix[row * columns + column] ?? 0;
  return to;
}
