/**
 * Random small networks, well formed, with random quantisation: nobody drew them, and whatever runs networks is tried
 * on them. They shrink to fewer and smaller layers; values of weights come from a seed.
 */
import fc from 'fast-check';
import type {
  Activation,
  Graph,
  GraphData,
  GraphTensor,
  GraphType,
  Operator,
  OperatorKind,
  OperatorKinds,
  Pair,
  Quantisation,
  Sides,
} from '../../npu/graph/graph.ts';
import { namesOf } from '../../npu/common/records.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { made } from './values.ts';

export interface GraphLimits {
  /** Which operators there may be (all). */
  readonly kinds?: readonly OperatorKind[];
  /** Most operators (6), height and width of pictures (9), and channels (20). */
  readonly operators?: number;
  readonly size?: number;
  readonly channels?: number;
  /** Whether a network may take and give real numbers (it may where quantise and dequantise are among the kinds). */
  readonly reals?: boolean;
}

type Pick = (least: number, most: number) => number;

/** Random networks; with `limits`, of some kinds and sizes only. */
export function graphs(limits: GraphLimits = {}): fc.Arbitrary<Graph> {
  return (
    fc
      .gen()
      // Frozen, as fast-check would else draw a graph anew for each run of a property, and not the inputs that fit it.
      .map((g) => Object.freeze(new Draft((min, max) => g(fc.integer, { min, max }), limits).graph()))
  );
}

/** Values for a network's inputs: any byte. */
export const inputsOf = (graph: Graph): fc.Arbitrary<readonly GraphData[]> =>
  fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => {
    const next = random(seed);
    return graph.inputs.flatMap((index) => {
      const tensor = graph.tensors[index];
      return tensor === undefined ? [] : [made(tensor, () => anyOf(tensor.type, next))];
    });
  });

/** Of real numbers those around 0; bytes of any value. */
const anyOf = (type: GraphType, next: () => number): number =>
  type === 'float32' ? (next() - 0.5) * 20 : Math.floor(next() * 256) - 128;

/** Numbers from 0 up to 1, the same for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An operator without its tensors. */
type Bare = {
  readonly [K in OperatorKind]: { readonly kind: K; readonly title: string; readonly attributes: OperatorKinds[K] };
}[OperatorKind];

const activations: readonly Activation[] = ['none', 'none', 'relu', 'relu6', 'reluN1To1'];
const none: Sides = { top: 0, left: 0, bottom: 0, right: 0 };

class Draft {
  readonly #pick: Pick;
  readonly #limits: Required<Omit<GraphLimits, 'kinds'>>;
  readonly #kinds: readonly OperatorKind[];
  readonly #tensors: GraphTensor[] = [];
  readonly #operators: Operator[] = [];
  /** Tensors of int8 that an operator can take. */
  readonly #open: number[] = [];

  constructor(pick: Pick, { kinds, operators = 6, size = 9, channels = 20, reals = true }: GraphLimits) {
    this.#pick = pick;
    this.#limits = { operators, size, channels, reals };
    this.#kinds = kinds ?? namesOf(this.#layers);
  }

  /** @throws RangeError where no operator of the kinds fits any input */
  graph(): Graph {
    const isFlat = this.#pick(0, 4) === 4;
    this.#fill(isFlat);
    // A kind may want a picture, or want none.
    if (this.#operators.length === 0) this.#fill(!isFlat);
    if (this.#operators.length === 0) throw new RangeError(`no network of ${this.#kinds.join(', ')} alone came up`);
    this.#giveReals();
    const taken = new Set(this.#operators.flatMap(({ inputs }) => inputs));
    const outputs = this.#operators.flatMap((operator) => operator.outputs).filter((index) => !taken.has(index));
    return { tensors: this.#tensors, operators: this.#operators, inputs: [0], outputs };
  }

  /** Begins anew, with an input of two dimensions or of four. */
  #fill(isFlat: boolean): void {
    for (const list of [this.#tensors, this.#operators, this.#open]) list.length = 0;
    const { size, channels, operators, reals } = this.#limits;
    const pick = this.#pick;
    const shape = isFlat
      ? [pick(1, 3), pick(1, 64)]
      : [pick(1, 8) === 8 ? 2 : 1, pick(1, size), pick(1, size), pick(1, channels)];
    const takesReals = reals && this.#kinds.includes('quantise') && pick(0, 5) === 5;
    const input = takesReals
      ? this.#tensor('input', shape, null, 'float32')
      : this.#tensor('input', shape, this.#quantisation());
    if (takesReals) {
      this.#result({ kind: 'quantise', title: 'QUANTIZE', attributes: {} }, [input], shape, this.#quantisation());
    } else this.#open.push(input);
    const count = pick(1, operators);
    // A kind that does not fit what there is makes way for another.
    for (let tries = 0; this.#operators.length < count && tries < 20 * count; tries += 1) this.#layer();
  }

  #giveReals(): void {
    const last = this.#operators.at(-1)?.outputs[0];
    if (!this.#limits.reals || !this.#kinds.includes('dequantise') || last === undefined || this.#pick(0, 5) < 5)
      return;
    const output = this.#tensor('reals', this.#shape(last), null, 'float32');
    this.#operators.push({
      kind: 'dequantise',
      title: 'DEQUANTIZE',
      inputs: [last],
      outputs: [output],
      attributes: {},
    });
  }

  #layer(): void {
    const kind = this.#kinds[this.#pick(0, this.#kinds.length - 1)];
    // Mostly what came last, so that there are chains; sometimes what came before, so that they part and meet.
    const at = this.#pick(0, 3) > 0 ? this.#open.length - 1 : this.#pick(0, this.#open.length - 1);
    if (kind !== undefined) this.#layers[kind](this.#open[at] ?? 0);
  }

  /** For each kind how a layer of it is put on a tensor; where the tensor does not fit, nothing is. */
  readonly #layers: { readonly [K in OperatorKind]: (x: number) => void } = {
    conv2d: (x) => {
      const [height, width, depth] = this.#picture(x);
      if (depth === 0) return;
      const channels = this.#pick(1, this.#limits.channels);
      const [window, dilation] = this.#window(height, width);
      const { stride, padding, rows, columns } = this.#places(height, width, window, dilation);
      const filter = this.#weights('filter', [channels, ...window, depth], channels, 0);
      const attributes = { stride, dilation, padding, activation: this.#activation() };
      const shape = [this.#shape(x)[0] ?? 1, rows, columns, channels];
      this.#sum({ kind: 'conv2d', title: 'CONV_2D', attributes }, [x, filter], shape, window[0] * window[1] * depth);
    },
    depthwiseConv2d: (x) => {
      const [height, width, depth] = this.#picture(x);
      if (depth === 0) return;
      const multiplier = this.#pick(0, 4) === 4 ? this.#pick(2, 3) : 1;
      const channels = depth * multiplier;
      const [window, dilation] = this.#window(height, width);
      const { stride, padding, rows, columns } = this.#places(height, width, window, dilation);
      const filter = this.#weights('filter', [1, ...window, channels], channels, 3);
      const attributes = { stride, dilation, padding, multiplier, activation: this.#activation() };
      const shape = [this.#shape(x)[0] ?? 1, rows, columns, channels];
      this.#sum(
        { kind: 'depthwiseConv2d', title: 'DEPTHWISE_CONV_2D', attributes },
        [x, filter],
        shape,
        window[0] * window[1],
      );
    },
    transposeConv: (x) => {
      const [height, width, depth] = this.#picture(x);
      if (depth === 0 || height * width > 50) return;
      const channels = this.#pick(1, this.#limits.channels);
      const window: Pair = [this.#pick(1, 4), this.#pick(1, 4)];
      const stride: Pair = [this.#pick(1, 2), this.#pick(1, 2)];
      const isSame = this.#pick(0, 1) === 1;
      const [rows, columns] = isSame
        ? [height * stride[0], width * stride[1]]
        : [(height - 1) * stride[0] + window[0], (width - 1) * stride[1] + window[1]];
      const padding = isSame ? samePadding([rows, columns], window, stride, [1, 1]) : none;
      const filter = this.#weights('filter', [channels, ...window, depth], channels, 0);
      const shape = [this.#shape(x)[0] ?? 1, rows, columns, channels];
      const attributes = { stride, padding, activation: this.#activation() };
      this.#sum(
        { kind: 'transposeConv', title: 'TRANSPOSE_CONV', attributes },
        [filter, x],
        shape,
        window[0] * window[1] * depth,
      );
    },
    fullyConnected: (x) => {
      const shape = this.#shape(x);
      const [rows, depth] = shape.length === 2 ? [shape[0] ?? 1, shape[1] ?? 1] : [1, elementsIn(shape)];
      if (depth > 2000) return;
      const channels = this.#pick(1, 24);
      const filter = this.#weights('filter', [channels, depth], this.#pick(0, 2) === 2 ? channels : 1, 0);
      const attributes = { activation: this.#activation() };
      this.#sum({ kind: 'fullyConnected', title: 'FULLY_CONNECTED', attributes }, [x, filter], [rows, channels], depth);
    },
    add: (x) => this.#pairwise('add', 'ADD', x),
    sub: (x) => this.#pairwise('sub', 'SUB', x),
    mul: (x) => this.#pairwise('mul', 'MUL', x),
    minimum: (x) => this.#extremum('minimum', 'MINIMUM', x),
    maximum: (x) => this.#extremum('maximum', 'MAXIMUM', x),
    maxPool: (x) => this.#pool('maxPool', 'MAX_POOL_2D', x),
    averagePool: (x) => this.#pool('averagePool', 'AVERAGE_POOL_2D', x),
    mean: (x) => this.#reduction('mean', 'MEAN', x, () => this.#near(x, -2, 1)),
    sum: (x) => this.#reduction('sum', 'SUM', x, () => this.#near(x, -1, 6)),
    reduceMax: (x) => this.#reduction('reduceMax', 'REDUCE_MAX', x, () => this.#quantisationOf(x)),
    reduceMin: (x) => this.#reduction('reduceMin', 'REDUCE_MIN', x, () => this.#quantisationOf(x)),
    softmax: (x) => {
      const beta = this.#pick(0, 3) === 3 ? Math.fround(this.#pick(1, 30) / 10) : 1;
      this.#result(
        { kind: 'softmax', title: 'SOFTMAX', attributes: { beta } },
        [x],
        this.#shape(x),
        fixed(1 / 256, -128),
      );
    },
    logistic: (x) =>
      this.#result({ kind: 'logistic', title: 'LOGISTIC', attributes: {} }, [x], this.#shape(x), fixed(1 / 256, -128)),
    tanh: (x) => this.#result({ kind: 'tanh', title: 'TANH', attributes: {} }, [x], this.#shape(x), fixed(1 / 128, 0)),
    relu: (x) =>
      this.#result({ kind: 'relu', title: 'RELU', attributes: {} }, [x], this.#shape(x), this.#near(x, -2, 2)),
    relu6: (x) =>
      this.#result({ kind: 'relu6', title: 'RELU6', attributes: {} }, [x], this.#shape(x), this.#near(x, -2, 2)),
    reluN1To1: (x) =>
      this.#result(
        { kind: 'reluN1To1', title: 'RELU_N1_TO_1', attributes: {} },
        [x],
        this.#shape(x),
        this.#near(x, -2, 2),
      ),
    leakyRelu: (x) => {
      const alpha = Math.fround(this.#pick(1, 150) / 100);
      this.#result(
        { kind: 'leakyRelu', title: 'LEAKY_RELU', attributes: { alpha } },
        [x],
        this.#shape(x),
        this.#near(x, -1, 2),
      );
    },
    hardSwish: (x) =>
      this.#result(
        { kind: 'hardSwish', title: 'HARD_SWISH', attributes: {} },
        [x],
        this.#shape(x),
        this.#near(x, -2, 1),
      ),
    elu: (x) => this.#result({ kind: 'elu', title: 'ELU', attributes: {} }, [x], this.#shape(x), this.#near(x, -2, 1)),
    prelu: (x) => {
      const shape = this.#shape(x);
      const small = this.#pick(0, 2) > 0 ? [shape.at(-1) ?? 1] : shape.map((size) => (this.#pick(0, 1) > 0 ? size : 1));
      const slope = this.#constant('slopes', small, this.#zeroed(Math.fround(this.#pick(10, 400) / 2 ** 14)));
      this.#result({ kind: 'prelu', title: 'PRELU', attributes: {} }, [x, slope], shape, this.#near(x, -1, 1));
    },
    pad: (x) => {
      const shape = this.#shape(x);
      const isPicture = shape.length === 4 && this.#pick(0, 3) > 0;
      const along = () => shape.map((_, i) => (isPicture && (i === 0 || i === 3) ? 0 : this.#pick(0, 2)));
      const [before, after] = [along(), along()];
      const value = this.#pick(0, 2) === 2 ? this.#pick(-128, 127) : null;
      const padded = shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0));
      const title = value === null ? 'PAD' : 'PADV2';
      this.#result(
        { kind: 'pad', title: title, attributes: { before, after, value } },
        [x],
        padded,
        this.#perhapsAnother(x),
      );
    },
    concat: (x) => {
      const shape = this.#shape(x);
      const axis = this.#pick(0, 2) > 0 ? shape.length - 1 : this.#pick(0, shape.length - 1);
      const others = Array.from({ length: this.#pick(0, 2) }, () => {
        if (this.#pick(0, 1) === 0) return x;
        const part = shape.map((size, i) => (i === axis ? this.#pick(1, 5) : size));
        return this.#constant('part', part, this.#quantisationOf(x));
      });
      const inputs = [...others, x];
      const whole = shape.map((size, i) =>
        i === axis ? inputs.reduce((sum, input) => sum + (this.#shape(input)[axis] ?? 0), 0) : size,
      );
      this.#result(
        { kind: 'concat', title: 'CONCATENATION', attributes: { axis, activation: 'none' } },
        inputs,
        whole,
        this.#quantisationOf(x),
      );
    },
    slice: (x) => {
      const shape = this.#shape(x);
      const isStrided = this.#pick(0, 1) === 1;
      const begin = shape.map((size) => this.#pick(0, size - 1));
      const step = shape.map(() => (isStrided ? this.#pick(1, 3) : 1));
      const size = shape.map((length, i) => this.#pick(1, Math.ceil((length - (begin[i] ?? 0)) / (step[i] ?? 1))));
      const title = isStrided ? 'STRIDED_SLICE' : 'SLICE';
      this.#result(
        { kind: 'slice', title: title, attributes: { begin, step, size } },
        [x],
        size,
        this.#perhapsAnother(x),
      );
    },
    split: (x) => {
      const shape = this.#shape(x);
      const axis = this.#pick(0, shape.length - 1);
      const whole = shape[axis] ?? 1;
      const first = this.#pick(1, whole);
      const sizes = first === whole ? [whole] : [first, whole - first];
      const outputs = sizes.map((size) =>
        this.#tensor(
          'part',
          shape.map((length, i) => (i === axis ? size : length)),
          this.#perhapsAnother(x),
        ),
      );
      this.#operators.push({ kind: 'split', title: 'SPLIT_V', inputs: [x], outputs, attributes: { axis } });
      this.#open.push(...outputs);
    },
    reshape: (x) => {
      const shape = this.#shape(x);
      const [first = 1, ...rest] = shape;
      const flat = this.#pick(0, 1) === 1 ? [1, elementsIn(shape)] : [first, elementsIn(rest)];
      const back = shape.length === 2 ? [first, 1, 1, elementsIn(rest)] : flat;
      this.#result({ kind: 'reshape', title: 'RESHAPE', attributes: {} }, [x], back, this.#perhapsAnother(x));
    },
    transpose: (x) => {
      const shape = this.#shape(x);
      const order = shape.map((_, i) => i);
      for (let i = order.length - 1; i > 0; i -= 1) {
        const other = this.#pick(0, i);
        [order[i], order[other]] = [order[other] ?? 0, order[i] ?? 0];
      }
      const turned = order.map((axis) => shape[axis] ?? 1);
      this.#result(
        { kind: 'transpose', title: 'TRANSPOSE', attributes: { order } },
        [x],
        turned,
        this.#perhapsAnother(x),
      );
    },
    resizeNearest: (x) => this.#resize('resizeNearest', 'RESIZE_NEAREST_NEIGHBOR', x),
    resizeBilinear: (x) => this.#resize('resizeBilinear', 'RESIZE_BILINEAR', x),
    quantise: (x) => {
      const from = this.#kinds.includes('concat') && this.#pick(0, 3) === 3 ? this.#unsigned(x) : x;
      const quantisation = this.#near(x, -2, 2);
      this.#result({ kind: 'quantise', title: 'QUANTIZE', attributes: {} }, [from], this.#shape(from), quantisation);
    },
    // Only at the end, as nothing else takes real numbers.
    dequantise: () => {},
    svdf: (x) => {
      const shape = this.#shape(x);
      if (shape.length !== 2) return;
      const [batches = 1, depth = 1] = shape;
      const [rank, units, memory] = [this.#pick(1, 2), this.#pick(1, 8), this.#pick(1, 6)];
      const features = this.#weights('features', [rank * units, depth], 1, 0);
      // The usual type of what is remembered; bytes are the other.
      const isWide = this.#pick(0, 2) > 0;
      const time = isWide
        ? this.#wide('time', [rank * units, memory])
        : this.#weights('time', [rank * units, memory], 1, 0);
      const finer = isWide ? 1 / 16 : 1;
      const stateScale = Math.fround(this.#scale(x) * this.#scale(features) * Math.sqrt(depth) * 80 * finer);
      const held = isWide ? fixed(stateScale, 0) : this.#zeroed(stateScale);
      const state = this.#tensor('state', [batches, memory * rank * units], held, isWide ? 'int16' : 'int8');
      this.#tensors[state] = { ...this.#at(state), variable: true };
      const bias = this.#bias(units, [stateScale * this.#scale(time)], memory / finer ** 2);
      const scale = Math.fround((stateScale * this.#scale(time) * Math.sqrt(memory * rank) * 90) / finer ** 2.2);
      const attributes = { rank, activation: 'relu' as const };
      this.#result(
        { kind: 'svdf', title: 'SVDF', attributes },
        [x, features, time, bias, state],
        [batches, units],
        this.#zeroed(scale),
      );
    },
  };

  /** Along any dimensions, which are kept or not; of pictures mostly along rows and columns. */
  #reduction(
    kind: 'mean' | 'sum' | 'reduceMax' | 'reduceMin',
    title: string,
    x: number,
    quantisation: () => Quantisation,
  ): void {
    const shape = this.#shape(x);
    const isUsual = shape.length === 4 && this.#pick(0, 1) === 1;
    const axes = isUsual ? [1, 2] : shape.map((_, axis) => axis).filter(() => this.#pick(0, 1) === 1);
    const isKept = this.#pick(0, 1) === 1;
    const left = isKept
      ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
      : shape.filter((_, i) => !axes.includes(i));
    // A file has no list of no axes, and nothing goes on with a tensor that has no dimensions.
    if (axes.length === 0 || left.length === 0) return;
    this.#result({ kind, title, attributes: { axes } }, [x], left, quantisation());
  }

  #pairwise(kind: 'add' | 'sub' | 'mul', title: string, x: number): void {
    const other = this.#operand(x, () => this.#near(x, -2, 2));
    const [a, b] = this.#pick(0, 1) === 1 ? [x, other] : [other, x];
    const scale = kind === 'mul' ? this.#scale(a) * this.#scale(b) * 64 : Math.max(this.#scale(a), this.#scale(b));
    const factor = 2 ** this.#pick(-1, 2) * (this.#pick(100, 199) / 100);
    const attributes = { activation: this.#activation() };
    const shape = both(this.#shape(a), this.#shape(b));
    this.#result({ kind, title, attributes }, [a, b], shape, this.#zeroed(Math.fround(scale * factor)));
  }

  #extremum(kind: 'minimum' | 'maximum', title: string, x: number): void {
    const quantisation = this.#quantisationOf(x);
    const other = this.#operand(x, () => quantisation);
    const fits = JSON.stringify(this.#at(other).quantisation) === JSON.stringify(quantisation);
    const inputs = [x, fits ? other : x];
    const [one = [], two = []] = inputs.map(this.#shape);
    this.#result({ kind, title, attributes: {} }, inputs, both(one, two), quantisation);
  }

  /** What goes with a tensor of a shape: another of the same, itself, or a constant, perhaps one that stretches. */
  #operand(x: number, quantisation: () => Quantisation): number {
    const shape = this.#shape(x);
    const same = this.#open.filter((index) => this.#shape(index).join() === shape.join());
    if (this.#pick(0, 2) > 0) return same[this.#pick(0, same.length - 1)] ?? x;
    // What is not there from the start may stretch as well, and so may both.
    const stretching = this.#open.filter((index) => stretches(this.#shape(index), shape));
    const found = stretching[this.#pick(0, stretching.length)];
    if (found !== undefined) return found;
    if (this.#kinds.includes('slice') && this.#pick(0, 2) === 2) return this.#small(x);
    const stretch = this.#pick(0, 2);
    const small =
      stretch === 0
        ? shape
        : stretch === 1
          ? [shape.at(-1) ?? 1]
          : shape.map((size) => (this.#pick(0, 1) === 0 ? 1 : size > 1 ? size : this.#pick(1, 3)));
    return this.#constant('operand', small, quantisation());
  }

  /** A part of a tensor that has only the first place along some dimensions. */
  #small(x: number): number {
    const shape = this.#shape(x);
    const size = shape.map((length) => (this.#pick(0, 1) === 1 ? length : 1));
    const attributes = { begin: shape.map(() => 0), step: shape.map(() => 1), size };
    this.#result({ kind: 'slice', title: 'SLICE', attributes }, [x], size, this.#quantisationOf(x));
    return this.#tensors.length - 1;
  }

  /** A tensor in bytes without a sign beside a constant of another scale, to which TensorFlow Lite brings both. */
  #unsigned(x: number): number {
    const shape = this.#shape(x);
    const [own, others, result] = [0, 1, 2].map(() =>
      fixed(Math.fround(this.#scale(x) * (this.#pick(50, 199) / 100)), this.#pick(0, 255)),
    );
    const bytes = this.#tensor('unsigned', shape, own ?? null, 'uint8');
    this.#operators.push({ kind: 'quantise', title: 'QUANTIZE', inputs: [x], outputs: [bytes], attributes: {} });
    const data = Uint8Array.from(this.#bytes(shape), (byte) => byte & 0xff);
    const constant = this.#tensor('part', shape, others ?? null, 'uint8', data);
    const axis = shape.length - 1;
    const whole = shape.map((size, i) => (i === axis ? 2 * size : size));
    const output = this.#tensor('concat', whole, result ?? null, 'uint8');
    const attributes = { axis, activation: 'none' } as const;
    const inputs = [bytes, constant];
    this.#operators.push({ kind: 'concat', title: 'CONCATENATION', inputs, outputs: [output], attributes });
    return output;
  }

  #pool(kind: 'maxPool' | 'averagePool', title: string, x: number): void {
    const [height, width, depth] = this.#picture(x);
    if (depth === 0) return;
    const isGlobal = this.#pick(0, 3) === 3;
    const window: Pair = isGlobal
      ? [height, width]
      : [this.#pick(1, Math.min(4, height)), this.#pick(1, Math.min(4, width))];
    const { stride, padding, rows, columns } = this.#places(height, width, window, [1, 1]);
    const shape = [this.#shape(x)[0] ?? 1, rows, columns, depth];
    const attributes = { window, stride, padding, activation: this.#activation() };
    this.#result({ kind, title, attributes }, [x], shape, this.#quantisationOf(x));
  }

  #resize(kind: 'resizeNearest' | 'resizeBilinear', title: string, x: number): void {
    const [height, width, depth] = this.#picture(x);
    if (depth === 0) return;
    const [pictures = 1] = this.#shape(x);
    const how = this.#pick(0, 2);
    const attributes = { alignCorners: how === 1, halfPixels: how === 2 };
    // As often by a factor as to any size.
    const isWhole = this.#pick(0, 1) === 1;
    const along = (size: number, most: number): number => {
      const factor = 2 ** this.#pick(0, 2);
      const whole = attributes.alignCorners ? factor * (size - 1) + 1 : factor * size;
      return isWhole && whole <= most ? whole : this.#pick(1, most);
    };
    const { size } = this.#limits;
    const shape = [pictures, along(height, 2 * size), along(width, size), depth];
    this.#result(
      { kind, title, attributes },
      [x],
      shape,
      kind === 'resizeNearest' ? this.#perhapsAnother(x) : this.#quantisationOf(x),
    );
  }

  /** A sum of `terms` products, perhaps with a bias; its scale is such that most results are in range. */
  #sum(operator: Bare, inputs: readonly [number, number], shape: readonly number[], terms: number): void {
    const [first, second] = inputs.map((input) => this.#quantisationOf(input).scales);
    const products = (first ?? []).flatMap((one) => (second ?? []).map((other) => one * other));
    const bias = this.#pick(0, 3) > 0 ? this.#bias(shape.at(-1) ?? 1, products, terms) : null;
    const scale = (products[0] ?? 1) * Math.sqrt(terms) * 2 ** this.#pick(-1, 6) * (this.#pick(100, 199) / 100);
    this.#result(operator, [...inputs, bias], shape, this.#zeroed(Math.fround(scale)));
  }

  /** With the scales of the products that it is added to. */
  #bias(channels: number, scales: readonly number[], terms: number): number {
    // Rarely so large that sums wrap.
    const most = this.#pick(0, 15) === 15 ? 2 ** 31 : 2 ** this.#pick(0, 12) * Math.sqrt(terms);
    const next = random(this.#pick(0, 2 ** 31 - 1));
    const data = Int32Array.from({ length: channels }, () => Math.floor((next() * 2 - 1) * most));
    const quantisation = { scales: scales.map(Math.fround), zeros: scales.map(() => 0), axis: 0 };
    return this.#tensor('bias', [channels], quantisation, 'int32', data);
  }

  /** A filter with a scale for each of `scales` indices along `axis`, or one. */
  #weights(name: string, shape: readonly number[], scales: number, axis: number): number {
    const next = random(this.#pick(0, 2 ** 31 - 1));
    const base = this.#real();
    const quantisation = {
      scales: Array.from({ length: scales }, () => Math.fround(base * (0.5 + next()))),
      zeros: Array.from({ length: scales }, () => 0),
      axis: scales > 1 ? axis : 0,
    };
    return this.#tensor(name, shape, quantisation, 'int8', this.#bytes(shape));
  }

  /** Weights of 16 bits, of which they use 13, so that their sums do not wrap. */
  #wide(name: string, shape: readonly number[]): number {
    const next = random(this.#pick(0, 2 ** 31 - 1));
    const data = Int16Array.from({ length: elementsIn(shape) }, () => Math.floor((next() - 0.5) * 2 ** 13));
    return this.#tensor(name, shape, fixed(Math.fround(this.#real() / 256), 0), 'int16', data);
  }

  #constant(name: string, shape: readonly number[], quantisation: Quantisation): number {
    return this.#tensor(name, shape, quantisation, 'int8', this.#bytes(shape));
  }

  /** Any bytes, or only the ends of their range. */
  #bytes(shape: readonly number[]): Int8Array {
    const next = random(this.#pick(0, 2 ** 31 - 1));
    const isExtreme = this.#pick(0, 7) === 7;
    return Int8Array.from({ length: elementsIn(shape) }, () => {
      const value = Math.floor(next() * 256) - 128;
      return isExtreme ? (value < 0 ? -128 : 127) : value;
    });
  }

  #result(
    operator: Bare,
    inputs: readonly (number | null)[],
    shape: readonly number[],
    quantisation: Quantisation,
  ): void {
    const output = this.#tensor(operator.kind, shape, quantisation);
    this.#operators.push({ ...operator, inputs, outputs: [output] });
    this.#open.push(output);
  }

  #tensor(
    name: string,
    shape: readonly number[],
    quantisation: Quantisation | null,
    type: GraphType = 'int8',
    data: GraphData | null = null,
  ): number {
    return this.#tensors.push({ name: `${name} ${this.#tensors.length}`, shape, type, quantisation, data }) - 1;
  }

  #at(index: number): GraphTensor {
    const tensor = this.#tensors[index];
    if (tensor === undefined) throw new RangeError(`there is no tensor ${index}`);
    return tensor;
  }
  #shape = (index: number): readonly number[] => this.#at(index).shape;
  #quantisationOf = (index: number): Quantisation => this.#at(index).quantisation ?? fixed(1, 0);
  #scale = (index: number): number => this.#quantisationOf(index).scales[0] ?? 1;

  /** Height, width and channels; no channels where a tensor is no picture, or too large to go on with. */
  #picture(index: number): readonly [height: number, width: number, depth: number] {
    const shape = this.#shape(index);
    const [, height = 0, width = 0, depth = 0] = shape;
    return [height, width, shape.length === 4 && elementsIn(shape) <= 4000 ? depth : 0];
  }

  #activation(): Activation {
    return activations[this.#pick(0, activations.length - 1)] ?? 'none';
  }

  /** A window that fits a picture, and its dilation. */
  #window(height: number, width: number): readonly [window: Pair, dilation: Pair] {
    const window: Pair = [this.#pick(1, Math.min(5, height)), this.#pick(1, Math.min(5, width))];
    const isDilated = this.#pick(0, 4) === 4;
    const along = (size: number, taps: number): number => (taps === 1 ? 1 : Math.floor((size - 1) / (taps - 1)));
    const dilation: Pair = isDilated
      ? [this.#pick(1, Math.min(3, along(height, window[0]))), this.#pick(1, Math.min(3, along(width, window[1])))]
      : [1, 1];
    return [window, dilation];
  }

  /** A stride, a padding of one of the usual kinds, and how many places that makes. */
  #places(height: number, width: number, window: Pair, dilation: Pair) {
    const stride: Pair = [this.#pick(1, 3), this.#pick(1, 3)];
    const isSame = this.#pick(0, 1) === 1;
    const padding = isSame ? samePadding([height, width], window, stride, dilation) : none;
    const along = (size: number, i: 0 | 1): number =>
      isSame ? Math.ceil(size / stride[i]) : Math.ceil((size - (window[i] - 1) * dilation[i]) / stride[i]);
    return { stride, padding, rows: along(height, 0), columns: along(width, 1) };
  }

  #real = (): number => Math.fround((this.#pick(100, 199) / 100) * 2 ** this.#pick(-10, -2));
  #quantisation = (): Quantisation => this.#zeroed(this.#real());

  /** With a zero point: none, an end of the range, or any. */
  #zeroed(scale: number): Quantisation {
    const zero = [0, -128, 127, this.#pick(-128, 127), this.#pick(-128, 127)][this.#pick(0, 4)] ?? 0;
    return fixed(scale, zero);
  }

  /** That of a tensor, or another one: bytes that go elsewhere may stand for something else there. */
  #perhapsAnother = (index: number): Quantisation =>
    this.#pick(0, 5) === 5 ? this.#quantisation() : this.#quantisationOf(index);

  /** A scale that is some powers of two, and a bit, from a tensor's; sometimes the same quantisation. */
  #near(index: number, least: number, most: number): Quantisation {
    if (this.#pick(0, 3) === 3) return this.#quantisationOf(index);
    const factor = 2 ** this.#pick(least, most) * (this.#pick(100, 199) / 100);
    return this.#zeroed(Math.fround(this.#scale(index) * factor));
  }
}

/** Whether shapes of as many dimensions stretch to each other. */
const stretches = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((size, i) => size === 1 || other[i] === 1 || size === other[i]);

/** What two shapes are that stretch to each other. */
const both = (one: readonly number[], other: readonly number[]): readonly number[] => {
  const long = one.length > other.length ? one : other;
  return long.map((_, i) => Math.max(one.at(i - long.length) ?? 1, other.at(i - long.length) ?? 1));
};

const fixed = (scale: number, zero: number): Quantisation => ({ scales: [scale], zeros: [zero], axis: 0 });

/** Around a picture, so that a window has ⌈size / stride⌉ places; the odd one comes after. */
function samePadding(size: Pair, window: Pair, stride: Pair, dilation: Pair): Sides {
  const along = (i: 0 | 1): number => {
    const places = Math.ceil(size[i] / stride[i]);
    return Math.max(0, (places - 1) * stride[i] + (window[i] - 1) * dilation[i] + 1 - size[i]);
  };
  const [down, across] = [along(0), along(1)];
  const [top, left] = [down >> 1, across >> 1];
  return { top, left, bottom: down - top, right: across - left };
}
