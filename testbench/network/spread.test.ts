import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Graph, GraphTensor, Operator } from '../../npu/graph/graph.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { bytesOf, givenOf } from './results.ts';
import { runNetwork } from './run.ts';

const kinds = ['add', 'sub', 'mul', 'minimum', 'maximum'] as const;

interface Case {
  readonly kind: (typeof kinds)[number];
  /** Of each operand, which dimensions are 1 whatever the other has. */
  readonly shapes: readonly (readonly number[])[];
  /** Which of the operands and the result have a border, as a convolution reads them; and which are made on the NPU. */
  readonly borders: readonly boolean[];
  readonly made: readonly boolean[];
  readonly parameters: Partial<NpuParameters>;
}

/** An operator of two operands that are given, each perhaps made by a table and read by a convolution. */
function graphOf({ kind, shapes, borders, made }: Case): Graph {
  const tensors: GraphTensor[] = [];
  const operators: Operator[] = [];
  const tensor = (shape: readonly number[], scale = 0.1, zero = 3): number => {
    const quantisation = { scales: [Math.fround(scale)], zeros: [zero], axis: 0 };
    return tensors.push({ name: `t${tensors.length}`, shape, type: 'int8', quantisation, data: null }) - 1;
  };
  const inputs = shapes.map((shape) => tensor(shape));
  const operands = inputs.map((input, at) => {
    if (made[at] !== true) return input;
    const output = tensor(shapes[at] ?? []);
    operators.push({ kind: 'relu', title: 'RELU', inputs: [input], outputs: [output], attributes: {} });
    return output;
  });
  const [one = [], other = []] = shapes;
  const result = tensor(
    one.map((size, i) => Math.max(size, other[i] ?? 1)),
    kind === 'minimum' || kind === 'maximum' ? 0.1 : 0.13,
  );
  operators.push({ kind, title: kind, inputs: operands, outputs: [result], attributes: { activation: 'none' } });
  const outputs = [...operands, result].map((read, at) => {
    const shape = tensors[read]?.shape ?? [];
    if (borders[at] !== true) return read;
    const depth = shape[3] ?? 1;
    const data = Int8Array.from({ length: 9 * depth }, (_, i) => ((i * 37) % 255) - 127);
    const filter = tensor([1, 3, 3, depth], 0.05, 0);
    tensors[filter] = {
      ...tensors[filter],
      name: `f${filter}`,
      shape: [1, 3, 3, depth],
      type: 'int8',
      data,
      quantisation: { scales: [0.05], zeros: [0], axis: 0 },
    };
    const output = tensor([...shape.slice(0, 3), 1], 1);
    const padding = { top: 1, left: 1, bottom: 1, right: 1 };
    const attributes = { stride: [1, 1], dilation: [1, 1], padding, activation: 'none' } as const;
    operators.push({ kind: 'conv2d', title: 'CONV_2D', inputs: [read, filter, null], outputs: [output], attributes });
    return output;
  });
  return { tensors, operators, inputs, outputs: [...new Set([...outputs, result])] };
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    shape: fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 12 })),
    spread: fc.array(fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 2 }),
    borders: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    made: fc.tuple(fc.boolean(), fc.boolean()),
    parameters: fc.constantFrom(
      { rows: 4, cols: 4, busBytes: 8 },
      { rows: 3, cols: 7, busBytes: 4 },
      { rows: 9, cols: 5, busBytes: 16 },
      // A bank holds a part of a picture only.
      { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 4096 },
    ),
  })
  .map(({ shape, spread, ...rest }) => ({
    ...rest,
    shapes: spread.map((ones) => [1, ...shape.map((size, i) => (ones[i] === true ? 1 : size))]),
  }));

test('operands that are spread over each other give every byte of the reference', () => {
  fc.assert(
    fc.property(cases, fc.integer(), (one, seed) => {
      const graph = graphOf(one);
      const inputs = graph.inputs.map((index) =>
        Int8Array.from(
          { length: elementsIn(graph.tensors[index]?.shape ?? []) },
          (_, i) => (Math.imul(i + 1, seed | 1) >> 11) & 0xff,
        ),
      );
      const values = runGraph(graph, inputs);
      const config = npuConfig(one.parameters);
      const program = compileNetwork(config, graph);
      expect(program.layers.map(({ kind }) => kind)).not.toContain('host');
      const given = givenOf(program, values);
      const { left } = runNetwork(config, program, given, { monitors: true });
      for (const { output } of program.layers)
        expect(left.tensors.get(output.tensor)).toEqual(bytesOf(values[output.tensor] ?? new Int8Array()));
    }),
    { numRuns: 20, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true },
  );
});
