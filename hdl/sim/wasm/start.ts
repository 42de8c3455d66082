import type { Heap } from './heap.ts';

export interface Started {
  readonly run: (count: number) => number;
  /** Of a module that runs cycles: one of them, to be imported by another module. */
  readonly cycle: unknown;
}

/** Instantiates a compiled module on a simulation's memory. */
export function start(heap: Heap, module: WebAssembly.Module, cycle?: unknown): Started {
  const imports = { memory: heap.memory, ...(cycle === undefined ? {} : { cycle }) };
  const { exports } = new WebAssembly.Instance(module, { env: imports });
  const { run } = exports;
  if (typeof run !== 'function') throw new RangeError('a generated module exports run');
  return { run: (count) => Number(run(count)), cycle: exports['cycle'] };
}
