/**
 * Kernels that the frameworks' own runs do not cover, by another formulation: each operator in real numbers, over the
 * places of its tensors, from which a result may be a step of its scale away; and laws that hold exactly.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { Activation, Graph, GraphData, GraphTensor, Operator, OperatorKind } from '../../npu/graph/graph.ts';
import { graphs, inputsOf } from './arbitrary-graph.ts';
import { runGraph } from './run-graph.ts';
import { limits } from './values.ts';

/** A tensor of real numbers, by places. */
interface Real {
  readonly shape: readonly number[];
  /** Of a place with fewer dimensions the first ones are 0; dimensions of size 1 are at every place. */
  readonly at: (...place: readonly number[]) => number;
}

const numbers = (data: GraphData | undefined): readonly number[] =>
  Array.from<number | bigint, number>(data ?? [], Number);

function realOf({ shape, quantisation, type }: GraphTensor, data: GraphData | undefined): Real {
  const stored = numbers(data);
  const { scales, zeros, axis } = quantisation ?? { scales: [1], zeros: [0], axis: 0 };
  const at = (...place: readonly number[]): number => {
    const own = place.slice(place.length - shape.length);
    const index = shape.reduce((sum, size, i) => sum * size + (size === 1 ? 0 : (own[i] ?? 0)), 0);
    const channel = scales.length > 1 ? (own[axis] ?? 0) : 0;
    const value = stored[index] ?? NaN;
    return type === 'float32' ? value : (scales[channel] ?? NaN) * (value - (zeros[channel] ?? NaN));
  };
  return { shape, at };
}

/** Every place of a shape. */
function placesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const upTo = (size: number | undefined): readonly number[] => Array.from({ length: size ?? 0 }, (_, i) => i);

function activated(value: number, activation: Activation): number {
  const [low, high] = { none: [-Infinity, Infinity], relu: [0, Infinity], relu6: [0, 6], reluN1To1: [-1, 1] }[
    activation
  ];
  return Math.max(low ?? -Infinity, Math.min(high ?? Infinity, value));
}

/** Which tap of a window with its first one at `from` stands at a place; null where none does. */
function tapAt(place: number, from: number, taps: number, dilation: number): number | null {
  const tap = (place - from) / dilation;
  return Number.isInteger(tap) && tap >= 0 && tap < taps ? tap : null;
}

/** The result of an operator at a place, in real numbers; and how many steps a kernel may be away from it. */
function resultAt(
  operator: Operator,
  inputs: readonly (Real | null)[],
  shape: readonly number[],
  place: readonly number[],
) {
  const [x = null, w = null, bias = null] = inputs;
  const zero: Real = { shape: [], at: () => 0 };
  const [first, second, third] = [x ?? zero, w ?? zero, bias ?? zero];
  const [n = 0, row = 0, column = 0, channel = 0] = place;
  const [, height, width, depth] = first.shape;
  /** The sum over all places of the picture that a tap stands on. */
  const overPicture = (
    {
      stride,
      padding,
      dilation = [1, 1],
    }: Extract<Operator, { kind: 'maxPool' }>['attributes'] & {
      readonly dilation?: readonly [number, number];
    },
    taps: readonly [number, number],
    term: (y: number, x: number, dy: number, dx: number) => number,
  ): readonly number[] =>
    upTo(height).flatMap((y) =>
      upTo(width).flatMap((xx) => {
        const dy = tapAt(y, row * stride[0] - padding.top, taps[0], dilation[0]);
        const dx = tapAt(xx, column * stride[1] - padding.left, taps[1], dilation[1]);
        return dy === null || dx === null ? [] : [term(y, xx, dy, dx)];
      }),
    );
  switch (operator.kind) {
    case 'conv2d': {
      const { attributes } = operator;
      const window: [number, number] = [second.shape[1] ?? 0, second.shape[2] ?? 0];
      const terms = overPicture({ ...attributes, window }, window, (y, xx, dy, dx) =>
        sum(upTo(depth).map((k) => first.at(n, y, xx, k) * second.at(channel, dy, dx, k))),
      );
      return activated(sum(terms) + third.at(channel), attributes.activation);
    }
    case 'depthwiseConv2d': {
      const { attributes } = operator;
      const window: [number, number] = [second.shape[1] ?? 0, second.shape[2] ?? 0];
      const from = Math.floor(channel / attributes.multiplier);
      const terms = overPicture(
        { ...attributes, window },
        window,
        (y, xx, dy, dx) => first.at(n, y, xx, from) * second.at(0, dy, dx, channel),
      );
      return activated(sum(terms) + third.at(channel), attributes.activation);
    }
    case 'transposeConv': {
      const { stride, padding, activation } = operator.attributes;
      const [, rows, columns, channels] = second.shape;
      const terms = upTo(rows).flatMap((y) =>
        upTo(columns).map((xx) => {
          const dy = tapAt(row, y * stride[0] - padding.top, first.shape[1] ?? 0, 1);
          const dx = tapAt(column, xx * stride[1] - padding.left, first.shape[2] ?? 0, 1);
          if (dy === null || dx === null) return 0;
          return sum(upTo(channels).map((k) => second.at(n, y, xx, k) * first.at(channel, dy, dx, k)));
        }),
      );
      return activated(sum(terms) + third.at(channel), activation);
    }
    case 'fullyConnected': {
      const [out = 0, inner = 0] = second.shape;
      const flat = placesOf(first.shape);
      const [r = 0, o = 0] = place;
      const terms = upTo(inner).map((k) => first.at(...(flat[r * inner + k] ?? [])) * second.at(o, k));
      return out === 0 ? 0 : activated(sum(terms) + third.at(o), operator.attributes.activation);
    }
    case 'add':
      return activated(first.at(...place) + second.at(...place), operator.attributes.activation);
    case 'sub':
      return activated(first.at(...place) - second.at(...place), operator.attributes.activation);
    case 'mul':
      return activated(first.at(...place) * second.at(...place), operator.attributes.activation);
    case 'minimum':
      return Math.min(first.at(...place), second.at(...place));
    case 'maximum':
      return Math.max(first.at(...place), second.at(...place));
    case 'maxPool':
    case 'averagePool': {
      const { attributes } = operator;
      const elements = overPicture(attributes, attributes.window, (y, xx) => first.at(n, y, xx, channel));
      const value = operator.kind === 'maxPool' ? Math.max(...elements) : sum(elements) / elements.length;
      return activated(value, attributes.activation);
    }
    case 'mean':
    case 'sum':
    case 'reduceMax':
    case 'reduceMin': {
      const { axes } = operator.attributes;
      const kept = first.shape.length === shape.length;
      const own = [...place];
      const base = first.shape.map((_, axis) =>
        axes.includes(axis) ? 0 : kept ? (place[axis] ?? 0) : (own.shift() ?? 0),
      );
      const over = placesOf(first.shape).filter((other) =>
        other.every((at, axis) => axes.includes(axis) || at === base[axis]),
      );
      const elements = over.map((other) => first.at(...other));
      if (operator.kind === 'reduceMax') return Math.max(...elements);
      if (operator.kind === 'reduceMin') return Math.min(...elements);
      return sum(elements) / (operator.kind === 'mean' ? over.length : 1);
    }
    case 'softmax': {
      const rest = place.slice(0, -1);
      const powers = upTo(shape.at(-1)).map((i) => Math.exp(operator.attributes.beta * first.at(...rest, i)));
      return (powers[place.at(-1) ?? 0] ?? NaN) / sum(powers);
    }
    case 'logistic':
      return 1 / (1 + Math.exp(-first.at(...place)));
    case 'tanh':
      return Math.tanh(first.at(...place));
    case 'relu':
    case 'relu6':
    case 'reluN1To1':
      return activated(first.at(...place), operator.kind);
    case 'leakyRelu': {
      const value = first.at(...place);
      return value < 0 ? value * operator.attributes.alpha : value;
    }
    case 'elu': {
      const value = first.at(...place);
      return value < 0 ? Math.expm1(value) : value;
    }
    case 'prelu': {
      const value = first.at(...place);
      return value < 0 ? value * second.at(...place) : value;
    }
    case 'hardSwish': {
      const value = first.at(...place);
      return (value * Math.max(0, Math.min(6, value + 3))) / 6;
    }
    case 'resizeBilinear': {
      const hat = (y: number, source: number): number => Math.max(0, 1 - Math.abs(y - source));
      const [down, across] = [1, 2].map((axis) =>
        sourceOf(operator, first.shape[axis] ?? 1, shape[axis] ?? 1, place[axis] ?? 0),
      );
      const terms = upTo(height).flatMap((y) =>
        upTo(width).map((xx) => hat(y, down ?? 0) * hat(xx, across ?? 0) * first.at(n, y, xx, channel)),
      );
      return sum(terms);
    }
    case 'quantise':
    case 'dequantise':
      return first.at(...place);
    default:
      throw new RangeError(`no formulation of ${operator.kind}`);
  }
}

/** Which place between those of a side a place of the resized side is. */
function sourceOf(
  { attributes }: Extract<Operator, { kind: 'resizeBilinear' }>,
  size: number,
  results: number,
  place: number,
): number {
  const { alignCorners, halfPixels } = attributes;
  const scale = alignCorners && results > 1 ? (size - 1) / (results - 1) : size / results;
  const source = halfPixels ? (place + 0.5) * scale - 0.5 : place * scale;
  return Math.max(0, Math.min(size - 1, source));
}

/**
 * Steps of the result's scale that a kernel may be away: half a one for each of two roundings, of which the first may
 * be on half the result's scale, and what its own precision adds.
 */
const allowed: readonly (readonly [kind: OperatorKind, steps: number])[] = [
  ['conv2d', 0.76],
  ['depthwiseConv2d', 0.76],
  ['transposeConv', 0.76],
  ['fullyConnected', 0.76],
  ['add', 0.51],
  ['sub', 0.51],
  ['mul', 0.76],
  ['minimum', 0],
  ['maximum', 0],
  ['maxPool', 0.51],
  ['averagePool', 0.51],
  ['mean', 0.76],
  ['sum', 0.76],
  ['reduceMax', 0],
  ['reduceMin', 0],
  ['softmax', 0.6],
  ['logistic', 0.6],
  ['tanh', 0.6],
  ['relu', 0.76],
  ['relu6', 0.76],
  ['reluN1To1', 0.76],
  ['leakyRelu', 0.76],
  ['hardSwish', 1.1],
  ['elu', 0.51],
  ['prelu', 0.76],
  // A scale of 10 bits is off by a few thousandths at the far end of a side.
  ['resizeBilinear', 4],
  ['quantise', 0.76],
];

/** A network of one operator of a kind, and values for it. */
const only = (kind: OperatorKind): fc.Arbitrary<readonly [Graph, readonly GraphData[]]> =>
  graphs({ kinds: [kind], operators: 1, size: 6, channels: 5 }).chain((graph) =>
    fc.tuple(fc.constant(graph), inputsOf(graph)),
  );

/** Whether sums may wrap, which real numbers do not. */
const mayWrap = ({ tensors }: Graph): boolean =>
  tensors.some(
    ({ type, data }) => type === 'int32' && numbers(data ?? undefined).some((value) => Math.abs(value) > 2 ** 26),
  );

/** An operator of a graph, with what it takes and makes. */
function seen({ tensors }: Pick<Graph, 'tensors'>, operator: Operator, values: readonly GraphData[]) {
  const tensorOf = (index: number | null) => tensors[index ?? -1];
  const inputs = operator.inputs.map((index) => {
    const tensor = tensorOf(index);
    return tensor === undefined ? null : realOf(tensor, values[index ?? -1]);
  });
  const [index = -1] = operator.outputs;
  const tensor = tensorOf(index);
  if (tensor === undefined) throw new RangeError('an operator without a result');
  return { inputs, tensor, result: numbers(values[index]) };
}

describe('results are those of real numbers, to a step', () => {
  test.each(allowed)('%s', (kind, steps) => {
    fc.assert(
      fc.property(only(kind), ([graph, inputs]) => {
        fc.pre(!mayWrap(graph));
        const values = runGraph(graph, inputs);
        for (const operator of graph.operators.filter((one) => one.kind === kind)) {
          const { inputs: taken, tensor, result } = seen(graph, operator, values);
          const [scale, zero] = [tensor.quantisation?.scales[0] ?? 1, tensor.quantisation?.zeros[0] ?? 0];
          for (const [i, place] of placesOf(tensor.shape).entries()) {
            const real = resultAt(operator, taken, tensor.shape, place) / scale + zero;
            const exact = Math.max(-128, Math.min(127, real));
            expect(Math.abs((result[i] ?? NaN) - exact)).toBeLessThanOrEqual(steps + 1e-3);
          }
        }
      }),
      { numRuns: runsOf({ few: 40, all: 200 }) },
    );
  });
});

/** Tensors whose elements stand for themselves. */
const asStored = ({ tensors }: Graph) => ({ tensors: tensors.map((tensor) => ({ ...tensor, quantisation: null })) });

/** What an element of a result is a copy of: any of these values. */
function copiesAt(
  operator: Operator,
  inputs: readonly Real[],
  shape: readonly number[],
  place: readonly number[],
  zero: number,
): readonly number[] {
  const [first = { shape: [], at: () => NaN }] = inputs;
  switch (operator.kind) {
    case 'pad': {
      const { before, value } = operator.attributes;
      const from = place.map((at, axis) => at - (before[axis] ?? 0));
      const isInside = from.every((at, axis) => at >= 0 && at < (first.shape[axis] ?? 0));
      return [isInside ? first.at(...from) : (value ?? zero)];
    }
    case 'slice': {
      const { begin, step } = operator.attributes;
      return [first.at(...place.map((at, axis) => (begin[axis] ?? 0) + (step[axis] ?? 0) * at))];
    }
    case 'transpose': {
      const from = [...place];
      for (const [i, axis] of operator.attributes.order.entries()) from[axis] = place[i] ?? 0;
      return [first.at(...from)];
    }
    case 'reshape': {
      const index = placesOf(shape).findIndex((other) => other.join() === place.join());
      return [first.at(...(placesOf(first.shape)[index] ?? []))];
    }
    case 'concat': {
      const { axis } = operator.attributes;
      // Each input, cut off the front until the place is in one.
      let at = place[axis] ?? 0;
      for (const input of inputs) {
        const size = input.shape[axis] ?? 0;
        if (at < size) return [input.at(...place.map((own, i) => (i === axis ? at : own)))];
        at -= size;
      }
      return [];
    }
    case 'resizeNearest': {
      const { alignCorners, halfPixels } = operator.attributes;
      const [down = [], across = []] = [1, 2].map((axis) => {
        const [size, results, at] = [first.shape[axis] ?? 1, shape[axis] ?? 1, place[axis] ?? 0];
        const scale = alignCorners && results > 1 ? (size - 1) / (results - 1) : size / results;
        const source = (at + (halfPixels ? 0.5 : 0)) * scale + (alignCorners ? 0.5 : 0);
        // Single precision may fall on either side of a border.
        const ends = [source - 1e-5, source + 1e-5].map((value) => Math.max(0, Math.min(size - 1, Math.floor(value))));
        return [...new Set(ends)];
      });
      return down.flatMap((y) => across.map((x) => first.at(place[0] ?? 0, y, x, place[3] ?? 0)));
    }
    default:
      throw new RangeError(`${operator.kind} copies nothing`);
  }
}

describe('elements that are copied come from where they should', () => {
  test.each<OperatorKind>(['pad', 'slice', 'transpose', 'reshape', 'concat', 'resizeNearest'])('%s', (kind) => {
    fc.assert(
      fc.property(only(kind), ([graph, inputs]) => {
        const values = runGraph(graph, inputs);
        const [operator] = graph.operators;
        if (operator === undefined) throw new RangeError('a network without operators');
        // Whatever they stand for, in a result that may be quantised otherwise.
        const { inputs: taken, tensor } = seen(asStored(graph), operator, values);
        const [output = -1] = operator.outputs;
        const result = realOf(tensor, values[output]);
        const zero = graph.tensors[output]?.quantisation?.zeros[0] ?? 0;
        for (const place of placesOf(tensor.shape)) {
          const given = taken.filter((input) => input !== null);
          expect(copiesAt(operator, given, tensor.shape, place, zero)).toContain(result.at(...place) + 0);
        }
      }),
      { numRuns: runsOf({ few: 40, all: 200 }) },
    );
  });

  test('parts of a split are the whole again', () => {
    fc.assert(
      fc.property(only('split'), ([graph, inputs]) => {
        const [operator] = graph.operators;
        if (operator?.kind !== 'split') throw new RangeError('a network without a split');
        const { axis } = operator.attributes;
        const values = runGraph(graph, inputs);
        const { tensors } = asStored(graph);
        const [input] = tensors;
        const whole = realOf(input ?? { name: '', shape: [], type: 'int8', quantisation: null, data: null }, values[0]);
        let before = 0;
        for (const index of operator.outputs) {
          const tensor = tensors[index];
          if (tensor === undefined) throw new RangeError('a part that is no tensor');
          const part = realOf(tensor, values[index]);
          for (const place of placesOf(tensor.shape)) {
            const from = place.map((at, i) => (i === axis ? at + before : at));
            expect(part.at(...place)).toBe(whole.at(...from));
          }
          before += tensor.shape[axis] ?? 0;
        }
        expect(before).toBe(whole.shape[axis]);
      }),
      { numRuns: runsOf({ few: 40, all: 200 }) },
    );
  });
});

test('svdf remembers from one run to the next', () => {
  fc.assert(
    fc.property(
      only('svdf').chain(([graph]) =>
        fc.tuple(fc.constant(graph), fc.array(inputsOf(graph), { minLength: 1, maxLength: 4 })),
      ),
      ([graph, runs]) => {
        const operator = graph.operators[0];
        if (operator?.kind !== 'svdf') throw new RangeError('a network without svdf');
        fc.pre(!mayWrap(graph));
        const state = new Map<number, GraphData>();
        const [, features = null, time = null, bias = null, stateAt] = operator.inputs;
        const { rank } = operator.attributes;
        const stateTensor = graph.tensors[stateAt ?? -1];
        if (stateTensor === undefined || features === null || time === null)
          throw new RangeError('an svdf without a state');
        const step = stateTensor.quantisation?.scales[0] ?? 1;
        /** Results of each filter, oldest first, for each batch. */
        const remembered = new Map<string, number[]>();
        for (const inputs of runs) {
          const values = runGraph(graph, inputs, { state });
          const { inputs: taken, tensor, result } = seen(graph, operator, values);
          const [x, wf, wt] = taken;
          const kept = realOf(stateTensor, values[stateAt ?? -1]);
          const [batches = 1] = tensor.shape;
          const [filters = 1, memory = 1] = wt?.shape ?? [];
          for (const batch of upTo(batches)) {
            for (const filter of upTo(filters)) {
              const old = remembered.get(`${batch},${filter}`) ?? upTo(memory).map(() => 0);
              const exact = sum(upTo(x?.shape[1]).map((k) => (x?.at(batch, k) ?? 0) * (wf?.at(filter, k) ?? 0)));
              const newest = kept.at(batch, filter * memory + memory - 1);
              const [low, high] = limits[stateTensor.type].map(
                (end) => step * (end - (stateTensor.quantisation?.zeros[0] ?? 0)),
              );
              expect(Math.abs(newest - Math.max(low ?? 0, Math.min(high ?? 0, exact)))).toBeLessThanOrEqual(
                0.761 * step,
              );
              remembered.set(`${batch},${filter}`, [...old.slice(1), newest]);
            }
          }
          const [scale, zero] = [tensor.quantisation?.scales[0] ?? 1, tensor.quantisation?.zeros[0] ?? 0];
          for (const [i, [batch = 0, unit = 0]] of placesOf(tensor.shape).entries()) {
            const terms = upTo(rank).flatMap((r) => {
              const filter = unit * rank + r;
              return (remembered.get(`${batch},${filter}`) ?? []).map((value, j) => value * (wt?.at(filter, j) ?? 0));
            });
            const offset = bias === null ? 0 : (taken[3]?.at(unit) ?? 0);
            const exact = Math.max(-128, Math.min(127, (sum(terms) + offset) / scale + zero));
            expect(Math.abs((result[i] ?? NaN) - exact)).toBeLessThanOrEqual(0.761);
          }
        }
      },
    ),
    { numRuns: runsOf({ few: 40, all: 200 }) },
  );
});
