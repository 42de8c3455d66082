/** The simulator interface: paths, stepping, clocks, checks, hangs, snapshots. */
import { describe, expect, test } from 'vitest';
import type { Clock, Module } from '../ir/types.ts';
import { CheckError, HangError, simulate, SimulationError, type Simulator, type Task } from './index.ts';
import { assignment, bit, counter, designOf, draft, labels, sint, uint, vec } from './testing-designs.ts';

/** Two counters side by side and a row of two more; `one` is the count of `unit`. */
function counters(): Simulator {
  const cell = counter(8);
  return simulate(
    designOf(
      cell,
      draft('top', { go: bit, level: sint(4), pair: vec(2, bit) }, (m, input) => {
        const one = m.instance('unit', cell, { enable: input('go') })('count');
        const of = m.grid(cell, {
          name: 'more',
          rows: 1,
          cols: 2,
          shape: 'full',
          inputs: { enable: { from: 'column', node: input('pair') } },
        });
        m.memory({ name: 'mem', depth: 4, word: sint(8) });
        return { one, row: of('count', 'north') };
      }),
    ),
  );
}

function message(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return 'nothing thrown';
}

describe('paths', () => {
  test('signals() lists every named signal once, and each can be looked up', () => {
    const s = counters();
    const found = [...s.signals()];
    expect(found.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
      'top.rst input',
      'top.go input',
      'top.level input',
      'top.pair input',
      'top.one output',
      'top.row output',
      ...['unit', 'more[0][0]', 'more[0][1]'].flatMap((unit) => [
        `top.${unit}.enable input`,
        `top.${unit}.count register`,
        `top.${unit}.next wire`,
      ]),
    ]);
    for (const { path } of found) expect(s.signal(path).path).toBe(path);
  });
  test('the top name may be left out, elements and words are paths', () => {
    const s = counters();
    expect(s.signal('unit.count').path).toBe('top.unit.count');
    s.poke('pair[1]', true);
    expect([s.peek('pair'), s.peek('top.pair[1]'), s.peek('more[0][1].enable')]).toEqual([2n, 1n, 1n]);
    s.poke('mem[3]', -5);
    expect([s.peek('top.mem[3]'), s.memory('mem').read(3)]).toEqual([-5n, 251n]);
    expect(s.peek('mem[3]')).toBe(-5n);
  });
  test.each([
    ['unit.cuont', 'no "cuont" in top.unit (looking for "unit.cuont"); the nearest names are count, next, enable'],
    ['units.count', 'no "units" in top (looking for "units.count"); the nearest names are unit, more[0..0][0..1]'],
    [
      'more[0][2].count',
      'no "more[0][2]" in top (looking for "more[0][2].count"); the nearest names are more[0..0][0..1], unit',
    ],
    ['leve', 'no "leve" in top (looking for "leve"); the nearest names are level, one, mem'],
    ['pair[2]', 'pair[2]: index 2 is past a vector of 2'],
    ['level[0]', 'level[0]: top.level has no element [0]'],
    ['mem', 'mem is a memory: name a word, mem[0] to mem[3]'],
    ['mem[4]', 'mem[4]: mem has 4 words'],
  ])('%s', (path, text) => {
    expect(() => counters().signal(path)).toThrow(SimulationError);
    expect(message(() => counters().peek(path))).toBe(text);
  });
  test('a whole path means what it says where an instance is called like the top module', () => {
    const inner = counter(4);
    const s = simulate(
      designOf(
        inner,
        draft('top', { go: bit }, (m, input) => ({
          count: m.instance('top', inner, { enable: input('go') })('count'),
        })),
      ),
    );
    for (const { path } of s.signals()) expect(s.signal(path).path).toBe(path);
    expect(s.signal('top.count').kind).toBe('output');
    expect(s.signal('top.next').path).toBe('top.top.next');
  });
  test('an unknown memory names the memories', () => {
    expect(message(() => counters().memory('men'))).toBe(
      'no "men" in top (looking for "men"); the nearest names are mem',
    );
  });
});

describe('values', () => {
  test('poke checks range and kind', () => {
    const s = counters();
    s.poke('level', -8);
    expect(s.peek('level')).toBe(-8n);
    expect(message(() => s.poke('level', 8))).toBe(
      'top.level cannot be 8: sint of 4 bits holds -8 to 7; BigInt.asIntN(4, …) keeps the low bits',
    );
    expect(message(() => s.poke('go', 2))).toMatch(/cannot be 2/);
    expect(message(() => s.poke('go', 0.5))).toMatch(/no whole number/);
    expect(s.peek('level')).toBe(-8n);
  });
  test('registers anywhere can be overwritten; other signals cannot', () => {
    const s = counters();
    s.poke('unit.count', 200);
    expect([s.peek('one'), s.peek('unit.next')]).toEqual([200n, 201n]);
    expect(message(() => s.poke('one', 1))).toBe(
      'top.one cannot be set: it is an output; inputs of the top module and registers can',
    );
    expect(message(() => s.poke('unit.next', 1))).toMatch(/it is combinational/);
    expect(message(() => s.poke('unit.enable', 1))).toMatch(/its parent drives it/);
  });
});

describe('steps', () => {
  test('step, cycle, reset, runUntil', () => {
    const s = counters();
    s.poke('go', 1);
    s.step(3);
    expect([s.cycle, s.peek('one')]).toEqual([3, 3n]);
    s.reset(2);
    expect([s.cycle, s.peek('one'), s.peek('rst')]).toEqual([5, 0n, 0n]);
    expect(s.runUntil('one', 10)).toBe(1);
    expect(s.runUntil('one', 10)).toBe(0);
    expect(() => s.step(-1)).toThrow(SimulationError);
    const wrong: readonly (readonly [unknown, string])[] = [
      [5n, '5n'],
      ['5', "'5'"],
      [Number.NaN, 'NaN'],
      [1.5, '1.5'],
      [{}, 'an object'],
      [null, 'null'],
    ];
    for (const [count, seen] of wrong) {
      const line = new SimulationError(`steps: a number, whole and from 0 up, is needed, not ${seen}`);
      for (const call of ['step', 'reset'] as const)
        expect(() => Reflect.apply(s[call].bind(s), s, [count])).toThrow(line);
      expect(() => Reflect.apply(s.stepUntil.bind(s), s, ['level', count])).toThrow(line);
    }
    expect(s.peek('rst')).toBe(0n);
  });
  test('runUntil looks at the one element that it names', () => {
    const s = counters();
    s.poke('pair[0]', 1);
    s.step();
    expect(() => s.runUntil('row[1]', 3)).toThrow(HangError);
    s.poke('pair[1]', 1);
    expect(s.runUntil('row[1]', 3)).toBe(1);
  });
  test('tasks run side by side, in order, one resume a step; a limit ends them and lets them clean up', () => {
    const s = counters();
    const log: string[] = [];
    function* count(name: string, n: number): Task {
      try {
        for (let i = 0; i < n; i++) {
          log.push(`${name}${s.cycle}`);
          yield;
        }
      } finally {
        log.push(`${name} ends`);
      }
    }
    s.run([count('a', 2), count('b', 1)], 5);
    expect(log).toEqual(['a0', 'b0', 'a1', 'b ends', 'a ends']);
    expect(s.cycle).toBe(2);
    log.length = 0;
    expect(() => s.run([count('a', 9)], 3)).toThrow(/no end after 3 steps \(cycle 5\), waiting for 1 of 1 tasks/);
    expect(log.at(-1)).toBe('a ends');
  });
  test('snapshots bring back registers, memories, inputs, resets and time', () => {
    const s = counters();
    s.poke('go', 1);
    s.poke('mem[1]', 5);
    s.step(2);
    const saved = s.save();
    s.poke('mem[1]', 6);
    s.poke('mem[2]', 6);
    s.poke('rst', 1);
    s.step(3);
    for (let again = 0; again < 2; again++) {
      s.restore(saved);
      expect([s.cycle, s.peek('one'), s.peek('mem[1]'), s.peek('mem[2]'), s.peek('rst')]).toEqual([2, 2n, 5n, 0n, 0n]);
      s.step();
      expect(s.peek('one')).toBe(3n);
    }
    expect(() => counters().restore(saved)).toThrow(SimulationError);
  });
  test('a design without clocks steps', () => {
    const s = simulate(designOf(draft('wires', { x: bit }, (_, input) => ({ y: input('x') }), [])));
    s.step(2);
    expect(s.cycle).toBe(2);
  });
});

describe('clocks', () => {
  const clocks: readonly Clock[] = [
    { name: 'fast', reset: 'rst' },
    { name: 'slow', reset: 'slow_rst' },
  ];
  const ticks = (name: string): Module =>
    draft(name, {}, (m) => {
      const count = m.reg('count', uint(8), { clock: 'clk' });
      m.assign(count, m.op('add', uint(8), [count, m.constant(uint(8), 1)]));
      return { count };
    });
  const two = (timing: Readonly<Record<string, { period: number; phase: number }>>): Simulator => {
    const cell = ticks('ticks');
    return simulate(
      designOf(
        cell,
        draft(
          'top',
          {},
          (m) => ({
            f: m.instance('f', cell, {}, { clk: 'fast' })('count'),
            s: m.instance('s', cell, {}, { clk: 'slow' })('count'),
          }),
          clocks,
        ),
      ),
      { timing },
    );
  };
  test('rise at phase + period · k; a step ends with the first clock, and takes the others on the way', () => {
    const s = two({ fast: { period: 4, phase: 0 }, slow: { period: 6, phase: 1 } });
    const seen = Array.from({ length: 6 }, () => {
      s.step();
      return [s.peek('f'), s.peek('s')];
    });
    // fast at 4, 8, 12, 16, 20, 24; slow at 7, 13, 19.
    expect(seen).toEqual([
      [1n, 0n],
      [2n, 1n],
      [3n, 1n],
      [4n, 2n],
      [5n, 3n],
      [6n, 3n],
    ]);
  });
  test('a faster second clock rises several times a step; edges of one instant come together', () => {
    const s = two({ fast: { period: 6, phase: 0 }, slow: { period: 2, phase: 0 } });
    s.step(2);
    expect([s.peek('f'), s.peek('s')]).toEqual([2n, 6n]);
  });
  test("an instance's reset is its clock's", () => {
    const s = two({});
    s.step(2);
    s.poke('slow_rst', 1);
    s.step();
    expect([s.peek('f'), s.peek('s')]).toEqual([3n, 0n]);
    s.reset();
    expect([s.peek('f'), s.peek('slow_rst')]).toEqual([0n, 0n]);
  });
  test('snapshots keep time', () => {
    const s = two({ fast: { period: 4, phase: 0 }, slow: { period: 6, phase: 1 } });
    s.step();
    const saved = s.save();
    s.step(4);
    s.restore(saved);
    s.step();
    expect([s.peek('f'), s.peek('s')]).toEqual([2n, 1n]);
  });
  test.each([
    [{ fast: { period: 3, phase: 0 } }, /an even number from 2 up, not 3/],
    [{ fast: { period: 2, phase: -1 } }, /from 0 up, not -1/],
    [{ slwo: { period: 2, phase: 0 } }, /the clocks are fast, slow/],
  ])('impossible timing %j', (timing, text) => expect(() => two(timing)).toThrow(text));
});

describe('checks', () => {
  const unit = draft('unit', { x: uint(4) }, (m, input) => {
    m.check('assert', m.op('lt', bit, [input('x'), m.constant(uint(4), 8)]), 'x is small');
    m.check('cover', m.op('eq', bit, [input('x'), m.constant(uint(4), 3)]), 'x is three');
    const last = m.reg('last', uint(4));
    m.assign(last, input('x'));
    return { last };
  });
  const top = (): Simulator =>
    simulate(
      designOf(
        unit,
        draft('top', { x: uint(4) }, (m, input) => ({ y: m.instance('u', unit, { x: input('x') })('last') })),
      ),
    );

  test('a failure names path, message, place and cycle, and its edge is not taken', () => {
    const s = top();
    s.poke('x', 5);
    s.step(2);
    s.poke('x', 9);
    const text = 'assert failed in top.u, cycle 2: x is small\n  at unit.ts:7:3';
    expect(message(() => s.step())).toBe(text);
    expect([s.cycle, s.peek('y')]).toEqual([2, 5n]);
    const seen: number[] = [];
    s.trace().onSample((sample) => seen.push(sample.time));
    expect(() => s.step()).toThrow(CheckError);
    expect(seen).toEqual([]);
    s.poke('x', 1);
    s.step();
    expect(s.peek('y')).toBe(1n);
  });
  test('nothing is looked at in reset', () => {
    const s = top();
    s.poke('x', 9);
    s.reset(3);
    expect(s.cycle).toBe(3);
  });
  test('covers count cycles out of reset', () => {
    const s = top();
    s.poke('x', 3);
    s.reset(2);
    s.step(4);
    s.poke('x', 4);
    s.step(4);
    expect(s.covers()).toEqual([
      { path: 'top.u', message: 'x is three', place: { file: 'unit.ts', line: 7, column: 3 }, hits: 4 },
    ]);
  });
});

test('a hang says which streams wait and where the machines are', () => {
  const producer = draft('producer', { ready: bit }, (m) => {
    m.streams.push({ name: 'out', direction: 'out', valid: 'valid', ready: 'ready', payload: [] });
    const state = m.reg('state', labels('state', 'idle', 'copy', 'drain'));
    m.assign(state, m.constant(labels('state', 'idle', 'copy', 'drain'), 1));
    return { valid: m.op('eq', bit, [state, m.constant(m.type(state), 1)]) };
  });
  const consumer = draft('consumer', { valid: bit, open: bit }, (m, input) => {
    m.streams.push({ name: 'in', direction: 'in', valid: 'valid', ready: 'ready', payload: [] });
    const got = m.reg('got', bit);
    m.when(input('valid'), [assignment(got, input('open'))]);
    return { ready: input('open'), got };
  });
  const s = simulate(
    designOf(
      producer,
      consumer,
      draft('top', { never: bit }, (m, input) => {
        const ready = m.wire('ready', bit, null);
        const valid = m.instance('dma', producer, { ready })('valid');
        const sink = m.instance('sink', consumer, { valid, open: input('never') });
        m.instance('starved', consumer, { valid: input('never'), open: m.constant(bit, 1) });
        m.assign(ready, sink('ready'));
        return { done: sink('got') };
      }),
    ),
  );
  expect(message(() => s.runUntil('done', 20))).toBe(
    [
      'no end after 20 steps (cycle 20), waiting for top.done',
      '  dma.out: valid, waits for ready',
      '  dma.state = copy',
      '  starved.in: ready, waits for valid',
    ].join('\n'),
  );
});
