import { bit, delay, module, sint } from '../index.ts';

/**
 * One weight-stationary multiply-accumulate cell. It takes `w` as its weight where `load` is 1; every cycle it passes
 * `a` on to the east and `sum + a · weight` (of the weight held before) to the south, both one cycle later. The sum
 * wraps at `acc` bits.
 */
export const Cell = <const D extends number, const A extends number>(p: { readonly data: D; readonly acc: A }) =>
  module(
    'cell',
    {
      in: { load: bit, a: sint(p.data), w: sint(p.data), sum: sint(p.acc) },
      out: { east: sint(p.data), south: sint(p.acc), weight: sint(p.data) },
    },
    ({ load, a, w, sum }) => {
      const weight = delay('weight', w, { enable: load });
      const product = a.mul(weight).extend(p.acc);
      return { east: delay('east', a), south: delay('south', sum.add(product)), weight };
    },
  );
