/** Operators of a file that only put bytes elsewhere, against where TensorFlow Lite's definition puts each of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import type { Graph, GraphTensor } from '../../npu/graph/graph.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { writeTflite, type WholeOptions } from '../../npu/importers/tflite/testing/write-tflite.ts';
import type { NpuParameters } from '../../npu/parameters.ts';
import { runGraph } from '../reference-network/run-graph.ts';
import { differences } from './differences.ts';

type Shape = readonly number[];
const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** The number of an element by its place, and the place by its number. */
const numberOf = (shape: Shape, place: Shape): number => shape.reduce((at, size, i) => at * size + (place[i] ?? 0), 0);
const placeOf = (shape: Shape, number: number): number[] => {
  let left = number;
  return shape
    .toReversed()
    .map((size) => {
      const at = left % size;
      left = (left - at) / size;
      return at;
    })
    .toReversed();
};

/** An operator of a file: shapes, constants behind its tensors, options, and from where each result has each byte. */
interface Case {
  readonly title: string;
  readonly options?: WholeOptions;
  readonly inputs: readonly Shape[];
  readonly lists?: readonly Shape[];
  readonly outputs: readonly Shape[];
  /** Of the byte at a place of a result: the input and the place in it, or null where it is the zero point. */
  readonly source: (output: number, place: Shape) => { readonly input: number; readonly place: Shape } | null;
}

const ZERO = -7;
const picture = (name: string, shape: Shape): GraphTensor => ({
  name,
  shape,
  type: 'int8',
  quantisation: { scales: [0.5], zeros: [ZERO], axis: 0 },
  data: null,
});

function graphOf({ title, options, inputs, lists = [], outputs }: Case): Graph {
  const tensors = [
    ...inputs.map((shape, i) => picture(`in ${i}`, shape)),
    ...lists.map((list, i): GraphTensor => {
      const data = Int32Array.from(list);
      return { name: `list ${i}`, shape: [list.length], type: 'int32', quantisation: null, data };
    }),
    ...outputs.map((shape, i) => picture(`out ${i}`, shape)),
  ];
  const [ins, all, made] = [inputs.length, inputs.length + lists.length, tensors.length];
  const numbers = Array.from({ length: made }, (_, i) => i);
  const file: Graph = {
    tensors,
    // A kind that is written as it stands, under the name of another.
    operators: [{ kind: 'relu', title, inputs: numbers.slice(0, all), outputs: numbers.slice(all), attributes: {} }],
    inputs: numbers.slice(0, ins),
    outputs: numbers.slice(all),
  };
  return importTflite(writeTflite(file, options === undefined ? new Map() : new Map([[0, options]])));
}

const size = (max = 4) => fc.integer({ min: 1, max });
const shapes = fc.array(size(), { minLength: 1, maxLength: 4 });

const packs: fc.Arbitrary<Case> = shapes.chain((shape) =>
  fc.record({ axis: fc.nat(shape.length), count: size(5), below: fc.boolean() }).map(({ axis, count, below }) => ({
    title: 'PACK',
    options: [59, count, below ? axis - shape.length - 1 : axis],
    inputs: Array.from({ length: count }, () => shape),
    outputs: [shape.toSpliced(axis, 0, count)],
    source: (_, place) => ({ input: place[axis] ?? 0, place: place.toSpliced(axis, 1) }),
  })),
);

const unpacks: fc.Arbitrary<Case> = shapes.chain((shape) =>
  fc.nat(shape.length - 1).map((axis) => ({
    title: 'UNPACK',
    options: [64, shape[axis] ?? 0, axis],
    inputs: [shape],
    outputs: Array.from({ length: shape[axis] ?? 0 }, () => shape.toSpliced(axis, 1)),
    source: (output, place) => ({ input: 0, place: place.toSpliced(axis, 0, output) }),
  })),
);

const squares = fc.record({ side: size(3), batches: size(2), down: size(), across: size(), channels: size(5) });

const depthToSpace: fc.Arbitrary<Case> = squares.map(({ side, batches, down, across, channels }) => ({
  title: 'DEPTH_TO_SPACE',
  options: [94, side],
  inputs: [[batches, down, across, channels * side * side]],
  outputs: [[batches, down * side, across * side, channels]],
  source: (_, [batch = 0, y = 0, x = 0, channel = 0]) => {
    const inner = (y % side) * side + (x % side);
    return { input: 0, place: [batch, Math.floor(y / side), Math.floor(x / side), inner * channels + channel] };
  },
}));

const spaceToDepth: fc.Arbitrary<Case> = squares.map(({ side, batches, down, across, channels }) => ({
  title: 'SPACE_TO_DEPTH',
  options: [19, side],
  inputs: [[batches, down * side, across * side, channels]],
  outputs: [[batches, down, across, channels * side * side]],
  source: (_, [batch = 0, y = 0, x = 0, channel = 0]) => {
    const inner = Math.floor(channel / channels);
    const [row, column] = [y * side + Math.floor(inner / side), x * side + (inner % side)];
    return { input: 0, place: [batch, row, column, channel % channels] };
  },
}));

/** Along one dimension: a block, what is in front of the bare places and behind, and how many blocks that makes. */
const side = fc
  .record({ block: size(3), bare: size(5), front: fc.nat(2), more: fc.nat(1) })
  .map(({ block, bare, front, more }) => {
    const blocks = Math.ceil((bare + front) / block) + more;
    return { block, bare, front, behind: blocks * block - bare - front, blocks };
  });
const batched = fc.record({
  sides: fc.array(side, { minLength: 1, maxLength: 2 }),
  batches: size(2),
  channels: size(5),
});

/** One picture of blocks, and as many pictures as a block has places: what lies where, before or after. */
const blocks = (to: 'batch' | 'space'): fc.Arbitrary<Case> =>
  batched.map(({ sides, batches, channels }): Case => {
    const each = sides.reduce((product, { block }) => product * block, 1);
    const space = [batches, ...sides.map(({ bare }) => bare), channels];
    const many = [batches * each, ...sides.map(({ blocks }) => blocks), channels];
    const lists = [sides.map(({ block }) => block), sides.flatMap(({ front, behind }) => [front, behind])];
    const common = { lists, inputs: [to === 'batch' ? space : many], outputs: [to === 'batch' ? many : space] };
    if (to === 'space') {
      const source: Case['source'] = (_, [batch = 0, ...rest]) => {
        const [at, channel = 0] = [rest.slice(0, -1), rest.at(-1)];
        const whole = at.map((place, i) => place + (sides[i]?.front ?? 0));
        const within = sides.reduce((all, { block }, i) => all * block + ((whole[i] ?? 0) % block), 0);
        const outer = sides.map(({ block }, i) => Math.floor((whole[i] ?? 0) / block));
        return { input: 0, place: [within * batches + batch, ...outer, channel] };
      };
      return { title: 'BATCH_TO_SPACE_ND', ...common, source };
    }
    const source: Case['source'] = (_, [picture = 0, ...rest]) => {
      const [at, channel = 0] = [rest.slice(0, -1), rest.at(-1)];
      const inner = placeOf(
        sides.map(({ block }) => block),
        Math.floor(picture / batches),
      );
      const place = sides.map(({ block, front }, i) => (at[i] ?? 0) * block + (inner[i] ?? 0) - front);
      if (place.some((where, i) => where < 0 || where >= (sides[i]?.bare ?? 0))) return null;
      return { input: 0, place: [picture % batches, ...place, channel] };
    };
    return { title: 'SPACE_TO_BATCH_ND', ...common, source };
  });

const machines: fc.Arbitrary<Partial<NpuParameters>> = fc.constantFrom(
  { rows: 4, cols: 4, busBytes: 8 },
  { rows: 3, cols: 5, busBytes: 4 },
);

describe('bytes go where the definition says', () => {
  test.each([
    ['PACK', packs],
    ['UNPACK', unpacks],
    ['DEPTH_TO_SPACE', depthToSpace],
    ['SPACE_TO_DEPTH', spaceToDepth],
    ['SPACE_TO_BATCH_ND', blocks('batch')],
    ['BATCH_TO_SPACE_ND', blocks('space')],
  ])('%s', (_, cases) => {
    const check = (drawn: Case, parameters: Partial<NpuParameters> | null): void => {
      const graph = graphOf(drawn);
      const inputs = drawn.inputs.map((shape, i) =>
        Int8Array.from({ length: sizeOf(shape) }, (_, at) => 31 * at + 97 * i + 5),
      );
      const values = runGraph(graph, inputs);
      drawn.outputs.forEach((shape, output) => {
        const expected = Array.from({ length: sizeOf(shape) }, (_, at) => {
          const from = drawn.source(output, placeOf(shape, at));
          if (from === null) return ZERO;
          return inputs[from.input]?.[numberOf(drawn.inputs[from.input] ?? [], from.place)];
        });
        expect([...(values[graph.outputs[output] ?? -1] ?? [])]).toEqual(expected);
      });
      if (parameters !== null) expect(differences(parameters, graph, values)).toEqual([]);
    };
    fc.assert(
      fc.property(cases, (drawn) => check(drawn, null)),
      { numRuns: runsOf({ few: 60, all: 600 }) },
    );
    fc.assert(fc.property(cases, machines, check), { numRuns: runsOf({ few: 4, all: 40 }) });
  });
});
