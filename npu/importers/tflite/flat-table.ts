/**
 * Tables of a FlatBuffers file (https://flatbuffers.dev/internals), read with care: nobody has checked the file.
 *
 * A table is at a place in the file, with 4 bytes that lead back to its list of fields (vtable); a field is a scalar,
 * or the distance to a table, a text or a vector. The library's ByteBuffer reads numbers; that they lie inside the file
 * is checked here, before each. Places may overlap, and many tables may point at one, so that a small file can unfold
 * to any size: how much is read of a file, all in all, has a limit.
 */
import { ByteBuffer } from 'flatbuffers';
import { damaged, TfliteError } from './error.ts';

/** More tables, or numbers and characters in vectors and texts, has no network that could be run. */
const MOST_TABLES = 2 ** 18;
const MOST_VALUES = 2 ** 23;

/** A file, and how much more may be read of it. */
export class FlatFile {
  readonly bytes: Uint8Array;
  readonly #buffer: ByteBuffer;
  #tables = MOST_TABLES;
  #values = MOST_VALUES;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#buffer = new ByteBuffer(bytes);
  }

  /** The number at a place, once it is known to lie in the file. */
  number(at: number, bytes: number, read: (buffer: ByteBuffer, at: number) => number): number {
    this.#inside(at, bytes);
    return read(this.#buffer, at);
  }

  /** Where the number at a place leads to. */
  target(at: number): number {
    return at + this.number(at, 4, (buffer, at) => buffer.readUint32(at));
  }

  /** The first table of the file. */
  root(): Table {
    return new Table(this, this.target(0));
  }

  /** Where a table's list of fields begins and ends. */
  fields(table: number): { readonly at: number; readonly end: number } {
    if (--this.#tables < 0)
      throw new TfliteError(`the file has more than ${MOST_TABLES} parts; give a smaller network`);
    const at = table - this.number(table, 4, (buffer, at) => buffer.readInt32(at));
    const length = this.number(at, 2, (buffer, at) => buffer.readUint16(at));
    this.#inside(at, length);
    return { at, end: at + length };
  }

  /** The elements of the vector at a place. */
  vector(at: number, elementBytes: number): { readonly at: number; readonly length: number } {
    const length = this.number(at, 4, (buffer, at) => buffer.readUint32(at));
    this.#inside(at + 4, length * elementBytes);
    return { at: at + 4, length };
  }

  /** Has to be asked before `count` values are made of the file's bytes. */
  takeValues(count: number): void {
    this.#values -= count;
    if (this.#values < 0)
      throw new TfliteError(`the file lists more than ${MOST_VALUES} values; give a smaller network`);
  }

  #inside(at: number, bytes: number): void {
    if (at >= 0 && at + bytes <= this.bytes.length) return;
    damaged(`it has ${this.bytes.length} bytes, and leads to byte ${at < 0 ? at : at + bytes}`);
  }
}

const text = new TextDecoder();

/** A table, or one that is left out, all of whose fields have their default values. */
export class Table {
  readonly #file: FlatFile;
  readonly #at: number;
  readonly #fields: { readonly at: number; readonly end: number };

  constructor(file: FlatFile, at: number | null) {
    this.#file = file;
    this.#at = at ?? 0;
    this.#fields = at === null ? { at: 0, end: 0 } : file.fields(at);
  }

  /** The field of a slot, which is its number in the schema; null where it is left out. */
  #field(slot: number): number | null {
    const entry = this.#fields.at + 4 + 2 * slot;
    if (entry + 2 > this.#fields.end) return null;
    const offset = this.#file.number(entry, 2, (buffer, at) => buffer.readUint16(at));
    return offset === 0 ? null : this.#at + offset;
  }

  #scalar(slot: number, otherwise: number, bytes: number, read: (buffer: ByteBuffer, at: number) => number): number {
    const at = this.#field(slot);
    return at === null ? otherwise : this.#file.number(at, bytes, read);
  }

  bool(slot: number, otherwise = false): boolean {
    return this.uint8(slot, otherwise ? 1 : 0) !== 0;
  }
  int8(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 1, (buffer, at) => buffer.readInt8(at));
  }
  uint8(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 1, (buffer, at) => buffer.readUint8(at));
  }
  int32(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 4, (buffer, at) => buffer.readInt32(at));
  }
  uint32(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 4, (buffer, at) => buffer.readUint32(at));
  }
  float32(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 4, (buffer, at) => buffer.readFloat32(at));
  }
  /** Of values above 2^53 only that they are large is kept. */
  uint64(slot: number, otherwise = 0): number {
    return this.#scalar(slot, otherwise, 8, (buffer, at) => Number(buffer.readUint64(at)));
  }

  /** Empty where it is left out; what is not UTF-8 in it is replaced. */
  string(slot: number): string {
    const field = this.#field(slot);
    if (field === null) return '';
    const { at, length } = this.#file.vector(this.#file.target(field), 1);
    this.#file.takeValues(length);
    return text.decode(this.#file.bytes.subarray(at, at + length));
  }

  /** A vector of bytes, where it lies. */
  bytes(slot: number): Uint8Array {
    const field = this.#field(slot);
    if (field === null) return new Uint8Array();
    const { at, length } = this.#file.vector(this.#file.target(field), 1);
    return this.#file.bytes.subarray(at, at + length);
  }

  int32s(slot: number): readonly number[] {
    return this.#vector(slot, 4, (file, at) => file.number(at, 4, (buffer, at) => buffer.readInt32(at)));
  }
  float32s(slot: number): readonly number[] {
    return this.#vector(slot, 4, (file, at) => file.number(at, 4, (buffer, at) => buffer.readFloat32(at)));
  }
  int64s(slot: number): readonly number[] {
    return this.#vector(slot, 8, (file, at) => file.number(at, 8, (buffer, at) => Number(buffer.readInt64(at))));
  }

  /** A table; null where it is left out. */
  table<Row>(slot: number, read: (table: Table) => Row): Row | null {
    const field = this.#field(slot);
    return field === null ? null : read(new Table(this.#file, this.#file.target(field)));
  }
  tables<Row>(slot: number, read: (table: Table) => Row): readonly Row[] {
    return this.#vector(slot, 4, (file, at) => read(new Table(file, file.target(at))));
  }
  /** Of a vector of tables the first one, and how many there are. */
  firstOf<Row>(slot: number, read: (table: Table) => Row): Row | null {
    const field = this.#field(slot);
    if (field === null) return null;
    const { at, length } = this.#file.vector(this.#file.target(field), 4);
    return length === 0 ? null : read(new Table(this.#file, this.#file.target(at)));
  }

  #vector<T>(slot: number, elementBytes: number, read: (file: FlatFile, at: number) => T): readonly T[] {
    const field = this.#field(slot);
    if (field === null) return [];
    const { at, length } = this.#file.vector(this.#file.target(field), elementBytes);
    this.#file.takeValues(length);
    return Array.from({ length }, (_, i) => read(this.#file, at + elementBytes * i));
  }
}
