/** What listeners of traces may do to each other and to the simulation. */
import { describe, expect, test } from 'vitest';
import {
  eachChange,
  patternOfWords,
  simulate,
  type EngineName,
  type Sample,
  type Simulator,
  type TraceSource,
} from './index.ts';
import { bit, designOf, draft, uint } from './testing-designs.ts';

const wide = uint(200_000);

/**
 * y follows a one cycle later; `wire` is large, so that reading it makes the simulation's memory grow; `busy` covers
 * every cycle.
 */
function started(engine: EngineName): Simulator {
  return simulate(
    designOf(
      draft('top', { a: uint(8), b: uint(8), enable: bit }, (m, input) => {
        const y = m.reg('y', uint(8));
        m.assign(y, input('a'));
        const grown = m.op('extend', wide, [input('b')], { name: 'wire' });
        m.check('cover', m.constant(bit, 1), 'busy');
        m.check('assert', m.op('ne', bit, [y, m.constant(uint(8), 99)]), 'not 99');
        return { out: m.op('truncate', uint(8), [grown]) };
      }),
    ),
    { engine },
  );
}

/** Follows one signal by what a trace tells of it. */
function follow(
  source: TraceSource,
  name: string,
  from?: number,
): { readonly seen: [number, bigint][]; readonly stop: () => void } {
  const seen: [number, bigint][] = [];
  const take = (sample: Sample): void => {
    const changes = sample.changes();
    eachChange(changes, source.parts, (part, at) => {
      const { signal = -1, type } = source.parts[part] ?? {};
      if (source.signals[signal]?.name === name)
        seen.push([sample.time, patternOfWords(changes, type?.width ?? 0, at)]);
    });
  };
  return { seen, stop: source.onSample(take, from) };
}

function drive(s: Simulator, values: readonly number[]): void {
  for (const value of values) {
    s.poke('a', value);
    s.step();
  }
}

describe.each(['wasm', 'reference'] as const)('%s', (engine) => {
  test('one that reads a signal for the first time takes nothing from the next', () => {
    const s = started(engine);
    const source = s.trace({ depth: 1 });
    source.onSample(({ time }) => {
      if (time === 4) s.peek('wire');
    });
    const { seen } = follow(source, 'y');
    const now = source.now();
    s.peek('out');
    expect(now.changes().length).toBeGreaterThan(0);
    drive(s, [1, 2, 3, 4]);
    expect(seen).toEqual([
      [0, 0n],
      [2, 1n],
      [4, 2n],
      [6, 3n],
    ]);
  });

  test('one that drives an input does not hide it', () => {
    const s = started(engine);
    const source = s.trace();
    const { seen } = follow(source, 'b');
    source.onSample(({ time }) => {
      s.poke('b', time + 1);
    });
    drive(s, [1, 2, 3]);
    expect(seen).toEqual([
      [0, 0n],
      [2, 1n],
      [4, 3n],
    ]);
  });

  test('one that begins later, or again after the simulation was set back, is told everything first', () => {
    const s = started(engine);
    const source = s.trace();
    const [early, late] = [follow(source, 'y'), follow(source, 'y', 5)];
    const start = s.save();
    drive(s, [1, 1, 1, 1]);
    s.restore(start);
    drive(s, [7, 7, 7, 7]);
    expect(early.seen).toEqual([
      [0, 0n],
      [2, 1n],
      [0, 0n],
      [2, 7n],
    ]);
    expect(late.seen).toEqual([
      [6, 1n],
      [6, 7n],
    ]);
  });

  test('an error of one stops the step, not the others; nothing is shown or counted twice', () => {
    const s = started(engine);
    const [source, other] = [s.trace(), s.trace()];
    let broken = true;
    source.onSample(() => {
      if (broken) throw new Error('broken');
    });
    const [here, there] = [follow(source, 'y'), follow(other, 'y')];
    s.poke('a', 1);
    expect(() => s.step()).toThrow('broken');
    expect([s.cycle, s.covers()[0]?.hits]).toEqual([0, 0]);
    s.step();
    broken = false;
    drive(s, [2, 3]);
    expect([s.cycle, s.covers()[0]?.hits]).toEqual([3, 3]);
    expect(here.seen).toEqual([
      [0, 0n],
      [2, 1n],
      [4, 2n],
    ]);
    expect(there.seen).toEqual(here.seen);
  });

  test.each([1, 3, 4])('phases and clocks do not matter to where one begins: phase %i', (phase) => {
    const at = (from: number): number[] => {
      const s = simulate(designOf(draft('top', {}, () => ({}))), { engine, timing: { clk: { period: 4, phase } } });
      const times: number[] = [];
      s.trace().onSample(({ time }) => times.push(time), from);
      s.step(2);
      s.step(3);
      return times;
    };
    const all = at(0);
    expect(all).toHaveLength(5);
    for (let from = 0; from < 24; from++) expect(at(from), `from ${from}`).toEqual(all.filter((time) => time >= from));
  });
});
