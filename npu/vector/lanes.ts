/**
 * The lanes of the vector unit: for each channel of a line one that requantises (lane.ts), which has the wide
 * multiplier, one that makes steps of two pictures for it (elementwise.ts), and one with the table (table.ts).
 *
 * Interface: `sums` of the accumulator, of which with `keep` and `among` several become one by `combine` (lane.ts),
 * `totals` of windows (`windowed`), `elements` of a picture. `first`, `second` and `result` are the steps of two
 * pictures. `write` and `look` are the table's; the results come from it where `looks` is high. Everything else is the
 * same in all lanes.
 * Timing: that of requantise.ts.
 */
import { all, bit, byColumn, delay, fill, lanes, module, select, sint, uint, vec, wire } from '../../hdl/index.ts';
import { ElementwiseLane } from './elementwise.ts';
import { combine, digit, operator, rounding } from './job.ts';
import { part, VectorLane } from './lane.ts';
import { TableLane } from './table.ts';

export const VectorLanes = (cols: number) => {
  const words = vec(cols, sint(32));
  const bytes = vec(cols, uint(8));

  return module(
    'vector_lanes',
    {
      in: {
        sums: words,
        keep: bit,
        among: bit,
        combine,
        totals: words,
        windowed: bit,
        parameter: bit,
        part,
        perChannel: bit,
        multiply: bit,
        multiplier: sint(32),
        shift: sint(8),
        rounding,
        zero: sint(9),
        least: sint(10),
        most: sint(10),
        digit,
        elements: bytes,
        unsigned: bit,
        centre: sint(9),
        operator,
        leftShift: uint(5),
        first: bit,
        second: bit,
        result: bit,
        write: bit,
        index: uint(8),
        entry: uint(8),
        look: bit,
        looks: bit,
      },
      out: { y: bytes, wrapped: vec(cols, bit) },
    },
    (i) => {
      const { first, second, result } = i;
      const step = first.or(second).or(result);
      const multiply = i.multiply.or(step);
      const finish = delay('finish', multiply);
      // What has come of a step goes back; nothing moves in those lanes otherwise.
      const [exact, rounded, lost] = [wire('exact', words), wire('rounded', words), wire('lost', vec(cols, bit))];
      const pairs = lanes('pair', cols, ElementwiseLane, {
        element: byColumn(select(first.or(second), i.elements, fill(cols, uint(8), 0))),
        unsigned: all(i.unsigned),
        zero: all(i.centre),
        operator: all(i.operator),
        leftShift: all(i.leftShift),
        first: all(first),
        second: all(second),
        result: all(result),
        multiplier: all(i.multiplier),
        exact: byColumn(exact),
        rounded: byColumn(rounded),
        wrapped: byColumn(lost),
      });
      const out = lanes('lane', cols, VectorLane, {
        sum: byColumn(i.sums),
        keep: all(i.keep),
        among: all(i.among),
        combine: all(i.combine),
        total: byColumn(i.totals),
        windowed: all(i.windowed),
        x: byColumn(pairs.x),
        factor: byColumn(pairs.factor),
        step: all(step),
        parameter: all(i.parameter),
        part: all(i.part),
        multiply: all(multiply),
        finish: all(finish),
        lostBefore: byColumn(pairs.lost),
        perChannel: all(i.perChannel),
        multiplier: all(i.multiplier),
        shift: all(i.shift),
        rounding: all(i.rounding),
        zero: all(i.zero),
        least: all(i.least),
        most: all(i.most),
        digit: all(i.digit),
      });
      const ofStep = delay('step_q', step);
      const rests = fill(cols, sint(32), 0);
      exact.next = select(ofStep, out.exact, rests);
      rounded.next = select(delay('step_done', ofStep), out.rounded, rests);
      lost.next = out.wrapped;
      const table = lanes('table', cols, TableLane, {
        element: byColumn(select(i.look, i.elements, fill(cols, uint(8), 0))),
        look: all(i.look),
        write: all(i.write),
        index: all(i.index),
        entry: all(i.entry),
      });
      return { y: select(i.looks, table.y, out.y), wrapped: out.wrapped };
    },
  );
};
