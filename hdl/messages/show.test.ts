import { expect, test } from 'vitest';
import { isLater, show } from './show.ts';

async function later(): Promise<void> {}
function* steps(): Generator {
  yield 1;
}
class Odd {}

const values: readonly (readonly [unknown, string])[] = [
  [5, '5'],
  [5n, '5n'],
  ['5', "'5'"],
  [-0, '-0'],
  [0, '0'],
  [Number.NaN, 'NaN'],
  ['NaN', "'NaN'"],
  [-Infinity, '-Infinity'],
  [1.5, '1.5'],
  [true, 'true'],
  ['true', "'true'"],
  [undefined, 'nothing'],
  [null, 'null'],
  ['', "''"],
  ['a\nb', String.raw`'a\nb'`],
  ['say "it"', `'say "it"'`],
  [Symbol('x'), 'a symbol'],
  [[1, 2], 'an array of 2'],
  [{}, 'an object'],
  [{ valueOf: () => 5 }, 'an object'],
  [new Map(), 'a Map'],
  [new Odd(), 'an Odd'],
  [Object.create(null), 'an object'],
  [show, 'a function'],
  [later, 'an async function'],
  [later(), 'a promise'],
  [steps(), 'the steps of a generator'],
  [new Date(0), 'a Date'],
];

test.each(values)('%o is shown', (value, text) => expect(show(value)).toBe(text));
test('no two different values look the same', () => {
  const plain = values.map(([, text]) => text).filter((text) => text !== 'an object');
  expect(new Set(plain).size).toBe(plain.length);
});
test('long texts are cut', () => expect(show('x'.repeat(1000)).length).toBeLessThan(50));
test('what ends later is known', () =>
  expect(values.filter(([value]) => isLater(value)).map(([, text]) => text)).toEqual([
    'a promise',
    'the steps of a generator',
  ]));
