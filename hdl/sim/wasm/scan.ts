/** Finds what changed in memory, in WebAssembly: of the thousands of values of a design few change, and looking must cost next to nothing. */
import { Code, type Local } from '../../webassembly/code.ts';
import { step, whileBelow } from '../../webassembly/loops.ts';
import { ModuleBuilder } from '../../webassembly/module.ts';
import type { Heap } from './heap.ts';

/** Bytes compared at a time. */
export const blockBytes = 16;
export const wordBytes = 4;

/** A stretch of memory to compare, as it lies in a table: 32-bit words. */
export const runFields = {
  /** Bytes [from, to), whole blocks. */
  from: 0, to: 4,
  /** How far on its copy lies. */
  offset: 8,
  /** Its first word's number. */
  word: 12,
  bytes: 16,
} as const;

/** A value, or one of its words, as it lies in a table by the word that it is in. */
export const placeFields = {
  /** Which bits of the word are the value's. */
  mask: 0,
  part: 4,
  /** Of a value within a word: where it begins. Else −1 − the place's address in a table of {@link spanFields}. */
  shift: 8,
  /** What to keep of it, or of its last word. */
  low: 12,
  bytes: 16,
} as const;

/** A value of several words, by its place: how many bytes it has in lists, and in how many bytes before this place it began. */
export const spanFields = { size: 0, before: 4, bytes: 8 } as const;

/** Addresses of tables. */
export interface Tables {
  readonly runs: number;
  readonly runsEnd: number;
  /** By word of what is compared: the address of its first place, see {@link placeFields}; the next word's first place ends them. */
  readonly starts: number;
  /** Room for the blocks that differ: each two words, where it lies and where its copy does. */
  readonly blocks: number;
  /** A word: where the list of blocks ends. */
  readonly blocksEnd: number;
}

export interface Scan {
  /**
   * Compares all runs with their copies and lists the blocks that differ, and at `list` the values that do, as changes. @param force −1 to
   * take all for different, else 0 @returns the end of the list of values
   */
  look(list: number, force: number): number;
  /** Copies the listed blocks to their copies. */
  keep(): void;
}

export function compileScan(heap: Heap, tables: Tables): Scan {
  const module = new ModuleBuilder();
  module.define(module.declare('look', { parameters: ['i32', 'i32'], results: ['i32'] }, true), lookCode(tables));
  module.define(module.declare('keep', { parameters: [], results: [] }, true), keepCode(tables));
  const { look, keep } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory: heap.memory } }).exports;
  if (typeof look !== 'function' || typeof keep !== 'function') throw new RangeError('the module exports its functions');
  return { look: (list, force) => Number(look(list, force)), keep: () => { keep(); } };
}

function lookCode({ runs, runsEnd, starts, blocks, blocksEnd }: Tables): Code {
  const code = new Code(2);
  const [list, force] = [0, 1];
  const local = (): Local => code.local('i32');
  const run = local(), lastRun = local(), at = local(), to = local(), offset = local(), word = local(), block = local();
  const content = local(), differs = local(), place = local(), lastPlace = local();
  const value = new ValueLister(code, { list, force, at, offset, content, place });

  code.i32(runs); code.set(run);
  code.i32(runsEnd); code.set(lastRun);
  code.i32(blocks); code.set(block);
  whileBelow(code, run, lastRun, () => {
    for (const [field, into] of [[runFields.from, at], [runFields.to, to], [runFields.offset, offset], [runFields.word, word]] as const) {
      code.get(run); code.memory('i32.load', field); code.set(into);
    }
    whileBelow(code, at, to, () => {
      code.get(at); code.vectorMemory('v128.load', 0);
      code.get(at); code.get(offset); code.op('i32.add'); code.vectorMemory('v128.load', 0);
      code.vector('v128.xor'); code.vector('v128.any_true');
      code.get(force); code.op('i32.or');
      code.if();
      code.get(block); code.get(at); code.memory('i32.store', 0);
      code.get(block); code.get(at); code.get(offset); code.op('i32.add'); code.memory('i32.store', wordBytes);
      step(code, block, 2 * wordBytes);
      for (let i = 0; i < blockBytes / wordBytes; i++) oneWord(wordBytes * i);
      code.end();
      step(code, at, blockBytes);
      step(code, word, blockBytes / wordBytes);
    });
    step(code, run, runFields.bytes);
  });
  code.i32(blocksEnd); code.get(block); code.memory('i32.store', 0);
  code.get(list);
  return code;

  /** The word that many bytes into the block. */
  function oneWord(bytes: number): void {
    const placesOf = (next: number, into: Local): void => {
      code.get(word); code.i32(2); code.op('i32.shl'); code.memory('i32.load', starts + bytes + next); code.set(into);
    };
    code.get(at); code.memory('i32.load', bytes); code.tee(content);
    code.get(at); code.get(offset); code.op('i32.add'); code.memory('i32.load', bytes);
    code.op('i32.xor'); code.get(force); code.op('i32.or'); code.tee(differs);
    code.if();
    placesOf(0, place);
    placesOf(wordBytes, lastPlace);
    whileBelow(code, place, lastPlace, () => {
      code.get(place); code.memory('i32.load', placeFields.mask); code.get(differs); code.op('i32.and');
      code.if();
      value.push(bytes);
      code.end();
      step(code, place, placeFields.bytes);
    });
    code.end();
  }
}

/** What the code that lists values finds in local variables: of the word that is looked at, and of the list. */
interface Found {
  readonly list: Local;
  readonly force: Local;
  /** The block, and how far on its copy lies. */
  readonly at: Local;
  readonly offset: Local;
  readonly content: Local;
  readonly place: Local;
}

class ValueLister {
  private readonly code: Code;
  private readonly found: Found;
  private readonly shift: Local;
  private readonly span: Local;
  private readonly back: Local;

  constructor(code: Code, found: Found) {
    this.code = code;
    this.found = found;
    [this.shift, this.span, this.back] = [code.local('i32'), code.local('i32'), code.local('i32')];
  }

  /** Lists the value at the place, which has to do with the word that many bytes into the block. */
  push(bytes: number): void {
    const { code, shift, found: { content, place } } = this;
    code.get(place); code.memory('i32.load', placeFields.shift); code.tee(shift); code.i32(0); code.op('i32.ge_s');
    code.if();
    this.number();
    this.store(() => {
      code.get(content); code.get(shift); code.op('i32.shr_u');
      code.get(place); code.memory('i32.load', placeFields.low); code.op('i32.and');
    });
    code.else();
    code.block();
    this.unlessListed(bytes);
    this.number();
    this.words(bytes);
    code.end();
    code.end();
  }

  private number(): void {
    this.store(() => { this.code.get(this.found.place); this.code.memory('i32.load', placeFields.part); });
  }

  private store(value: () => void): void {
    const { code, found: { list } } = this;
    code.get(list); value(); code.memory('i32.store', 0);
    step(code, list, wordBytes);
  }

  /** Leaves the block around unless this is the first word of its value that differs: there it is listed. */
  private unlessListed(bytes: number): void {
    const { code, shift, span, back, found: { force, at, offset } } = this;
    code.i32(-1); code.get(shift); code.op('i32.sub'); code.tee(span);
    code.memory('i32.load', spanFields.before); code.set(back);
    code.block();
    code.loop();
    code.get(back); code.op('i32.eqz'); code.brIf(1);
    code.get(at); code.get(back); code.op('i32.sub'); code.memory('i32.load', bytes);
    code.get(at); code.get(offset); code.op('i32.add'); code.get(back); code.op('i32.sub'); code.memory('i32.load', bytes);
    code.op('i32.xor'); code.get(force); code.op('i32.or'); code.brIf(2);
    step(code, back, -wordBytes);
    code.br(0);
    code.end();
    code.end();
  }

  private words(bytes: number): void {
    const { code, span, back, found: { list, at, place } } = this;
    const [from, end] = [this.shift, back];
    code.get(at); code.i32(bytes); code.op('i32.add'); code.get(span); code.memory('i32.load', spanFields.before); code.op('i32.sub'); code.set(from);
    code.get(list); code.get(span); code.memory('i32.load', spanFields.size); code.op('i32.add'); code.set(end);
    whileBelow(code, list, end, () => {
      this.store(() => { code.get(from); code.memory('i32.load', 0); });
      step(code, from, wordBytes);
    });
    // The last word, without what is past the width.
    code.get(list); code.i32(wordBytes); code.op('i32.sub'); code.tee(from);
    code.get(from); code.memory('i32.load', 0); code.get(place); code.memory('i32.load', placeFields.low); code.op('i32.and');
    code.memory('i32.store', 0);
  }
}

function keepCode({ blocks, blocksEnd }: Tables): Code {
  const code = new Code(0);
  const [block, end] = [code.local('i32'), code.local('i32')];
  code.i32(blocks); code.set(block);
  code.i32(blocksEnd); code.memory('i32.load', 0); code.set(end);
  whileBelow(code, block, end, () => {
    code.get(block); code.memory('i32.load', wordBytes);
    code.get(block); code.memory('i32.load', 0); code.vectorMemory('v128.load', 0);
    code.vectorMemory('v128.store', 0);
    step(code, block, 2 * wordBytes);
  });
  return code;
}
