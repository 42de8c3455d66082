/**
 * Walks the folds of a job: the parts of A·B that fit the array at once. The inner walk goes over the dimension that
 * lies along the rows (k when weights stay, m when outputs stay) in steps of `rows`, the outer over n in steps of
 * `cols`.
 */
import { bit, named, reg, uint, when, type Bit, type UInt } from '../../../hdl/index.ts';
import { further, WALK_BITS, type LOCAL_BITS, type WalkAddress } from '../../common/local.ts';
import { byName, namesOf } from '../../common/records.ts';
import { DIMENSION_BITS } from '../../common/numbers.ts';
import type { ArraySize } from '../size.ts';

type Dimension = UInt<typeof DIMENSION_BITS>;

/** By how many lines an operand moves from fold to fold, and where the inner walk ends from its start. */
export interface Step {
  readonly inner: Dimension;
  readonly outer: Dimension;
}

export interface Folds<Operand extends string> {
  /** There is a fold. */
  readonly active: Bit;
  /** Rows and columns of the matrices from this fold's first ones on (it has at most `rows` and `cols` of them). */
  readonly rowsLeft: Dimension;
  readonly colsLeft: Dimension;
  /** The fold's first line of each operand. */
  readonly line: Readonly<Record<Operand, WalkAddress>>;
  /** The first of its inner walk: nothing has been added up for these columns yet. */
  readonly firstInner: Bit;
  readonly last: Bit;
  /** From the next cycle on the first fold of a job. */
  start(total: Total, first: Readonly<Record<Operand, UInt<typeof LOCAL_BITS>>>): void;
  /** From the next cycle on the next fold of the job whose rows and steps these are. */
  advance(): void;
}

/** Rows and columns of a job. */
export interface Total {
  readonly rows: Dimension;
  readonly cols: Dimension;
}

export function folds<const Operand extends string>(
  name: string,
  { rows, cols }: ArraySize,
  totalRows: Dimension,
  steps: Readonly<Record<Operand, Step>>,
): Folds<Operand> {
  const operands = namesOf(steps);
  const r = {
    active: reg(`${name}_active`, bit),
    rowsLeft: reg(`${name}_rows_left`, uint(DIMENSION_BITS)),
    colsLeft: reg(`${name}_cols_left`, uint(DIMENSION_BITS)),
    firstInner: reg(`${name}_first_inner`, bit),
  };
  const line = byName(operands, (operand) => reg(`${operand}_line`, uint(WALK_BITS)));
  const outerLine = byName(operands, (operand) => reg(`${operand}_outer_line`, uint(WALK_BITS)));
  const lastInner = r.rowsLeft.le(rows);
  const last = named(`${name}_last`, lastInner.and(r.colsLeft.le(cols)));
  return {
    ...r,
    line,
    last,
    start(total, first) {
      r.active.next = 1;
      r.rowsLeft.next = total.rows;
      r.colsLeft.next = total.cols;
      r.firstInner.next = 1;
      for (const operand of operands) {
        line[operand].next = first[operand].extend(WALK_BITS);
        outerLine[operand].next = first[operand].extend(WALK_BITS);
      }
    },
    advance() {
      when(last, () => {
        r.active.next = 0;
      });
      when(lastInner, () => {
        r.rowsLeft.next = totalRows;
        r.colsLeft.next = r.colsLeft.sub(cols);
        r.firstInner.next = 1;
        for (const operand of operands) {
          const next = further(outerLine[operand], steps[operand].outer);
          line[operand].next = next;
          outerLine[operand].next = next;
        }
      }).otherwise(() => {
        r.rowsLeft.next = r.rowsLeft.sub(rows);
        r.firstInner.next = 0;
        for (const operand of operands) line[operand].next = further(line[operand], steps[operand].inner);
      });
    },
  };
}
