/** Watching signals where they lie: memory is compared with a copy, and only what differs is looked up. */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Watch } from '../core.ts';
import { bitsOf } from '../values.ts';
import { loadWords, wordsFor } from '../words.ts';
import type { Heap } from './heap.ts';
import { compileScan, blockBytes, type Scan } from './scan.ts';
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
  private readonly places: Places;
  private readonly reader: Reader;
  /** Where the scan lists blocks. */
  private readonly list: number;
  /** What the last look found: by block, its word of memory and that of its copy. */
  private readonly blocks: Int32Array;
  private readonly copies: Int32Array;
  private found = 0;
  private readonly marks: Uint32Array;
  private first = true;
  private memory = new Int32Array(0);

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
    const blocks = bytes / blockBytes;
    this.list = heap.allocate(wordBytes * blocks, 'a list of changes');
    this.blocks = new Int32Array(blocks);
    this.copies = new Int32Array(blocks);
    this.marks = new Uint32Array(Math.ceil(watched.length / 32));
    this.places = new Places(this.runs, bytes / wordBytes, watched);
    this.reader = new Reader(watched);
    this.scan = compileScan(heap);
  }

  look(): void {
    this.refresh();
    if (this.memory.buffer !== this.heap.memory.buffer) this.memory = new Int32Array(this.heap.memory.buffer);
    const { memory, places, marks, list } = this;
    this.found = 0;
    marks.fill(this.first ? -1 : 0);
    for (const { from, to, copy, index } of this.runs) {
      const first = from / wordBytes - index;
      const listed = this.scan(from, to, copy - from, list);
      for (let at = list / wordBytes; at < listed / wordBytes; at++) {
        const block = (memory[at] ?? 0) / wordBytes;
        const old = block + (copy - from) / wordBytes;
        this.blocks[this.found] = block;
        this.copies[this.found++] = old;
        for (let word = 0; word < blockBytes / wordBytes; word++) {
          const differs = (memory[block + word] ?? 0) ^ (memory[old + word] ?? 0);
          if (differs !== 0) places.mark(block + word - first, differs, marks);
        }
      }
    }
  }

  changes(visit: (index: number) => void): void {
    const { marks, reader: { count } } = this;
    for (let word = 0; word < marks.length; word++) {
      for (let rest = marks[word] ?? 0; rest !== 0; rest &= rest - 1) {
        const index = 32 * word + 31 - Math.clz32(rest & -rest);
        if (index < count) visit(index);
      }
    }
  }

  keep(): void {
    this.first = false;
    for (let i = 0; i < this.found; i++) {
      const [block, copy] = [this.blocks[i] ?? 0, this.copies[i] ?? 0];
      for (let word = 0; word < blockBytes / wordBytes; word++) this.memory[copy + word] = this.memory[block + word] ?? 0;
    }
    this.found = 0;
  }

  words(index: number): Uint32Array { return this.reader.words(this.heap, this.memory, index); }
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

/** Which values lie in a word of memory. */
class Places {
  /** By word of the runs: the first of its entries; the next word's first ends them. */
  private readonly starts: Int32Array;
  private readonly values: Int32Array;
  /** By entry: which bits of the word are the value's. */
  private readonly masks: Int32Array;

  constructor(runs: readonly Run[], words: number, watched: readonly Watched[]) {
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
    this.starts = new Int32Array(words + 1);
    for (const { word } of entries) this.starts[word + 1] = (this.starts[word + 1] ?? 0) + 1;
    for (let word = 0; word < words; word++) this.starts[word + 1] = (this.starts[word + 1] ?? 0) + (this.starts[word] ?? 0);
    this.values = Int32Array.from(entries, ({ value }) => value);
    this.masks = Int32Array.from(entries, ({ mask }) => mask);
  }

  /** Sets the bits of those values in `marks` that have some of the bits `differs` of a word of the runs. */
  mark(word: number, differs: number, marks: Uint32Array): void {
    const end = this.starts[word + 1] ?? 0;
    for (let entry = this.starts[word] ?? 0; entry < end; entry++) {
      if ((differs & (this.masks[entry] ?? 0)) === 0) continue;
      const value = this.values[entry] ?? 0;
      marks[value >> 5] = (marks[value >> 5] ?? 0) | (1 << (value & 31));
    }
  }
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

/** Bytes of a small scalar; 0 for all other values. */
function smallSize({ type, low, width }: Watched): number {
  return type.kind !== 'vec' && type.width <= 32 && low === 0 && width === type.width ? sizeOf(type) : 0;
}

class Reader {
  readonly count: number;
  private readonly watched: readonly Watched[];
  private readonly addresses: Int32Array;
  private readonly small: Uint8Array;
  private readonly masks: Int32Array;
  private readonly buffer: Uint32Array;

  constructor(watched: readonly Watched[]) {
    this.count = watched.length;
    this.watched = watched;
    this.addresses = Int32Array.from(watched, ({ address }) => address);
    this.small = Uint8Array.from(watched, smallSize);
    this.masks = Int32Array.from(watched, ({ width }) => (width >= 32 ? -1 : (1 << width) - 1));
    this.buffer = new Uint32Array(watched.reduce((most, { width }) => Math.max(most, wordsFor(width)), 1) + 1);
  }

  words(heap: Heap, memory: Int32Array, index: number): Uint32Array {
    if ((this.small[index] ?? 0) > 0) {
      // A value of 1, 2 or 4 bytes does not cross words.
      const address = this.addresses[index] ?? 0;
      this.buffer[0] = ((memory[address >> 2] ?? 0) >>> (8 * (address & 3))) & (this.masks[index] ?? 0);
      return this.buffer;
    }
    const one = this.watched[index];
    if (one !== undefined) this.large(heap.view, one);
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
