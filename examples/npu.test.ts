import { expect, it } from 'vitest';
import { sweep } from './npu.ts';

it('multiplies right on every array, and sooner on larger ones', () => {
  const found = sweep(8, [2, 4, 8]);
  expect(found.every(({ isRight }) => isRight)).toBe(true);
  const cycles = found.map((one) => one.cycles);
  expect(cycles).toEqual(cycles.toSorted((a, b) => b - a));
});
