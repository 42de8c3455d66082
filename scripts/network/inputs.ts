/** What a network is given: files, or values that a seed chooses. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Graph, GraphData, GraphTensor } from '../../npu/graph/graph.ts';
import { elementsIn } from '../../npu/graph/shape.ts';
import { UsageError } from '../failure.ts';
import { inputName, readInput, STDIN } from '../files.ts';
import { textFlag } from '../flags.ts';
import { isNpy, readNpyTensor } from '../npy.ts';
import { isPng } from '../png.ts';
import { isWav } from '../wav.ts';
import { fromPicture } from './picture-input.ts';
import { coveredBy, fromReals, shownRange, type Range } from './reals.ts';
import { fromSound } from './sound-input.ts';

/** The word for values that the seed chooses. */
export const RANDOM = 'random';

export const inputFlag = (group: string) =>
  textFlag('input', {
    group,
    describe: 'a .npy, .png or .wav file, or a file of the bytes themselves; several with commas between',
    otherwise: RANDOM,
  });

/** How files become tensors, for the help. */
export const INPUT_RULES =
  `--input takes integers as the network has them (.npy, or bytes), or real numbers (.npy, .png, .wav), which become integers by
the input's scale. A .png has the input's size; 0 to 255 are 0 to 1, 0 to 255 or −1 to 1, whichever is near to what the
input covers, or else all that it covers. It is made grey for one channel, and black where it is transparent. A .wav has
a sample for each element, −1 to 1 or as large as the input has them; channels are averaged. The report says what was done.`.replaceAll(
    '\n',
    ' ',
  );

export interface NetworkInputs {
  /** A value for each input of the network, in order. */
  readonly values: readonly GraphData[];
  /** What they are, in a line. */
  readonly told: string;
}

/** What a file gives, and what was made of it. */
type Read = Omit<NetworkInputs, 'values'> & { readonly value: GraphData };

/** @param given file names with commas between, or `random` */
export function networkInputs(graph: Graph, given: string, seed: number): NetworkInputs {
  const tensors = graph.inputs.flatMap((index) => {
    const tensor = graph.tensors[index];
    return tensor === undefined ? [] : [{ tensor, covered: coveredBy(graph, index) }];
  });
  if (given === RANDOM) {
    const generator = xoroshiro128plus(seed | 0);
    const random = (least: number, most: number): number => uniformInt(generator, least, most);
    return {
      values: tensors.map(({ tensor, covered }) => randomData(tensor, covered, random)),
      told: `random, seed ${seed}`,
    };
  }
  const files = tensors.length === 1 ? [given] : given.split(',');
  if (files.length !== tensors.length)
    throw new UsageError(
      `--input names ${files.length} files, and the network has ${tensors.length} inputs`,
      'name one for each, with commas between',
    );
  const read = tensors.map(({ tensor, covered }, at) => fromFile(tensor, covered, files[at] ?? ''));
  return { values: read.map(({ value }) => value), told: read.map(({ told }) => told).join('; ') };
}

const shown = ({ name, type, shape }: GraphTensor): string => `input '${name}' is ${shape.join(' × ')} ${type}`;

/** Steps of random real numbers, over what can be told apart. */
const STEPS = 2 ** 16 - 1;

function randomData(
  tensor: GraphTensor,
  covered: Range | null,
  random: (least: number, most: number) => number,
): GraphData {
  const from = <D>(
    of: (source: { readonly length: number }, element: () => number) => D,
    least: number,
    most: number,
  ): D => of({ length: elementsIn(tensor.shape) }, () => random(least, most));
  switch (tensor.type) {
    case 'int8':
      return from((source, element) => Int8Array.from(source, element), -128, 127);
    case 'uint8':
      return from((source, element) => Uint8Array.from(source, element), 0, 255);
    case 'int16':
      return from((source, element) => Int16Array.from(source, element), -32768, 32767);
    case 'float32': {
      const { low, high } = covered ?? { low: -1, high: 1 };
      const real = (step: number): number => low + (step / STEPS) * (high - low);
      return from((source, element) => Float32Array.from(source, () => real(element())), 0, STEPS);
    }
    default:
      throw new UsageError(`${shown(tensor)}, which cannot be chosen at random`, 'give it as a file');
  }
}

const ofPicture: typeof fromNpy = (tensor, covered, bytes, name) =>
  asRead(tensor, fromPicture(tensor, covered, bytes, name), name);
const ofSound: typeof fromNpy = (tensor, covered, bytes, name) =>
  asRead(tensor, fromSound(tensor, covered, bytes, name), name);

/** By the end of a file's name; of pictures and sound that cannot be read, so that they are told what to become. */
const readers: readonly {
  readonly endings: RegExp;
  /** Whether a file without a name is one. */
  readonly is: (bytes: Uint8Array) => boolean;
  readonly read: typeof fromNpy;
}[] = [
  { endings: /\.npy$/i, is: isNpy, read: fromNpy },
  { endings: /\.(png|jpe?g|bmp|gif|webp|tiff?)$/i, is: isPng, read: ofPicture },
  { endings: /\.(wav|mp3|flac|ogg|m4a)$/i, is: isWav, read: ofSound },
];

function fromFile(tensor: GraphTensor, covered: Range | null, path: string): Read {
  const bytes = readInput(path);
  const { read = fromBytes } =
    readers.find(({ endings, is }) => (path === STDIN ? is(bytes) : endings.test(path))) ?? {};
  return read(tensor, covered, bytes, inputName(path));
}

const asRead = (
  tensor: GraphTensor,
  { reals, told }: { readonly reals: ArrayLike<number>; readonly told: string },
  name: string,
): Read => ({ value: fromReals(tensor, reals, name), told });

function fromNpy(tensor: GraphTensor, covered: Range | null, bytes: Uint8Array, name: string): Read {
  const { data, shape } = readNpyTensor(bytes, name);
  const isReal = data instanceof Float32Array || data instanceof Float64Array;
  const type = data.constructor.name.replace('Array', '').toLowerCase();
  const isAlike =
    without1(shape) === without1(tensor.shape) || (shape.length === 1 && shape[0] === elementsIn(tensor.shape));
  if (!isAlike || (type !== tensor.type && !isReal))
    throw new UsageError(`${name} is ${shape.join(' × ')} ${type}, and ${shown(tensor)}`, 'give one like it');
  if (!isReal) return { value: data, told: name };
  const told =
    covered === null || tensor.type === 'float32' ? name : `${name}, real numbers from ${shownRange(covered)}`;
  return asRead(tensor, { reals: data, told }, name);
}

/** A shape by the dimensions that say something. */
const without1 = (shape: readonly number[]): string => shape.filter((size) => size !== 1).join();

/** Elements as they are in memory, little-endian. */
function fromBytes(tensor: GraphTensor, _: Range | null, bytes: Uint8Array, name: string): Read {
  const makers = { int8: Int8Array, uint8: Uint8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array };
  if (tensor.type === 'int64') throw new UsageError(`${shown(tensor)}, which no file can give`, 'use another network');
  const Maker = makers[tensor.type];
  const wanted = elementsIn(tensor.shape) * Maker.BYTES_PER_ELEMENT;
  if (bytes.length !== wanted)
    throw new UsageError(`${name} has ${bytes.length} bytes, and ${shown(tensor)}`, `give ${wanted} bytes`);
  // A copy of these bytes alone: Node's buffers may share memory.
  return { value: new Maker(new Uint8Array(bytes).buffer), told: name };
}
