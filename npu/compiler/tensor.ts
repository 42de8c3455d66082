/** Matrices that operations take and make: what they are, and where they lie in DRAM. */
import { JobError } from './errors.ts';

/** Elements of a tensor, little-endian. */
export type ElementType = 'int8' | 'uint8' | 'int32';
export type TensorData = Int8Array | Uint8Array | Int32Array;
export const elementBytes = { int8: 1, uint8: 1, int32: 4 } as const satisfies Readonly<Record<ElementType, number>>;

/** The type of a typed array's elements; null for an array that a tensor cannot have. */
export function typeOfData(data: unknown): ElementType | null {
  if (data instanceof Int8Array) return 'int8';
  if (data instanceof Uint8Array) return 'uint8';
  return data instanceof Int32Array ? 'int32' : null;
}

/**
 * Who gives a tensor its value: the host before each run (input), the compiler (constant), or an operation, for others
 * (intermediate) or for the host (output).
 */
export type TensorRole = 'input' | 'constant' | 'intermediate' | 'output';

export interface Tensor {
  readonly name: string;
  /** Rows and columns. */
  readonly shape: readonly [rows: number, columns: number];
  readonly type: ElementType;
  readonly role: TensorRole;
  /** How elements follow each other in DRAM: row by row, or column by column. */
  readonly order: 'rows' | 'columns';
  /** Elements from the beginning of a row, or a column, to that of the next; without it they have no gaps. */
  readonly pitch?: number;
}

/** `bytes` bytes of DRAM from `address` on. */
export interface PlacedTensor extends Tensor {
  readonly address: number;
  readonly bytes: number;
}

export const turnedOrder = (order: Tensor['order']): Tensor['order'] => (order === 'rows' ? 'columns' : 'rows');

/** The same bytes as the matrix with rows for columns. */
export const turnedTensor = ({ shape: [rows, columns], order, ...rest }: Tensor): Tensor => ({
  ...rest,
  shape: [columns, rows],
  order: turnedOrder(order),
});

export const withPitch = (tensor: Tensor, pitch: number | undefined): Tensor =>
  pitch === undefined ? tensor : { ...tensor, pitch };

/** A tensor's rows, or columns, as they follow each other in DRAM: how many, how long, and how far apart. */
export function linesOfTensor({ shape: [rows, columns], order, pitch }: Pick<Tensor, 'shape' | 'order' | 'pitch'>) {
  const [count, length] = order === 'rows' ? [rows, columns] : [columns, rows];
  return { count, length, pitch: pitch ?? length };
}

/** Bytes of DRAM that a tensor takes. */
export function tensorBytes(tensor: Tensor): number {
  const { count, pitch } = linesOfTensor(tensor);
  return count * pitch * elementBytes[tensor.type];
}

/** Where an element of a tensor lies in DRAM: the address of its first byte. */
export function elementAddress(tensor: PlacedTensor, row: number, column: number): number {
  const { pitch } = linesOfTensor(tensor);
  const [line, at] = tensor.order === 'rows' ? [row, column] : [column, row];
  return tensor.address + elementBytes[tensor.type] * (line * pitch + at);
}

/**
 * A tensor of a program by its name.
 * @throws JobError where there is none, with those that there are.
 */
export function tensorOf(
  { tensors }: { readonly tensors: Readonly<Record<string, PlacedTensor>> },
  name: string,
): PlacedTensor {
  const found = Object.hasOwn(tensors, name) ? tensors[name] : undefined;
  if (found !== undefined) return found;
  throw new JobError(() => `the program has no tensor ${name}; its tensors are ${Object.keys(tensors).join(', ')}`);
}

/** A tensor's elements row by row, from its bytes as they lie in DRAM. */
export function elementsOf(tensor: Tensor, bytes: Uint8Array): TensorData {
  const { shape, type, order } = tensor;
  const { length, pitch } = linesOfTensor(tensor);
  const size = elementBytes[type];
  // A copy begins at offset 0, as 32-bit elements need it.
  const dense = spaced(bytes, { from: pitch * size, to: length * size });
  const { buffer } = order === 'rows' ? dense.slice() : turned(dense, shape[1], shape[0], size);
  return type === 'int8' ? new Int8Array(buffer) : type === 'uint8' ? new Uint8Array(buffer) : new Int32Array(buffer);
}

/** A tensor's bytes as they lie in DRAM, from its elements row by row. Undoes {@link elementsOf}. */
export function bytesInDram(tensor: Tensor, data: TensorData): Uint8Array {
  const { shape, type, order } = tensor;
  const { length, pitch } = linesOfTensor(tensor);
  const size = elementBytes[type];
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const dense = order === 'rows' ? bytes : turned(bytes, shape[0], shape[1], size);
  return spaced(dense, { from: length * size, to: pitch * size });
}

/** Lines that are `from` bytes apart, `to` bytes apart: what is between them is 0, or is left out. */
function spaced(bytes: Uint8Array, { from, to }: Readonly<Record<'from' | 'to', number>>): Uint8Array {
  if (from === to) return bytes;
  const count = Math.floor(bytes.length / from);
  const all = new Uint8Array(count * to);
  for (let line = 0; line < count; line++)
    all.set(bytes.subarray(line * from, line * from + Math.min(from, to)), line * to);
  return all;
}

/** Row by row to column by column, of a matrix of `rows` × `columns` elements of `size` bytes. */
function turned(bytes: Uint8Array, rows: number, columns: number, size: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(bytes.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let byte = 0; byte < size; byte++)
        to[(column * rows + row) * size + byte] = bytes[(row * columns + column) * size + byte] ?? 0;
    }
  }
  return to;
}
