/**
 * Walks the folds of a job: the parts of A·B that fit the array at once. The inner walk goes over the dimension that
 * lies along the rows (k when weights stay, m when outputs stay) in steps of `rows`, the outer over n in steps of
 * `cols`.
 */
import { bit, named, reg, uint, when, type Bit, type UInt } from '../../hdl/index.ts';
import { further, WALK_BITS, type LOCAL_BITS, type WalkAddress } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';

/** What an array takes at once. */
export interface ArraySize {
  readonly rows: number;
  readonly cols: number;
}

type Dimension = UInt<typeof DIMENSION_BITS>;

export interface Folds {
  /** There is a fold. */
  readonly active: Bit;
  /**
   * Rows and columns of the matrices from this fold's first ones on (the fold has at most `rows` and `cols` of them).
   */
  readonly rowsLeft: Dimension;
  readonly colsLeft: Dimension;
  /** The fold's first line. */
  readonly line: WalkAddress;
  /** The first of its inner walk: nothing has been added up for these columns yet. */
  readonly firstInner: Bit;
  readonly last: Bit;
  start(first: UInt<typeof LOCAL_BITS>): void;
  /** To the next fold: `line` moves by `inner`, or where the inner walk ends by `outer` from its start. */
  advance(): void;
}

export function folds(
  name: string,
  { rows, cols }: ArraySize,
  total: { readonly rows: Dimension; readonly cols: Dimension },
  step: { readonly inner: Dimension; readonly outer: Dimension },
): Folds {
  const r = {
    active: reg(`${name}_active`, bit),
    rowsLeft: reg(`${name}_rows_left`, uint(DIMENSION_BITS)),
    colsLeft: reg(`${name}_cols_left`, uint(DIMENSION_BITS)),
    line: reg(`${name}_line`, uint(WALK_BITS)),
    outerLine: reg(`${name}_outer_line`, uint(WALK_BITS)),
    firstInner: reg(`${name}_first_inner`, bit),
  };
  const lastInner = r.rowsLeft.le(rows);
  const last = named(`${name}_last`, lastInner.and(r.colsLeft.le(cols)));
  const nextOuter = further(r.outerLine, step.outer);
  return {
    ...r,
    last,
    start(first) {
      r.active.next = 1;
      r.rowsLeft.next = total.rows;
      r.colsLeft.next = total.cols;
      r.line.next = first.extend(WALK_BITS);
      r.outerLine.next = first.extend(WALK_BITS);
      r.firstInner.next = 1;
    },
    advance() {
      when(last, () => {
        r.active.next = 0;
      });
      when(lastInner, () => {
        r.rowsLeft.next = total.rows;
        r.colsLeft.next = r.colsLeft.sub(cols);
        r.line.next = nextOuter;
        r.outerLine.next = nextOuter;
        r.firstInner.next = 1;
      }).otherwise(() => {
        r.rowsLeft.next = r.rowsLeft.sub(rows);
        r.line.next = further(r.line, step.inner);
        r.firstInner.next = 0;
      });
    },
  };
}
