/** Finds what changed in memory, in WebAssembly: of the thousands of values of a design few change, and looking must cost next to nothing. */
import { Code } from './encoder/code.ts';
import { ModuleBuilder } from './encoder/module.ts';
import type { Heap } from './heap.ts';
import { count } from './helpers/loops.ts';

/** Bytes compared at a time. */
export const blockBytes = 16;
const wordBytes = 4;
/** Of an entry of a list: two words. */
export const entryBytes = 2 * wordBytes;

/** Addresses of tables of 32-bit words. */
export interface Tables {
  /** By word of what is compared: its first place; the next word's first place ends them. */
  readonly starts: number;
  /** By place: the value that lies there, and which bits of the word are its own. */
  readonly values: number;
  readonly masks: number;
  /** One bit by value. */
  readonly marks: number;
  readonly markWords: number;
  /** By value: where it lies, and what to keep of the 32 bits there. */
  readonly addresses: number;
  readonly lows: number;
}

export interface Scan {
  /**
   * Compares the bytes [from, to), whole blocks of which the first word has number `word`, with those `offset` further on. Marks the
   * values that differ, and lists the blocks that do, each with its counterpart. @returns the end of the list
   */
  scan(from: number, to: number, offset: number, word: number, list: number): number;
  /** Lists the marked values by rising number, each with its low bits. @returns the end of the list */
  gather(list: number): number;
  /** Copies the listed blocks to their counterparts. */
  keep(list: number, end: number): void;
}

export function compileScan(heap: Heap, tables: Tables): Scan {
  const module = new ModuleBuilder();
  const add = (name: string, parameters: number, results: readonly 'i32'[], code: Code): void => {
    module.define(module.declare(name, { parameters: Array.from({ length: parameters }, () => 'i32' as const), results: [...results] }, true), code);
  };
  add('scan', 5, ['i32'], scanCode(tables));
  add('gather', 1, ['i32'], gatherCode(tables));
  add('keep', 2, [], keepCode());
  const { scan, gather, keep } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory: heap.memory } }).exports;
  if (typeof scan !== 'function' || typeof gather !== 'function' || typeof keep !== 'function') throw new RangeError('the module exports its functions');
  return { scan: (...given) => Number(scan(...given)), gather: (list) => Number(gather(list)), keep: (...given) => { keep(...given); } };
}

/** Runs `body` while `counter` is below `end`, both locals; the body counts. */
function whileBelow(code: Code, counter: number, end: number, body: () => void): void {
  code.block();
  code.loop();
  code.get(counter); code.get(end); code.op('i32.ge_u'); code.brIf(1);
  body();
  code.br(0);
  code.end();
  code.end();
}

function advance(code: Code, local: number, amount: number): void {
  code.get(local); code.i32(amount); code.op('i32.add'); code.set(local);
}

function pushWordOf(code: Code, table: number, index: number): void {
  code.get(index); code.i32(2); code.op('i32.shl'); code.memory('i32.load', table);
}

function scanCode({ starts, values, masks, marks }: Tables): Code {
  const code = new Code(5);
  const [at, to, offset, word, list] = [0, 1, 2, 3, 4];
  const [differs, place, last, value] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  const pushCounterpart = (): void => { code.get(at); code.get(offset); code.op('i32.add'); };
  whileBelow(code, at, to, () => {
    code.get(at); code.vectorMemory('v128.load', 0);
    pushCounterpart(); code.vectorMemory('v128.load', 0);
    code.vector('v128.xor'); code.vector('v128.any_true');
    code.if();
    code.get(list); code.get(at); code.memory('i32.store', 0);
    code.get(list); pushCounterpart(); code.memory('i32.store', wordBytes);
    advance(code, list, entryBytes);
    for (let i = 0; i < blockBytes / wordBytes; i++) {
      code.get(at); code.memory('i32.load', wordBytes * i);
      pushCounterpart(); code.memory('i32.load', wordBytes * i);
      code.op('i32.xor'); code.tee(differs);
      code.if();
      pushWordOf(code, starts + wordBytes * i, word); code.set(place);
      pushWordOf(code, starts + wordBytes * (i + 1), word); code.set(last);
      whileBelow(code, place, last, () => {
        pushWordOf(code, masks, place); code.get(differs); code.op('i32.and');
        code.if();
        pushWordOf(code, values, place); code.tee(value);
        code.i32(5); code.op('i32.shr_u'); code.i32(2); code.op('i32.shl');
        code.get(value); code.i32(5); code.op('i32.shr_u'); code.i32(2); code.op('i32.shl'); code.memory('i32.load', marks);
        code.i32(1); code.get(value); code.i32(31); code.op('i32.and'); code.op('i32.shl');
        code.op('i32.or');
        code.memory('i32.store', marks);
        code.end();
        advance(code, place, 1);
      });
      code.end();
    }
    code.end();
    advance(code, at, blockBytes);
    advance(code, word, blockBytes / wordBytes);
  });
  code.get(list);
  return code;
}

function gatherCode({ marks, markWords, addresses, lows }: Tables): Code {
  const code = new Code(1);
  const list = 0;
  const [word, words, rest, value] = [code.local('i32'), code.local('i32'), code.local('i32'), code.local('i32')];
  code.i32(markWords); code.set(words);
  count(code, word, words, () => {
    pushWordOf(code, marks, word); code.set(rest);
    code.block();
    code.loop();
    code.get(rest); code.op('i32.eqz'); code.brIf(1);
    code.get(word); code.i32(5); code.op('i32.shl'); code.get(rest); code.op('i32.ctz'); code.op('i32.add'); code.set(value);
    code.get(rest); code.get(rest); code.i32(1); code.op('i32.sub'); code.op('i32.and'); code.set(rest);
    code.get(list); code.get(value); code.memory('i32.store', 0);
    code.get(list);
    pushWordOf(code, addresses, value); code.memory('i32.load', 0);
    pushWordOf(code, lows, value); code.op('i32.and');
    code.memory('i32.store', wordBytes);
    advance(code, list, entryBytes);
    code.br(0);
    code.end();
    code.end();
  });
  code.get(list);
  return code;
}

function keepCode(): Code {
  const code = new Code(2);
  const [list, end] = [0, 1];
  whileBelow(code, list, end, () => {
    code.get(list); code.memory('i32.load', wordBytes);
    code.get(list); code.memory('i32.load', 0); code.vectorMemory('v128.load', 0);
    code.vectorMemory('v128.store', 0);
    advance(code, list, entryBytes);
  });
  return code;
}
