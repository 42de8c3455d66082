import fc from 'fast-check';
import { expect, it } from 'vitest';
import { IntervalMap } from './interval-map.ts';
import { joined, type Run } from './region.ts';

const END = 60;
const runs: fc.Arbitrary<Run[]> = fc
  .array(
    fc.record({ from: fc.nat(END - 1), length: fc.integer({ min: 1, max: 9 }) }).map(({ from, length }) => ({
      from,
      to: Math.min(END, from + length),
    })),
    { maxLength: 6 },
  )
  .map(joined);

it('has for every number what was made of it, as an array would', () => {
  fc.assert(
    fc.property(fc.array(runs, { maxLength: 12 }), (updates) => {
      const map = new IntervalMap<string>();
      const model: (string | undefined)[] = Array.from({ length: END }, () => undefined);
      updates.forEach((update, i) => {
        map.update(update, (state = '') => `${state}.${i}`);
        for (const { from, to } of update)
          for (let number = from; number < to; number++) model[number] = `${model[number] ?? ''}.${i}`;
      });
      const found: (string | undefined)[] = Array.from({ length: END }, () => undefined);
      let last = 0;
      for (const { from, to, state } of map.segments) {
        expect(from).toBeGreaterThanOrEqual(last);
        expect(to).toBeGreaterThan(from);
        found.fill(state, from, to);
        last = to;
      }
      expect(found).toEqual(model);
    }),
  );
});

it('joins what has become the same, so that it stays small', () => {
  const map = new IntervalMap<object>();
  // Numbers 0 to 1001, each with a state of its own but the last three, and then none.
  for (let i = 0; i < 1000; i++) map.update([{ from: i, to: i + 3 }], () => ({}));
  const one = {};
  let changed = 0;
  map.update([{ from: 0, to: 2000 }], () => {
    changed++;
    return one;
  });
  expect([changed, map.segments]).toEqual([1003, [{ from: 0, to: 2000, state: one }]]);
  // More pieces than a call may have arguments.
  const far = Array.from({ length: 150_000 }, (_, i) => ({ from: 3 * i, to: 3 * i + 1 }));
  map.update(far, () => ({}));
  expect(map.segments.length).toBe(150_000 + 667);
});
