import type { Edges } from '../core.ts';
import { takerName } from './build/program.ts';
import type { Heap } from './heap.ts';

export interface Started {
  readonly run: (count: number) => number;
  /** Of a module that runs cycles: one of them, to be imported by another module. */
  readonly cycle: unknown;
}

/** Modules that run cycles, by the edges that they take. */
type Takers = ReadonlyMap<Edges, Started>;

/** Instantiates a compiled module on a simulation's memory. @param takers those of which it imports the cycle */
export function start(heap: Heap, module: WebAssembly.Module, takers: Takers = new Map()): Started {
  const cycles = [...takers].map(([edges, { cycle }]) => [takerName(edges), cycle]);
  const { exports } = new WebAssembly.Instance(module, { env: { ...Object.fromEntries(cycles), memory: heap.memory } });
  const { run } = exports;
  if (typeof run !== 'function') throw new RangeError('a generated module exports run');
  return { run: (count) => Number(run(count)), cycle: exports['cycle'] };
}
