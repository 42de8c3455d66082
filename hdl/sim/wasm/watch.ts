/** Watching values where they lie: memory is compared with a copy, and only what differs is looked up. */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import { changeWords } from '../changes.ts';
import type { Watch } from '../core.ts';
import type { Changes } from '../trace.ts';
import { wordsFor } from '../words.ts';
import type { Heap } from './heap.ts';
import {
  blockBytes,
  blockFields,
  compileScan,
  listBytes,
  placeFields,
  spanFields,
  wordBytes,
  type Scan,
  type Tables,
} from './scan.ts';
import { sizeOf } from './storage.ts';

/** A scalar that is watched. */
export interface WatchedPart {
  readonly part: number;
  readonly address: number;
  readonly width: number;
}

const wordBits = 32;

export class MemoryWatch implements Watch {
  private readonly heap: Heap;
  private readonly refresh: () => void;
  private readonly scan: Scan;
  /** Of the last look: what changed. */
  private readonly told: List;
  /** Of everything. */
  private readonly all: List;
  private first = true;
  private view: Uint32Array = new Uint32Array(0);

  /** @param refresh brings up to date what is not kept from cycle to cycle */
  constructor(heap: Heap, places: readonly WatchedPart[], refresh: () => void) {
    this.heap = heap;
    this.refresh = refresh;
    const { tables, blocks } = tablesOf(heap, places);
    this.scan = compileScan(heap, tables);
    const room = wordBytes * places.reduce((sum, { width }) => sum + changeWords(width), 0);
    const list = (): List => {
      const values = heap.allocate(room, 'a list of changes');
      return { values, end: values, blocks: heap.allocate(listBytes(blocks), 'a list of changes') };
    };
    [this.told, this.all] = [list(), list()];
  }

  look(): void {
    this.list(this.told, this.first);
  }

  changes(): Changes {
    return this.listed(this.told);
  }

  whole(): Changes {
    this.list(this.all, true);
    return this.listed(this.all);
  }

  keep(): void {
    this.first = false;
    this.scan.keep(this.told.blocks);
  }

  private list(into: List, all: boolean): void {
    this.refresh();
    into.end = this.scan.look(into.values, into.blocks, all ? -1 : 0);
  }

  private listed({ values, end }: List): Changes {
    // Memory moves when it grows.
    if (this.view.buffer !== this.heap.memory.buffer) this.view = new Uint32Array(this.heap.memory.buffer);
    return this.view.subarray(values / wordBytes, end / wordBytes);
  }
}

/** Addresses: of values, as changes, and of the blocks that they lie in. */
interface List {
  readonly values: number;
  end: number;
  readonly blocks: number;
}

/** Where bits [low, low + width) of a value of `type` lie, from its own address on: a scalar of it. */
export function offsetOf(type: Type, low: number): number {
  if (type.kind !== 'vec') return 0;
  const width = typeWidth(type.element);
  const index = Math.floor(low / width);
  return index * sizeOf(type.element) + offsetOf(type.element, low - index * width);
}

/** Bytes that a scalar lies in. */
function bytesOf(width: number): number {
  return sizeOf({ kind: 'uint', width });
}

function lowBits(count: number): number {
  return count >= wordBits ? -1 : (1 << count) - 1;
}

/** Addresses of the blocks that hold values, by rising address, and by value the index of its first one. */
function blocksOf(sorted: readonly WatchedPart[]): { readonly blocks: readonly number[]; readonly firsts: Int32Array } {
  const blocks: number[] = [];
  const firsts = new Int32Array(sorted.length);
  for (const [i, { address, width }] of sorted.entries()) {
    let next = blocks.length;
    const first = address - (address % blockBytes);
    while (next > 0 && (blocks[next - 1] ?? 0) >= first) next--;
    firsts[i] = next;
    for (let at = first; at < address + bytesOf(width); at += blockBytes)
      if (at > (blocks.at(-1) ?? -1)) blocks.push(at);
  }
  return { blocks, firsts };
}

/** Puts into memory what the scan has to know. @returns where, and the number of blocks */
function tablesOf(heap: Heap, places: readonly WatchedPart[]): { readonly tables: Tables; readonly blocks: number } {
  const sorted = places.toSorted((a, b) => a.address - b.address);
  const { blocks, firsts } = blocksOf(sorted);
  const words = sorted.map(({ width }) => wordsFor(width));
  // By block: how many words of values come before, and at the end how many there are.
  const starts = new Int32Array(blocks.length + 1);
  const blockAt = (value: number, word: number): number =>
    (firsts[value] ?? 0) + Math.floor((((sorted[value]?.address ?? 0) % blockBytes) + wordBytes * word) / blockBytes);
  for (const [i, count] of words.entries())
    for (let k = 0; k < count; k++) starts[blockAt(i, k) + 1] = (starts[blockAt(i, k) + 1] ?? 0) + 1;
  for (let block = 1; block < starts.length; block++) starts[block] = (starts[block] ?? 0) + (starts[block - 1] ?? 0);

  const count = starts[blocks.length] ?? 0;
  const allocate = (bytes: number): number => heap.allocate(bytes, 'what to compare for waves');
  const blockTable = allocate(blockFields.bytes * (blocks.length + 1));
  const placeTable = allocate(placeFields.bytes * count);
  const spanTable = allocate(spanFields.bytes * words.reduce((sum, one) => sum + (one > 1 ? one : 0), 0));
  // A word that begins in the last block may reach past it.
  const copies = allocate(blockBytes * (blocks.length + 1));

  const memory = new Int32Array(heap.memory.buffer);
  const put = (address: number, value: number): void => {
    memory[address / wordBytes] = value;
  };
  for (const [block, first] of starts.entries()) {
    put(blockTable + blockFields.bytes * block + blockFields.address, blocks[block] ?? 0);
    put(blockTable + blockFields.bytes * block + blockFields.places, placeTable + placeFields.bytes * first);
  }
  const next = starts.slice();
  let span = spanTable;
  for (const [i, { part, address, width }] of sorted.entries()) {
    const size = words[i] ?? 1;
    for (let k = 0; k < size; k++) {
      const block = blockAt(i, k);
      const place = placeTable + placeFields.bytes * (next[block] ?? 0);
      next[block] = (next[block] ?? 0) + 1;
      put(place + placeFields.offset, (address + wordBytes * k) % blockBytes);
      put(place + placeFields.part, part);
      put(place + placeFields.mask, lowBits(width - wordBits * k));
      put(place + placeFields.span, size > 1 ? span : 0);
      if (size === 1) continue;
      put(span + spanFields.size, wordBytes * size);
      put(span + spanFields.before, wordBytes * k);
      put(span + spanFields.low, lowBits(width - wordBits * (size - 1)));
      span += spanFields.bytes;
    }
  }
  return {
    tables: { blocks: blockTable, blocksEnd: blockTable + blockFields.bytes * blocks.length, copies },
    blocks: blocks.length,
  };
}
