/** Tensors of a TFLite file as those of a graph. */
import type { GraphData, GraphTensor, GraphType, Quantisation } from '../../graph/graph.ts';
import { elementsIn, showName, showShape } from '../../graph/shape.ts';
import { damaged, TfliteError } from './error.ts';
import { typeNames, type BufferRow, type QuantisationRow, type TensorRow } from './schema.ts';

/** Larger tensors, all in all, has no network that could be run. */
const MOST_ELEMENTS = 2 ** 28;
const MOST_DIMENSIONS = 8;

/** How elements are made of their bytes, which need not be aligned. */
const readers: { readonly [T in GraphType]: { readonly bytes: number; readonly read: (bytes: Bytes) => GraphData } } = {
  int8: { bytes: 1, read: (bytes) => new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length) },
  uint8: { bytes: 1, read: (bytes) => bytes },
  int16: { bytes: 2, read: (bytes) => new Int16Array(aligned(bytes)) },
  int32: { bytes: 4, read: (bytes) => new Int32Array(aligned(bytes)) },
  int64: { bytes: 8, read: (bytes) => new BigInt64Array(aligned(bytes)) },
  float32: { bytes: 4, read: (bytes) => new Float32Array(aligned(bytes)) },
};
type Bytes = Uint8Array<ArrayBufferLike>;

/** A copy of its own; a Buffer's `slice` would be none. */
const aligned = (bytes: Bytes): ArrayBuffer => new Uint8Array(bytes).buffer;

const isGraphType = (name: string | undefined): name is GraphType => name !== undefined && name in readers;

/** The tensors of a file, made one by one when they are asked for. */
export class Tensors {
  readonly #rows: readonly TensorRow[];
  readonly #buffers: readonly BufferRow[];
  readonly #file: Uint8Array;
  readonly #made = new Map<number, GraphTensor>();
  readonly #names = new Set<string>();
  /** Tensors that the file has not. */
  #added = 0;
  /** Elements that may still be had. */
  #elements = MOST_ELEMENTS;
  /** Bytes of constants that may still be copied: each is needed once. */
  #copies: number;

  constructor(file: Uint8Array, rows: readonly TensorRow[], buffers: readonly BufferRow[]) {
    this.#file = file;
    this.#rows = rows;
    this.#buffers = buffers;
    this.#copies = 2 * file.length;
  }

  /** @throws TfliteError for a tensor that no graph can have, or that is not in the file. */
  at(index: number): GraphTensor {
    const made = this.#made.get(index) ?? this.#make(index);
    this.#made.set(index, made);
    return made;
  }

  /** The number of a tensor that the file has not: of another one's type and quantisation, without a value. */
  add({ name, type, quantisation }: GraphTensor, shape: readonly number[]): number {
    const index = this.#rows.length + this.#added++;
    this.#check(name, shape);
    if ((quantisation?.scales.length ?? 0) > 1) {
      throw new TfliteError(`tensor ${showName({ name })} has several scales; quantise it with one`);
    }
    this.#made.set(index, { name: this.#unique(`${name}, part`, index), shape, type, quantisation, data: null });
    return index;
  }

  #make(index: number): GraphTensor {
    const row = this.#rows[index];
    if (row === undefined) damaged(`it has ${this.#rows.length} tensors, and an operator takes tensor ${index}`);
    const name = this.#nameOf(row, index);
    const { shape } = row;
    this.#check(name, shape);
    const type = typeNames[row.type];
    if (!isGraphType(type)) {
      const types = Object.keys(readers).join(', ');
      const what = type === undefined ? `an unknown type (${row.type})` : type;
      throw new TfliteError(
        `tensor ${showName({ name })} is of ${what}; convert the network with full integer quantisation: ${types}`,
      );
    }
    if (row.isSparse)
      throw new TfliteError(`tensor ${showName({ name })} is sparse; convert the network with dense weights`);
    return {
      name,
      shape,
      type,
      quantisation: row.quantisation === null ? null : quantisationOf(row.quantisation, shape, name),
      data: row.isVariable ? null : this.#dataOf(row, type, name),
      ...(row.isVariable ? { variable: true } : {}),
    };
  }

  #check(name: string, shape: readonly number[]): void {
    const odd = shape.find((size) => size < 1);
    if (odd !== undefined) {
      const why = `tensor ${showName({ name })} has a dimension of ${odd}`;
      throw new TfliteError(`${why}; convert the network with a fixed shape of its inputs`);
    }
    if (shape.length > MOST_DIMENSIONS || elementsIn(shape) > MOST_ELEMENTS) {
      const most = `${MOST_DIMENSIONS} dimensions and ${MOST_ELEMENTS} elements`;
      throw new TfliteError(
        `tensor ${showName({ name })} is ${showShape(shape.slice(0, 16))}; give a network of at most ${most}`,
      );
    }
    this.#elements -= elementsIn(shape);
    if (this.#elements < 0) {
      throw new TfliteError(`the network's tensors have more than ${MOST_ELEMENTS} elements; give a smaller network`);
    }
  }

  #nameOf({ name }: TensorRow, index: number): string {
    return this.#unique(name === '' ? `tensor ${index}` : name.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD'), index);
  }

  /** No two have the same. */
  #unique(name: string, index: number): string {
    let unique = name;
    while (this.#names.has(unique)) unique += ` (${index})`;
    this.#names.add(unique);
    return unique;
  }

  #dataOf({ buffer, shape }: TensorRow, type: GraphType, name: string): GraphData | null {
    const row = this.#buffers[buffer];
    if (row === undefined)
      damaged(`it has ${this.#buffers.length} buffers, and ${showName({ name })} is in buffer ${buffer}`);
    const bytes = row.offset > 1 ? this.#after(row, name) : row.data;
    if (bytes.length === 0) return null;
    const { bytes: each, read } = readers[type];
    const wanted = elementsIn(shape) * each;
    if (bytes.length !== wanted) {
      damaged(`${showName({ name })} is ${showShape(shape)} of ${type}, ${wanted} bytes, and has ${bytes.length}`);
    }
    if (each > 1) this.#copies -= bytes.length;
    if (this.#copies < 0) damaged('values of many tensors lie in the same bytes');
    return read(bytes);
  }

  #after({ offset, size }: BufferRow, name: string): Uint8Array {
    if (offset + size > this.#file.length) {
      damaged(`it has ${this.#file.length} bytes, and ${showName({ name })} ends at byte ${offset + size}`);
    }
    return this.#file.subarray(offset, offset + size);
  }
}

function quantisationOf(row: QuantisationRow, shape: readonly number[], name: string): Quantisation | null {
  const { scales, zeros, details, axis } = row;
  if (details !== 0) {
    throw new TfliteError(
      `tensor ${showName({ name })} has a quantisation of another kind (${details}); convert it with scales`,
    );
  }
  if (scales.length === 0) return null;
  if (zeros.length !== 0 && zeros.length !== scales.length) {
    damaged(`${showName({ name })} has ${scales.length} scales and ${zeros.length} zero points`);
  }
  if (scales.length > 1 && shape[axis] !== scales.length) {
    damaged(`${showName({ name })}, ${showShape(shape)}, has ${scales.length} scales along dimension ${axis}`);
  }
  return {
    scales,
    zeros: zeros.length === 0 ? scales.map(() => 0) : zeros,
    axis: scales.length > 1 ? axis : 0,
  };
}
