/**
 * Walks the lines of A in a fold: rows of `aWidth` lines, `aStep` lines from one to the next, `aRow` lines from a row
 * to the next (layout.ts).
 *
 * Timing: `offset` is a register, of the line that is next, counted from the fold's first. Invariant: it does not wrap,
 * so that what has left a memory stays outside.
 */
import { reg, select, uint, when, type SignalOf } from '../../hdl/index.ts';
import { further, WALK_BITS, type WalkAddress } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';
import type { gemmJob } from './job.ts';

export interface LineWalk {
  readonly offset: WalkAddress;
  /** From the next cycle on the first line. */
  restart(): void;
  /** From the next cycle on the next line of the job's walk. */
  advance(): void;
}

export function lineWalk({ aWidth, aStep, aRow }: SignalOf<typeof gemmJob>): LineWalk {
  const offset = reg('walk_offset', uint(WALK_BITS));
  /** Of the row's first line. */
  const row = reg('walk_row', uint(WALK_BITS));
  const inRow = reg('walk_in_row', uint(DIMENSION_BITS));
  // A width of 0 is one more than any line's place in its row.
  const lastInRow = inRow.eq(aWidth.sub(1));
  const nextRow = further(row, aRow);
  return {
    offset,
    restart() {
      offset.next = 0;
      row.next = 0;
      inRow.next = 0;
    },
    advance() {
      offset.next = select(lastInRow, nextRow, further(offset, aStep));
      when(lastInRow, () => {
        row.next = nextRow;
      });
      inRow.next = select(lastInRow, 0, inRow.add(1));
    },
  };
}
