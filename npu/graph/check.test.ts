import { describe, expect, test } from 'vitest';
import { checkGraph } from './check.ts';
import { endsOf } from './ends.ts';
import { NetworkError } from './error.ts';
import type { Graph, GraphTensor, Operator } from './graph.ts';
import { workOf } from './work.ts';

const int8 = (name: string, shape: readonly number[], change: Partial<GraphTensor> = {}): GraphTensor => ({
  name,
  shape,
  type: 'int8',
  quantisation: { scales: [0.5], zeros: [0], axis: 0 },
  data: null,
  ...change,
});
const weights = (shape: readonly number[]): GraphTensor =>
  int8('weights', shape, { data: new Int8Array(shape.reduce((product, size) => product * size, 1)) });

/** An operator without its tensors. */
type Bare = Operator extends infer O ? (O extends Operator ? Omit<O, 'title' | 'inputs' | 'outputs'> : never) : never;

/** A graph of one operator, whose last tensors are what it makes; those that have no value are the graph's inputs. */
function graphOf(operator: Bare, tensors: readonly GraphTensor[], outputs = 1): Graph {
  const all = tensors.map((_, index) => index);
  const [inputs, made] = [all.slice(0, -outputs), all.slice(-outputs)];
  const isGiven = (index: number): boolean => tensors[index]?.data === null && tensors[index].variable !== true;
  return {
    tensors,
    operators: [{ ...operator, title: operator.kind, inputs, outputs: made }],
    inputs: inputs.filter(isGiven),
    outputs: made,
  };
}

function problem(graph: Graph): string | null {
  try {
    checkGraph(graph);
    return null;
  } catch (error) {
    return error instanceof NetworkError ? error.message : `not told: ${String(error)}`;
  }
}

const around = { top: 1, left: 1, bottom: 1, right: 1 };
const bare = { top: 0, left: 0, bottom: 0, right: 0 };
const windowed = { stride: [1, 1], padding: bare, activation: 'none' } as const;
const [x4, x2] = [int8('x', [1, 4, 6, 2]), int8('x', [3, 8])];
const conv: Bare = { kind: 'conv2d', attributes: { ...windowed, dilation: [1, 1] } };
const depthwise: Bare = { kind: 'depthwiseConv2d', attributes: { ...windowed, dilation: [2, 1], multiplier: 3 } };
const transposed: Bare = { kind: 'transposeConv', attributes: { ...windowed, stride: [2, 2] } };
const dense: Bare = { kind: 'fullyConnected', attributes: { activation: 'relu' } };
const add: Bare = { kind: 'add', attributes: { activation: 'none' } };
const pool: Bare = { kind: 'maxPool', attributes: { ...windowed, window: [2, 3], stride: [2, 2], padding: around } };
const mean: Bare = { kind: 'mean', attributes: { axes: [1, 2] } };
const pad: Bare = { kind: 'pad', attributes: { before: [0, 1], after: [2, 0], value: null } };
const concat: Bare = { kind: 'concat', attributes: { axis: 1, activation: 'none' } };
const slice: Bare = { kind: 'slice', attributes: { begin: [1, 0], step: [1, 3], size: [1, 3] } };
const split: Bare = { kind: 'split', attributes: { axis: 1 } };
const reshape: Bare = { kind: 'reshape', attributes: {} };
const transpose: Bare = { kind: 'transpose', attributes: { order: [0, 3, 1, 2] } };
const resize: Bare = { kind: 'resizeBilinear', attributes: { alignCorners: false, halfPixels: true } };
const svdf: Bare = { kind: 'svdf', attributes: { rank: 2, activation: 'none' } };
const state = int8('state', [3, 24], { variable: true });
const svdfTakes = [x2, weights([6, 8]), weights([6, 4]), int8('bias', [3], { type: 'int32', data: new Int32Array(3) })];

describe('shapes that follow from each other', () => {
  test.each<[string, Graph]>([
    ['conv2d', graphOf(conv, [x4, weights([5, 3, 2, 2]), int8('y', [1, 2, 5, 5])])],
    ['depthwiseConv2d', graphOf(depthwise, [x4, weights([1, 2, 2, 6]), int8('y', [1, 2, 5, 6])])],
    ['transposeConv', graphOf(transposed, [weights([5, 3, 2, 2]), x4, int8('y', [1, 9, 12, 5])])],
    ['fullyConnected', graphOf(dense, [x4, weights([7, 16]), int8('y', [3, 7])])],
    ['add, stretched', graphOf(add, [x4, int8('b', [6, 1]), int8('y', [1, 4, 6, 2])])],
    ['maxPool', graphOf(pool, [x4, int8('y', [1, 3, 3, 2])])],
    ['mean, axes dropped', graphOf(mean, [x4, int8('y', [1, 2])])],
    ['mean, axes kept', graphOf(mean, [x4, int8('y', [1, 1, 1, 2])])],
    ['pad', graphOf(pad, [x2, int8('y', [5, 9])])],
    ['concat', graphOf(concat, [x2, int8('b', [3, 1]), int8('y', [3, 9])])],
    ['slice', graphOf(slice, [x2, int8('y', [1, 3])])],
    ['slice, a dimension dropped', graphOf(slice, [x2, int8('y', [3])])],
    ['split', graphOf(split, [x2, int8('y', [3, 5]), int8('z', [3, 3])], 2)],
    ['reshape', graphOf(reshape, [x2, int8('y', [2, 12])])],
    ['transpose', graphOf(transpose, [x4, int8('y', [1, 2, 4, 6])])],
    ['resizeBilinear', graphOf(resize, [x4, int8('y', [1, 9, 1, 2])])],
    ['svdf', graphOf(svdf, [...svdfTakes, state, int8('y', [3, 3])])],
  ])('%s', (_, graph) => expect(problem(graph)).toBe(null));
});

describe('shapes that do not', () => {
  test.each<[Bare['kind'], Graph, string]>([
    [
      'conv2d',
      graphOf(conv, [x4, weights([5, 5, 2, 2]), int8('y', [1, 1, 5, 5])]),
      'has a window of 5×2 over a picture of 1×4×6×2',
    ],
    [
      'depthwiseConv2d',
      graphOf(depthwise, [x4, weights([1, 2, 2, 4]), int8('y', [1, 2, 5, 4])]),
      'has a filter for 4 channels, and a picture of 6',
    ],
    [
      'transposeConv',
      graphOf(transposed, [weights([5, 3, 2, 2]), x4, int8('y', [1, 11, 12, 5])]),
      'makes 1×11×12×5 of 1×4×6×2, which its stride does not',
    ],
    [
      'fullyConnected',
      graphOf(dense, [x4, weights([7, 15]), int8('y', [3, 7])]),
      'has a filter for 15 values, and takes 1×4×6×2',
    ],
    ['add', graphOf(add, [x4, int8('b', [5, 2]), int8('y', [1, 4, 6, 2])]), 'takes 1×4×6×2 and 5×2'],
    ['maxPool', graphOf(pool, [x4, int8('y', [1, 3, 4, 2])]), 'makes 1×3×4×2 where 1×3×3×2 follows from its inputs'],
    ['mean', graphOf(mean, [x4, int8('y', [2, 1])]), 'makes 2×1 where 1×2 follows from its inputs'],
    ['pad', graphOf(pad, [x2, int8('y', [5, 8])]), 'makes 5×8 where 5×9 follows from its inputs'],
    ['concat', graphOf(concat, [x2, int8('b', [2, 1]), int8('y', [3, 9])]), 'takes 3×8 and 2×1'],
    ['slice', graphOf(slice, [int8('x', [3, 6]), int8('y', [1, 3])]), 'takes 1×3 of 3×6'],
    ['split', graphOf(split, [x2, int8('y', [3, 5]), int8('z', [3, 2])], 2), 'makes 3×7 in all of 3×8'],
    ['reshape', graphOf(reshape, [x2, int8('y', [5, 5])]), 'makes 5×5 of 3×8'],
    [
      'prelu',
      graphOf({ kind: 'prelu', attributes: {} }, [x2, int8('slopes', [2, 1, 8]), int8('y', [2, 3, 8])]),
      'takes 3×8 and slopes of 2×1×8',
    ],
    [
      'transpose',
      graphOf(transpose, [x4, int8('y', [1, 4, 6, 2])]),
      'makes 1×4×6×2 where 1×2×4×6 follows from its inputs',
    ],
    [
      'resizeBilinear',
      graphOf(resize, [x4, int8('y', [1, 9, 1, 3])]),
      'makes 1×9×1×3 where 1×9×1×2 follows from its inputs',
    ],
    ['svdf', graphOf(svdf, [...svdfTakes, state, int8('y', [3, 2])]), 'makes 3×2 where 3×3 follows from its inputs'],
  ])('%s', (kind, graph, what) => {
    const message = `operator 0 (${kind}, which makes 'y') ${what}; its shapes contradict each other: make it again`;
    expect(problem(graph)).toBe(message);
  });
});

describe('how much an operator has to do', () => {
  const work = (graph: Graph): number =>
    graph.operators.reduce((sum, operator) => sum + workOf(operator, endsOf(graph, operator)), 0);

  test('counts products and cells', () => {
    expect(work(graphOf(conv, [x4, weights([5, 3, 2, 2]), int8('y', [1, 2, 5, 5])]))).toBe(50 * 12);
    expect(work(graphOf(depthwise, [x4, weights([1, 2, 2, 6]), int8('y', [1, 2, 5, 6])]))).toBe(60 * 4);
    expect(work(graphOf(transposed, [weights([5, 3, 2, 2]), x4, int8('y', [1, 9, 12, 5])]))).toBe(48 * 30);
    expect(work(graphOf(dense, [x4, weights([7, 16]), int8('y', [3, 7])]))).toBe(21 * 16);
    expect(work(graphOf(pool, [x4, int8('y', [1, 3, 3, 2])]))).toBe(18 * 6);
    expect(work(graphOf(reshape, [x2, int8('y', [2, 12])]))).toBe(24);
    expect(work(graphOf(svdf, [...svdfTakes, state, int8('y', [3, 3])]))).toBe(3 * 48 + 72);
  });

  test('has a limit', () => {
    const side = 2 ** 12;
    const half = side / 2;
    const padding = { top: half, left: half, bottom: half, right: half };
    const wide: Bare = { kind: 'averagePool', attributes: { ...windowed, window: [side, side], padding } };
    expect(problem(graphOf(wide, [int8('x', [1, side, side, 1]), int8('y', [1, side + 1, side + 1, 1])]))).toBe(
      "operator 0 (averagePool, which makes 'y') and those before it work through 2.8e+14 elements; give a network of at most 6.9e+10",
    );
  });
});

test('scales that are so far apart that all results would be at the ends of their range are refused', () => {
  const scaled = (name: string, scale: number): GraphTensor =>
    int8(name, [1, 4], { quantisation: { scales: [scale], zeros: [0], axis: 0 } });
  const sum = (a: number, b: number, result: number): Graph =>
    graphOf({ kind: 'sub', attributes: { activation: 'none' } }, [scaled('a', a), scaled('b', b), scaled('c', result)]);
  expect([sum(0.5, 0.25, 0.001), sum(1e-30, 1e-30, 1e-30), sum(2000, 1e-20, 0.5)].map(problem)).toEqual([
    null,
    null,
    null,
  ]);
  expect(problem(sum(0.5, 1e38, 1e-38))).toBe(
    "operator 0 (sub, which makes 'c') takes scales up to 1e+38 and makes one of 1e-38; quantise the network again",
  );
  expect(problem(sum(0.5, 1, 2 ** -23))).toContain('quantise the network again');
  expect(problem(graphOf({ kind: 'hardSwish', attributes: {} }, [scaled('a', 2 ** 19), scaled('b', 2 ** 19)]))).toBe(
    "operator 0 (hardSwish, which makes 'b') takes a scale of 524288; quantise the network again",
  );
  // What counts is the product of two, whatever each of them is, and how steep a function is.
  const mul = { kind: 'mul', attributes: { activation: 'none' } } as const;
  const product = (a: number, b: number, result: number): Graph =>
    graphOf(mul, [scaled('a', a), scaled('b', b), scaled('c', result)]);
  expect([product(2 ** -2, 2 ** -22, 2 ** -24), product(1e30, 1e-30, 1), product(2, 2, 2 ** -19)].map(problem)).toEqual(
    [null, null, null],
  );
  expect(problem(product(2, 2, 2 ** -20))).toContain('takes scales up to 4 and makes one of 9.5367431640625e-7');
  const leaky = (alpha: number): Graph =>
    graphOf({ kind: 'leakyRelu', attributes: { alpha } }, [scaled('a', 1), scaled('b', 1)]);
  expect(problem(leaky(-(2 ** 21)))).toBe(null);
  expect(problem(leaky(-(2 ** 22)))).toContain('quantise the network again');
});
