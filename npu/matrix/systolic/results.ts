/**
 * Sums that leave the array, on their way to the accumulator: the folds that are in the array, in order, say where they
 * belong. Sums come row by row, fold by fold.
 *
 * Interface: `fold` when the first operands of a fold enter the array; `ended` when the last ones of a job did, or when
 * it is refused; `valid` with a row of `sums`. `done` and `fault` are the engine's. `empty`: no fold is in the array.
 *
 * Timing: a row is at `update` in the cycle in which it comes, `done` two cycles after a job's last row, when the
 * accumulator has it.
 *
 * Invariants: there is always room for a fold, as folds are at least `rows` cycles apart. A job ends before its last
 * sums leave the array, and jobs end in order.
 */
import {
  assert,
  bit,
  delay,
  fifo,
  fifoWithCount,
  module,
  named,
  reg,
  select,
  selectAs,
  stream,
  struct,
  uint,
  vec,
  when,
} from '../../../hdl/index.ts';
import { fault } from '../../common/fault.ts';
import { further, inAccumulator, lineOf, WALK_BITS } from '../../common/local.ts';
import { DIMENSION_BITS, numbers } from '../../common/numbers.ts';
import type { NpuConfig } from '../../config.ts';
import { accumulatorUpdate } from '../../memory/accumulator.ts';
import type { ArraySize } from '../size.ts';

/** A fold, as far as its sums are concerned. */
const fold = struct({
  /** Line of the accumulator for the first row. */
  line: uint(WALK_BITS),
  /** Rows that leave the array, and how many of them, or more, are inside the matrix. */
  rows: uint(DIMENSION_BITS),
  inside: uint(DIMENSION_BITS),
  lanes: uint(DIMENSION_BITS),
  accumulate: bit,
  /** The last one of its job. */
  last: bit,
});

/** A job without operands to come, and what was wrong with them. A refused one has no sums. */
const ended = struct({ refused: bit, fault });

/**
 * The most folds between the entry of their first operand and the exit of their last sum: the way through the array, a
 * fold's rows in it, and where outputs stay the next fold meanwhile.
 */
const mostFolds = ({ rows, cols }: ArraySize): number => 5 + Math.ceil((cols + 4) / rows);

export const Results = (config: NpuConfig) =>
  module(
    'systolic_results',
    {
      in: {
        fold: stream(fold),
        ended: stream(ended),
        valid: bit,
        sums: vec(config.cols, numbers.sum),
      },
      out: { update: accumulatorUpdate(config), done: bit, fault, empty: bit },
    },
    (i) => {
      const { out: current, count } = fifoWithCount('folds', i.fold, mostFolds(config));
      const job = fifo('jobs', i.ended, mostFolds(config));
      assert(i.fold.valid.not().or(i.fold.ready), 'more folds are in the array than it can hold');
      assert(i.valid.not().or(current.valid), 'a row of sums belongs to no fold');

      const { line, rows, inside, lanes, accumulate, last } = current.payload;
      const row = reg('row', uint(DIMENSION_BITS));
      const lastRow = row.eq(rows.sub(1));
      current.ready = i.valid.and(lastRow);
      when(i.valid, () => {
        row.next = select(lastRow, 0, row.add(1));
      });
      const at = named('line', further(line, row));
      const result = i.valid.and(row.lt(inside));
      const exists = inAccumulator(config, at);

      const outside = reg('outside', bit);
      const isOutside = outside.or(result.and(exists.not()));
      const finished = named('finished', current.fire.and(last));
      outside.next = isOutside.and(finished.not());
      assert(finished.not().or(job.valid.and(job.payload.refused.not())), 'sums of a job that has not ended');
      const ends = finished.or(job.valid.and(job.payload.refused));
      job.ready = ends;
      const report = delay(
        'report',
        { done: ends, fault: selectAs(fault, isOutside, 'range', job.payload.fault) },
        { cycles: 2 },
      );
      return {
        update: { enable: result.and(exists), line: lineOf(at), data: i.sums, lanes, accumulate },
        ...report,
        empty: count.eq(0),
      };
    },
  );
