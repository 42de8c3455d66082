/** Watching values where they lie: memory is compared with a copy, and only what differs is looked up. */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import { changeWords } from '../changes.ts';
import type { Watch } from '../core.ts';
import type { Changes } from '../trace.ts';
import { wordsFor } from '../words.ts';
import type { Heap } from './heap.ts';
import { blockBytes, compileScan, placeFields, runFields, spanFields, wordBytes, type Scan, type Tables } from './scan.ts';
import { sizeOf } from './storage.ts';

/** A scalar that is watched. */
export interface Place { readonly part: number; readonly address: number; readonly width: number }

/** Values further apart than this, in bytes, are compared in separate runs. */
const farthest = 32;
const wordBits = 32;

export class MemoryWatch implements Watch {
  private readonly heap: Heap;
  private readonly refresh: () => void;
  private readonly scan: Scan;
  /** Where lists of changes go: of what changed, of everything. */
  private readonly told: number;
  private readonly all: number;
  private first = true;
  private view = new Uint32Array(0);

  /** @param refresh brings up to date what is not kept from cycle to cycle */
  constructor(heap: Heap, places: readonly Place[], refresh: () => void) {
    this.heap = heap;
    this.refresh = refresh;
    const room = wordBytes * places.reduce((sum, { width }) => sum + changeWords(width), 0);
    this.scan = compileScan(heap, tablesOf(heap, places));
    this.told = heap.allocate(room, 'a list of changes');
    this.all = heap.allocate(room, 'a list of changes');
  }

  look(): Changes {
    this.refresh();
    return this.list(this.told, this.first);
  }

  whole(): Changes { return this.list(this.all, true); }

  keep(): void {
    this.first = false;
    this.scan.keep();
  }

  private list(at: number, all: boolean): Changes {
    const end = this.scan.look(at, all ? -1 : 0);
    // Memory moves when it grows.
    if (this.view.buffer !== this.heap.memory.buffer) this.view = new Uint32Array(this.heap.memory.buffer);
    return this.view.subarray(at / wordBytes, end / wordBytes);
  }
}

/** Where bits [low, low + width) of a value of `type` lie, from its own address on: a scalar of it. */
export function offsetOf(type: Type, low: number): number {
  if (type.kind !== 'vec') return 0;
  const width = typeWidth(type.element);
  const index = Math.floor(low / width);
  return index * sizeOf(type.element) + offsetOf(type.element, low - index * width);
}

interface Run { readonly from: number; to: number }

/** Whole blocks that hold the values, by rising address. */
function runsOf(sorted: readonly Place[]): readonly Run[] {
  const runs: Run[] = [];
  for (const { address, width } of sorted) {
    const from = address - address % blockBytes;
    const to = Math.ceil((address + bytesOf(width)) / blockBytes) * blockBytes;
    const last = runs.at(-1);
    if (last !== undefined && from <= last.to + farthest) last.to = Math.max(last.to, to);
    else runs.push({ from, to });
  }
  return runs;
}

/** Bytes that a scalar lies in. */
function bytesOf(width: number): number { return sizeOf({ kind: 'uint', width }); }

/** Puts into memory what the scan has to know. */
function tablesOf(heap: Heap, places: readonly Place[]): Tables {
  const sorted = places.toSorted((a, b) => a.address - b.address);
  const runs = runsOf(sorted);
  const allocate = (bytes: number): number => heap.allocate(bytes, 'what to compare for waves');
  const runTable = allocate(runFields.bytes * runs.length);
  const copies = runs.map(({ from, to }) => allocate(to - from));
  const { firsts, starts } = wordsOf(sorted, runs);
  const words = starts.length - 1;
  const startTable = allocate(wordBytes * starts.length);
  const placeTable = allocate(placeFields.bytes * (starts[words] ?? 0));
  const spanTable = allocate(spanFields.bytes * (starts[words] ?? 0));
  const blocks = allocate(2 * wordBytes * words * wordBytes / blockBytes);
  const blocksEnd = allocate(wordBytes);

  const memory = new Int32Array(heap.memory.buffer);
  const put = (address: number, value: number): void => { memory[address / wordBytes] = value; };
  let word = 0;
  for (const [i, { from, to }] of runs.entries()) {
    const run = runTable + runFields.bytes * i;
    put(run + runFields.from, from);
    put(run + runFields.to, to);
    put(run + runFields.offset, (copies[i] ?? 0) - from);
    put(run + runFields.word, word);
    word += (to - from) / wordBytes;
  }
  starts.forEach((first, at) => put(startTable + wordBytes * at, placeTable + placeFields.bytes * first));

  const next = starts.slice();
  let span = spanTable;
  for (const [i, { part, address, width }] of sorted.entries()) {
    const size = wordsFor(width);
    for (let k = 0; k < size; k++) {
      const at = (firsts[i] ?? 0) + k;
      const place = placeTable + placeFields.bytes * (next[at] ?? 0);
      next[at] = (next[at] ?? 0) + 1;
      const shift = 8 * (address % wordBytes);
      put(place + placeFields.mask, size > 1 ? -1 : lowBits(8 * bytesOf(width)) << shift);
      put(place + placeFields.part, part);
      put(place + placeFields.low, lowBits(width - wordBits * (size - 1)));
      put(place + placeFields.shift, size > 1 ? -1 - span : shift);
      if (size === 1) continue;
      put(span + spanFields.size, wordBytes * size);
      put(span + spanFields.before, wordBytes * k);
      span += spanFields.bytes;
    }
  }
  return { runs: runTable, runsEnd: runTable + runFields.bytes * runs.length, starts: startTable, blocks, blocksEnd };
}

/** By value the number of its first word in the runs; by word how many words of values come before, and at the end how many there are. */
function wordsOf(sorted: readonly Place[], runs: readonly Run[]): { readonly firsts: Int32Array; readonly starts: Int32Array } {
  const firsts = new Int32Array(sorted.length);
  const starts = new Int32Array(1 + runs.reduce((sum, { from, to }) => sum + (to - from) / wordBytes, 0));
  let [run, before] = [0, 0];
  for (const [i, { address, width }] of sorted.entries()) {
    for (let one = runs[run]; one !== undefined && address >= one.to; one = runs[++run]) before += (one.to - one.from) / wordBytes;
    const first = before + Math.floor((address - (runs[run]?.from ?? 0)) / wordBytes);
    firsts[i] = first;
    for (let k = 1; k <= wordsFor(width); k++) starts[first + k] = (starts[first + k] ?? 0) + 1;
  }
  for (let word = 1; word < starts.length; word++) starts[word] = (starts[word] ?? 0) + (starts[word - 1] ?? 0);
  return { firsts, starts };
}

function lowBits(count: number): number { return count >= wordBits ? -1 : (1 << count) - 1; }
