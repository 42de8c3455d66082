/**
 * Goes through a picture, fold by fold, for operations whose results are made of windows (job.ts): which lines are
 * read, and which results they belong to. Of depthwise it reads a fold's kernel before its picture.
 *
 * A row of results is made in passes, one for each row of the kernel that is inside of the picture and each group of up
 * to three of its columns. A pass is a sequence of slots: in slot s the line at column s + b of the picture's row is
 * read, where there is one, and b is the column of the group's first tap for the first result; where s is a multiple of
 * the stride, a token sets out, which stands for a result. It arrives two slots later, when the lines of its three taps
 * are those of the last three slots. So a pass has a tail of up to two slots in which its last tokens get their lines.
 * It is read beside the next pass where that has nothing to read yet: with as much padding at either side, a row takes
 * as many slots as it has results.
 *
 * Interface: `start` with the first lines of a job; while `run` is high, which it may be from the cycle after that on,
 * fold follows fold, and `ends` is high in the last cycle of each. `read` asks for a line, which need not exist; when
 * it is taken, `weight` or `slot` says what it is. A slot without a line needs nobody. `token` arrives in a slot.
 *
 * Timing: where every read is taken at once, a fold takes one cycle, one for each tap of the kernel of depthwise, those
 * of its passes, and two. Pass i takes
 *
 *   slots + max(0, tail(i − 1) − min(max(0, left − 3·group(i)), slots)), slots = (outWidth − 1)·strideX + 1,
 *
 * where tail(i) is how many columns the picture has after that of the last token's first tap, and at most the number of
 * taps of the group after the first one; 0 for a pass over a row outside of the picture, and before the first pass. A
 * row of results whose windows have no row in the picture takes one pass for each group.
 *
 * Invariants: tokens arrive in the order of their results, pass by pass. What is asked for is in the picture.
 *
 * In waves, a kernel of 1 × 3 over 2 rows of 3 columns, with one column of padding at either side:
 *
 *     cycle        1     2     3     4     5     6     7     8     9     10    11    12
 *                  ┬───────────┬───────────────────────────────────┬───────────┬─────┬─────
 *     phase        │begin      │passes                             │flush      │begin│pass…
 *                                    ┌───────────────────────────────────┐
 *     read_valid   ──────────────────┘                                   └─────────────────
 *                  ┬───────────┬───────────┬─────┬─────┬─────┬─────┬─────┬───────────┬─────
 *     read_payload │0          │0x10       │0x11 │0x12 │0x18 │0x19 │0x1a │0x20       │0x10
 *                  ┬─────────────────────────────┬─────┬───────────┬─────┬─────────────────
 *     tailSlots    │0                            │1    │0          │1    │0
 *                              ┌───────────────────────────────────────────────┐
 *     slot         ────────────┘                                               └───────────
 *                                          ┌───────────────────────────────────┐
 *     token_enable ────────────────────────┘                                   └───────────
 *                  ┬─────────────────────────────┬─────┬─────┬─────┬─────┬─────┬───────────
 *     token_index  │0                            │1    │2    │0    │1    │2    │0
 *                                                                        ┌─────┐
 *     ends         ──────────────────────────────────────────────────────┘     └───────────
 */
import {
  bit,
  constant,
  fsm,
  module,
  named,
  regs,
  select,
  sint,
  stream,
  struct,
  uint,
  vec,
  when,
  type Bit,
  type SInt,
  type UInt,
} from '../../hdl/index.ts';
import { indexBits } from '../../hdl/lib/bits.ts';
import { further, LOCAL_BITS, WALK_BITS, type WalkAddress } from '../common/local.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';
import { GROUP_BITS, KERNEL_ROW_BITS, MOST_RESULTS, TAPS, vectorJob } from './job.ts';

/** A group of taps of a row of the kernel. */
const tapGroup = struct({ row: uint(KERNEL_ROW_BITS), group: uint(GROUP_BITS) });
/** A line of the kernel: one tap of a group. */
export const weight = struct({ enable: bit, tap: uint(2), at: tapGroup });

/** A result, as far as a group of taps is concerned. */
export const token = struct({
  enable: bit,
  /** Which of the taps are in the picture and in the kernel. */
  inside: vec(TAPS, bit),
  at: tapGroup,
  /** Whether it is the first pass over it, and the last one. */
  first: bit,
  last: bit,
  /** Its place in the row, and whether the row ends with it. */
  index: uint(indexBits(MOST_RESULTS)),
  ends: bit,
});

/** Bits of rows of the picture: windows begin up to outHeight · strideY below its first one. */
const ROW_BITS = 26;
/** Bits of its columns. */
const COLUMN_BITS = 18;
type Column = SInt<typeof COLUMN_BITS>;
/** Bits of the kernel's rows and columns, and one more, so that those after the last have numbers. */
const KERNEL_BITS = 9;
/** Slots from where a token sets out to where it arrives. */
const WAY = TAPS - 1;

const column = (value: UInt): Column => value.extend(COLUMN_BITS).asSint();
const row = (value: UInt): SInt<typeof ROW_BITS> => value.extend(ROW_BITS).asSint();
const notBelow0 = <W extends number>(value: SInt<W>): UInt<W> => select(value.lt(0), 0, value).asUint();

export const WindowWalk = module(
  'window_walk',
  {
    in: { start: bit, from: uint(LOCAL_BITS), weights: uint(LOCAL_BITS), job: vectorJob, run: bit },
    out: { read: stream(uint(WALK_BITS)), weight, slot: bit, token, ends: bit },
  },
  ({ start, from, weights, job, run }, o) => {
    const phase = fsm(['begin', 'kernel', 'passes', 'flush'], { reset: 'begin', name: 'phase' });
    const line = uint(WALK_BITS);
    const at = regs({
      /** First lines of the fold, of the first row that the windows have in the picture, and of this pass's row. */
      fold: line,
      windows: line,
      pass: line,
      /** Rows of results from this one on, and the row of the picture at which the windows begin. */
      rowsLeft: uint(DIMENSION_BITS),
      top: sint(ROW_BITS),
      /** The pass: its rows of the kernel and of the picture, its first column of the kernel, its group. */
      kernelRow: uint(KERNEL_BITS),
      row: sint(ROW_BITS),
      kernelColumn: uint(KERNEL_BITS),
      group: uint(GROUP_BITS),
      fresh: bit,
      /** The slot: the column of the first tap, and the line of it, or of the first column where it is left of that. */
      column: sint(COLUMN_BITS),
      line,
      /** Slots until the next token, and the tokens before it. */
      wait: uint(8),
      index: uint(indexBits(MOST_RESULTS)),
    });
    const kernel = regs({
      weightLine: line,
      weightRow: uint(8),
      weightColumn: uint(8),
      tap: uint(2),
      tapGroup: uint(2),
    });
    /** Slots of the tail of the pass before, from this one on, the column of this one and its line. */
    const tail = regs({ tailSlots: uint(2), tailColumn: sint(COLUMN_BITS), tailLine: line });
    const tokens = regs({ behind: token, arriving: token });
    const flushed = regs({ flushed: bit }).flushed;

    const [loads, passes, flushes] = [phase.is('kernel'), phase.is('passes'), phase.is('flush')];
    const isColumn = (x: Column): Bit => x.ge(0).and(x.lt(column(job.width)));
    const next = (address: WalkAddress): WalkAddress => further(address, constant(uint(1), 1));

    // A slot is one of the tail, of the pass, or of both where the pass has nothing to read.
    const isTail = tail.tailSlots.ne(0);
    const isLast = at.index.eq(job.outWidth.sub(1).truncate(indexBits(MOST_RESULTS)));
    const isEmpty = at.column.add(tail.tailSlots.extend(COLUMN_BITS).asSint()).le(0);
    const alone = isTail.and(isEmpty.not().or(isLast.and(tail.tailSlots.gt(1))));
    const rowInside = named(
      'rowInside',
      at.kernelRow.lt(job.kernelHeight.extend(KERNEL_BITS)).and(at.row.lt(row(job.height))),
    );
    const reads = select(isTail, isColumn(tail.tailColumn), passes.and(rowInside).and(isColumn(at.column)));
    const asks = named('asks', run.and(loads.or(passes.or(flushes).and(reads))));
    const goes = named('goes', run.and(asks.not().or(o.read.ready)));
    const slot = named('slots', goes.and(passes.or(flushes)));
    const advances = named('advances', slot.and(passes).and(alone.not()));

    const isToken = advances.and(at.wait.eq(0));
    const passEnds = named('passEnds', isToken.and(isLast));
    const tapsLeft = job.kernelWidth.extend(KERNEL_BITS).sub(at.kernelColumn);
    const groupsEnd = tapsLeft.le(TAPS);
    const kernelEnds = at.kernelRow
      .add(1)
      .ge(job.kernelHeight.extend(KERNEL_BITS))
      .or(at.row.add(1).ge(row(job.height)));
    when(slot, () => {
      tokens.arriving.next = tokens.behind;
      tokens.behind.next = {
        enable: isToken,
        inside: Array.from({ length: TAPS }, (_, tap) =>
          rowInside.and(isColumn(at.column.add(tap))).and(tapsLeft.gt(tap)),
        ),
        at: { row: at.kernelRow.truncate(KERNEL_ROW_BITS), group: at.group },
        first: at.fresh,
        last: groupsEnd.and(kernelEnds),
        index: at.index,
        ends: isLast,
      };
      when(isTail, () => {
        tail.tailSlots.next = tail.tailSlots.sub(1);
        tail.tailColumn.next = tail.tailColumn.add(1);
        when(isColumn(tail.tailColumn), () => {
          tail.tailLine.next = next(tail.tailLine);
        });
      });
    });

    const beginRow = (top: SInt<typeof ROW_BITS>, first: WalkAddress): void => {
      at.top.next = top;
      at.row.next = notBelow0(top).asSint();
      at.kernelRow.next = notBelow0(constant(sint(ROW_BITS), 0).sub(top)).truncate(KERNEL_BITS);
      at.fresh.next = 1;
      at.windows.next = first;
      beginPass(0, first, first);
    };
    const beginPass = (kernelColumn: UInt<typeof KERNEL_BITS> | 0, pass: WalkAddress, first: WalkAddress): void => {
      at.kernelColumn.next = kernelColumn;
      at.column.next =
        kernelColumn === 0
          ? constant(sint(COLUMN_BITS), 0).sub(column(job.left))
          : column(kernelColumn).sub(column(job.left));
      at.pass.next = pass;
      at.line.next = first;
      at.wait.next = 0;
      at.index.next = 0;
    };
    const endPass = (): void => {
      const rest = column(job.width).sub(1).sub(at.column);
      const taps = select(groupsEnd, tapsLeft.sub(1).truncate(2), WAY);
      const slots = select(rest.lt(column(taps)), notBelow0(rest).truncate(2), taps);
      tail.tailSlots.next = select(rowInside, slots, 0);
      tail.tailColumn.next = at.column.add(1);
      tail.tailLine.next = select(isColumn(at.column), next(at.line), at.line);
      at.fresh.next = 0;
      when(groupsEnd.not(), () => {
        const kernelColumn = at.kernelColumn.add(TAPS);
        const first = column(kernelColumn).sub(column(job.left));
        at.group.next = at.group.add(1);
        beginPass(kernelColumn, at.pass, further(at.pass, notBelow0(first)));
      })
        .elsewhen(kernelEnds.not(), () => {
          const pass = further(at.pass, job.fromRow);
          at.kernelRow.next = at.kernelRow.add(1);
          at.row.next = at.row.add(1);
          at.group.next = 0;
          beginPass(0, pass, pass);
        })
        .otherwise(() => {
          const top = at.top.add(row(job.strideY));
          const rows = notBelow0(top).sub(notBelow0(at.top)).truncate(8);
          at.group.next = 0;
          at.rowsLeft.next = at.rowsLeft.sub(1);
          beginRow(top, furtherRows(at.windows, rows, job.fromRow));
          when(at.rowsLeft.eq(1), () => phase.goto('flush'));
        });
    };

    const ends = named('ended', slot.and(flushes).and(flushed));
    phase.cases({
      begin: () =>
        when(run, () => {
          at.rowsLeft.next = job.outHeight;
          at.group.next = 0;
          beginRow(constant(sint(ROW_BITS), 0).sub(row(job.top)), at.fold);
          kernel.weightRow.next = 0;
          kernel.weightColumn.next = 0;
          kernel.tap.next = 0;
          kernel.tapGroup.next = 0;
          // A job that was given up leaves something behind.
          tail.tailSlots.next = 0;
          tokens.behind.enable.next = 0;
          tokens.arriving.enable.next = 0;
          flushed.next = 0;
          when(job.operation.is('depthwise'), () => phase.goto('kernel')).otherwise(() => phase.goto('passes'));
        }),
      kernel: () =>
        when(goes, () => {
          const rowEnds = kernel.weightColumn.eq(job.kernelWidth.sub(1));
          const groupEnds = kernel.tap.eq(TAPS - 1);
          kernel.weightLine.next = next(kernel.weightLine);
          kernel.weightColumn.next = select(rowEnds, 0, kernel.weightColumn.add(1));
          kernel.tap.next = select(rowEnds.or(groupEnds), 0, kernel.tap.add(1));
          kernel.tapGroup.next = select(rowEnds, 0, select(groupEnds, kernel.tapGroup.add(1), kernel.tapGroup));
          when(rowEnds, () => {
            kernel.weightRow.next = kernel.weightRow.add(1);
            when(kernel.weightRow.eq(job.kernelHeight.sub(1)), () => phase.goto('passes'));
          });
        }),
      passes: () =>
        when(passEnds, endPass).elsewhen(advances, () => {
          at.column.next = at.column.add(1);
          when(isColumn(at.column), () => {
            at.line.next = next(at.line);
          });
          at.wait.next = select(isToken, job.strideX.sub(1), at.wait.sub(1));
          when(isToken, () => {
            at.index.next = at.index.add(1);
          });
        }),
      flush: () =>
        when(slot, () => {
          flushed.next = 1;
          when(flushed, () => {
            at.fold.next = further(at.fold, job.fromFold);
            phase.goto('begin');
          });
        }),
    });

    when(start, () => {
      at.fold.next = from.extend(WALK_BITS);
      kernel.weightLine.next = weights.extend(WALK_BITS);
      phase.goto('begin');
    });

    const { arriving } = tokens;
    return {
      read: {
        valid: asks,
        payload: select(loads, kernel.weightLine, select(isTail, tail.tailLine, at.line)),
      },
      weight: {
        enable: goes.and(loads),
        tap: kernel.tap,
        at: { row: kernel.weightRow.truncate(KERNEL_ROW_BITS), group: kernel.tapGroup },
      },
      slot,
      token: { ...arriving, enable: arriving.enable.and(slot) },
      ends,
    };
  },
);

/** `count` times `lines` further; what has left the memory stays outside. */
function furtherRows(address: WalkAddress, count: UInt<8>, lines: UInt<typeof DIMENSION_BITS>): WalkAddress {
  const all = count.mul(lines);
  const most = 2 ** WALK_BITS - 1;
  return further(address, select(all.gt(most), most, all).truncate(WALK_BITS));
}
