import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import { endsOf } from '../../npu/graph/ends.ts';
import { workOf } from '../../npu/graph/work.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { graphs, inputsOf } from '../reference-network/arbitrary-graph.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { sumOf } from '../timeline/timeline.ts';
import { measurementOf } from './measurement.ts';
import { golden } from '../reference-network/testing-goldens.ts';
import { givenOf } from './results.ts';
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
  // Nothing is refused for want of room.
  const config = npuConfig({ rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 65536, accumulatorBytes: 16384 });
  fc.assert(
    fc.property(cases, ({ graph, inputs }) => {
      const values = runGraph(graph, inputs);
      const program = compileNetwork(config, graph);
      const ran = runNetwork(config, program, givenOf(program, values));
      const { layers, timeline, cycles } = measurementOf(config, graph, program, ran, values, 0);
      const work = graph.operators.map((operator) =>
        operator.kind === 'transposeConv' ? workOf(operator, endsOf(graph, operator)) : 0,
      );
      work.forEach((all, index) => {
        const own = layers.filter((layer) => layer.index === index && layer.by === 'matrix');
        const shared = own.reduce((sum, { macs }) => sum + macs, 0);
        if (all > 0 && own.length > 0) expect(Math.abs(shared - all)).toBeLessThanOrEqual(own.length);
      });
      const isOfHost = program.steps.length === 0;
      expect(layers.reduce((sum, layer) => sum + layer.cycles, 0)).toBe(isOfHost ? 0 : cycles);
      expect(timeline.start).toBeGreaterThanOrEqual(0);
      expect(timeline.width * timeline.bins).toBeGreaterThanOrEqual(cycles);
      for (const unit of unitNames)
        expect(timeline.units[unit].reduce((sum, { runs }) => sum + sumOf(runs), 0)).toBeLessThanOrEqual(cycles);
      layers.forEach(({ by, worked, utilisation, cycles: taken, spent, occupied, macs }, at) => {
        expect(Object.values(spent).reduce((sum, part) => sum + part, 0)).toBe(taken);
        if (by === 'matrix') expect(occupied).toBeGreaterThanOrEqual(macs / 16);
        expect(occupied).toBeLessThanOrEqual(worked);
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

test('a byte that is wrong where the host reads it is told, and a result that nobody saw', () => {
  const { graph, input } = golden('hello_world_int8');
  const config = npuConfig({ rows: 4, cols: 4, busBytes: 8 });
  const [values, program] = [runGraph(graph, [input]), compileNetwork(config, graph)];
  const ran = runNetwork(config, program, givenOf(program, values));
  const [output = -1] = graph.outputs;
  const measured = (changed: Partial<typeof ran>): readonly (number | boolean)[] => {
    const { match, layers } = measurementOf(config, graph, program, { ...ran, ...changed }, values, 0);
    return [match, ...layers.map(({ wrong }) => wrong)];
  };
  expect([...ran.outputs.keys()]).toEqual(graph.outputs);
  expect(measured({})).toEqual([true, 0, 0, 0]);
  const outputs = new Map([[output, (ran.outputs.get(output) ?? new Uint8Array()).map((byte) => byte ^ 1)]]);
  expect(measured({ outputs })).toEqual([false, 0, 0, 1]);
  const unseen = { left: { ...ran.left, tensors: new Map<number, Uint8Array>() } };
  expect(measured(unseen)).toEqual([false, 16, 16, 0]);
});
