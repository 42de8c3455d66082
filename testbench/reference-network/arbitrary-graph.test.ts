import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { checkGraph } from '../../npu/graph/check.ts';
import { endsOf } from '../../npu/graph/ends.ts';
import { NetworkError } from '../../npu/graph/error.ts';
import type { Graph, OperatorKind } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { workOf } from '../../npu/graph/work.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { writeTflite } from '../../npu/importers/tflite/testing/write-tflite.ts';
import { graphs, inputsOf } from './arbitrary-graph.ts';
import { runGraph } from './run-graph.ts';

test('networks that nobody drew are well formed, run, and come back from a file', () => {
  fc.assert(
    fc.property(
      graphs().chain((graph) => fc.tuple(fc.constant(graph), inputsOf(graph))),
      ([graph, inputs]) => {
        checkGraph(graph);
        expect(importTflite(writeTflite(graph))).toEqual(graph);
        const values = runGraph(graph, inputs);
        expect(values.map(({ length }) => length)).toEqual(
          graph.tensors.map(({ shape }) => shape.reduce((a, b) => a * b, 1)),
        );
      },
    ),
    { numRuns: runsOf({ few: 300, all: 2000 }) },
  );
});

test('a file that is damaged is refused, or is a network that runs', () => {
  const change = fc.tuple(fc.nat(), fc.oneof(fc.constantFrom(0, 1, 127, 128, 255), fc.integer({ min: 0, max: 255 })));
  let [refused, ran] = [0, 0];
  fc.assert(
    fc.property(
      graphs({ operators: 3, size: 5, channels: 6 }),
      fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 10, maxLength: 10 }),
      fc.nat(),
      (graph, damages, seed) => {
        const file = writeTflite(graph);
        for (const damage of damages) {
          const bytes = file.slice();
          for (const [at, value] of damage) bytes[at % bytes.length] = value;
          const read = importedOrNull(bytes);
          if (read === null) refused += 1;
          else if (elementsOf(read) < 2 ** 20) {
            const [inputs = []] = fc.sample(inputsOf(read), { numRuns: 1, seed });
            expect(runGraph(read, inputs)).toHaveLength(read.tensors.length);
            ran += 1;
          }
        }
      },
    ),
    { numRuns: runsOf({ few: 60, all: 800 }) },
  );
  expect(refused).toBeGreaterThan(0);
  expect(ran).toBeGreaterThan(0);
});

/** The network of a file; null where the importer complains as it should. */
function importedOrNull(bytes: Uint8Array): Graph | null {
  try {
    return importTflite(bytes);
  } catch (error) {
    if (error instanceof NetworkError) return null;
    throw error;
  }
}

/** How much there is to look at, of tensors and for operators. */
const elementsOf = (graph: Graph): number =>
  graph.tensors.reduce((sum, { shape }) => sum + elementsIn(shape), 0) +
  graph.operators.reduce((sum, operator) => sum + workOf(operator, endsOf(graph, operator)), 0);

test('only the kinds that were asked for', () => {
  const kinds: readonly OperatorKind[] = ['conv2d', 'depthwiseConv2d', 'fullyConnected', 'averagePool', 'add'];
  const found = new Set<OperatorKind>();
  fc.assert(
    fc.property(graphs({ kinds, size: 5 }), ({ operators }) => {
      for (const { kind } of operators) found.add(kind);
      expect(operators.map(({ kind }) => kind).filter((kind) => !kinds.includes(kind))).toEqual([]);
    }),
    { numRuns: 200 },
  );
  expect(found.size).toBe(kinds.length);
});

test('every kind comes up, and most results are in range', () => {
  const found = new Set<string>();
  let [inRange, all] = [0, 0];
  for (const [seed, graph] of fc.sample(graphs(), { numRuns: 400, seed: 5 }).entries()) {
    for (const { kind } of graph.operators) found.add(kind);
    const [inputs = []] = fc.sample(inputsOf(graph), { numRuns: 1, seed });
    const values = runGraph(graph, inputs);
    for (const { kind, outputs } of graph.operators) {
      if (kind !== 'conv2d') continue;
      const result = Array.from<number | bigint, number>(values[outputs[0] ?? -1] ?? [], Number);
      all += result.length;
      inRange += result.filter((value) => value > -128 && value < 127).length;
    }
  }
  expect(found.size).toBe(36);
  expect(inRange / all).toBeGreaterThan(0.3);
});
