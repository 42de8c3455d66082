import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { Graph, GraphTensor, Quantisation } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { graphs, inputsOf } from '../reference-network/arbitrary-graph.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 16, cols: 16 },
  { rows: 1, cols: 1, busBytes: 4 },
);

test('filters among fully connected layers give every byte of the reference', () => {
  const kinds = ['svdf', 'fullyConnected'] as const;
  const drawn = graphs({ kinds, operators: 3, channels: 20 }).chain((graph) =>
    fc.tuple(fc.constant(graph), inputsOf(graph), machines),
  );
  let tried = 0;
  fc.assert(
    fc.property(drawn, ([graph, inputs, parameters]) => {
      fc.pre(graph.operators.some(({ kind }) => kind === 'svdf'));
      tried++;
      expect(differences(parameters, graph, runGraph(graph, inputs))).toEqual([]);
    }),
    { numRuns: runsOf({ few: 10, all: 25 }) },
  );
  expect(tried).toBeGreaterThan(5);
});

const at = (scale: number, zero = 0): Quantisation => ({ scales: [scale], zeros: [zero], axis: 0 });

/** Weights of time and features at the ends of 16 bits, and around where a digit changes. */
const edge = fc.constantFrom(-32_768, -32_767, -129, -128, -1, 0, 1, 127, 128, 255, 256, 32_639, 32_640, 32_767);

test('features and weights of all 16 bits are multiplied as they are', () => {
  const cases = fc.record({
    weights: fc.array(fc.tuple(fc.oneof(edge, fc.integer({ min: -32_768, max: 32_767 })), fc.nat(255)), {
      minLength: 1,
      maxLength: 12,
    }),
    rank: fc.constantFrom(1, 2, 3),
    batches: fc.integer({ min: 1, max: 3 }),
    /** How much of the 16 bits of the state features fill, beyond them too. */
    gain: fc.constantFrom(0.01, 1, 2.1, 300),
    seed: fc.integer(),
    parameters: machines,
  });
  fc.assert(
    fc.property(cases, ({ weights, rank, batches, gain, seed, parameters }) => {
      const filters = weights.length * rank;
      const [depth, memory] = [2, 3];
      const tensor = (name: string, shape: readonly number[], more: Partial<GraphTensor>): GraphTensor => ({
        name,
        shape,
        type: 'int8',
        quantisation: at(1),
        data: null,
        ...more,
      });
      const byte = (i: number): number => Math.imul(i + 1, seed | 1) >> 24;
      const time = Int16Array.from({ length: filters * memory }, (_, i) =>
        i % memory === memory - 1 ? (weights[Math.floor(i / memory) % weights.length]?.[0] ?? 0) : byte(i),
      );
      const graph: Graph = {
        tensors: [
          tensor('x', [batches, depth], { quantisation: at(1, -3) }),
          tensor('features', [filters, depth], {
            data: Int8Array.from({ length: filters * depth }, (_, i) => byte(i)),
          }),
          tensor('time', [filters, memory], { type: 'int16', data: time }),
          tensor('bias', [weights.length], { type: 'int32', data: Int32Array.from(weights, ([, bias]) => bias) }),
          tensor('state', [batches, filters * memory], { type: 'int16', quantisation: at(1 / gain), variable: true }),
          tensor('y', [batches, weights.length], { quantisation: at(2 ** 21, 5) }),
        ],
        operators: [
          {
            kind: 'svdf',
            title: 'SVDF',
            inputs: [0, 1, 2, 3, 4],
            outputs: [5],
            attributes: { rank, activation: 'relu' },
          },
        ],
        inputs: [0],
        outputs: [5],
      };
      const inputs = [Int8Array.from({ length: batches * depth }, (_, i) => byte(i + 7))];
      expect(differences(parameters, graph, runGraph(graph, inputs))).toEqual([]);
    }),
    { numRuns: runsOf({ few: 15, all: 60 }) },
  );
});
