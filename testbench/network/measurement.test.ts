import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { graphs, inputsOf } from '../reference-network/arbitrary-graph.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { sumOf } from '../timeline/timeline.ts';
import { measurementOf } from './measurement.ts';
import { bytesOf } from './results.ts';
import { runNetwork } from './run.ts';

test('of any network, every layer has worked as long as its units were at it, and no unit beats its bound', () => {
  const kinds = [
    'conv2d',
    'depthwiseConv2d',
    'maxPool',
    'averagePool',
    'fullyConnected',
    'transposeConv',
    'add',
    'mul',
    'relu6',
    'softmax',
    'logistic',
    'pad',
    'concat',
    'slice',
    'split',
    'transpose',
    'resizeNearest',
    'mean',
  ] as const;
  const cases = graphs({ kinds, operators: 3 }).chain((graph) =>
    fc.record({ graph: fc.constant(graph), inputs: inputsOf(graph) }),
  );
  const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 16384, accumulatorBytes: 2048 });
  fc.assert(
    fc.property(cases, ({ graph, inputs }) => {
      const values = runGraph(graph, inputs);
      const program = compileNetwork(config, graph);
      const given = new Map(
        program.inputs.map(({ view: { tensor } }) => [tensor, bytesOf(values[tensor] ?? new Int8Array())]),
      );
      const ran = runNetwork(config, program, given);
      const { layers, timeline, cycles } = measurementOf(config, graph, program, ran, values, 0);
      const isOfHost = program.steps.length === 0;
      expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(isOfHost ? 0 : cycles);
      expect(timeline.start).toBeGreaterThanOrEqual(0);
      expect(timeline.width * timeline.bins).toBeGreaterThanOrEqual(cycles);
      for (const unit of unitNames)
        expect(timeline.units[unit].reduce((sum, { runs }) => sum + sumOf(runs), 0)).toBeLessThanOrEqual(cycles);
      layers.forEach(({ by, worked, utilisation }, at) => {
        const of = (unit: (typeof unitNames)[number]): number =>
          sumOf(timeline.units[unit].find(({ layer }) => layer === at)?.runs ?? []);
        if (by === 'matrix' || by === 'vector') expect(worked).toBe(of(by));
        if (by === 'dma') {
          expect(worked).toBeGreaterThanOrEqual(Math.max(of('load'), of('store')));
          expect(worked).toBeLessThanOrEqual(of('load') + of('store'));
        }
        if (by === 'host' || by === 'nobody') expect(worked).toBe(0);
        else expect(worked).toBeGreaterThan(0);
        expect(utilisation).toBeLessThanOrEqual(1);
      });
    }),
    // A case takes long to shrink.
    { numRuns: 25, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
  );
});
