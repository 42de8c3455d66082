/**
 * NumPy's .npy files of integers and real numbers. The format is described in NEP 1 and
 * numpy.lib.format. (The packages that read it check neither length nor order of the elements, and would multiply half
 * a file without a word.)
 */
import { namesOf } from '../npu/common/records.ts';
import { UsageError } from './failure.ts';
import { notNpy } from './not-npy.ts';
import { describeElements } from './npy-elements.ts';

/** Elements row by row. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  readonly data: Int8Array | Uint8Array;
}

/** Elements of any number of dimensions, the last one running fastest. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly data: Int8Array | Uint8Array;
}

/** The same of 32 bits. */
export interface NpyWords {
  readonly shape: readonly number[];
  readonly data: Int32Array;
}

/** The same of any type that can be read. */
export interface NpyTensor {
  readonly shape: readonly number[];
  readonly data: Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;
}

const MAGIC = '\x93NUMPY';
export const isNpy = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
/** The data begins at a multiple of this, as NumPy has it. */
const ALIGNMENT = 64;

/** The entries of the header, a Python dictionary of literals: their text by their key. */
function entries(header: string): ReadonlyMap<string, string> | null {
  const found = new Map<string, string>();
  const inner = /^\{(.*)\}\s*$/s.exec(header)?.[1];
  if (inner === undefined) return null;
  const entry = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([^()]*\)|\[.*\])\s*(?:,|$)\s*/sy;
  while (entry.lastIndex < inner.length) {
    const match = entry.exec(inner);
    if (match === null) return null;
    found.set(match[2] ?? '', match[3] ?? '');
  }
  return found;
}

function shapeOf(text: string): number[] | null {
  const sizes = text
    .replace(/^\(/, '')
    .replace(/\)$/, '')
    .split(',')
    .map((size) => size.trim());
  if (sizes.at(-1) === '') sizes.pop();
  return sizes.every((size) => /^\d+$/.test(size)) ? sizes.map(Number) : null;
}

/**
 * Reads a matrix of int8 or uint8, in C or Fortran order.
 * @param name what messages call the file
 * @throws UsageError for a file that is not one, with what to do about it.
 */
export function readNpy(bytes: Uint8Array, name: string): Matrix {
  const { shape, data } = readNpyArray(bytes, name);
  const [rows, cols] = shape;
  if (rows === undefined || cols === undefined || shape.length !== 2) {
    throw new UsageError(
      `${name} has ${shape.length} dimension${shape.length === 1 ? '' : 's'}`,
      'give a matrix, which has 2: save it with .reshape(rows, columns)',
    );
  }
  if (rows === 0 || cols === 0)
    throw new UsageError(`${name} is an empty matrix of ${rows} × ${cols}`, 'give at least one row and one column');
  return { rows, cols, data };
}

/** The same of any number of dimensions. */
export function readNpyArray(bytes: Uint8Array, name: string): NpyArray {
  const file = parsed(bytes, name);
  const kind = kindOf(file);
  if (kind !== 'i1' && kind !== 'u1') {
    const { held, remedy } = describeElements(file.descr, file.elements);
    throw new UsageError(`${name} holds ${held}`, `the NPU multiplies int8 or uint8: ${remedy}`);
  }
  return { shape: file.shape, data: readers[kind](elementsOf(file, name)) };
}

/** The same of int32. */
export function readNpyWords(bytes: Uint8Array, name: string): NpyWords {
  const file = parsed(bytes, name);
  if (kindOf(file) !== 'i4') {
    const { held } = describeElements(file.descr, file.elements);
    throw new UsageError(`${name} holds ${held}`, 'give int32: save it with .astype("int32")');
  }
  return { shape: file.shape, data: readers.i4(elementsOf(file, name)) };
}

/** The same of any type that there is a reader for. */
export function readNpyTensor(bytes: Uint8Array, name: string): NpyTensor {
  const file = parsed(bytes, name);
  const kind = kindOf(file);
  if (kind === null) {
    const { held } = describeElements(file.descr, file.elements);
    throw new UsageError(`${name} holds ${held}`, 'save it with .astype("float32"), or as the integers of the network');
  }
  return { shape: file.shape, data: readers[kind](elementsOf(file, name)) };
}

/** Elements of a file, in the order in which the last dimension runs fastest. */
interface Elements {
  readonly length: number;
  readonly view: DataView;
  /** Where an element begins. */
  readonly at: (index: number) => number;
  readonly little: boolean;
}

/** By kind and bytes of an element, as the header has them. */
const readers = {
  i1: ({ length, view, at }: Elements) => Int8Array.from({ length }, (_, i) => view.getInt8(at(i))),
  u1: ({ length, view, at }: Elements) => Uint8Array.from({ length }, (_, i) => view.getUint8(at(i))),
  i2: ({ length, view, at, little }: Elements) => Int16Array.from({ length }, (_, i) => view.getInt16(at(i), little)),
  i4: ({ length, view, at, little }: Elements) => Int32Array.from({ length }, (_, i) => view.getInt32(at(i), little)),
  f4: ({ length, view, at, little }: Elements) =>
    Float32Array.from({ length }, (_, i) => view.getFloat32(at(i), little)),
  f8: ({ length, view, at, little }: Elements) =>
    Float64Array.from({ length }, (_, i) => view.getFloat64(at(i), little)),
};
const kinds = namesOf(readers);

const DESCRIPTION = /^['"]([<>=|]?)([iuf]\d)['"]$/;

/** Null of elements that there is no reader for. */
function kindOf({ descr }: NpyFile): keyof typeof readers | null {
  const [, , given] = DESCRIPTION.exec(descr) ?? [];
  return kinds.find((kind) => kind === given) ?? null;
}

/** @throws UsageError where there are not as many as the file's shape says */
function elementsOf({ descr, elements, ...file }: NpyFile, name: string): Elements {
  const [, order, kind] = DESCRIPTION.exec(descr) ?? [];
  const size = Number(kind?.slice(1));
  const places = placesOf(file, size, elements, name);
  return {
    length: elements.length / size,
    view: new DataView(elements.buffer, elements.byteOffset, elements.byteLength),
    at: (index) => size * places(index),
    little: order !== '>',
  };
}

interface NpyFile {
  /** The type of the elements, as the header has it. */
  readonly descr: string;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly elements: Uint8Array;
}

/** Header and data. @throws UsageError for a file that is none, or that is damaged */
function parsed(bytes: Uint8Array, name: string): NpyFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const latin1 = (from: number, to: number): string => Buffer.from(bytes.subarray(from, to)).toString('latin1');
  if (!isNpy(bytes)) throw notNpy(bytes, name);
  const cut = (): UsageError =>
    new UsageError(`${name} is cut short: its header does not end in it`, 'write it again with numpy.save');
  const major = bytes[6] ?? 0;
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw cut();
  if (major < 1 || major > 3)
    throw new UsageError(
      `${name} is of version ${major} of the .npy format`,
      'versions 1 to 3 can be read: write it again with numpy.save',
    );
  const data = start + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < data) throw cut();

  const header = entries(latin1(start, data).trim());
  const [descr, order, shapeText] = [header?.get('descr'), header?.get('fortran_order'), header?.get('shape')];
  const shape = shapeText === undefined ? null : shapeOf(shapeText);
  if (descr === undefined || shape === null || (order !== 'True' && order !== 'False')) {
    throw new UsageError(`the header of ${name} is damaged`, 'write it again with numpy.save');
  }
  return { descr, isFortran: order === 'True', shape, elements: bytes.subarray(data) };
}

/**
 * Where the elements of a file stand in it, by their number when the last dimension runs fastest.
 * @throws UsageError where it has not as many as its shape says
 */
function placesOf(
  { shape, isFortran }: Omit<NpyFile, 'descr' | 'elements'>,
  size: number,
  { length: held }: Uint8Array,
  name: string,
): (at: number) => number {
  const wanted = shape.reduce((all, one) => all * one, size);
  if (held !== wanted)
    throw new UsageError(
      `${name} has ${held} bytes of data where its ${shape.join(' × ')} elements take ${wanted}`,
      `${held < wanted ? 'it is cut short' : 'it is damaged'}: write it again with numpy.save`,
    );
  const strides = isFortran ? stridesOf(shape) : stridesOf(shape.toReversed()).reverse();
  return (at) => placeOf(at, shape, strides);
}

/** Elements from an index of each dimension to the next, where the first dimension runs fastest. */
const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, dimension) => shape.slice(0, dimension).reduce((all, size) => all * size, 1));

/** Where the element is that comes at `at` when the last dimension runs fastest. */
function placeOf(at: number, shape: readonly number[], strides: readonly number[]): number {
  let [left, place] = [at, 0];
  for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
    const size = shape[dimension] ?? 1;
    place += (left % size) * (strides[dimension] ?? 0);
    left = Math.floor(left / size);
  }
  return place;
}

const types = { int8: '|i1', uint8: '|u1', int16: '<i2', int32: '<i4', float32: '<f4' } as const;

/** A file of rows × cols int32, version 1, C order. */
export const npyBytes = (data: Int32Array, rows: number, cols: number): Uint8Array => {
  const bytes = new Uint8Array(data.length * 4);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setInt32(4 * i, value, true));
  return npyFile(bytes, 'int32', [rows, cols]);
};

/** A file of elements, whose bytes are given as the file has them: little-endian, C order. */
export function npyFile(elements: Uint8Array, type: keyof typeof types, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${types[type]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const start = MAGIC.length + 4;
  const headerEnd = Math.ceil((start + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(headerEnd + elements.length);
  const view = new DataView(bytes.buffer);
  bytes.set(Buffer.from(`${MAGIC}\x01\x00`, 'latin1'));
  view.setUint16(MAGIC.length + 2, headerEnd - start, true);
  bytes.set(Buffer.from(`${dictionary.padEnd(headerEnd - start - 1)}\n`, 'latin1'), start);
  bytes.set(elements, headerEnd);
  return bytes;
}
