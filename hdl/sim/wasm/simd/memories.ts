/** Memories inside 16 cells, each cell's with words of its own: a load or a store for each lane. */
import type { ReadNode, Statement } from '../../../ir/types.ts';
import { idOf, memoryOf } from '../flat/flatten.ts';
import type { FlatMemory, FlatNode, Frame } from '../flat/types.ts';
import { scalarsOf } from '../storage.ts';
import type { VectorFn } from './block.ts';
import { pushFetched, storeChosen, type Elements } from './tables.ts';

function wordsOf({ memory: { word, depth }, address, laneSize }: FlatMemory): Elements {
  return { scalar: scalarsOf(word).scalar, count: depth, address, apart: laneSize, spare: true };
}

/** Pushes part `index` of what an asynchronous read gives. */
export function pushRead(v: VectorFn, { id, frame }: FlatNode, { memory, address }: ReadNode, index: number): void {
  const read = memoryOf(frame, memory);
  if (v.fn.written.has(read)) v.conflict(id);
  pushFetched(v, wordsOf(read), idOf(frame, address), index);
}

/** Writes whole words in the lanes that statements apply to. */
export function writeVectorMemory(
  v: VectorFn,
  { memory, address, data }: Extract<Statement, { kind: 'write' }>,
  frame: Frame,
): void {
  const written = memoryOf(frame, memory);
  storeChosen(v, wordsOf(written), idOf(frame, address), idOf(frame, data));
  v.fn.written.add(written);
}
