/**
 * One lane of an operation on two pictures, element by element: what its multiplier is given, one thing after another.
 *
 *   v = add, sub: round(a << leftShift, fromMultiplier, fromShift) ± round(b << leftShift, otherMultiplier, otherShift)
 *       mul: a · b    min, max: min(a, b), max(a, b)
 *   y = clamp(round(v, multiplier, shift) + zero, low, high)
 *
 * with a and b less their zero points, and `round` as in requantise.ts. So an addition takes the multiplier three
 * times, a multiplication twice.
 *
 * Interface: `element` of a with `first`, of b with `second`, and `zero` for each. `x` and `factor` go to the
 * multiplier in that cycle, its product comes back in the next one (`exact`), and `rounded`, with `wrapped`, in the one
 * after that. With `result` x is v; `lost` says whether anything of it did not fit 32 bits.
 *
 * Timing: `first`, `second`, and, three cycles or more after that, `result`. The next `first` comes two cycles after a
 * `second` at the earliest, the next `second` not before the cycle that is ahead of `result`. So elements follow each
 * other every three cycles: first, second, and the result of those before.
 */
import { bit, delay, module, named, regs, select, sint, uint, when } from '../../hdl/index.ts';
import { operator } from './job.ts';

export const ElementwiseLane = module(
  'elementwise_lane',
  {
    in: {
      element: uint(8),
      unsigned: bit,
      zero: sint(9),
      operator,
      leftShift: uint(5),
      first: bit,
      second: bit,
      result: bit,
      multiplier: sint(32),
      exact: sint(32),
      rounded: sint(32),
      wrapped: bit,
    },
    out: { x: sint(32), factor: sint(32), lost: bit },
  },
  (i) => {
    const [scales, isProduct, isOrder] = [
      i.operator.is('add').or(i.operator.is('sub')),
      i.operator.is('mul'),
      i.operator.is('min').or(i.operator.is('max')),
    ];
    const r = regs({ a: sint(32), v: sint(32), lostA: bit, lostB: bit, lostV: bit });
    const element = select(i.unsigned, i.element.extend(9).asSint(), i.element.asSint().extend(9));
    const centred = named('centred', element.subGrow(i.zero)).extend(32);
    const shifted = named('shifted', centred.shl(i.leftShift));
    const loses = shifted.shr(i.leftShift).ne(centred);

    // a, as it is or scaled; of an order the one that is chosen.
    const firstScaled = delay('first_scaled', i.first.and(scales), { cycles: 2 });
    const aIsChosen = select(i.operator.is('min'), r.a.lt(centred), r.a.gt(centred));
    when(i.first.and(scales.not()), () => {
      r.a.next = centred;
    });
    when(firstScaled, () => {
      r.a.next = i.rounded;
    });
    when(i.second.and(isOrder).and(aIsChosen.not()), () => {
      r.a.next = centred;
    });

    // v, from what has come of b.
    const multiplied = delay('second_multiplied', i.second);
    const secondScaled = delay('second_scaled', multiplied.and(scales));
    const total = select(i.operator.is('sub'), r.a.subGrow(i.rounded), r.a.addGrow(i.rounded));
    when(multiplied.and(scales.not()), () => {
      r.v.next = select(isProduct, i.exact, r.a);
    });
    when(secondScaled, () => {
      r.v.next = total.truncate(32);
    });

    when(i.first, () => {
      r.lostA.next = loses.and(scales);
    });
    when(firstScaled, () => {
      r.lostA.next = r.lostA.or(i.wrapped);
    });
    when(i.second, () => {
      r.lostB.next = loses.and(scales);
    });
    when(secondScaled, () => {
      r.lostV.next = r.lostA.or(r.lostB).or(i.wrapped).or(total.truncate(32).extend(33).ne(total));
    });
    return {
      x: select(i.result, r.v, select(scales, shifted, centred)),
      factor: select(i.second.and(isProduct), r.a, i.multiplier),
      lost: i.result.and(scales).and(r.lostV),
    };
  },
);
