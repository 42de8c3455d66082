import type { Heap } from './heap.ts';

/** Instantiates a generated module on the heap's memory; the result is its export `run`. */
export function start(heap: Heap, bytes: Uint8Array<ArrayBuffer>): (count: number) => number {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory: heap.memory } }).exports;
  if (typeof run !== 'function') throw new RangeError('a generated module exports run');
  return (count) => Number(run(count));
}
