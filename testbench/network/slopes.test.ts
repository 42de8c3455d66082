import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { graphs, inputsOf } from '../reference-network/arbitrary-graph.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 16, cols: 16 },
);

test('slopes below 0 of their own for channels, rows and elements give every byte of the reference', () => {
  const drawn = graphs({ kinds: ['prelu', 'elu', 'maxPool'], operators: 3, channels: 20 }).chain((graph) =>
    fc.tuple(fc.constant(graph), inputsOf(graph), machines),
  );
  let tried = 0;
  fc.assert(
    fc.property(drawn, ([graph, inputs, parameters]) => {
      fc.pre(graph.operators.some(({ kind }) => kind === 'prelu'));
      tried++;
      expect(differences(parameters, graph, runGraph(graph, inputs))).toEqual([]);
    }),
    { numRuns: runsOf({ few: 10, all: 80 }) },
  );
  expect(tried).toBeGreaterThan(5);
});
