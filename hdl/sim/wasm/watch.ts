/** Watching signals where they lie: memory is compared with a copy, and only what differs is looked up. */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Watch } from '../core.ts';
import { bitsOf } from '../values.ts';
import { loadWords, wordsFor } from '../words.ts';
import type { Heap } from './heap.ts';
import { blockBytes, compileScan, entryBytes, type Scan, type Tables } from './scan.ts';
import { readPattern, scalarsOf, sizeOf } from './storage.ts';

/** What is watched: bits [low, low + width) of a value in memory. */
export interface Watched { readonly address: number; readonly type: Type; readonly low: number; readonly width: number }

/** Values further apart than this, in bytes, are compared in separate runs. */
const farthest = 256;
const wordBytes = 4;

/** Bytes [from, to) of memory, whole blocks, with a copy at `copy`. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly copy: number;
  /** Words in the runs before it. */
  readonly index: number;
}

export class MemoryWatch implements Watch {
  private readonly heap: Heap;
  private readonly refresh: () => void;
  private readonly scan: Scan;
  private readonly runs: readonly Run[];
  private readonly tables: Tables;
  private readonly reader: Reader;
  /** Where the lists of blocks and of values begin, and where the last look's end. */
  private readonly blocks: number;
  private readonly values: number;
  private blocksEnd: number;
  private valuesEnd: number;
  private first = true;
  private view = new Int32Array(0);

  /** @param refresh brings up to date what is not kept from cycle to cycle */
  constructor(heap: Heap, watched: readonly Watched[], refresh: () => void) {
    this.heap = heap;
    this.refresh = refresh;
    let bytes = 0;
    this.runs = runsOf(watched).map(({ from, to }): Run => {
      const run = { from, to, copy: heap.allocate(to - from, 'values to compare waves with'), index: bytes / wordBytes };
      bytes += to - from;
      return run;
    });
    this.tables = tablesOf(heap, watched, this.runs, bytes / wordBytes);
    this.blocks = this.blocksEnd = heap.allocate(entryBytes * bytes / blockBytes, 'a list of changes');
    this.values = this.valuesEnd = heap.allocate(entryBytes * 32 * this.tables.markWords, 'a list of changes');
    this.reader = new Reader(watched);
    this.scan = compileScan(heap, this.tables);
  }

  look(): void {
    this.refresh();
    const { marks, markWords } = this.tables;
    this.memory().fill(this.first ? -1 : 0, marks / wordBytes, marks / wordBytes + markWords);
    this.blocksEnd = this.blocks;
    for (const { from, to, copy, index } of this.runs) this.blocksEnd = this.scan.scan(from, to, copy - from, index, this.blocksEnd);
    this.valuesEnd = this.scan.gather(this.values);
  }

  changes(visit: (index: number, words: Uint32Array) => void): void {
    const { reader, heap } = this;
    const memory = this.memory();
    for (let at = this.values / wordBytes; at < this.valuesEnd / wordBytes; at += entryBytes / wordBytes) {
      const index = memory[at] ?? 0;
      // The last word of marks may have bits for values that there are not.
      if (index < reader.count) visit(index, reader.words(heap, index, memory[at + 1] ?? 0));
    }
  }

  keep(): void {
    this.first = false;
    this.scan.keep(this.blocks, this.blocksEnd);
    this.blocksEnd = this.blocks;
  }

  words(index: number): Uint32Array {
    const { addresses, lows } = this.tables;
    const { view } = this.heap;
    return this.reader.words(this.heap, index, view.getInt32(view.getInt32(addresses + wordBytes * index, true), true) & view.getInt32(lows + wordBytes * index, true));
  }

  /** Memory as words; it moves when it grows. */
  private memory(): Int32Array {
    if (this.view.buffer !== this.heap.memory.buffer) this.view = new Int32Array(this.heap.memory.buffer);
    return this.view;
  }
}

/** The memory that holds the values, in runs of whole blocks. */
function runsOf(watched: readonly Watched[]): Pick<Run, 'from' | 'to'>[] {
  const spans = watched.map(({ address, type }) => ({ from: address - address % blockBytes, to: Math.ceil((address + sizeOf(type)) / blockBytes) * blockBytes }))
    .toSorted((a, b) => a.from - b.from);
  const runs: { from: number; to: number }[] = [];
  for (const span of spans) {
    const last = runs.at(-1);
    if (last !== undefined && span.from <= last.to + farthest) last.to = Math.max(last.to, span.to);
    else runs.push(span);
  }
  return runs;
}

/** Puts into memory what the scan has to know. */
function tablesOf(heap: Heap, watched: readonly Watched[], runs: readonly Run[], words: number): Tables {
  const entries: { readonly word: number; readonly value: number; readonly mask: number }[] = [];
  watched.forEach(({ address, type }, value) => {
    const end = address + sizeOf(type);
    const run = runAt(runs, address);
    for (let word = Math.floor(address / wordBytes); word * wordBytes < end; word++) {
      let mask = 0;
      for (let byte = 0; byte < wordBytes; byte++) {
        const at = word * wordBytes + byte;
        if (at >= address && at < end) mask |= 0xff << (8 * byte);
      }
      entries.push({ word: word - run.from / wordBytes + run.index, value, mask });
    }
  });
  entries.sort((a, b) => a.word - b.word);
  const starts = new Int32Array(words + 1);
  for (const { word } of entries) starts[word + 1] = (starts[word + 1] ?? 0) + 1;
  for (let word = 0; word < words; word++) starts[word + 1] = (starts[word + 1] ?? 0) + (starts[word] ?? 0);
  const markWords = Math.ceil(watched.length / 32);
  // A value that is not small gives no low bits, wherever they are read.
  const padded = (one: (watched: Watched) => number): number[] => [...watched.map(one), ...Array.from({ length: 32 * markWords - watched.length }, () => 0)];
  const table = (numbers: Int32Array): number => {
    const address = heap.allocate(wordBytes * Math.max(1, numbers.length), 'where signals lie');
    new Int32Array(heap.memory.buffer).set(numbers, address / wordBytes);
    return address;
  };
  return {
    starts: table(starts),
    values: table(Int32Array.from(entries, ({ value }) => value)),
    masks: table(Int32Array.from(entries, ({ mask }) => mask)),
    marks: table(new Int32Array(markWords)), markWords,
    addresses: table(Int32Array.from(padded((one) => (isSmall(one) ? one.address : 0)))),
    lows: table(Int32Array.from(padded((one) => (!isSmall(one) ? 0 : one.width >= 32 ? -1 : (1 << one.width) - 1)))),
  };
}

/** The run that holds an address. */
function runAt(runs: readonly Run[], address: number): Run {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((runs[middle]?.from ?? 0) <= address) low = middle;
    else high = middle - 1;
  }
  const run = runs[low];
  if (run === undefined) throw new RangeError(`address ${address} is not watched`);
  return run;
}

/** A whole scalar of at most 32 bits. */
function isSmall({ type, low, width }: Watched): boolean { return type.kind !== 'vec' && type.width <= 32 && low === 0 && width === type.width; }

class Reader {
  readonly count: number;
  /** Null for what is small. */
  private readonly larger: readonly (Watched | null)[];
  private readonly buffer: Uint32Array;

  constructor(watched: readonly Watched[]) {
    this.count = watched.length;
    this.larger = watched.map((one) => (isSmall(one) ? null : one));
    this.buffer = new Uint32Array(watched.reduce((most, { width }) => Math.max(most, wordsFor(width)), 1) + 1);
  }

  /** @param low its low bits, if it is small */
  words(heap: Heap, index: number, low: number): Uint32Array {
    const larger = this.larger[index];
    if (larger === undefined || larger === null) this.buffer[0] = low;
    else this.large(heap.view, larger);
    return this.buffer;
  }

  private large(view: DataView, { address, type, low, width }: Watched): void {
    const { count, scalar } = scalarsOf(type);
    const whole = low === 0 && width === typeWidth(type);
    if (whole && scalar.width <= 32) packed(view, address, count, scalar.width, this.buffer);
    else loadWords(this.buffer, whole ? readPattern(view, address, type) : bitsOf(readPattern(view, address, type), low, width), width);
  }
}

/** Elements of at most 32 bits side by side, without the bits between them. */
function packed(view: DataView, address: number, count: number, width: number, into: Uint32Array): void {
  const size = width <= 8 ? 1 : width <= 16 ? 2 : 4;
  const mask = width >= 32 ? -1 : (1 << width) - 1;
  into.fill(0, 0, wordsFor(count * width));
  for (let i = 0, bit = 0; i < count; i++, bit += width) {
    const at = address + i * size;
    const value = (size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at, true) : view.getUint32(at, true)) & mask;
    const [word, shift] = [bit >>> 5, bit & 31];
    into[word] = (into[word] ?? 0) | (value << shift);
    if (shift + width > 32) into[word + 1] = (into[word + 1] ?? 0) | (value >>> (32 - shift));
  }
}
