/**
 * Signals as JavaScript conditions, as far as the compiler sees them (lint sees the rest: lint.fail.ts), and a few that
 * it must refuse.
 */
import { bit, module, uint, when } from '../index.ts';

export const Conditions = module(
  'conditions',
  { in: { a: bit, b: bit, x: uint(8), y: uint(8) }, out: { q: uint(8) } },
  (i) => {
    // @ts-expect-error means i.b
    when(i.a && i.b, () => {});
    // @ts-expect-error means i.x
    const q = i.a ? i.x : i.y;
    // @ts-expect-error always
    if (i.a) when(i.b, () => {});
    // @ts-expect-error a boolean that is false
    if (i.x === 3) when(i.b, () => {});
    // @ts-expect-error compares an object with a number
    if (i.x > 3) when(i.b, () => {});
    // @ts-expect-error a signal cannot be called
    i.a('and, or, select or when');
    return { q };
  },
);
