import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexSet } from './index-set.ts';

const indices = fc.oneof(fc.array(fc.nat(40), { maxLength: 6 }), fc.array(fc.nat(300), { maxLength: 80, size: 'max' }));
const made = (list: readonly number[]): IndexSet =>
  list.reduce((set, index) => set.union(IndexSet.of(index)), IndexSet.empty);
const sorted = (set: ReadonlySet<number>): number[] => [...set].sort((a, b) => a - b);

test("a set of indices is what JavaScript's own set of them is", () => {
  fc.assert(
    fc.property(indices, indices, (a, b) => {
      const [first, second] = [made(a), made(b)];
      expect(first.members()).toEqual(sorted(new Set(a)));
      expect(first.union(second).members()).toEqual(sorted(new Set([...a, ...b])));
      expect(first.includes(second)).toBe(b.every((index) => a.includes(index)));
      expect(first.isEmpty).toBe(a.length === 0);
      expect(first.union(first)).toBe(first);
    }),
  );
});
