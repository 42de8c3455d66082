/** Finds the blocks of memory that differ from a copy. */
import { Code } from './encoder/code.ts';
import { ModuleBuilder } from './encoder/module.ts';
import type { Heap } from './heap.ts';

/** Bytes compared at a time. */
export const blockBytes = 16;

/**
 * Compares bytes [from, to) with those `offset` further on, and writes the address of each block that differs, 4 bytes each, from `list`
 * on. `from` and `to` are multiples of {@link blockBytes}. @returns the end of the list
 */
export type Scan = (from: number, to: number, offset: number, list: number) => number;

export function compileScan(heap: Heap): Scan {
  const module = new ModuleBuilder();
  const code = new Code(4);
  const [at, to, offset, list] = [0, 1, 2, 3];
  code.block();
  code.loop();
  code.get(at); code.get(to); code.op('i32.ge_u'); code.brIf(1);
  code.get(at); code.vectorMemory('v128.load', 0);
  code.get(at); code.get(offset); code.op('i32.add'); code.vectorMemory('v128.load', 0);
  code.vector('v128.xor'); code.vector('v128.any_true');
  code.if();
  code.get(list); code.get(at); code.memory('i32.store', 0);
  code.get(list); code.i32(4); code.op('i32.add'); code.set(list);
  code.end();
  code.get(at); code.i32(blockBytes); code.op('i32.add'); code.set(at);
  code.br(0);
  code.end();
  code.end();
  code.get(list);
  module.define(module.declare('scan', { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] }, true), code);
  const { scan } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory: heap.memory } }).exports;
  if (typeof scan !== 'function') throw new RangeError('the module exports scan');
  return (...given) => Number(scan(...given));
}
