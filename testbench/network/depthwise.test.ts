import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph, GraphTensor, Pair } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

interface Case {
  /** Batches, height, width, channels. */
  readonly shape: readonly [number, number, number, number];
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly multiplier: number;
  readonly parameters: Partial<NpuParameters>;
  readonly seed: number;
}

const bytes = (length: number, seed: number): Int8Array =>
  Int8Array.from({ length }, (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff);

function graphOf({ shape, kernel, stride, dilation, multiplier, seed }: Case): Graph {
  const [pictures, height, width, depth] = shape;
  const channels = depth * multiplier;
  const tensor = (name: string, size: readonly number[], scale: number, data: Int8Array | null): GraphTensor => ({
    name,
    shape: size,
    type: 'int8',
    quantisation: { scales: [scale], zeros: [data === null ? 9 : 0], axis: 0 },
    data,
  });
  const around = (i: 0 | 1): readonly [number, number] => {
    const size = (kernel[i] - 1) * dilation[i];
    return [size >> 1, size - (size >> 1)];
  };
  const [[top, bottom], [left, right]] = [around(0), around(1)];
  const places = [Math.ceil(height / stride[0]), Math.ceil(width / stride[1])];
  const filter = bytes(kernel[0] * kernel[1] * channels, seed + 6);
  return {
    tensors: [
      tensor('x', shape, 0.1, null),
      tensor('f', [1, ...kernel, channels], 0.01, filter),
      tensor('y', [pictures, ...places, channels], 0.2 * Math.sqrt(kernel[0] * kernel[1]), null),
    ],
    operators: [
      {
        kind: 'depthwiseConv2d',
        title: 'DEPTHWISE_CONV_2D',
        inputs: [0, 1, null],
        outputs: [2],
        attributes: { stride, dilation, padding: { top, bottom, left, right }, multiplier, activation: 'none' },
      },
    ],
    inputs: [0],
    outputs: [2],
  };
}

const upTo = (max: number) => fc.integer({ min: 1, max });
const cases: fc.Arbitrary<Case> = fc.record({
  shape: fc.tuple(upTo(2), upTo(6), upTo(6), upTo(10)),
  kernel: fc.oneof(
    fc.tuple(upTo(4), upTo(4)),
    // Larger than the vector unit has weights for.
    fc.tuple(fc.constant(1), fc.integer({ min: 13, max: 15 })),
    fc.tuple(fc.integer({ min: 17, max: 18 }), fc.constant(1)),
  ),
  stride: fc.tuple(upTo(2), upTo(2)),
  dilation: fc.tuple(upTo(3), upTo(3)),
  multiplier: upTo(2),
  parameters: fc.constantFrom(
    { rows: 3, cols: 5, busBytes: 4 },
    { rows: 1, cols: 1, busBytes: 4 },
    { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 12288, accumulatorBytes: 2048 },
  ),
  seed: fc.integer(),
});

test('convolutions by channel of any kernel, stride, dilation and multiplier give every byte of the reference', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const graph = graphOf(one);
      const input = bytes(elementsIn(one.shape), one.seed);
      expect(differences(one.parameters, graph, runGraph(graph, [input]))).toEqual([]);
    }),
    { numRuns: 8, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true },
  );
});
