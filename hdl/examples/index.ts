/** Small designs: the first thing to read, and what every consumer of the intermediate form is tried on. */
import type { Module } from '../index.ts';
import { Array2d } from './array.ts';
import { Cell } from './cell.ts';
import { Counter } from './counter.ts';
import { PulseCrossing } from './crossing.ts';
import { ByteMemory } from './lanes.ts';
import { Summer } from './machine.ts';
import { Merge } from './merge.ts';
import { Queue } from './queue.ts';

/** Each under the name of its file. */
export const examples = {
  counter: Counter(8),
  queue: Queue(8, 5),
  cell: Cell({ data: 8, acc: 32 }),
  array: Array2d(2, 3),
  lanes: ByteMemory,
  merge: Merge,
  machine: Summer,
  crossing: PulseCrossing,
} as const satisfies Readonly<Record<string, Pick<Module, 'definition'>>>;
