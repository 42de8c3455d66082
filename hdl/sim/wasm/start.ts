import type { Heap } from './heap.ts';

export interface Started {
  readonly run: (count: number) => number;
  /** Of a module that runs cycles: one of them, to be imported by another module. */
  readonly cycle: unknown;
}

/** Instantiates a generated module on the heap's memory. */
export function start(heap: Heap, bytes: Uint8Array<ArrayBuffer>, cycle?: unknown): Started {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: heap.memory, ...(cycle === undefined ? {} : { cycle }) } });
  const { run } = exports;
  if (typeof run !== 'function') throw new RangeError('a generated module exports run');
  return { run: (count) => Number(run(count)), cycle: exports['cycle'] };
}
