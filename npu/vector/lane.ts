/**
 * One lane of the vector unit: what an operation makes of a channel's sums and bytes goes through its one wide
 * multiplier (requantise.ts), or through the table (table.ts), and comes out as a byte.
 *
 * Interface: `sum` is of the accumulator, `total` of a window (`windowed`), `element` a byte of a picture. The lane
 * keeps the channel's bias and scale: `parameter` is high while `sum` is one of them, and `part` says which; with
 * `perChannel` they take the place of the tensor's. `first`, `second` and `result` are the steps of elementwise.ts, and
 * multiply as well; `y` is an entry of the table where `looks` is high. The rest is RequantiseLane's, and so is the
 * timing.
 */
import { bit, enumeration, match, module, regs, select, sint, uint, when, wire } from '../../hdl/index.ts';
import { ElementwiseLane } from './elementwise.ts';
import { operator, rounding } from './job.ts';
import { RequantiseLane } from './requantise.ts';
import { TableLane } from './table.ts';

/** The lines of parameters of a fold, in their order. */
export const part = enumeration('part', ['bias', 'multiplier', 'shift']);

export const VectorLane = module(
  'vector_lane',
  {
    in: {
      sum: sint(32),
      total: sint(32),
      windowed: bit,
      parameter: bit,
      part,
      perChannel: bit,
      element: uint(8),
      unsigned: bit,
      centre: sint(9),
      operator,
      leftShift: uint(5),
      first: bit,
      second: bit,
      result: bit,
      look: bit,
      write: bit,
      index: uint(8),
      entry: uint(8),
      looks: bit,
      multiply: bit,
      finish: bit,
      multiplier: sint(32),
      shift: sint(8),
      rounding,
      zero: sint(9),
      least: sint(10),
      most: sint(10),
    },
    out: { y: uint(8), wrapped: bit },
  },
  (i) => {
    const own = regs({ ownBias: sint(32), ownMultiplier: sint(32), ownShift: sint(8) });
    when(i.parameter, () =>
      match(i.part, {
        bias: () => {
          own.ownBias.next = i.sum;
        },
        multiplier: () => {
          own.ownMultiplier.next = i.sum;
        },
        shift: () => {
          own.ownShift.next = i.sum.truncate(8);
        },
      }),
    );
    const { element, unsigned, operator: made, leftShift, first, second, result } = i;
    const back = { exact: wire('exact', sint(32)), rounded: wire('rounded', sint(32)), wrapped: wire('lost', bit) };
    const pair = ElementwiseLane({
      element,
      unsigned,
      zero: i.centre,
      operator: made,
      leftShift,
      first,
      second,
      result,
      multiplier: i.multiplier,
      ...back,
    });
    const step = first.or(second).or(result);
    const out = RequantiseLane()({
      x: select(step, pair.x, select(i.windowed, i.total, i.sum)),
      bias: select(i.perChannel, own.ownBias, 0),
      multiplier: select(step, pair.factor, select(i.perChannel, own.ownMultiplier, i.multiplier)),
      shift: select(i.perChannel, own.ownShift, i.shift),
      lostBefore: pair.lost,
      multiply: i.multiply.or(step),
      finish: i.finish,
      rounding: i.rounding,
      zero: i.zero,
      least: i.least,
      most: i.most,
    });
    back.exact.next = out.exact;
    back.rounded.next = out.rounded;
    back.wrapped.next = out.wrapped;
    const table = TableLane({ element, look: i.look, write: i.write, index: i.index, entry: i.entry });
    return { y: select(i.looks, table.y, out.y), wrapped: out.wrapped };
  },
);
