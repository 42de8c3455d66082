/** Memories: ports, lanes, collisions, depth. */
import { describe, expect, test } from 'vitest';
import type { Clock, Memory } from '../../ir/types.ts';
import { simulate } from './testing-reference.ts';
import type { Simulator } from '../simulator.ts';
import { assignment, bit, designOf, draft, sint, uint, writing } from '../testing-designs.ts';

const word = uint(16);

/** One write port with two lanes, one synchronous and one asynchronous read port, six words. */
function ram(readDuringWrite: Memory['readDuringWrite'] = 'old'): Simulator {
  return simulate(
    designOf(
      draft('ram', { we: bit, wa: uint(3), wd: word, mask: uint(2), re: bit, ra: uint(3) }, (m, input) => {
        m.memory({ name: 'mem', depth: 6, word, lanes: 2, readDuringWrite, init: [0x1111n, 0x2222n] });
        m.when(input('we'), [writing('mem', input('wa'), input('wd'), { mask: input('mask') })]);
        return {
          now: m.read('mem', word, input('ra')),
          later: m.read('mem', word, input('ra'), { clock: 'clk', enable: input('re'), name: 'taken' }),
        };
      }),
    ),
  );
}

function set(s: Simulator, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) s.poke(name, value);
}

test('reads: asynchronous now, synchronous at the edge under its enable; initial words, then zeros', () => {
  const s = ram();
  set(s, { ra: 1, re: 1 });
  expect([s.peek('now'), s.peek('later')]).toEqual([0x2222n, 0n]);
  s.step();
  expect(s.peek('later')).toBe(0x2222n);
  set(s, { ra: 0, re: 0 });
  s.step();
  expect([s.peek('now'), s.peek('later'), s.peek('taken')]).toEqual([0x1111n, 0x2222n, 0x2222n]);
  set(s, { ra: 2, re: 1 });
  s.reset();
  expect(s.peek('later')).toBe(0n);
});

test('writes go to the masked lanes, also in reset; past the depth nothing is written and 0 is read', () => {
  const s = ram();
  set(s, { we: 1, wa: 0, wd: 0xabcd, mask: 0b01, ra: 0 });
  s.reset();
  expect(s.peek('now')).toBe(0x11cdn);
  set(s, { mask: 0b10 });
  s.step();
  expect(s.peek('mem[0]')).toBe(0xabcdn);
  set(s, { wa: 7, mask: 3, ra: 7 });
  s.step();
  expect(s.peek('now')).toBe(0n);
  expect(() => s.peek('mem[7]')).toThrow(/6 words/);
});

describe('a synchronous read of the word being written takes', () => {
  test.each([
    ['old', 0x1111n],
    ['new', 0x11cdn],
    ['undefined', 0x11een],
  ] as const)('%s', (mode, expected) => {
    const s = ram(mode);
    set(s, { we: 1, wa: 0, wd: 0xabcd, mask: 0b01, ra: 0, re: 1 });
    s.step();
    expect(s.peek('later')).toBe(expected);
    set(s, { ra: 1 });
    s.step();
    expect(s.peek('later')).toBe(0x2222n);
  });
});

test('later writes of one edge win, lane by lane', () => {
  const s = simulate(
    designOf(
      draft('ram', {}, (m) => {
        m.memory({ name: 'mem', depth: 1, word, lanes: 2 });
        const zero = m.constant(bit, 0);
        m.write('mem', zero, m.constant(word, 0x1111));
        m.write('mem', zero, m.constant(word, 0x2222), { mask: m.constant(uint(2), 0b10) });
        return { y: m.read('mem', word, zero) };
      }),
    ),
  );
  s.step();
  expect(s.peek('y')).toBe(0x2211n);
});

test('another clock on the same instant reads the old word, even with `new`', () => {
  const clocks: readonly Clock[] = [
    { name: 'clk', reset: null },
    { name: 'other', reset: null },
  ];
  const s = simulate(
    designOf(
      draft(
        'ram',
        {},
        (m) => {
          m.memory({ name: 'mem', depth: 1, word, readDuringWrite: 'new', init: [5n] });
          const zero = m.constant(bit, 0);
          m.write('mem', zero, m.constant(word, 9));
          return {
            same: m.read('mem', word, zero, { clock: 'clk' }),
            other: m.read('mem', word, zero, { clock: 'other' }),
          };
        },
        clocks,
      ),
    ),
  );
  s.step();
  expect([s.peek('same'), s.peek('other')]).toEqual([9n, 5n]);
});

test('one clock by two names in an instance is one clock', () => {
  const inner = draft(
    'inner',
    {},
    (m) => {
      m.memory({ name: 'mem', depth: 1, word, readDuringWrite: 'new', init: [5n] });
      const zero = m.constant(bit, 0);
      m.write('mem', zero, m.constant(word, 9), { clock: 'a' });
      return { y: m.read('mem', word, zero, { clock: 'b' }) };
    },
    [
      { name: 'a', reset: null },
      { name: 'b', reset: null },
    ],
  );
  const s = simulate(
    designOf(
      inner,
      draft('top', {}, (m) => ({ y: m.instance('ram', inner, {}, { a: 'clk', b: 'clk' })('y') })),
    ),
  );
  s.step();
  expect(s.peek('y')).toBe(9n);
});

describe('views', () => {
  const wide = (): Simulator =>
    simulate(
      designOf(
        draft('unit', {}, (m) => {
          m.memory({ name: 'buffer', depth: 8, word: sint(32) });
          m.memory({ name: 'odd', depth: 2, word: uint(5) });
          const zero = m.constant(uint(3), 0);
          const count = m.reg('count', bit);
          m.when(m.constant(bit, 0), [assignment(count, count)]);
          return { y: m.read('buffer', sint(32), zero) };
        }),
      ),
    );

  test('load and dump bytes, little-endian', () => {
    const s = wide();
    const view = s.memory('unit.buffer');
    expect([view.path, view.depth, view.width]).toEqual(['unit.buffer', 8, 32]);
    view.load(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4));
    expect([s.peek('y'), view.read(0), view.read(1), s.peek('buffer[0]')]).toEqual([
      -1n,
      0xffffffffn,
      0x04030201n,
      -1n,
    ]);
    view.load(Uint8Array.of(9, 0, 0, 0), 7);
    expect([...view.dump(6, 1)]).toEqual([1, 2, 3, 4, 0, 0]);
    expect([...view.dump(4, 7)]).toEqual([9, 0, 0, 0]);
    s.poke('buffer[0]', -7);
    expect(s.peek('y')).toBe(-7n);
  });
  test('refuse what does not fit', () => {
    const s = wide();
    const view = s.memory('buffer');
    expect(() => view.read(8)).toThrow('unit.buffer has no word 8: it holds 8');
    expect(() => view.write(0, -1n)).toThrow(/cannot be -1/);
    expect(() => view.load(new Uint8Array(6))).toThrow(/whole words/);
    expect(() => view.load(new Uint8Array(8), 7)).toThrow(/no word 8/);
    expect(() => view.dump(5, 7)).toThrow(/no word 8/);
    expect(() => s.memory('odd').dump(1)).toThrow(/not of whole bytes/);
  });
});
