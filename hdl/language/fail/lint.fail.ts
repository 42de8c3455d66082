/**
 * What tsc lets pass and lint must not: signals as JavaScript conditions. `lint.test.ts` checks that each marked line
 * is found.
 */
import { bit, module, uint, when } from '../index.ts';

export const Traps = module(
  'traps',
  { in: { a: bit, b: bit, x: uint(8), y: uint(8) }, out: { q: uint(8) } },
  ({ a, b, x, y }) => {
    when(a.and(b) && b, () => {}); // caught
    when(a || b, () => {}); // caught
    when(a ?? b, () => {}); // caught
    when(a && a.and(b), () => {}); // caught
    const chosen = x.eq(y) ? x : y; // caught
    const kept = [a, b].filter((one) => one); // caught
    kept.forEach(() => {});
    return { q: chosen };
  },
);

export const Negated = module('negated', { in: { a: bit, x: uint(8) }, out: { q: uint(8) } }, ({ a, x }) => {
  const chosen = !a ? x : x.add(1); // caught
  return { q: chosen };
});

export const Named = module('named', { in: { x: uint(8) }, out: { q: uint(8) } }, ({ x }) => {
  const name = `sum_${x}`; // caught
  return { q: x.add(name.length) };
});

export const Loop = module('loop', { in: { a: bit, x: uint(8) }, out: { q: uint(8) } }, ({ a, x }) => {
  for (let i = 0; a; i++) x.add(i); // caught
  return { q: x };
});
