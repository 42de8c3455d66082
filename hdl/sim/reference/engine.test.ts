/** What the engine makes of bodies, instances and registers. */
import { describe, expect, test } from 'vitest';
import { DesignError } from '../../diagnostics/diagnostic.ts';
import type { Module } from '../../ir/types.ts';
import { simulate } from './testing-reference.ts';
import { assignment, bit, counter, designOf, draft, labels, sint, uint, vec } from '../testing-designs.ts';

describe('bodies', () => {
  test('the last assignment wins, branches keep earlier ones, and a wire falls back', () => {
    const s = simulate(
      designOf(
        draft('unit', { a: bit, b: bit, x: uint(4) }, (m, input) => {
          const w = m.wire('w', uint(4), m.constant(uint(4), 9));
          const five = m.constant(uint(4), 5);
          const six = m.constant(uint(4), 6);
          m.when(input('a'), [assignment(w, five)]);
          m.when(input('b'), [assignment(w, six), assignment(w, input('x'))]);
          return { y: w };
        }),
      ),
    );
    const y = (a: number, b: number): bigint => {
      s.poke('a', a);
      s.poke('b', b);
      s.poke('x', 3);
      return s.peek('y');
    };
    expect([y(0, 0), y(1, 0), y(0, 1), y(1, 1)]).toEqual([9n, 5n, 3n, 3n]);
  });

  test('a condition reads the settled value of a wire that is assigned after it', () => {
    const s = simulate(
      designOf(
        draft('unit', { a: bit }, (m, input) => {
          const first = m.wire('first', bit, m.constant(bit, 0));
          const second = m.wire('second', bit, m.constant(bit, 0));
          m.when(first, [assignment(second, m.constant(bit, 1))]);
          m.assign(first, input('a'));
          return { y: second };
        }),
      ),
    );
    s.poke('a', 1);
    expect(s.peek('y')).toBe(1n);
  });

  test('one when that assigns two wires, one from the other, is no loop', () => {
    const s = simulate(
      designOf(
        draft('unit', { a: bit, x: uint(4) }, (m, input) => {
          const left = m.wire('left', uint(4), m.constant(uint(4), 0));
          const right = m.wire('right', uint(4), m.constant(uint(4), 0));
          m.when(input('a'), [assignment(left, input('x')), assignment(right, left)]);
          return { y: right };
        }),
      ),
    );
    s.poke('a', 1);
    s.poke('x', 11);
    expect(s.peek('y')).toBe(11n);
  });

  test('a switch takes the case of its subject, else the fallback; an empty case is not the fallback', () => {
    const state = labels('state', 'idle', 'copy', 'drain', 'rest');
    const s = simulate(
      designOf(
        draft('unit', { state }, (m, input) => {
          const w = m.wire('w', uint(8), m.constant(uint(8), 1));
          const put = (value: number) => [assignment(w, m.constant(uint(8), value))];
          m.switch(
            input('state'),
            [
              { values: [0n], body: put(10) },
              { values: [1n], body: [] },
              { values: [2n], body: put(20) },
            ],
            put(99),
          );
          return { y: w };
        }),
      ),
    );
    expect(
      [0, 1, 2, 3].map((value) => {
        s.poke('state', value);
        return s.peek('y');
      }),
    ).toEqual([10n, 1n, 20n, 99n]);
  });
});

describe('registers', () => {
  test('start at their reset value, hold, take at the edge, and come back in reset if resettable', () => {
    const s = simulate(
      designOf(
        draft('unit', { load: bit, x: sint(8) }, (m, input) => {
          const a = m.reg('a', sint(8), { reset: 0xfen });
          const b = m.reg('b', sint(8), { reset: 3n, resettable: false });
          m.when(input('load'), [assignment(a, input('x')), assignment(b, input('x'))]);
          return { a, b };
        }),
      ),
    );
    expect([s.peek('a'), s.peek('b')]).toEqual([-2n, 3n]);
    s.poke('x', -100);
    s.step();
    expect(s.peek('a')).toBe(-2n);
    s.poke('load', 1);
    expect(s.peek('a')).toBe(-2n);
    s.step();
    expect([s.peek('a'), s.peek('b')]).toEqual([-100n, -100n]);
    s.poke('x', 7);
    s.reset();
    expect([s.peek('a'), s.peek('b')]).toEqual([-2n, 7n]);
    s.step();
    expect(s.peek('a')).toBe(7n);
  });

  test('two registers swap in one edge', () => {
    const s = simulate(
      designOf(
        draft('unit', {}, (m) => {
          const a = m.reg('a', uint(4), { reset: 1n });
          const b = m.reg('b', uint(4), { reset: 2n });
          m.assign(a, b);
          m.assign(b, a);
          return { a, b };
        }),
      ),
    );
    s.step();
    expect([s.peek('a'), s.peek('b')]).toEqual([2n, 1n]);
  });
});

describe('instances', () => {
  const increment = draft('increment', { p: uint(8), q: uint(8) }, (m, input) => ({
    x: m.op('add', uint(8), [input('p'), m.constant(uint(8), 1)]),
    y: m.op('add', uint(8), [input('q'), m.constant(uint(8), 2)]),
  }));

  test("an instance's output may feed its own other input", () => {
    const s = simulate(
      designOf(
        increment,
        draft('top', { a: uint(8) }, (m, input) => {
          const between = m.wire('between', uint(8), null);
          const of = m.instance('unit', increment, { p: input('a'), q: between });
          m.assign(between, of('x'));
          return { y: of('y') };
        }),
      ),
    );
    s.poke('a', 10);
    expect(s.peek('y')).toBe(13n);
    expect(s.peek('unit.x')).toBe(11n);
  });

  test('a loop through an instance is E0005 and lists its steps', () => {
    const looped = designOf(
      increment,
      draft('top', {}, (m) => {
        const between = m.wire('between', uint(8), null, { file: 'top.ts', line: 4, column: 2 });
        const of = m.instance('unit', increment, { p: between, q: between });
        m.assign(between, of('x'));
        return { y: of('y') };
      }),
    );
    expect(() => simulate(looped)).toThrow(DesignError);
    expect(() => simulate(looped)).toThrow(
      /E0005 combinational loop: top\.unit\.p → top\.unit\.add .* → top\.unit\.x → top\.between → top\.unit\.p\n.*at top\.ts:4:2: top\.between/s,
    );
  });

  test('a chain longer than any call stack settles', () => {
    const length = 50_000;
    const s = simulate(
      designOf(
        draft('chain', { x: uint(16) }, (m, input) => {
          const one = m.constant(uint(16), 1);
          // Declared backwards, so that the order has to be found.
          const wires = Array.from({ length }, (_, i) => m.wire(`w${i}`, uint(16), null));
          wires.forEach((wire, i) => m.assign(wire, m.op('add', uint(16), [wires[i + 1] ?? input('x'), one])));
          return { y: wires[0] ?? one };
        }),
      ),
    );
    s.poke('x', 5);
    expect(s.peek('y')).toBe(50_005n);
  });

  test('a definition keeps state apart for each instance', () => {
    const cell = counter(8);
    const s = simulate(
      designOf(
        cell,
        draft('top', { a: bit, b: bit }, (m, input) => ({
          a: m.instance('first', cell, { enable: input('a') })('count'),
          b: m.instance('second', cell, { enable: input('b') })('count'),
        })),
      ),
    );
    s.poke('a', 1);
    s.step(3);
    s.poke('b', 1);
    s.step(2);
    expect([s.peek('first.count'), s.peek('second.count'), s.peek('a')]).toEqual([5n, 2n, 1n]);
    expect(s.peek('top.second.next')).toBe(3n);
  });
});

describe('black boxes', () => {
  const boxed = (model: string | null): Module => ({
    ...counter(8),
    name: 'boxed',
    nodes: [],
    body: [],
    outputs: {},
    blackBox: { model, part: null },
  });
  const top = (box: Module): Module =>
    draft('top', { go: bit }, (m, input) => ({ y: m.instance('box', box, { enable: input('go') })('count') }));

  test('run their model', () => {
    const s = simulate(designOf(counter(8), boxed('counter'), top(boxed('counter'))));
    s.poke('go', 1);
    s.step(4);
    expect(s.peek('y')).toBe(4n);
  });
  test('without one are E0018, with the path', () => {
    expect(() => simulate(designOf(boxed(null), top(boxed(null))))).toThrow(
      /E0018 black box without a model: boxed .*\n.*\n {2}in top > box/s,
    );
  });
  test('that nothing reaches are not looked at', () => {
    expect(() => simulate(designOf(boxed(null), counter(8)))).not.toThrow();
  });
});

test('vectors move whole and by element', () => {
  const type = vec(3, sint(4));
  const s = simulate(
    designOf(
      draft('unit', { x: type, i: uint(2) }, (m, input) => {
        const kept = m.reg('kept', type);
        m.assign(kept, input('x'));
        return { y: m.op('index', sint(4), [kept, input('i')]) };
      }),
    ),
  );
  s.poke('x[0]', 1);
  s.poke('x[1]', -2);
  s.poke('x[2]', 7);
  s.step();
  expect(
    [0, 1, 2, 3].map((i) => {
      s.poke('i', i);
      return s.peek('y');
    }),
  ).toEqual([1n, -2n, 7n, 0n]);
  s.poke('kept[1]', 3);
  expect([s.peek('kept[0]'), s.peek('kept[1]'), s.peek('kept[2]'), s.peek('kept')]).toEqual([1n, 3n, 7n, 0x731n]);
});
