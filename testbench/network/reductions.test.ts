import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph, GraphTensor } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

const kinds = ['mean', 'sum', 'reduceMax', 'reduceMin'] as const;

/** One operator along some dimensions of an input. */
function graphOf(kind: (typeof kinds)[number], shape: readonly number[], axes: readonly number[]): Graph {
  const tensor = (name: string, size: readonly number[], scale: number): GraphTensor => ({
    name,
    shape: size,
    type: 'int8',
    quantisation: { scales: [scale], zeros: [name === 'x' || scale === 0.5 ? -7 : 5], axis: 0 },
    data: null,
  });
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const scale = { mean: 0.375, sum: 4, reduceMax: 0.5, reduceMin: 0.5 }[kind];
  return {
    tensors: [tensor('x', shape, 0.5), tensor('y', kept, scale)],
    operators: [{ kind, title: kind, inputs: [0], outputs: [1], attributes: { axes } }],
    inputs: [0],
    outputs: [1],
  };
}

const bytes = (shape: readonly number[], seed: number): Int8Array =>
  Int8Array.from({ length: elementsIn(shape) }, (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff);

const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 1, cols: 1, busBytes: 4 },
);

test('along any dimensions of up to five give every byte of the reference', () => {
  const cases = fc.record({
    kind: fc.constantFrom(...kinds),
    dimensions: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()), { minLength: 1, maxLength: 5 }),
    parameters: machines,
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(cases, ({ kind, dimensions, parameters, seed }) => {
      const shape = dimensions.map(([size]) => size);
      const axes = dimensions.flatMap(([, isAlong], axis) => (isAlong ? [axis] : []));
      const graph = graphOf(kind, shape, axes);
      expect(differences(parameters, graph, runGraph(graph, [bytes(shape, seed)]))).toEqual([]);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
  );
});

// Windows have 255 rows and columns at the most, and 257 has no divisor.
test.each([
  ['mean', [1, 300, 2], [1]],
  ['sum', [1, 257, 3], [1]],
  ['mean', [2, 257, 3], [0, 1]],
  ['mean', [3, 2, 3, 2, 3, 2], [0, 2, 4]],
  ['reduceMin', [1, 17, 16, 3], [1, 2]],
  ['reduceMax', [2, 3, 2, 3, 2], [0, 2, 4]],
  ['reduceMin', [2, 1, 3, 2, 2, 3, 2], [0, 2, 4, 6]],
  ['reduceMax', [2, 257, 3], [1]],
  ['reduceMin', [2, 521], [1]],
  ['reduceMax', [257, 2, 3], [0, 2]],
] as const)('%s of %j along %j', (kind, shape, axes) => {
  const graph = graphOf(kind, shape, axes);
  expect(differences({ rows: 4, cols: 4, busBytes: 8 }, graph, runGraph(graph, [bytes(shape, 977)]))).toEqual([]);
});
