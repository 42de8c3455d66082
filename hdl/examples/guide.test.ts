import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elaborate } from '../index.ts';
import { simulate } from '../sim/index.ts';
import * as guide from './guide.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

test('every example of the README is code that is compiled and run', () => {
  const readme = read('../README.md');
  const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(8);
  const sources = read('guide.ts') + read('guide.test.ts');
  for (const block of blocks) expect(sources).toContain(block);
  expect(readme.split('\n').length).toBeLessThanOrEqual(300);
});

describe('examples elaborate and run', () => {
  test.each(Object.entries(guide))('%s', (_, made) => { simulate(elaborate(made, { monitors: true })).step(3); });
});

test('an accumulator accumulates', () => {
const sim = simulate(elaborate(guide.Accumulator));
sim.poke('enable', 1);
sim.poke('x', -3);
sim.step(5);
expect(sim.peek('total')).toBe(-15n);
});
