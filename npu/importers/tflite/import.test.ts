import { readFileSync } from 'node:fs';
import { Builder } from 'flatbuffers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runsOf } from '../../../hdl/testing-runs.ts';
import { NetworkError } from '../../graph/error.ts';
import type { Graph, GraphTensor, Operator } from '../../graph/graph.ts';
import { importTflite, TfliteError } from './index.ts';
import { writeTflite, type WholeOptions } from './testing/write-tflite.ts';

const model = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../../examples/models/${name}.tflite`, import.meta.url)));
const small = model('hello_world_int8');

/** The importer's complaint; an error of another kind goes on. */
function complaint(bytes: Uint8Array): string | null {
  try {
    importTflite(bytes);
    return null;
  } catch (error) {
    if (error instanceof NetworkError) return error.message;
    throw error;
  }
}

describe('networks that there are', () => {
  test('every operator, with its attributes spelled out', () => {
    const { operators, tensors, inputs, outputs } = importTflite(model('kws_ref_model'));
    expect(operators.map(({ title }) => title).join(' ')).toBe(
      `${'CONV_2D DEPTHWISE_CONV_2D '.repeat(4)}CONV_2D AVERAGE_POOL_2D RESHAPE FULLY_CONNECTED SOFTMAX`,
    );
    expect(operators[0]).toMatchObject({
      kind: 'conv2d',
      attributes: {
        stride: [2, 2],
        dilation: [1, 1],
        padding: { top: 4, left: 1, bottom: 5, right: 1 },
        activation: 'relu',
      },
    });
    expect(operators[1]).toMatchObject({ kind: 'depthwiseConv2d', attributes: { multiplier: 1, stride: [1, 1] } });
    expect(operators[9]).toMatchObject({ kind: 'averagePool', attributes: { window: [25, 5] } });
    expect(operators[12]).toMatchObject({ kind: 'softmax', attributes: { beta: 1 } });
    const shapeOf = (index: number | null | undefined) => tensors[index ?? -1]?.shape;
    expect(inputs.map(shapeOf)).toEqual([[1, 49, 10, 1]]);
    expect(outputs.map(shapeOf)).toEqual([[1, 12]]);
    const [, filter, bias] = operators[0]?.inputs ?? [];
    expect([shapeOf(filter), shapeOf(bias)]).toEqual([[64, 10, 4, 1], [64]]);
    expect(tensors[filter ?? 0]?.data).toBeInstanceOf(Int8Array);
    expect(tensors[filter ?? 0]?.quantisation?.scales).toHaveLength(64);
    expect(tensors[bias ?? 0]?.data).toBeInstanceOf(Int32Array);
  });

  test.each(['hello_world_int8', 'micro_speech_quantized', 'kws_ref_model'])('%s, written and read again', (name) => {
    const graph = importTflite(model(name));
    expect(importTflite(writeTflite(graph))).toEqual(graph);
  });

  test('tensors that only say how an operator works are none of the graph', () => {
    const { tensors, operators } = importTflite(model('micro_speech_quantized'));
    expect(operators[0]).toMatchObject({ kind: 'reshape', inputs: [expect.any(Number)] });
    expect(tensors.filter(({ type, data }) => type === 'int32' && data?.length === 4).map(({ name }) => name)).toEqual([
      'MatMul_bias',
    ]);
  });
});

const activation = (name: string, shape: readonly number[], zero = 3): GraphTensor => ({
  name,
  shape,
  type: 'int8',
  quantisation: { scales: [0.5], zeros: [zero], axis: 0 },
  data: null,
});
const weights = (name: string, shape: readonly number[]): GraphTensor => ({
  ...activation(name, shape, 0),
  data: new Int8Array(shape.reduce((product, size) => product * size, 1)),
});

const conv: Operator = {
  kind: 'conv2d',
  title: 'CONV_2D',
  inputs: [0, 1, null],
  outputs: [2],
  attributes: {
    stride: [2, 1],
    dilation: [1, 1],
    padding: { top: 0, left: 0, bottom: 0, right: 0 },
    activation: 'none',
  },
};
/** 3 × 2 windows over 7 × 5 of 2 channels. */
const network: Graph = {
  tensors: [activation('picture', [1, 7, 5, 2]), weights('filter', [4, 3, 2, 2]), activation('result', [1, 3, 4, 4])],
  operators: [conv],
  inputs: [0],
  outputs: [2],
};
const withTensor = (index: number, change: Partial<GraphTensor>): Graph => ({
  ...network,
  tensors: network.tensors.map((tensor, i) => (i === index ? { ...tensor, ...change } : tensor)),
});
const withOperator = (change: object): Graph => ({ ...network, operators: [{ ...conv, ...change }] });

test('operators that only work out a shape, which the file says as well, are left out', () => {
  const numbers = (name: string): GraphTensor => ({ name, shape: [2], type: 'int32', quantisation: null, data: null });
  // Kinds that are written as they stand, under the names of others.
  const as = (title: string, inputs: readonly number[], outputs: readonly number[]): Operator => ({
    kind: 'relu',
    title,
    inputs,
    outputs,
    attributes: {},
  });
  const graph: Graph = {
    tensors: [activation('picture', [1, 2, 3]), numbers('sizes'), numbers('packed'), activation('flat', [1, 6])],
    operators: [as('SHAPE', [0], [1]), as('PACK', [1, 1], [2]), as('RESHAPE', [0, 2], [3])],
    inputs: [0],
    outputs: [3],
  };
  expect(importTflite(writeTflite(graph))).toEqual({
    tensors: [activation('picture', [1, 2, 3]), activation('flat', [1, 6])],
    operators: [{ ...as('RESHAPE', [0], [1]), kind: 'reshape' }],
    inputs: [0],
    outputs: [1],
  });
  expect(complaint(writeTflite({ ...graph, outputs: [2] }))).toMatch(
    /^operator 0 \(SHAPE, which makes 'sizes'\) is none that this NPU has/,
  );
});

describe('what is refused', () => {
  const place = "operator 0 (CONV_2D, which makes 'result')";

  test('nothing of a network that is right', () => expect(importTflite(writeTflite(network))).toEqual(network));

  test.each<[string, Graph, string]>([
    [
      'a shape that does not follow',
      withTensor(2, { shape: [1, 3, 3, 4] }),
      `${place} makes 1×3×3×4 where 1×3×4×4 follows from its inputs; its shapes contradict each other: make it again`,
    ],
    [
      'a filter of other channels',
      withTensor(1, weights('filter', [4, 3, 2, 1])),
      `${place} has a filter for 1 channels, and a picture of 2; its shapes contradict each other: make it again`,
    ],
    [
      'a picture of three dimensions',
      withTensor(0, { shape: [7, 5, 2] }),
      `${place} takes 'picture' of 7×5×2; it should have four dimensions; convert the network again`,
    ],
    [
      'real numbers',
      withTensor(0, { type: 'float32' }),
      `${place} has 'picture' of float32, where it can be int8; quantise the network fully to int8`,
    ],
    [
      'no scale',
      withTensor(0, { quantisation: null }),
      `${place} has 'picture' with no scale, where it should be one; quantise the network fully to int8`,
    ],
    [
      'a scale of 0',
      withTensor(0, { quantisation: { scales: [0], zeros: [0], axis: 0 } }),
      `tensor 'picture' has a scale of 0; quantise the network again`,
    ],
    [
      'an activation that there is not',
      withOperator({ attributes: { ...conv.attributes, activation: 'tanh' } }),
      `${place} has activation -1; there are none, relu, reluN1To1, relu6; use one of them`,
    ],
    [
      'large tensors, all in all',
      withTensor(0, { shape: [1, 2 ** 14, 2 ** 14, 1] }),
      `the network's tensors have more than 268435456 elements; give a smaller network`,
    ],
    [
      'weights with a zero point',
      withTensor(1, { quantisation: { scales: [1], zeros: [1], axis: 0 } }),
      `${place} has weights 'filter' with a zero point, where it is 0 for int8; quantise the network fully to int8`,
    ],
    [
      'weights that are no constant',
      { ...withTensor(1, { data: null }), inputs: [0, 1] },
      `${place} takes weights from 'filter', which is no constant; give it constant weights`,
    ],
    [
      'a tensor that nothing makes',
      { ...network, inputs: [] },
      `tensor 'picture' is taken by an operator before anything makes it; the network has to be made again`,
    ],
    [
      'a loop',
      withOperator({ inputs: [2, 1, null] }),
      `tensor 'result' is taken by an operator before anything makes it; the network has to be made again`,
    ],
    [
      'a stride of 0',
      withOperator({ attributes: { ...conv.attributes, stride: [0, 1] } }),
      `${place} has a stride of 0; convert the network again`,
    ],
    [
      'no operators',
      { ...network, operators: [], outputs: [0] },
      `the network has no operators; there is nothing to run`,
    ],
    [
      'a dimension of unknown size',
      withTensor(0, { shape: [1, -1, 5, 2] }),
      `tensor 'picture' has a dimension of -1; convert the network with a fixed shape of its inputs`,
    ],
    [
      'a shape of any size',
      withTensor(0, { shape: [1, 2 ** 30, 2 ** 30, 2] }),
      `tensor 'picture' is 1×1073741824×1073741824×2; give a network of at most 8 dimensions and 268435456 elements`,
    ],
  ])('%s', (_, graph, message) => expect(complaint(writeTflite(graph))).toBe(message));

  const moved = (title: string, shapes: readonly [number[], number[]], list: readonly number[] = []): Graph => {
    const [input, result] = [activation('picture', shapes[0]), activation('result', shapes[1])];
    const numbers = (name: string, data: readonly number[]): GraphTensor => ({
      name,
      shape: [data.length],
      type: 'int32',
      quantisation: null,
      data: Int32Array.from(data),
    });
    const lists = list.length === 0 ? [] : [numbers('sides', list.slice(0, 2)), numbers('around', list.slice(2))];
    const tensors = [input, result, ...lists];
    const inputs = [0, ...lists.map((_, i) => 2 + i)];
    const operators: Operator[] = [{ kind: 'relu', title, inputs, outputs: [1], attributes: {} }];
    return { tensors, operators, inputs: [0], outputs: [1] };
  };
  const [square, batch] = [
    [1, 4, 6, 4],
    [6, 2, 2, 4],
  ];
  test.each<[string, Graph, WholeOptions, string]>([
    ['no square', moved('DEPTH_TO_SPACE', [square, square]), [94, 0], 'has a block of 0'],
    ['channels', moved('DEPTH_TO_SPACE', [square, square]), [94, 3], 'takes 1×4×6×4 in blocks of 3 × 3'],
    ['a shape', moved('DEPTH_TO_SPACE', [square, square]), [94, 2], 'makes 1×8×12×1, and the file says 1×4×6×4'],
    ['places', moved('SPACE_TO_DEPTH', [square, square]), [19, 4], 'takes 1×4×6×4 in blocks of 4 × 4'],
    ['parts', moved('UNPACK', [square, [1, 4, 6]]), [64, 4, -1], 'makes 1 tensors of 1×4×6×4 along axis 3'],
    [
      'padded places',
      moved('SPACE_TO_BATCH_ND', [square, batch], [2, 3, 0, 1, 0, 0]),
      [25],
      'takes 1×5×6×4 in blocks of 2,3',
    ],
    [
      'sides',
      moved('SPACE_TO_BATCH_ND', [square, batch], [2, 0, 0, 0, 0, 0]),
      [25],
      'takes 1×4×6×4 in blocks of 2,0, with 0,0,0,0 around it',
    ],
    [
      'pictures',
      moved('BATCH_TO_SPACE_ND', [batch, square], [2, 2, 0, 0, 0, 0]),
      [24],
      'takes 6 pictures in blocks of 2,2',
    ],
    [
      'a crop of more',
      moved('BATCH_TO_SPACE_ND', [batch, square], [2, 3, 0, 9, 0, 0]),
      [24],
      'makes 1×-5×6×4, and the file says 1×4×6×4',
    ],
  ])('%s of an operator that moves bytes', (_, graph, options, message) => {
    const [title] = graph.operators.map((operator) => operator.title);
    const whole = `operator 0 (${title}, which makes 'result') ${message}; convert the network again`;
    expect(complaint(writeTflite(graph, new Map([[0, options]])))).toBe(whole);
  });

  test('an operator that there is not', () => {
    const message = complaint(writeTflite(withOperator({ title: 'BATCH_MATMUL' })));
    expect(message).toMatch(
      /^operator 0 \(BATCH_MATMUL, which makes 'result'\) is none that this NPU has; replace it by/,
    );
  });

  test('a file that is something else', () => {
    const message =
      "this is no .tflite file: its bytes 4 to 7 are not 'TFL3'; give what TensorFlow Lite's converter writes";
    expect(complaint(new TextEncoder().encode('\u0089PNG and more'))).toBe(message);
    expect(complaint(new Uint8Array())).toBe(message);
  });

  test('a file that ends early', () =>
    expect(complaint(small.subarray(0, small.length / 2))).toMatch(
      /^this is no intact \.tflite file: it has 1352 bytes, and leads to byte \d+; convert or fetch the network again$/,
    ));
});

describe('whatever the bytes are, one line or a network', () => {
  const lines = (bytes: Uint8Array): void => {
    const message = complaint(bytes);
    if (message !== null) {
      expect(message).not.toMatch(/[\n\r]|undefined|\[object/);
      expect(message.length).toBeLessThan(1000);
    }
  };

  test('cut short anywhere', () => {
    for (let length = 0; length < small.length; length += 1) lines(small.subarray(0, length));
  });

  test('with some bytes changed', () => {
    const change = fc.tuple(fc.nat({ max: small.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const bytes = small.slice();
        for (const [at, value] of changes) bytes[at] = value;
        lines(bytes);
      }),
      { numRuns: runsOf({ few: 2000, all: 10_000 }) },
    );
  });

  test('with words that lead anywhere', () => {
    const word = fc.oneof(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
    const change = fc.tuple(fc.nat({ max: small.length / 4 - 1 }), word);
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = small.slice();
        for (const [at, value] of changes) new DataView(bytes.buffer).setInt32(4 * at, value, true);
        lines(bytes);
      }),
      { numRuns: runsOf({ few: 2000, all: 10_000 }) },
    );
  });

  test('random', () => {
    const header = Uint8Array.of(16, 0, 0, 0, ...Buffer.from('TFL3'));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (rest) => lines(Uint8Array.of(...header, ...rest))),
      { numRuns: runsOf({ few: 500, all: 4_000 }) },
    );
  });

  test('many tables in one place', () => {
    // Half a million tensors, all of which are one and the same table: a file of 2 MB.
    const builder = new Builder();
    builder.startObject(1);
    const table = builder.endObject();
    const count = 500_000;
    builder.startVector(4, count, 4);
    for (let i = 0; i < count; i++) builder.addOffset(table);
    const tensors = builder.endVector();
    builder.startObject(1);
    builder.addFieldOffset(0, tensors, 0);
    const main = builder.endObject();
    builder.startVector(4, 1, 4);
    builder.addOffset(main);
    const subgraphs = builder.endVector();
    builder.startObject(3);
    builder.addFieldInt32(0, 3, null);
    builder.addFieldOffset(2, subgraphs, 0);
    builder.finish(builder.endObject(), 'TFL3');
    expect(complaint(builder.asUint8Array())).toBe('the file has more than 262144 parts; give a smaller network');
  });
});

test('a complaint is a TfliteError, and a NetworkError', () => {
  expect(() => importTflite(new Uint8Array())).toThrow(TfliteError);
  expect(() => importTflite(new Uint8Array())).toThrow(NetworkError);
});
