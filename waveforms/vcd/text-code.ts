/**
 * The WebAssembly that writes changes as VCD text: a million values take hundredths of a second.
 *
 * What it takes are words: changes as a trace tells them, and between them texts, each {@link TEXT}, a number of bytes
 * and these bytes, up to a whole word.
 */
import { Code, type Local } from '../../hdl/webassembly/code.ts';
import { step } from '../../hdl/webassembly/loops.ts';
import { ModuleBuilder } from '../../hdl/webassembly/module.ts';
import { identifier } from './identifiers.ts';

const SPACE = 0x20;
const ZERO = 0x30;
const LETTER_B = 0x62;
const NEWLINE = 0x0a;
const WORD = 4;
const WORD_BITS = 32;
const VECTOR = 16;
/** Letters of an identifier with what stands before it and the newline: what one store writes. */
const MOST_LETTERS = 6;

/**
 * A part as it lies in the table, by its number: the letters of its identifier and a newline behind one free byte, how
 * many bytes these are, its bits.
 */
const FIELDS = { letters: 0, length: 8, width: 12, bytes: 16 } as const;

/** In place of a part's number: a text follows. */
export const TEXT = 0xffff_ffff;

/** Bytes that the text of a value of `width` bits may take, and those that are written past its end. */
export function mostText(width: number): number {
  return width + WORD_BITS + MOST_LETTERS + 16;
}

/**
 * The table of parts, from their widths and the numbers of their identifiers. @throws RangeError for an identifier of
 * more than six letters: five tell seven thousand million variables apart.
 */
export function partTable(widths: readonly number[], identifiers: Int32Array): Uint8Array {
  const table = new Uint8Array(FIELDS.bytes * widths.length);
  const view = new DataView(table.buffer);
  for (const [part, width] of widths.entries()) {
    const letters = identifier(identifiers[part] ?? 0);
    if (letters.length > MOST_LETTERS) throw new RangeError(`identifier ${letters} is too long`);
    const at = FIELDS.bytes * part;
    for (let i = 0; i < letters.length; i++) view.setUint8(at + 1 + i, letters.charCodeAt(i));
    view.setUint8(at + 1 + letters.length, NEWLINE);
    view.setUint32(at + FIELDS.length, letters.length + 2, true);
    view.setUint32(at + FIELDS.width, width, true);
  }
  return table;
}

/**
 * A module for a shared memory of so many pages, with `write(from, to, out, limit, rest)`: the text of the words from
 * address `from` up to `to`, at `out`, of as many as begin below `limit`. Returns where the text ends; at `rest` it
 * stores the address of the first word not taken.
 */
export function textModule(pages: number, table: number): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder(pages);
  module.define(
    module.declare('write', { parameters: ['i32', 'i32', 'i32', 'i32', 'i32'], results: ['i32'] }, true),
    writeCode(table),
  );
  return module.encode();
}

function writeCode(table: number): Code {
  const code = new Code(5);
  const [from, to, out, limit, rest] = [0, 1, 2, 3, 4];
  const [entry, first, top, value, digits] = [
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
    code.local('i32'),
  ];
  code.block();
  code.loop();
  code.get(from);
  code.get(to);
  code.op('i32.ge_u');
  code.brIf(1);
  code.get(out);
  code.get(limit);
  code.op('i32.ge_u');
  code.brIf(1);
  code.get(from);
  code.i32(WORD);
  code.op('i32.add');
  code.set(first);
  code.get(from);
  code.memory('i32.load', 0);
  code.tee(entry);
  code.i32(TEXT);
  code.op('i32.eq');
  code.if();
  text();
  code.else();
  code.get(entry);
  code.i32(FIELDS.bytes);
  code.op('i32.mul');
  code.i32(table);
  code.op('i32.add');
  code.set(entry);
  code.get(entry);
  code.memory('i32.load', FIELDS.width);
  code.i32(1);
  code.op('i32.eq');
  code.if();
  ending(() => {
    code.get(first);
    code.memory('i32.load', 0);
    code.i32(ZERO);
    code.op('i32.add');
  });
  code.get(first);
  code.i32(WORD);
  code.op('i32.add');
  code.set(from);
  code.else();
  several();
  code.end();
  code.end();
  code.br(0);
  code.end();
  code.end();
  code.get(rest);
  code.get(from);
  code.memory('i32.store', 0);
  code.get(out);
  return code;

  function text(): void {
    code.get(first);
    code.memory('i32.load', 0);
    code.set(value);
    step(code, first, WORD);
    code.get(out);
    code.get(first);
    code.get(value);
    code.memoryCopy();
    code.get(out);
    code.get(value);
    code.op('i32.add');
    code.set(out);
    code.get(first);
    code.get(value);
    code.op('i32.add');
    code.i32(WORD - 1);
    code.op('i32.add');
    code.i32(-WORD);
    code.op('i32.and');
    code.set(from);
  }

  /** `1!` and a newline: a letter and the identifier. */
  function ending(letter: () => void): void {
    code.get(out);
    code.get(entry);
    code.memory('i64.load', FIELDS.letters);
    letter();
    code.op('i64.extend_i32_u');
    code.op('i64.or');
    code.memory('i64.store', 0);
    code.get(out);
    code.get(entry);
    code.memory('i32.load', FIELDS.length);
    code.op('i32.add');
    code.set(out);
  }

  /** `b1101 !` and a newline, without leading zeros. */
  function several(): void {
    code.get(out);
    code.i32(LETTER_B);
    code.memory('i32.store8', 0);
    step(code, out, 1);
    // Words are written from the last that is not 0 on.
    code.get(first);
    code.get(entry);
    code.memory('i32.load', FIELDS.width);
    code.i32(WORD_BITS - 1);
    code.op('i32.add');
    code.i32(5);
    code.op('i32.shr_u');
    code.i32(2);
    code.op('i32.shl');
    code.op('i32.add');
    code.tee(from);
    code.i32(WORD);
    code.op('i32.sub');
    code.set(top);
    code.block();
    code.loop();
    code.get(top);
    code.memory('i32.load', 0);
    code.tee(value);
    code.brIf(1);
    code.get(top);
    code.get(first);
    code.op('i32.eq');
    code.brIf(1);
    step(code, top, -WORD);
    code.br(0);
    code.end();
    code.end();
    code.i32(WORD_BITS);
    code.get(value);
    code.i32(1);
    code.op('i32.or');
    code.op('i32.clz');
    code.op('i32.sub');
    code.set(digits);
    code.get(value);
    code.i32(WORD_BITS);
    code.get(digits);
    code.op('i32.sub');
    code.op('i32.shl');
    code.set(value);
    word();
    code.block();
    code.loop();
    code.get(out);
    code.get(digits);
    code.op('i32.add');
    code.set(out);
    code.get(top);
    code.get(first);
    code.op('i32.eq');
    code.brIf(1);
    step(code, top, -WORD);
    code.get(top);
    code.memory('i32.load', 0);
    code.set(value);
    code.i32(WORD_BITS);
    code.set(digits);
    word();
    code.br(0);
    code.end();
    code.end();
    ending(() => code.i32(SPACE));
  }

  /** The 32 digits of a value, its highest bit first. */
  function word(): void {
    for (let half = 0; half < 2; half++) {
      code.get(out);
      digitsOf(code, value, 3 - 2 * half);
      code.vectorMemory('v128.store', VECTOR * half);
    }
  }
}

/** Pushes 16 letters, the bits of two bytes of a word, from its byte number `high` downwards. */
function digitsOf(code: Code, value: Local, high: number): void {
  const bytesOf = (one: (i: number) => number): Uint8Array => Uint8Array.from({ length: VECTOR }, (_, i) => one(i));
  const bits = bytesOf((i) => 0x80 >> (i % 8));
  code.v128(bytesOf(() => ZERO));
  code.get(value);
  code.vector('i32x4.splat');
  code.get(value);
  code.vector('i32x4.splat');
  code.shuffle([...bytesOf((i) => high - Math.floor(i / 8))]);
  code.v128(bits);
  code.vector('v128.and');
  code.v128(bits);
  code.vector('i8x16.eq');
  // A bit that is set gives −1.
  code.vector('i8x16.sub');
}
