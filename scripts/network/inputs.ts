/** What a network is given: files, or values that a seed chooses. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { extname } from 'node:path';
import type { Graph, GraphData, GraphTensor } from '../../npu/graph/graph.ts';
import { UsageError } from '../failure.ts';
import { inputName, readInput } from '../files.ts';
import { textFlag } from '../flags.ts';
import { readNpyArray } from '../npy.ts';

/** The word for values that the seed chooses. */
export const RANDOM = 'random';

export const inputFlag = (group: string) =>
  textFlag('input', {
    group,
    describe: 'a .npy file of int8 or uint8, or a file of the bytes themselves; several with commas between',
    otherwise: RANDOM,
  });

/** A value for each input of the network, in order. @param given file names with commas between, or `random` */
export function networkInputs(graph: Graph, given: string, seed: number): GraphData[] {
  const tensors = graph.inputs.flatMap((input) => graph.tensors[input] ?? []);
  if (given === RANDOM) {
    const generator = xoroshiro128plus(seed | 0);
    return tensors.map((tensor) => randomData(tensor, (least, most) => uniformInt(generator, least, most)));
  }
  const files = tensors.length === 1 ? [given] : given.split(',');
  if (files.length !== tensors.length)
    throw new UsageError(
      `--input names ${files.length} files, and the network has ${tensors.length} inputs`,
      'name one for each, with commas between',
    );
  return tensors.map((tensor, at) => fromFile(tensor, files[at] ?? ''));
}

const sizeOf = ({ shape }: GraphTensor): number => shape.reduce((all, size) => all * size, 1);
const shown = ({ name, type, shape }: GraphTensor): string => `input '${name}' is ${shape.join(' × ')} ${type}`;

function randomData(tensor: GraphTensor, random: (least: number, most: number) => number): GraphData {
  const from = <D>(
    of: (source: { readonly length: number }, element: () => number) => D,
    least: number,
    most: number,
  ): D => of({ length: sizeOf(tensor) }, () => random(least, most));
  switch (tensor.type) {
    case 'int8':
      return from((source, element) => Int8Array.from(source, element), -128, 127);
    case 'uint8':
      return from((source, element) => Uint8Array.from(source, element), 0, 255);
    case 'int16':
      return from((source, element) => Int16Array.from(source, element), -32768, 32767);
    case 'float32':
      return from((source, element) => Float32Array.from(source, () => element() / 1000), -1000, 1000);
    default:
      throw new UsageError(`${shown(tensor)}, which cannot be chosen at random`, 'give it as a file');
  }
}

function fromFile(tensor: GraphTensor, path: string): GraphData {
  const name = inputName(path);
  const bytes = readInput(path);
  if (extname(path) === '.npy') {
    const { data, shape } = readNpyArray(bytes, name);
    const type = data instanceof Int8Array ? 'int8' : 'uint8';
    if (type !== tensor.type || data.length !== sizeOf(tensor))
      throw new UsageError(`${name} is ${shape.join(' × ')} ${type}, and ${shown(tensor)}`, 'give one like it');
    return data;
  }
  return fromBytes(tensor, bytes, name);
}

/** Elements as they are in memory, little-endian. */
function fromBytes(tensor: GraphTensor, bytes: Uint8Array, name: string): GraphData {
  const makers = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array };
  if (tensor.type === 'int64') throw new UsageError(`${shown(tensor)}, which no file can give`, 'use another network');
  const Maker = makers[tensor.type];
  const wanted = sizeOf(tensor) * Maker.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted)
    throw new UsageError(`${name} has ${bytes.length} bytes, and ${shown(tensor)}`, `give ${wanted} bytes`);
  // A copy of these bytes alone: Node's buffers may share memory.
  return new Maker(new Uint8Array(bytes).buffer);
}
