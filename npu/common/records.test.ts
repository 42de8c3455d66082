import { expect, it } from 'vitest';
import { byName, merged, namesOf } from './records.ts';

it('makes a value for each name, and knows the names', () => {
  const made: Readonly<Record<'a' | 'b', string>> = byName(['a', 'b'], (name, index) => `${name}${index}`);
  expect(made).toEqual({ a: 'a0', b: 'b1' });
  expect(namesOf(made)).toEqual(['a', 'b']);
});

it('merges records, and refuses a name that comes twice', () => {
  const all = merged([{ a: 1 }, { b: 'x' }]);
  expect(all).toEqual({ a: 1, b: 'x' });
  expect(() => merged([{ a: 1 }, { b: 2 }, { a: 3 }])).toThrow('a stands in two of the records');
});
