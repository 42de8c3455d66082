/** Tests that fail in every way, for a run of Vitest in a project of its own: see watched.tools.test.ts. */
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { assert, bit, elaborate, fifo, module, reg, stream, uint } from 'systole/hdl';
import { simulate } from 'systole/hdl/sim';
import { Bench, testSeed } from 'systole/testbench/kit';
import { watched } from 'systole/testbench/vitest';
import { describe, expect, it } from 'vitest';

const Inner = module('inner', { in: { go: bit }, out: { n: uint(8) } }, ({ go }) => {
  const n = reg('n', uint(8));
  n.next = n.add(1);
  assert(n.ne(55).or(go), 'n is never 55');
  return { n };
});
const Outer = module('outer', { in: { go: bit }, out: { n: uint(8) } }, (i) => ({ n: Inner(i, { name: 'inner' }).n }));
const Queue = module('queue', { in: { words: stream(uint(8)) }, out: { out: stream(uint(8)) } }, ({ words }) => ({
  out: fifo('places', words, 3),
}));
const design = elaborate(Outer);

it('a check of the design', () => {
  const sim = watched(simulate(design));
  sim.step(100);
});
describe('a suite', () => {
  it.each([1, 2])('expects / "much" ../..', (by) => {
    const sim = watched(simulate(design));
    sim.poke('go', 1);
    sim.step(10);
    expect(sim.peek('n')).toBe(BigInt(10 + by));
  });
});
it('hangs', () => {
  const bench = new Bench(elaborate(Queue), { onStart: watched });
  const source = bench.source('words', uint(8));
  const sink = bench.sink('out', uint(8));
  bench.begin();
  for (const word of [1, 2, 3, 4, 5]) source.push(word);
  [sink.open, sink.expected] = [false, 4];
  bench.run(200);
});
it('passes', () => {
  const sim = watched(simulate(design));
  sim.step(10);
  expect(sim.peek('n')).toBe(10n);
});
it('a property', () => {
  fc.assert(fc.property(fc.nat(90), (steps) => watched(simulate(design)).step(steps)));
});
it('depends on the seed', () => {
  expect(testSeed()).not.toBe(3);
});
it.concurrent('without its context', () => {
  expect(() => watched(simulate(design))).toThrow(
    'watched() cannot tell which concurrent test calls it; give it its context: watched(sim, { context })',
  );
});
it.concurrent('one', async (context) => {
  const sim = watched(simulate(design), { context });
  await turn();
  await turn();
  sim.step(3);
  expect(sim.peek('n')).toBe(0n);
});
it.concurrent('two', async (context) => {
  const sim = watched(simulate(design), { context });
  sim.step(7);
  await turn();
  expect(sim.peek('n')).toBe(0n);
});
it('again', { retry: 1 }, () => {
  const sim = watched(simulate(design));
  sim.step(2);
  expect(sim.peek('n')).toBe(0n);
});
