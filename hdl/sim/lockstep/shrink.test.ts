import { expect, test } from 'vitest';
import { shrink } from './shrink.ts';

const list = Array.from({ length: 64 }, (_, i) => i + 1);
/** Fails while 37 and 50 are in it. */
const fails = (candidate: readonly number[]): 'fails' | null =>
  candidate.includes(37) && candidate.includes(50) ? 'fails' : null;

test('what has nothing to do with the failure goes', () => {
  expect(shrink(list, 'fails', fails, 10_000)).toEqual({ list: [37, 50], failure: 'fails', cut: false });
});

test.each([0, 1, 5, 20])('no more than %i attempts are made, and that it may become smaller is told', (most) => {
  let made = 0;
  const { list: left, cut } = shrink(
    list,
    'fails',
    (candidate) => {
      made++;
      return fails(candidate);
    },
    most,
  );
  expect([made, cut]).toEqual([most, true]);
  expect(fails(left)).toBe('fails');
});
