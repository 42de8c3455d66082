import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph, GraphTensor } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

type How = 'corners' | 'halfPixels' | 'neither';

function graphOf(shape: readonly number[], size: readonly [number, number], how: How): Graph {
  const [pictures = 1, , , channels = 1] = shape;
  const tensor = (name: string, of: readonly number[]): GraphTensor => ({
    name,
    shape: of,
    type: 'int8',
    quantisation: { scales: [0.1], zeros: [-20], axis: 0 },
    data: null,
  });
  const attributes = { alignCorners: how === 'corners', halfPixels: how === 'halfPixels' };
  return {
    tensors: [tensor('x', shape), tensor('y', [pictures, ...size, channels])],
    operators: [{ kind: 'resizeBilinear', title: 'RESIZE_BILINEAR', inputs: [0], outputs: [1], attributes }],
    inputs: [0],
    outputs: [1],
  };
}

const bytes = (length: number, seed: number): Int8Array =>
  Int8Array.from({ length }, (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff);

const upTo = (max: number) => fc.integer({ min: 1, max });
const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 1, cols: 1, busBytes: 4 },
  // A bank holds a part of a picture only.
  { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6144 },
);

test('pictures of 1/2, 1, 2, 4 and 8 times the size give every byte of the reference', () => {
  const cases = fc.record({
    shape: fc.tuple(upTo(2), upTo(7), upTo(7), upTo(9)),
    factors: fc.oneof(
      fc.tuple(fc.constantFrom(0.5, 1, 2, 4), fc.constantFrom(0.5, 1, 2, 4)),
      fc.tuple(fc.constant(1), fc.constant(8)),
    ),
    how: fc.constantFrom<How>('corners', 'halfPixels', 'neither'),
    parameters: machines,
    seed: fc.integer(),
  });
  fc.assert(
    fc.property(cases, ({ shape, factors, how, parameters, seed }) => {
      const sizeOf = (size: number, factor: number): number => {
        if (factor < 1) return size;
        return how === 'corners' ? factor * (size - 1) + 1 : factor * size;
      };
      // What is halved is a whole number of times as large.
      const given = (size: number, factor: number): number => {
        if (factor >= 1) return size;
        return how === 'corners' ? 2 * (size - 1) + 1 : 2 * size;
      };
      const [pictures, height, width, channels] = shape;
      const [down, across] = factors;
      const from = [pictures, given(height, down), given(width, across), channels];
      const graph = graphOf(from, [sizeOf(height, down), sizeOf(width, across)], how);
      expect(differences(parameters, graph, runGraph(graph, [bytes(elementsIn(from), seed)]))).toEqual([]);
    }),
    { numRuns: 10, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
  );
});

test("other sizes are the host's", () => {
  const graph = graphOf([1, 5, 5, 2], [7, 13], 'neither');
  expect(differences({ rows: 4, cols: 4, busBytes: 8 }, graph, runGraph(graph, [bytes(50, 3)]))).toEqual([
    "operator 0, resizeBilinear: is the host's",
  ]);
});
