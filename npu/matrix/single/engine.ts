/**
 * The single engine: one multiplier and one adder that go through a tile job element by element. The least that can
 * stand behind the port of a matrix engine (port.ts), and what to compare the others with.
 *
 * For each fold of columns, each row and each column of the fold it takes k cycles; a row's sums are gathered and sent
 * together. Timing: one product a cycle, m · n · k cycles `active`; a product's operands are read in one cycle and
 * multiplied in the next. Invariant: a sum of at most MOST_EXACT_K products fits its register; longer jobs are refused
 * (`arithmetic`).
 *
 * In waves, 3 × 2 times 2 × 2 on 2 columns:
 *
 *     cycle         1    2    3    4    5    6    7    8    9    10   11   12   13   14   15   16   17   18   19
 *                   ─────┐
 *     job_valid          └─────────────────────────────────────────────────────────────────────────────────────────
 *                   ┬────┬────┬───────────────────────────────────────────────────────────┬────┬────┬────┬────┬────
 *     state         │idle│che…│run                                                        │mul…│send│add │rep…│idle
 *                   ┬─────────────────────────────┬───────────────────┬───────────────────┬────────────────────────
 *     aRead_address │0                            │1                  │2                  │0
 *                   ┬─────────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────┬────────────────────────
 *     bRead_address │0        │0x…0│0x…1│0x…0│0x…1│0x…0│0x…1│0x…0│0x…1│0x…0│0x…1│0x…0│0x…1│0x10002
 *                             ┌───────────────────────────────────────────────────────────┐
 *     active        ──────────┘                                                           └────────────────────────
 *                                                      ┌────┐              ┌────┐              ┌────┐
 *     update_enable ───────────────────────────────────┘    └──────────────┘    └──────────────┘    └──────────────
 *                   ┬───────────────────────────────────────┬───────────────────┬───────────────────┬──────────────
 *     update_line   │0                                      │1                  │2                  │3
 *                                                                                                        ┌────┐
 *     done          ─────────────────────────────────────────────────────────────────────────────────────┘    └────
 */
import { constant, delay, fsm, module, named, reg, regs, select, uint, vec, when } from '../../../hdl/index.ts';
import { fault } from '../../common/fault.ts';
import { bankOf, further, inAccumulator, inBank, lineOf, LOCAL_BITS, WALK_BITS } from '../../common/local.ts';
import { DIMENSION_BITS, numbers } from '../../common/numbers.ts';
import type { NpuConfig } from '../../config.ts';
import { gemmJob, MOST_EXACT_K } from '../job.ts';
import { lineWalk } from '../line-walk.ts';
import { matrixPorts } from '../port.ts';
import { refusalOf } from '../refusal.ts';

/** Bits of a place in a line. */
const PLACE_BITS = 9;

export const SingleEngine = (config: NpuConfig) => {
  const { rows, cols } = config;

  return module('single_engine', matrixPorts(config), (i) => {
    const state = fsm(['idle', 'check', 'run', 'multiply', 'send', 'add', 'report'], { reset: 'idle' });
    const job = reg('job', gemmJob);
    const found = reg('found', fault);
    const os = job.dataflow.is('os');

    const r = regs({
      /**
       * Of the product that is read now: element of k, row, column of the fold, columns from this fold's first one on.
       */
      l: uint(DIMENSION_BITS),
      row: uint(DIMENSION_BITS),
      lane: uint(PLACE_BITS),
      colsLeft: uint(DIMENSION_BITS),
      /** Of A, B and C: the first line of the fold; of A the place in lines, of C the line of the row. */
      aFold: uint(WALK_BITS),
      place: uint(PLACE_BITS),
      bFold: uint(WALK_BITS),
      cFold: uint(WALK_BITS),
      cLine: uint(WALK_BITS),
    });
    const inFold = lineWalk(job);
    const reading = state.is('run');
    const [aLine, bLine] = [further(r.aFold, inFold.offset), further(r.bFold, r.l)];
    const [lastOfK, lastLane] = [
      r.l.eq(job.k.sub(1)),
      r.lane.eq(cols - 1).or(r.lane.extend(DIMENSION_BITS).eq(r.colsLeft.sub(1))),
    ];
    const lastRow = r.row.eq(job.m.sub(1));
    const rowDone = named('row_done', reading.and(lastOfK).and(lastLane));
    const foldDone = rowDone.and(lastRow);
    const finished = named('finished', foldDone.and(r.colsLeft.le(cols)));

    // From element to element a row of A moves along the line (weights stay) or from line to line (outputs stay); from
    // row to row it is the other way round.
    const inLine = {
      moves: reading.and(select(os, rowDone, 1)),
      restarts: select(os, lastRow, lastOfK),
      wraps: r.place.eq(rows - 1),
    };
    const lines = { move: reading.and(select(os, 1, rowDone)), restart: select(os, lastOfK, lastRow) };
    when(inLine.moves, () => {
      const next = select(inLine.wraps, further(r.aFold, job.aFold), r.aFold);
      r.aFold.next = select(inLine.restarts, job.a.extend(WALK_BITS), next);
      r.place.next = select(inLine.restarts.or(inLine.wraps), 0, r.place.add(1));
    });
    when(lines.move, () => {
      when(lines.restart, () => inFold.restart()).otherwise(() => inFold.advance());
    });
    when(reading, () => {
      r.l.next = select(lastOfK, 0, r.l.add(1));
      when(lastOfK, () => {
        r.lane.next = select(lastLane, 0, r.lane.add(1));
      });
      when(rowDone, () => {
        r.row.next = select(lastRow, 0, r.row.add(1));
        r.cLine.next = further(r.cLine, constant(uint(1), 1));
      });
      when(foldDone, () => {
        const cFold = further(r.cFold, job.cFold);
        r.colsLeft.next = r.colsLeft.sub(cols);
        r.bFold.next = further(r.bFold, job.bFold);
        r.cFold.next = cFold;
        r.cLine.next = cFold;
      });
    });

    const [aExists, bExists] = [inBank(config, aLine, bankOf(job.a)), inBank(config, bLine, bankOf(job.b))];
    const aRead = { enable: reading.and(aExists), address: aLine.truncate(LOCAL_BITS) };
    const bRead = { enable: reading.and(bExists), address: bLine.truncate(LOCAL_BITS) };

    // The lines arrive one cycle after their addresses, and so does everything that goes with them.
    const at = <T>(name: string, value: T): T => delay(`${name}_q`, value);
    const lane = at('lane', r.lane);
    const a = numbers.fromMemory(i.aData.at(at('place', r.place)), job.aUnsigned, job.aZero);
    const b = numbers.fromMemory(i.bData.at(lane), job.bUnsigned, job.bZero);
    const multiplying = at('reading', reading);
    const total = reg('total', numbers.sum);
    const before = select(at('first', r.l.eq(0)), constant(numbers.sum, 0), total);
    const added = numbers.add(before, numbers.multiply(a, b));
    when(multiplying, () => {
      total.next = added;
    });
    const sums = reg('sums', vec(cols, numbers.sum));
    when(multiplying.and(at('last', lastOfK)), () => {
      sums.next = sums.with(lane, added);
    });

    // A row's last sum is in the register one cycle after that.
    const rowSent = {
      line: delay('line_q', at('c_line', r.cLine)),
      lanes: delay('lanes_q', at('c_lanes', r.colsLeft)),
    };
    const sent = delay('sent', at('row', rowDone));
    const cExists = inAccumulator(config, rowSent.line);
    const update = {
      enable: sent.and(cExists),
      line: lineOf(rowSent.line),
      data: sums,
      lanes: rowSent.lanes,
      accumulate: job.accumulate,
    };

    const why = refusalOf(job, job.k.gt(MOST_EXACT_K));
    when(sent.and(cExists.not()), () => {
      found.next = 'range';
    });

    const room = state.is('idle');
    i.job.ready = room;
    state.cases({
      idle: () =>
        when(i.job.fire, () => {
          job.next = i.job.payload;
          found.next = 'none';
          state.goto('check');
        }),
      check: () =>
        when(why.is('none').not(), () => {
          found.next = why;
          state.goto('report');
        }).otherwise(() => {
          r.l.next = 0;
          r.row.next = 0;
          r.lane.next = 0;
          r.colsLeft.next = job.n;
          inFold.restart();
          r.aFold.next = job.a.extend(WALK_BITS);
          r.place.next = 0;
          r.bFold.next = job.b.extend(WALK_BITS);
          r.cFold.next = job.c.extend(WALK_BITS);
          r.cLine.next = job.c.extend(WALK_BITS);
          state.goto('run');
        }),
      run: () => {
        when(aExists.not().or(bExists.not()), () => {
          found.next = 'range';
        });
        when(finished, () => state.goto('multiply'));
      },
      // The last row is on its way through the multiplier, the sums and the accumulator.
      multiply: () => state.goto('send'),
      send: () => state.goto('add'),
      add: () => state.goto('report'),
      report: () => state.goto('idle'),
    });
    return { aRead, bRead, update, room, fault: found, faultAddress: 0, done: state.is('report'), active: reading };
  });
};
