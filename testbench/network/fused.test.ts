import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Graph, GraphTensor, Pair } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';
import { givenOf } from './results.ts';
import { runNetwork } from './run.ts';

interface Case {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly out: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: number;
  readonly pool: Pair;
  readonly activations: readonly ['none' | 'relu', 'none' | 'relu6'];
  /** Whether there is a convolution before, so that the picture is in the scratchpad. */
  readonly isSecond: boolean;
}

const numbers = (count: number, seed: number): Int8Array =>
  Int8Array.from({ length: count }, (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff);

/** Convolutions, then a maximum over windows that do not meet; null where nothing is left of the picture. */
function graphOf(given: Case, seed: number): Graph | null {
  const { height, width, channels, out, kernel, stride, dilation, padding, pool, activations, isSecond } = given;
  const after = (size: number, axis: 0 | 1): number =>
    Math.floor((size + 2 * padding - (kernel[axis] - 1) * dilation[axis] - 1) / stride[axis]) + 1;
  const [rows, columns] = [after(height, 0), after(width, 1)];
  const [down, across] = [Math.floor(rows / pool[0]), Math.floor(columns / pool[1])];
  if (down < 1 || across < 1) return null;
  const tensor = (name: string, shape: readonly number[], scale: number, isConstant = false): GraphTensor => ({
    name,
    shape,
    type: 'int8',
    quantisation: { scales: [scale], zeros: [isConstant ? 0 : -7], axis: 0 },
    data: isConstant ? numbers(elementsIn(shape), seed + shape.length) : null,
  });
  const scale = 0.02 * Math.sqrt(kernel[0] * kernel[1] * channels);
  const none = { top: 0, left: 0, bottom: 0, right: 0 };
  const around = { top: padding, left: padding, bottom: padding, right: padding };
  return {
    tensors: [
      tensor('x', [1, height, width, channels], 0.02),
      tensor('square', [channels, 1, 1, channels], 0.01, true),
      tensor('same', [1, height, width, channels], 0.02),
      tensor('filter', [out, kernel[0], kernel[1], channels], 0.01, true),
      tensor('y', [1, rows, columns, out], scale),
      tensor('z', [1, down, across, out], scale),
    ],
    operators: [
      ...(isSecond
        ? [
            {
              kind: 'conv2d' as const,
              title: 'first',
              inputs: [0, 1, null],
              outputs: [2],
              attributes: { stride: [1, 1], dilation: [1, 1], padding: none, activation: 'none' } as const,
            },
          ]
        : []),
      {
        kind: 'conv2d',
        title: 'convolution',
        inputs: [isSecond ? 2 : 0, 3, null],
        outputs: [4],
        attributes: { stride, dilation, padding: around, activation: activations[0] },
      },
      {
        kind: 'maxPool',
        title: 'pool',
        inputs: [4],
        outputs: [5],
        attributes: { window: pool, stride: pool, padding: none, activation: activations[1] },
      },
    ],
    inputs: [0],
    outputs: [5],
  };
}

const cases: fc.Arbitrary<Case> = fc.record({
  height: fc.integer({ min: 2, max: 13 }),
  width: fc.integer({ min: 2, max: 13 }),
  channels: fc.constantFrom(1, 2, 3, 5, 8),
  out: fc.integer({ min: 1, max: 9 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  dilation: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  padding: fc.nat(1),
  pool: fc.constantFrom<Pair[]>([2, 2], [1, 2], [2, 1], [3, 3], [3, 2], [1, 4]),
  activations: fc.tuple(fc.constantFrom('none' as const, 'relu' as const), fc.constantFrom('none', 'relu6')),
  isSecond: fc.boolean(),
});
const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
  { rows: 1, cols: 1, busBytes: 4 },
  { rows: 4, cols: 4, busBytes: 4, scratchpadBytes: 1536, accumulatorBytes: 2048 },
);

describe('a convolution and a maximum over windows of it', () => {
  test('give what the reference does, done together or not', () => {
    let together = 0;
    fc.assert(
      fc.property(cases, machines, fc.nat(), (given, parameters, seed) => {
        const graph = graphOf(given, seed);
        fc.pre(graph !== null);
        const values = runGraph(graph, [numbers(elementsIn(graph.tensors[0]?.shape ?? []), seed + 3)]);
        expect(differences(parameters, graph, values)).toEqual([]);
        if (compileNetwork(npuConfig(parameters), graph).layers.some(({ operators }) => operators.length > 1))
          together++;
      }),
      { numRuns: runsOf({ few: 25, all: 50 }) },
    );
    expect(together).toBeGreaterThan(5);
  });

  test('are done apart where planes of sums do not fit', () => {
    const given: Case = {
      height: 11,
      width: 10,
      channels: 8,
      out: 4,
      kernel: [3, 2],
      stride: [2, 2],
      dilation: [1, 1],
      padding: 1,
      pool: [3, 3],
      activations: ['none', 'none'],
      isSecond: false,
    };
    const graph = graphOf(given, 8);
    if (graph === null) throw new Error('there is no such graph');
    const small = { rows: 4, cols: 4, busBytes: 4, scratchpadBytes: 1536, accumulatorBytes: 2048 };
    const operators = (parameters: Partial<NpuParameters>): (readonly number[])[] =>
      compileNetwork(npuConfig(parameters), graph).layers.map((layer) => layer.operators);
    expect(operators({ ...small, scratchpadBytes: 8192 })).toEqual([[0, 1]]);
    expect(operators(small)).toEqual([[0], [1]]);
  });

  test('are done together in fewer cycles, and apart where that is asked for', () => {
    const graph = graphOf(
      {
        height: 16,
        width: 16,
        channels: 16,
        out: 16,
        kernel: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        padding: 1,
        pool: [2, 2],
        activations: ['relu', 'none'],
        isSecond: false,
      },
      5,
    );
    if (graph === null) throw new Error('the picture is large enough');
    const config = npuConfig({});
    const values = runGraph(graph, [numbers(16 * 16 * 16, 3)]);
    const [one, two] = [true, false].map((fuse) => {
      const program = compileNetwork(config, graph, { fuse });
      const { counters, left } = runNetwork(config, program, givenOf(program, values));
      return { cycles: counters.cycles, made: [...left.tensors.keys()].sort(), layers: program.layers.length };
    });
    expect([one?.layers, one?.made, two?.layers, two?.made]).toEqual([1, [5], 2, [4, 5]]);
    expect(one?.cycles).toBeLessThan(two?.cycles ?? 0);
  });
});
