/**
 * Finds what changed in memory, in WebAssembly: of the thousands of values of a design few change, and looking must
 * cost next to nothing.
 */
import { Code, type Local } from '../../webassembly/code.ts';
import { step, whileBelow } from '../../webassembly/loops.ts';
import { ModuleBuilder } from '../../webassembly/module.ts';
import type { Heap } from './heap.ts';

/** Bytes compared at a time. */
export const blockBytes = 16;
export const wordBytes = 4;

/** A block of memory to compare as it lies in a table: 32-bit words. Its places end where the next entry's begin. */
export const blockFields = { address: 0, places: 4, bytes: 8 } as const;

/** A value, or a word of one of several words, as it lies in a table by the block that it is in. */
export const placeFields = {
  /** Where in the block it begins: a word of memory from there on has all of it. */
  offset: 0,
  part: 4,
  /** Which bits of that word are its own. */
  mask: 8,
  /** Of a word of several: the address of its {@link spanFields}. Else 0. */
  span: 12,
  bytes: 16,
} as const;

/**
 * A value of several words, by its word: how many bytes they are, how many of them come before this word, which bits of
 * the last are its own.
 */
export const spanFields = { size: 0, before: 4, low: 8, bytes: 12 } as const;

/** A block that differs, in a list: its contents, and where to keep them. */
const changedFields = { contents: 0, copy: 16, bytes: 32 } as const;
/** Bytes before the first of them. */
const listHeader = 16;

/** Bytes that a list of so many blocks takes. */
export function listBytes(blocks: number): number {
  return listHeader + changedFields.bytes * blocks;
}

/** Addresses. */
export interface Tables {
  /** Entries of blocks by rising address, and one more at `blocksEnd` that ends the last one's places. */
  readonly blocks: number;
  readonly blocksEnd: number;
  /** The blocks' contents as they were kept last, one after the other. */
  readonly copies: number;
}

export interface Scan {
  /**
   * Compares all blocks with their copies; lists at `values` the values that differ, as changes, and from `blocks` on
   * the blocks that do: a word that says where this list ends, then {@link changedFields}. @param force −1 to take all
   * for different, else 0 @returns the end of the values
   */
  look(values: number, blocks: number, force: number): number;
  /** Keeps the blocks of such a list. */
  keep(blocks: number): void;
}

export function compileScan(heap: Heap, tables: Tables): Scan {
  const module = new ModuleBuilder();
  module.define(
    module.declare('look', { parameters: ['i32', 'i32', 'i32'], results: ['i32'] }, true),
    lookCode(tables),
  );
  module.define(module.declare('keep', { parameters: ['i32'], results: [] }, true), keepCode());
  const { look, keep } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), {
    env: { memory: heap.memory },
  }).exports;
  if (typeof look !== 'function' || typeof keep !== 'function')
    throw new RangeError('the module exports its functions');
  return {
    look: (values, blocks, force) => Number(look(values, blocks, force)),
    keep: (blocks) => {
      keep(blocks);
    },
  };
}

function lookCode({ blocks, blocksEnd, copies }: Tables): Code {
  const code = new Code(3);
  const [list, changed, force] = [0, 1, 2];
  const local = (): Local => code.local('i32');
  const block = local(),
    end = local(),
    at = local(),
    copy = local(),
    listed = local(),
    contents = code.local('v128');
  const place = local(),
    lastPlace = local(),
    offset = local(),
    content = local(),
    mask = local(),
    differs = local(),
    span = local();
  const from = local(),
    back = local();

  code.i32(blocks);
  code.set(block);
  code.i32(blocksEnd);
  code.set(end);
  code.i32(copies);
  code.set(copy);
  code.get(changed);
  code.i32(listHeader);
  code.op('i32.add');
  code.set(listed);
  whileBelow(code, block, end, () => {
    code.get(block);
    code.memory('i32.load', blockFields.address);
    code.tee(at);
    code.vectorMemory('v128.load', 0);
    code.tee(contents);
    code.get(copy);
    code.vectorMemory('v128.load', 0);
    code.vector('v128.xor');
    code.vector('v128.any_true');
    code.get(force);
    code.op('i32.or');
    code.if();
    code.get(listed);
    code.get(contents);
    code.vectorMemory('v128.store', changedFields.contents);
    code.get(listed);
    code.get(copy);
    code.memory('i32.store', changedFields.copy);
    step(code, listed, changedFields.bytes);
    code.get(block);
    code.memory('i32.load', blockFields.places);
    code.set(place);
    code.get(block);
    code.memory('i32.load', blockFields.bytes + blockFields.places);
    code.set(lastPlace);
    whileBelow(code, place, lastPlace, onePlace);
    code.end();
    step(code, block, blockFields.bytes);
    step(code, copy, blockBytes);
  });
  code.get(changed);
  code.get(listed);
  code.memory('i32.store', 0);
  code.get(list);
  return code;

  function onePlace(): void {
    code.get(place);
    code.memory('i32.load', placeFields.offset);
    code.set(offset);
    wordAt(at, null);
    code.tee(content);
    wordAt(copy, null);
    code.op('i32.xor');
    code.get(force);
    code.op('i32.or');
    code.get(place);
    code.memory('i32.load', placeFields.mask);
    code.tee(mask);
    code.op('i32.and');
    code.set(differs);
    code.get(place);
    code.memory('i32.load', placeFields.span);
    code.tee(span);
    code.op('i32.eqz');
    code.if();
    // Written in any case, taken back where it is no change: a branch on that could not be foreseen.
    code.get(list);
    code.get(place);
    code.memory('i32.load', placeFields.part);
    code.memory('i32.store', 0);
    code.get(list);
    code.get(content);
    code.get(mask);
    code.op('i32.and');
    code.memory('i32.store', wordBytes);
    code.get(list);
    code.get(differs);
    code.i32(0);
    code.op('i32.ne');
    code.i32(3);
    code.op('i32.shl');
    code.op('i32.add');
    code.set(list);
    code.else();
    code.block();
    code.get(differs);
    code.op('i32.eqz');
    code.brIf(0);
    unlessListed();
    several();
    code.end();
    code.end();
    step(code, place, placeFields.bytes);
  }

  /** Pushes the place's word of a block, or one so many bytes before it. */
  function wordAt(base: Local, before: Local | null): void {
    code.get(base);
    code.get(offset);
    code.op('i32.add');
    if (before !== null) {
      code.get(before);
      code.op('i32.sub');
    }
    code.memory('i32.load', 0);
  }

  /** Leaves the block around unless this is the first word of its value that differs: there it is listed. */
  function unlessListed(): void {
    code.get(span);
    code.memory('i32.load', spanFields.before);
    code.set(back);
    code.block();
    code.loop();
    code.get(back);
    code.op('i32.eqz');
    code.brIf(1);
    wordAt(at, back);
    wordAt(copy, back);
    code.op('i32.xor');
    code.get(force);
    code.op('i32.or');
    code.brIf(2);
    step(code, back, -wordBytes);
    code.br(0);
    code.end();
    code.end();
  }

  function several(): void {
    code.get(list);
    code.get(place);
    code.memory('i32.load', placeFields.part);
    code.memory('i32.store', 0);
    step(code, list, wordBytes);
    code.get(at);
    code.get(offset);
    code.op('i32.add');
    code.get(span);
    code.memory('i32.load', spanFields.before);
    code.op('i32.sub');
    code.set(from);
    code.get(list);
    code.get(span);
    code.memory('i32.load', spanFields.size);
    code.op('i32.add');
    code.set(back);
    whileBelow(code, list, back, () => {
      code.get(list);
      code.get(from);
      code.memory('i32.load', 0);
      code.memory('i32.store', 0);
      step(code, from, wordBytes);
      step(code, list, wordBytes);
    });
    code.get(list);
    code.i32(wordBytes);
    code.op('i32.sub');
    code.tee(back);
    code.get(back);
    code.memory('i32.load', 0);
    code.get(span);
    code.memory('i32.load', spanFields.low);
    code.op('i32.and');
    code.memory('i32.store', 0);
  }
}

function keepCode(): Code {
  const code = new Code(1);
  const changed = 0;
  const [block, end] = [code.local('i32'), code.local('i32')];
  code.get(changed);
  code.i32(listHeader);
  code.op('i32.add');
  code.set(block);
  code.get(changed);
  code.memory('i32.load', 0);
  code.set(end);
  whileBelow(code, block, end, () => {
    code.get(block);
    code.memory('i32.load', changedFields.copy);
    code.get(block);
    code.vectorMemory('v128.load', changedFields.contents);
    code.vectorMemory('v128.store', 0);
    step(code, block, changedFields.bytes);
  });
  return code;
}
