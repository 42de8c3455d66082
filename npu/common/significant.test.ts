import { describe, expect, it } from 'vitest';
import { elaborate, module, sint } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { significant } from './significant.ts';

const Rounded = (width: number, bits: number) =>
  module('rounded', { in: { x: sint(width) }, out: { y: sint(width) } }, ({ x }) => ({ y: significant(x, bits) }));

/** Of all numbers that have no more bits the nearest; of two the one with an even significand. */
function nearest(x: number, bits: number, all: readonly number[]): number {
  const far = Math.min(...all.map((one) => Math.abs(one - x)));
  const [one = NaN, other = one] = all.filter((candidate) => Math.abs(candidate - x) === far);
  const unit = (value: number): number => 2 ** Math.max(Math.floor(Math.log2(Math.abs(value))) + 1 - bits, 0);
  const last = Math.max(unit(one), unit(other));
  return (one / last) % 2 === 0 ? one : other;
}

describe.each([
  [10, 2],
  [10, 4],
  [10, 7],
  [10, 8],
])('%d bits, of which %d stay', (width, bits) => {
  it('goes to the nearest, for every number', () => {
    const most = 2 ** (width - 2);
    const all = Array.from({ length: 2 * most + 1 }, (_, i) => i - most).filter((value) => {
      const size = Math.abs(value);
      return Array.from({ length: width }, (_, shift) => size / 2 ** shift).some(
        (part) => Number.isInteger(part) && part < 2 ** bits,
      );
    });
    const sim = simulate(elaborate(Rounded(width, bits)));
    const [x, y] = [sim.signal('x'), sim.signal('y')];
    for (let value = -most; value <= most; value++) {
      x.set(value);
      expect([value, BigInt.asIntN(width, y.get())]).toEqual([value, BigInt(nearest(value, bits, all))]);
    }
  });
});
