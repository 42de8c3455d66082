/**
 * Writes a graph as a .tflite file, for tests: what the importer reads of it is the graph again. Operators are written
 * by their titles, which are TFLite's names. Paddings have to be such as the format can say: all that keeps
 * ⌈size / stride⌉ places, or none.
 */
import { Builder } from 'flatbuffers';
import { endsOf } from '../../../graph/ends.ts';
import type { Activation, Graph, GraphData, GraphTensor, Operator, Quantisation, Sides } from '../../../graph/graph.ts';
import { operatorNames, typeNames } from '../schema.ts';

/** Adds a field to the table that is begun. */
type Field = (builder: Builder) => void;

const int8 =
  (slot: number, value: number): Field =>
  (builder) =>
    builder.addFieldInt8(slot, value, null);
const int32 =
  (slot: number, value: number): Field =>
  (builder) =>
    builder.addFieldInt32(slot, value, null);
const float32 =
  (slot: number, value: number): Field =>
  (builder) =>
    builder.addFieldFloat32(slot, value, null);
const flag = (slot: number, value: boolean): Field => int8(slot, value ? 1 : 0);
const offset =
  (slot: number, at: number): Field =>
  (builder) =>
    builder.addFieldOffset(slot, at, 0);

const MOST_FIELDS = 12;

function table(builder: Builder, fields: readonly Field[]): number {
  builder.startObject(MOST_FIELDS);
  for (const field of fields) field(builder);
  return builder.endObject();
}

function vector<T>(builder: Builder, values: readonly T[], bytes: number, add: (value: T) => void): number {
  builder.startVector(bytes, values.length, bytes);
  for (const value of values.toReversed()) add(value);
  return builder.endVector();
}
const int32s = (builder: Builder, values: readonly number[]): number =>
  vector(builder, values, 4, (value) => builder.addInt32(value));
const offsets = (builder: Builder, values: readonly number[]): number =>
  vector(builder, values, 4, (value) => builder.addOffset(value));

const activations: readonly Activation[] = ['none', 'relu', 'reluN1To1', 'relu6'];
const codeOf = (activation: Activation): number => activations.indexOf(activation);

/** VALID where there is no padding, SAME otherwise. */
const paddingCode = (padding: Sides): number => (Object.values(padding).every((size) => size === 0) ? 1 : 0);

interface Written {
  /** The table of options: its number in the union, and its fields. */
  readonly options: readonly [type: number, ...fields: readonly Field[]] | null;
  /** Lists of numbers that go in beside the tensors; tensors by their number. */
  readonly inputs: readonly (number | null | readonly number[] | GraphTensor)[];
}

/** What is written of an operator beside its name and outputs. */
function writtenOf(graph: Graph, operator: Operator): Written {
  const { inputs } = operator;
  const { inputs: tensors, outputs } = endsOf(graph, operator);
  const [result] = outputs;
  const shape = result?.shape ?? [];
  switch (operator.kind) {
    case 'conv2d': {
      const { stride, dilation, padding, activation } = operator.attributes;
      const options = [int32(1, stride[1]), int32(2, stride[0]), int8(3, codeOf(activation))];
      return {
        inputs,
        options: [1, int8(0, paddingCode(padding)), ...options, int32(4, dilation[1]), int32(5, dilation[0])],
      };
    }
    case 'depthwiseConv2d': {
      const { stride, dilation, padding, activation, multiplier } = operator.attributes;
      const options = [int32(1, stride[1]), int32(2, stride[0]), int32(3, multiplier), int8(4, codeOf(activation))];
      return {
        inputs,
        options: [2, int8(0, paddingCode(padding)), ...options, int32(5, dilation[1]), int32(6, dilation[0])],
      };
    }
    case 'transposeConv': {
      const { stride, padding, activation } = operator.attributes;
      const options = [int32(1, stride[1]), int32(2, stride[0]), int8(3, codeOf(activation))];
      return { inputs: [shape, ...inputs], options: [49, int8(0, paddingCode(padding)), ...options] };
    }
    case 'fullyConnected':
      return { inputs, options: [8, int8(0, codeOf(operator.attributes.activation))] };
    case 'add':
      return { inputs, options: [11, int8(0, codeOf(operator.attributes.activation))] };
    case 'sub':
      return { inputs, options: [28, int8(0, codeOf(operator.attributes.activation))] };
    case 'mul':
      return { inputs, options: [21, int8(0, codeOf(operator.attributes.activation))] };
    case 'maxPool':
    case 'averagePool': {
      const { stride, window, padding, activation } = operator.attributes;
      const options = [int32(1, stride[1]), int32(2, stride[0]), int32(3, window[1]), int32(4, window[0])];
      return { inputs, options: [5, int8(0, paddingCode(padding)), ...options, int8(5, codeOf(activation))] };
    }
    case 'mean':
    case 'sum':
    case 'reduceMax':
    case 'reduceMin':
      return { inputs: [...inputs, operator.attributes.axes], options: [27] };
    case 'softmax':
      return { inputs, options: [9, float32(0, operator.attributes.beta)] };
    case 'leakyRelu':
      return { inputs, options: [75, float32(0, operator.attributes.alpha)] };
    case 'pad': {
      const { before, after, value } = operator.attributes;
      const around = numbers(
        before.flatMap((count, i) => [count, after[i] ?? 0]),
        [before.length, 2],
      );
      return { inputs: [...inputs, around, ...(value === null ? [] : [likeInput(tensors[0], value)])], options: null };
    }
    case 'concat': {
      const { axis, activation } = operator.attributes;
      return { inputs, options: [10, int32(0, axis), int8(1, codeOf(activation))] };
    }
    case 'slice': {
      const { begin, step, size } = operator.attributes;
      if (operator.title === 'SLICE') return { inputs: [...inputs, begin, size], options: null };
      const ends = begin.map((from, i) => from + (step[i] ?? 1) * ((size[i] ?? 1) - 1) + 1);
      return { inputs: [...inputs, begin, ends, step], options: [32] };
    }
    case 'split': {
      const { axis } = operator.attributes;
      const sizes = outputs.map((output) => output.shape[axis] ?? 0);
      const count = int32(0, outputs.length);
      if (operator.title === 'SPLIT_V') {
        return { inputs: [...inputs, sizes, numbers([axis], [])], options: [79, count] };
      }
      return { inputs: [numbers([axis], []), ...inputs], options: [35, count] };
    }
    case 'reshape':
      return { inputs: operator.title === 'RESHAPE' ? [...inputs, shape] : inputs, options: null };
    case 'transpose':
      return { inputs: [...inputs, operator.attributes.order], options: null };
    case 'resizeNearest':
    case 'resizeBilinear': {
      const { alignCorners, halfPixels } = operator.attributes;
      const [type, slot] = operator.kind === 'resizeNearest' ? [74, 0] : [15, 2];
      return {
        inputs: [...inputs, shape.slice(1, 3)],
        options: [type, flag(slot, alignCorners), flag(slot + 1, halfPixels)],
      };
    }
    case 'svdf': {
      const { rank, activation } = operator.attributes;
      return { inputs, options: [6, int32(0, rank), int8(1, codeOf(activation))] };
    }
    default:
      return { inputs, options: null };
  }
}

/** A constant of whole numbers. */
const numbers = (values: readonly number[], shape: readonly number[]): GraphTensor => ({
  name: 'numbers',
  shape,
  type: 'int32',
  quantisation: null,
  data: Int32Array.from(values),
});

/** A constant of a single element, of the type and quantisation of another tensor. */
const likeInput = (tensor: GraphTensor | null | undefined, value: number): GraphTensor => ({
  name: 'padding value',
  shape: [1],
  type: tensor?.type ?? 'int8',
  quantisation: tensor?.quantisation ?? null,
  data: Int8Array.of(value),
});

const wholeOptions = ([type, ...fields]: WholeOptions): NonNullable<Written['options']> => [
  type,
  ...fields.map((value, slot) => int32(slot, value)),
];

const bytesOf = (data: GraphData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A table of options of whole numbers: its number in the union, and its fields in the schema's order. */
export type WholeOptions = readonly [type: number, ...fields: readonly number[]];

/**
 * @param graph of operators whose titles TFLite knows
 * @param options of operators that no kind of the graph stands for, by their index; those are written as they stand
 */
export function writeTflite(graph: Graph, options: ReadonlyMap<number, WholeOptions> = new Map()): Uint8Array {
  const builder = new Builder();
  const tensors = [...graph.tensors];
  const numberOf = (input: Written['inputs'][number]): number => {
    if (input === null) return -1;
    if (typeof input === 'number') return input;
    const made = 'name' in input ? input : numbers(input, [input.length]);
    return tensors.push({ ...made, name: `${made.name} ${tensors.length}` }) - 1;
  };
  const kinds = [...new Set(graph.operators.map(({ title }) => title))];
  const operators = graph.operators.map((operator, index) => {
    const own = options.get(index);
    const { inputs, options: ofKind } = writtenOf(graph, operator);
    // A bias that there is not is left out, where it is the last one.
    const given = inputs.at(-1) === null ? inputs.slice(0, -1) : inputs;
    const inputsAt = int32s(builder, given.map(numberOf));
    const outputsAt = int32s(builder, operator.outputs);
    const [type = 0, ...fields] = own === undefined ? (ofKind ?? []) : wholeOptions(own);
    const optionsAt = type === 0 ? null : table(builder, fields);
    const all = [int32(0, kinds.indexOf(operator.title)), offset(1, inputsAt), offset(2, outputsAt), int8(3, type)];
    return table(builder, optionsAt === null ? all : [...all, offset(4, optionsAt)]);
  });
  // Buffer 0 is that of tensors without data.
  const buffers = [table(builder, [])];
  const written = tensors.map((tensor) => {
    const buffer = tensor.data === null ? 0 : buffers.push(bufferOf(builder, tensor.data)) - 1;
    const name = builder.createString(tensor.name);
    const shape = int32s(builder, tensor.shape);
    const quantisation = tensor.quantisation === null ? null : quantisationAt(builder, tensor.quantisation);
    return table(builder, [
      offset(0, shape),
      int8(1, typeNames.indexOf(tensor.type)),
      int32(2, buffer),
      offset(3, name),
      ...(quantisation === null ? [] : [offset(4, quantisation)]),
      flag(5, tensor.variable === true),
    ]);
  });
  const [tensorsAt, operatorsAt] = [offsets(builder, written), offsets(builder, operators)];
  const [inputsAt, outputsAt] = [int32s(builder, graph.inputs), int32s(builder, graph.outputs)];
  const main = table(builder, [
    offset(0, tensorsAt),
    offset(1, inputsAt),
    offset(2, outputsAt),
    offset(3, operatorsAt),
  ]);
  const codes = kinds.map((title) => {
    const code = operatorNames.indexOf(title);
    return table(builder, [int8(0, Math.min(code, 127)), int32(3, code)]);
  });
  const [codesAt, mainAt, buffersAt] = [codes, [main], buffers].map((list) => offsets(builder, list));
  const model = [int32(0, 3), offset(1, codesAt ?? 0), offset(2, mainAt ?? 0), offset(4, buffersAt ?? 0)];
  builder.finish(table(builder, model), 'TFL3');
  return builder.asUint8Array();
}

function bufferOf(builder: Builder, data: GraphData): number {
  const at = builder.createByteVector(bytesOf(data));
  return table(builder, [offset(0, at)]);
}

function quantisationAt(builder: Builder, { scales, zeros, axis }: Quantisation): number {
  const scalesAt = vector(builder, scales, 4, (value) => builder.addFloat32(value));
  const zerosAt = vector(builder, zeros, 8, (value) => builder.addInt64(BigInt(value)));
  return table(builder, [offset(2, scalesAt), offset(3, zerosAt), int32(6, axis)]);
}
