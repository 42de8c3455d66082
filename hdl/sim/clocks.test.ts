/** Several clocks: which edges come when, and which together, on both engines and by every way of stepping. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Clock, Module } from '../ir/types.ts';
import { CheckError, simulate, SimulationError, type EngineName, type Simulator } from './index.ts';
import { bit, designOf, draft, uint } from './testing-designs.ts';
import { WasmCore } from './wasm/engine.ts';
import { runsOf } from '../testing-runs.ts';

type Rate = readonly [period: number, phase: number];

const engines = ['wasm', 'reference'] as const;
const wide = uint(64);

/** A counter that takes note of another one's value; `stop` is the count at which its check fails. */
const counting = (name: string): Module =>
  draft(name, { other: wide, stop: wide }, (m, input) => {
    const count = m.reg('count', wide, { clock: 'clk' });
    const seen = m.reg('seen', wide, { clock: 'clk' });
    m.assign(count, m.op('add', wide, [count, m.constant(wide, 1)]));
    m.assign(seen, input('other'));
    m.check('assert', m.op('ne', bit, [count, input('stop')]), `${name} stops`);
    m.check('cover', m.constant(bit, 1), `${name} rises`);
    return { count, seen };
  });

/** One counter to each clock, of which each looks at the one before it, the first at the last. */
function clocked(rates: readonly Rate[], engine: EngineName): Simulator {
  const unit = counting('unit');
  const clocks = rates.map((_, i): Clock => ({ name: `clk${i}`, reset: `rst${i}` }));
  const top = draft(
    'top',
    { stop: wide, until: wide },
    (m, input) => {
      const wires = clocks.map((_, i) => m.wire(`count_${i}`, wide, null));
      const never = m.constant(wide, (1n << 64n) - 1n);
      clocks.forEach((clock, i) => {
        const other = wires.at(i - 1) ?? never;
        const inputs = { other, stop: i === 1 ? input('stop') : never };
        m.assign(wires[i] ?? never, m.instance(`unit${i}`, unit, inputs, { clk: clock.name })('count'));
      });
      const last = wires.at(-1) ?? never;
      return { late: m.op('ge', bit, [last, input('until')], { name: 'is_late' }) };
    },
    clocks,
  );
  const timing = Object.fromEntries(rates.map(([period, phase], i) => [`clk${i}`, { period, phase }]));
  const sim = simulate(designOf(unit, top), { timing, engine });
  sim.poke('stop', (1n << 64n) - 1n);
  sim.poke('until', (1n << 64n) - 1n);
  return sim;
}

/** What the counters hold, by clock. */
interface Held {
  readonly counts: readonly number[];
  readonly seen: readonly number[];
}

/** How often a clock has risen by then: its edges are at phase + period · k. */
function edges([period, phase]: Rate = [1, Infinity], until: number): number {
  return Math.max(0, Math.floor((until - phase) / period));
}

/** What they hold when time has come to `end`. */
function expected(rates: readonly Rate[], end: number): Held {
  return {
    counts: rates.map((rate) => edges(rate, end)),
    seen: rates.map((rate, i) => {
      const own = edges(rate, end);
      // What comes at the same instant is not seen yet.
      return own === 0 ? 0 : edges(rates.at(i - 1), rate[1] + rate[0] * own - 1);
    }),
  };
}

function found(sim: Simulator, rates: readonly Rate[]): Held {
  const all = (name: string): number[] => rates.map((_, i) => Number(sim.peek(`unit${i}.${name}`)));
  return { counts: all('count'), seen: all('seen') };
}

/** The time after so many steps. */
function endOf([[period, phase] = [2, 0]]: readonly Rate[], steps: number): number {
  return steps === 0 ? 0 : phase + period * steps;
}

/** The first number below `most` for which it holds. */
function least(most: number, holds: (number: number) => boolean): number | undefined {
  return [...Array(most).keys()].find(holds);
}

const rate = fc.tuple(fc.constantFrom(2, 4, 6, 10, 14, 22, 26, 34, 60), fc.nat(40));
const some = fc.array(rate, { minLength: 2, maxLength: 5 });

describe.each(engines)('%s', (engine) => {
  test.each<readonly [string, readonly Rate[]]>([
    [
      'equal',
      [
        [2, 0],
        [2, 0],
      ],
    ],
    [
      'shifted',
      [
        [2, 0],
        [2, 1],
      ],
    ],
    [
      '6 and 10',
      [
        [6, 0],
        [10, 0],
      ],
    ],
    [
      '10 and 6',
      [
        [10, 0],
        [6, 0],
      ],
    ],
    [
      'primes',
      [
        [14, 0],
        [22, 3],
        [26, 5],
      ],
    ],
    [
      'late',
      [
        [2, 35],
        [4, 0],
        [6, 80],
      ],
    ],
    [
      'one that hardly rises',
      [
        [2, 0],
        [2 ** 40, 7],
        [4, 1],
      ],
    ],
    [
      'the first hardly rises',
      [
        [50, 0],
        [2, 0],
        [6, 1],
      ],
    ],
    [
      'past 32 bits',
      [
        [2 ** 33, 5],
        [2 ** 34, 5],
        [6 * 2 ** 32, 5],
      ],
    ],
  ])('%s: step by step and all at once', (_, rates) => {
    const [single, many] = [clocked(rates, engine), clocked(rates, engine)];
    for (let step = 1; step <= 40; step++) {
      single.step();
      expect(found(single, rates), `step ${step}`).toEqual(expected(rates, endOf(rates, step)));
    }
    many.step(40);
    expect(found(many, rates)).toEqual(found(single, rates));
    expect(many.covers()).toEqual(single.covers());
    const [end, sample] = [single.trace().now(), many.trace().now()];
    expect([many.cycle, sample.time, sample.end]).toEqual([40, end.time, end.end]);
  });

  test('any clocks, in runs of any length', () => {
    fc.assert(
      fc.property(some, fc.array(fc.nat(12), { maxLength: 6 }), (rates, runs) => {
        const sim = clocked(rates, engine);
        let steps = 0;
        for (const run of runs) {
          sim.step(run);
          steps += run;
          expect(found(sim, rates)).toEqual(expected(rates, endOf(rates, steps)));
        }
        const before = sim.save();
        const now = found(sim, rates);
        for (let again = 0; again < 2; again++) {
          sim.step(9);
          expect(found(sim, rates)).toEqual(expected(rates, endOf(rates, steps + 9)));
          sim.restore(before);
          expect(found(sim, rates)).toEqual(now);
        }
      }),
      { numRuns: runsOf({ few: 15, all: 60 }), seed: 1 },
    );
  });

  test('a run until something holds looks before each step, not at the instants within it', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 60 }), (rates, count) => {
        const sim = clocked(rates, engine);
        sim.poke('until', count);
        const taken = least(800, (steps) => edges(rates.at(-1), endOf(rates, steps)) >= count);
        fc.pre(taken !== undefined);
        expect(sim.runUntil('late', 1000)).toBe(taken);
        expect(found(sim, rates)).toEqual(expected(rates, endOf(rates, taken)));
        expect(sim.runUntil('is_late', 1000)).toBe(0);
      }),
      { numRuns: runsOf({ few: 12, all: 50 }), seed: 1 },
    );
  });

  test('a failing check within a step holds the instant, and the rest of the step follows', () => {
    fc.assert(
      fc.property(some, fc.nat(20), fc.integer({ min: 1, max: 30 }), (rates, stop, run) => {
        const sim = clocked(rates, engine);
        sim.poke('stop', stop);
        const [, other = [2, 0]] = rates;
        const instant = other[1] + other[0] * (stop + 1);
        const steps = least(2000, (n) => endOf(rates, n + 1) >= instant) ?? 0;
        const fail = (): void => {
          for (let i = 0; i <= steps; i += run) sim.step(run);
        };
        expect(fail).toThrow(CheckError);
        expect([sim.cycle, found(sim, rates)]).toEqual([steps, expected(rates, instant - 1)]);
        expect(() => {
          sim.step();
        }).toThrow(`cycle ${steps}`);
        sim.poke('stop', (1n << 64n) - 1n);
        sim.step();
        expect([sim.cycle, found(sim, rates)]).toEqual([steps + 1, expected(rates, endOf(rates, steps + 1))]);
        sim.step(3);
        expect(found(sim, rates)).toEqual(expected(rates, endOf(rates, steps + 4)));
      }),
      { numRuns: runsOf({ few: 15, all: 60 }), seed: 1 },
    );
  });

  test('a listener that begins late sees every instant from there on, and all runs before it are the same', () => {
    fc.assert(
      fc.property(some, fc.nat(300), (rates, from) => {
        const sim = clocked(rates, engine);
        const seen: number[] = [];
        sim.trace().onSample(({ time }) => {
          seen.push(time);
        }, from);
        sim.step(30);
        const end = endOf(rates, 30);
        const times = rates.flatMap(([period, phase]) =>
          Array.from({ length: end }, (_, k) => phase + period * (k + 1)),
        );
        const all = [...new Set([0, ...times.filter((time) => time < end)])].sort((a, b) => a - b);
        expect(seen).toEqual(all.filter((time) => time >= from));
        expect(found(sim, rates)).toEqual(expected(rates, end));
      }),
      { numRuns: runsOf({ few: 12, all: 50 }), seed: 1 },
    );
  });

  test("resets are each clock's own", () => {
    const rates: readonly Rate[] = [
      [6, 0],
      [4, 1],
      [10, 0],
    ];
    const sim = clocked(rates, engine);
    sim.step(20);
    sim.poke('rst1', 1);
    sim.step(1);
    expect(found(sim, rates).counts).toEqual([21, 0, 12]);
    sim.reset(3);
    expect(found(sim, rates).counts).toEqual([0, 0, 0]);
  });

  test('time that cannot be counted is refused before any edge is taken, with one clock and with several', () => {
    const huge = 2 ** 52;
    for (const rates of [
      [[huge, 0]],
      [
        [huge, 0],
        [huge, 2],
      ],
    ] satisfies Rate[][]) {
      const sim = clocked(rates, engine);
      sim.step();
      expect(() => {
        sim.step();
      }).toThrow(SimulationError);
      expect(() => {
        sim.step(5);
      }).toThrow(/past what can be counted/);
      expect([sim.cycle, ...found(sim, rates).counts]).toEqual([1, 1, ...rates.slice(1).map(() => 0)]);
    }
  });
});

test('edges are ordered in WebAssembly: the engine takes none of them one by one', () => {
  const sim = clocked(
    [
      [6, 0],
      [10, 0],
      [14, 3],
    ],
    'wasm',
  );
  const one = vi.spyOn(WasmCore.prototype, 'commit');
  const runs = vi.spyOn(WasmCore.prototype, 'run');
  try {
    sim.step(100_000);
    expect(sim.stepUntil('late', 1000)).toBe(false);
    expect([one.mock.calls.length, runs.mock.calls.length]).toEqual([0, 2]);
  } finally {
    vi.restoreAllMocks();
  }
  expect(sim.cycle).toBe(101_000);
});
