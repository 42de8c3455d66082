import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elaborate } from '../index.ts';
import { recordText } from '../../waveforms/index.ts';
import { compile, simulate, type Simulator, type Task } from '../sim/index.ts';
import * as guide from './guide.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

test('every example of the README is code that is compiled and run', () => {
  const readme = read('../README.md');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(8);
  // A test's lines have margins.
  const flat = (text: string): string => text.replaceAll(/^ +/gm, '');
  const sources = flat(read('guide.ts') + read('guide.test.ts'));
  for (const block of blocks) expect(sources).toContain(flat(block));
  expect(readme.split('\n').length).toBeLessThanOrEqual(500);
});

describe('examples elaborate and run', () => {
  test.each(Object.entries(guide))('%s', (_, made) => {
    simulate(elaborate(made, { monitors: true })).step(3);
  });
});

test('an accumulator accumulates', () => {
  const sim = simulate(elaborate(guide.Accumulator));
  sim.poke('enable', 1);
  sim.poke('x', -3);
  sim.step(5);
  expect(sim.peek('total')).toBe(-15n);
});

test('a copier, step by step', () => {
  const sim = simulate(elaborate(guide.Copier));
  const wave = recordText(sim.trace(), { signals: ['start', 'busy', 'copier.left'] });
  sim.poke('start', 1);
  sim.poke('length', 3);
  sim.poke('copies_ready', 1);
  expect(sim.peek('left')).toBe(0n); // cycle 0: nothing has happened yet
  sim.step();
  expect(sim.peek('left')).toBe(3n); // cycle 1: what the edge made of cycle 0
  const before = sim.save();
  sim.poke('words_valid', 1);
  expect(sim.peek('words_ready')).toBe(1n); // logic follows a poke at once
  sim.poke('start', 0);
  sim.step(3);
  expect(sim.peek('busy')).toBe(0n); // three words are through
  wave.stop(); // waves cannot go back in time
  expect(wave.draw({ from: 0, to: 3 })).toContain('left');
  sim.restore(before); // back in cycle 1, with no word offered
  expect(sim.peek('left')).toBe(3n);
  expect(() => sim.runUntil('copies_valid', 9)).toThrow('no end after 9 steps');
});

function* stall(sim: Simulator, got: readonly bigint[], count: number): Task {
  for (let cycle = 0; got.length < count; cycle++) {
    sim.poke('copies_ready', cycle % 3 === 0);
    yield;
  }
}
function* offer(sim: Simulator, words: readonly number[]): Task {
  for (const word of words) {
    sim.poke('words_valid', 1);
    sim.poke('words_payload', word);
    while (sim.peek('words_ready') === 0n) yield;
    yield;
  }
  sim.poke('words_valid', 0);
}
function* watch(sim: Simulator, got: bigint[], count: number): Task {
  while (got.length < count) {
    if (sim.peek('copies_valid') === 1n && sim.peek('copies_ready') === 1n) got.push(sim.peek('copies_payload'));
    yield;
  }
}

test('a copier between coroutines', () => {
  const sim = simulate(elaborate(guide.Copier, { monitors: true }));
  const got: bigint[] = [];
  sim.poke('start', 1);
  sim.poke('length', 3);
  sim.run([stall(sim, got, 3), offer(sim, [5, 6, 7]), watch(sim, got, 3)], 100);
  expect(got).toEqual([5n, 6n, 7n]);
});

test('a copier many times', () => {
  const copier = compile(elaborate(guide.Copier));
  const left = [2, 5].map((length) => {
    const sim = copier.start();
    sim.poke('start', 1);
    sim.poke('length', length);
    sim.step();
    return sim.peek('left');
  });
  expect(left).toEqual([2n, 5n]);
});

test('two clocks', () => {
  const sim = simulate(elaborate(guide.Clocks), {
    timing: { clk: { period: 2, phase: 0 }, slow: { period: 6, phase: 1 } },
  });
  sim.poke('drive', 1);
  sim.step(7);
  expect(sim.peek('seen')).toBe(1n);
});
