/** Literals that address or count something, keys of records, and names that JavaScript takes for numbers. */
import { describe, expect, test } from 'vitest';
import { DesignError } from '../diagnostics/diagnostic.ts';
import { simulate } from '../sim/index.ts';
import * as language from './index.ts';
import { surface } from './surface.ts';

const {
  bit,
  constant,
  delay,
  elaborate,
  enumeration,
  fifo,
  fill,
  fork,
  join,
  matchValue,
  module,
  named,
  pack,
  pick,
  reg,
  regs,
  sint,
  sram,
  stream,
  struct,
  synchronise,
  uint,
  unpack,
  vec,
} = language;
const ports = { in: { a: uint(8), wide: uint(64), s: stream(uint(8)), v: vec(4, uint(8)) }, out: { y: bit } } as const;
type Inputs = { readonly [K in keyof typeof ports.in]: language.SignalOf<(typeof ports.in)[K]> };
const nothing = (): void => {};

function told(body: (given: Inputs) => unknown): string[] {
  try {
    elaborate(
      module('unit', ports, (given) => {
        body(given);
        given.s.ready = 1;
        return { y: 0 };
      }),
    );
  } catch (error) {
    if (error instanceof DesignError)
      return error.diagnostics
        .filter(({ code }) => code !== 'E0009')
        .map(({ code, message, help }) => `${code} ${message}; ${help}`);
    throw error;
  }
  return [];
}
const wrong = (value: unknown): never => surface<never>(value);

describe('a literal past the end of what it addresses', () => {
  const memory = (depth = 5) => sram('table', { depth, word: uint(8), lanes: 2 });
  const cases: readonly (readonly [string, (given: Inputs, at: never) => unknown, number, string])[] = [
    [
      'a synchronous read',
      (_, at) => memory().read('word', { address: at }),
      5,
      'word N of table (5 words); its words are 0 to 4',
    ],
    [
      'an asynchronous read',
      (_, at) => memory().readNow({ address: at }),
      5,
      'word N of table (5 words); its words are 0 to 4',
    ],
    [
      'a write',
      ({ a }, at) => memory().write({ address: at, data: a }),
      5,
      'word N of table (5 words); its words are 0 to 4',
    ],
    ['an element', ({ v }, at) => v.at(at), 4, 'element N of v (vec<4, uint<8>>); its elements are 0 to 3'],
    [
      'an element replaced',
      ({ v, a }, at) => v.with(at, a),
      4,
      'element N of v (vec<4, uint<8>>); its elements are 0 to 3',
    ],
    ['a bit', ({ a }, at) => a.bit(at), 8, 'bit N of a (uint<8>); its bits are 0 to 7'],
  ];
  test.each(cases)('%s', (_, use, count, message) => {
    for (const fits of [0, count - 1, BigInt(count - 1)]) expect(told((given) => use(given, wrong(fits)))).toEqual([]);
    for (const [past, seen] of [
      [count, `${count}`],
      [count + 1, `${count + 1}`],
      [BigInt(count), `${count}n`],
      [2 ** 40, `${2 ** 40}`],
      [1n << 70n, `${1n << 70n}n`],
    ] as const) {
      expect(told((given) => use(given, wrong(past)))).toEqual([`E0004 ${message.replace('N', seen)}`]);
    }
    for (const none of [-1, 1.5, Number.NaN, -1n])
      expect(told((given) => use(given, wrong(none))).map((line) => line.slice(0, 5))).toEqual(['E0003']);
    for (const none of ['1', {}, null, Promise.resolve(1)])
      expect(told((given) => use(given, wrong(none))).map((line) => line.slice(0, 5))).toEqual(['E0002']);
  });
  test.each<[string, (given: Inputs) => unknown, string]>([
    [
      'words to begin with',
      () => sram('table', { depth: 2, word: uint(8), init: [1, 2, 3] }),
      'E0004 memory table of 2 words begins with 3; give at most as many words as there are',
    ],
    ['bits', ({ a }) => a.slice(6, 3), 'E0004 3 bits from bit 6 of a (uint<8>); its bits are 0 to 7'],
    [
      'elements',
      ({ v }) => v.slice(3, 2),
      'E0004 2 elements from element 3 of v (vec<4, uint<8>>); take one or more of the elements 0 to 3',
    ],
    [
      'lanes',
      ({ a }) => memory(4).write({ address: 0, data: a, mask: 4 }),
      'E0003 a write of table (2 lanes) is masked by 4: uint<2> holds 0 to 3; use a number in that range, or a wider type',
    ],
    [
      'no stages',
      ({ a }) => synchronise('calm', a, 0),
      'E0004 synchronise calm in 0 stages; use a whole number from 1; two or three are usual',
    ],
    ['no places', ({ s }) => fifo('queue', s, 0), 'E0004 fifo queue of 0 payloads; use a whole number of at least 1'],
    ['half a branch', ({ s }) => fork('two', s, 1.5), 'E0004 fork two to 1.5 branches; give it at least one'],
    [
      'cycles as a text',
      ({ a }) => delay('late', a, { cycles: wrong('2') }),
      "E0004 delay late of '2' cycles; use a whole number from 0",
    ],
    ['a width as a text', () => uint(wrong('8')), "E0004 uint('8'); use a whole number of at least 1"],
    [
      'a width that no host can hold',
      () => uint(2 ** 40),
      'E0004 uint(1099511627776); use a whole number from 1 to 16777216',
    ],
    [
      'a vector that no host can hold',
      () => vec(2 ** 20, uint(2 ** 20)),
      'E0004 vec(1048576) of uint<1048576>, 1099511627776 bits; a vector has at most 268435456 bits; more belong in a memory: sram(…)',
    ],
    ['a length of -0', ({ a }) => fill(-0, uint(8), a), 'E0004 fill(-0); use a whole number of at least 1'],
  ])('%s', (_, use, message) => expect(told(use)).toEqual([message]));
  test('a shift past the width is defined, and stays so', () =>
    expect(told(({ a }) => a.shl(8).or(a.shr(200)))).toEqual([]));
});

describe('keys of matchValue', () => {
  test.each<[string, Readonly<Record<string, () => void>>, string]>([
    [
      'two of one number',
      { 1: nothing, '01': nothing },
      "E0003 case '01' of wide (uint<64>): it is no whole number in its usual form; write 1, once",
    ],
    [
      'a hexadecimal text',
      { '0x10': nothing },
      "E0003 case '0x10' of wide (uint<64>): it is no whole number in its usual form; write 16, once",
    ],
    [
      'a blank',
      { ' 3': nothing },
      "E0003 case ' 3' of wide (uint<64>): it is no whole number in its usual form; write 3, once",
    ],
    [
      'an empty text',
      { '': nothing },
      "E0003 case '' of wide (uint<64>): it is no whole number in its usual form; write cases as 0, 1, 2, …",
    ],
    [
      'an exponent',
      { '1e3': nothing },
      "E0003 case '1e3' of wide (uint<64>): it is no whole number in its usual form; write 1000, once",
    ],
    [
      'a fraction',
      { 1.5: nothing },
      "E0003 case '1.5' of wide (uint<64>): it is no whole number in its usual form; write cases as 0, 1, 2, …",
    ],
    [
      'a word',
      { idle: nothing },
      "E0003 case 'idle' of wide (uint<64>): it is no whole number in its usual form; write cases as 0, 1, 2, …",
    ],
    [
      'a number that JavaScript rounds',
      { [2 ** 53]: nothing },
      "E0003 case '9007199254740992' of wide (uint<64>): JavaScript rounds keys above 2^53 - 1; compare with a bigint: when(wide.eq(…n), …)",
    ],
    [
      'a large one',
      { 1e21: nothing },
      "E0003 case '1e+21' of wide (uint<64>): JavaScript rounds keys above 2^53 - 1; compare with a bigint: when(wide.eq(…n), …)",
    ],
    [
      'below 0',
      { '-1': nothing },
      'E0003 case -1 of wide (uint<64>): uint<64> holds 0 to 18446744073709551615; use a number from 0, or a signed type',
    ],
  ])('%s', (_, cases, message) => expect(told(({ wide }) => matchValue(wide, cases, nothing))).toEqual([message]));
  test('past the width', () => {
    expect(told(({ a }) => matchValue(a, { 256: nothing }, nothing))).toEqual([
      'E0003 case 256 of a (uint<8>): uint<8> holds 0 to 255; use a number in that range, or a wider type',
    ]);
  });
  test('the largest that JavaScript keeps is taken', () =>
    expect(told(({ wide }) => matchValue(wide, { [Number.MAX_SAFE_INTEGER]: nothing, 0: nothing }, nothing))).toEqual(
      [],
    ));
});

describe('names that JavaScript reorders', () => {
  const help = (name: string): string =>
    `E0012 a field called '${name}', which is no identifier; JavaScript moves names such as ${name} before all others, and the order of fields is that of their bits; write _${name}, or make it a vector: vec(n, …)`;
  test.each<[string, (given: Inputs) => unknown]>([
    ['a struct', () => struct({ b: uint(4), 1: uint(8) })],
    ['a bundle', ({ a, wide }) => pack({ b: a, 1: wide })],
    ['what gets a name', ({ a, wide }) => named('both', { b: a, 1: wide })],
    [
      'a payload',
      ({ s, a }) => {
        language.map('both', s, () => ({ b: a, 1: a })).ready = 1;
      },
    ],
    [
      'a join',
      ({ s }) => {
        const [left, right] = fork('two', s, 2);
        if (left !== undefined && right !== undefined) join('pair', { b: left, 1: right }).ready = 1;
      },
    ],
  ])('%s', (_, use) => expect(told(use)).toEqual([help('1')]));
  test('ports, registers, machines and enumerations take identifiers', () => {
    expect(told(() => regs({ b: uint(8), 1: uint(8) }))).toEqual([
      "E0012 '1' is not an identifier; use letters, digits and underscores, not beginning with a digit",
    ]);
    expect(() => enumeration('mode', ['b', '1'])).toThrow(
      /^E0012 name clash: '1' of enumeration mode is not an identifier/,
    );
    expect(() => elaborate(module('unit', { in: { b: bit, 1: bit }, out: { y: bit } }, ({ b }) => ({ y: b })))).toThrow(
      /^E0012 name clash: '1' is not an identifier/,
    );
    expect(() =>
      elaborate(module('unit', { in: { b: bit }, out: { b: bit, 1: bit } }, ({ b }) => ({ b, 1: b }))),
    ).toThrow(/E0012 name clash: '1' is not an identifier/);
  });
  test('the order of all others is the order of the bits', () => {
    const fields = ['z9', 'a', '_1', 'constructor', 'B', 'toString', '_0', 'e1'];
    const shape = struct(Object.fromEntries(fields.map((name) => [name, uint(4)])));
    const Unit = module(
      'unit',
      { in: { bits: uint(32) }, out: { same: uint(32), first: uint(4), last: uint(4) } },
      ({ bits }) => {
        const value = unpack(shape, bits);
        const kept = reg('kept', shape);
        kept.next = value;
        return {
          same: pack<32>(value),
          first: value['z9'] ?? constant(uint(4), 0),
          last: surface<Readonly<Record<string, language.UInt<4>>>>(kept)['e1'] ?? constant(uint(4), 0),
        };
      },
    );
    const sim = simulate(elaborate(Unit));
    sim.poke('bits', 0x87654321);
    sim.step();
    expect(['same', 'first', 'last'].map((name) => sim.peek(name))).toEqual([0x87654321n, 1n, 8n]);
  });
  test('pick takes one value for each label', () => {
    const mode = enumeration('mode', ['off', 'on']);
    expect(told(() => pick(constant(mode, 'on'), sint(4), wrong({ off: 1, onn: 2 })))[0]).toMatch(
      /^E0013 pick by .*: no value for on; no such value as onn; give one value for each of off, on$/,
    );
  });
});
