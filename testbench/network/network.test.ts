import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OperatorKind } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { graphs, inputsOf } from '../reference-network/arbitrary-graph.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { golden } from '../reference-network/testing-goldens.ts';
import { differences } from './differences.ts';

describe('networks on the NPU make what the reference kernels of their framework make', () => {
  test.each<[string, Partial<NpuParameters>]>([
    ['hello_world_int8', {}],
    ['hello_world_int8', { rows: 3, cols: 5, busBytes: 4, scratchpadBytes: 4096, accumulatorBytes: 2048 }],
    ['micro_speech_quantized', {}],
    ['kws_ref_model', {}],
    ['kws_ref_model', { rows: 16, cols: 8, scratchpadBytes: 24576, accumulatorBytes: 8192 }],
  ])('%s on %o', (name, parameters) => {
    const { graph, input, results } = golden(name);
    const values = graph.tensors.map(({ data }) => data ?? new Int8Array());
    for (const index of graph.inputs) values[index] = input;
    graph.operators.forEach(({ outputs: [output = -1] }, at) => {
      values[output] = results[at] ?? new Int8Array();
    });
    expect(differences(parameters, graph, values)).toEqual([]);
  });
});

/** Operators that the NPU does by itself, and those that bring real numbers to integers and back. */
const kinds: readonly OperatorKind[] = [
  'conv2d',
  'depthwiseConv2d',
  'fullyConnected',
  'maxPool',
  'averagePool',
  'mean',
  'sum',
  'reduceMax',
  'reduceMin',
  'add',
  'sub',
  'mul',
  'minimum',
  'maximum',
  'logistic',
  'tanh',
  'hardSwish',
  'relu',
  'relu6',
  'reluN1To1',
  'leakyRelu',
  'elu',
  'prelu',
  'softmax',
  'quantise',
  'reshape',
  'pad',
  'concat',
  'slice',
  'split',
  'transpose',
  'resizeNearest',
  'transposeConv',
  'quantise',
  'dequantise',
];

/** Few, as each is compiled once: square and not, memories that hold little of a layer, a single multiplier. */
const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6144, accumulatorBytes: 2048 },
  { rows: 3, cols: 7, busBytes: 4, scratchpadBytes: 16384, accumulatorBytes: 4096 },
  { rows: 9, cols: 5, busBytes: 16 },
  { rows: 1, cols: 1, busBytes: 4 },
);

test('networks that nobody drew give every byte of the reference on random machines', () => {
  const cases = graphs({ kinds, operators: 4, reals: false }).chain((graph) =>
    fc.record({ graph: fc.constant(graph), inputs: inputsOf(graph), parameters: machines }),
  );
  fc.assert(
    fc.property(cases, ({ graph, inputs, parameters }) => {
      expect(differences(parameters, graph, runGraph(graph, inputs))).toEqual([]);
    }),
    // A case takes long to shrink.
    { numRuns: 12, interruptAfterTimeLimit: 90_000, markInterruptAsFailure: true },
  );
});
