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
import {
  constant,
  delay,
  fsm,
  module,
  named,
  reg,
  regs,
  select,
  uint,
  vec,
  when,
  type Bit,
  type UInt,
} from '../../../hdl/index.ts';
import { fault } from '../../common/fault.ts';
import { bankOf, further, inAccumulator, inScratchpad, lineOf, LOCAL_BITS, WALK_BITS } from '../../common/local.ts';
import { DIMENSION_BITS, numbers } from '../../common/numbers.ts';
import type { NpuConfig } from '../../config.ts';
import { gemmJob, MOST_EXACT_K } from '../job.ts';
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
      /** Where the row of A begins, and where its element is. */
      aFirst: uint(WALK_BITS),
      firstPlace: uint(PLACE_BITS),
      aLine: uint(WALK_BITS),
      place: uint(PLACE_BITS),
      bFold: uint(WALK_BITS),
      cLine: uint(WALK_BITS),
    });
    const reading = state.is('run');
    const bLine = further(r.bFold, r.l);
    const [lastOfK, lastLane] = [
      r.l.eq(job.k.sub(1)),
      r.lane.eq(cols - 1).or(r.lane.extend(DIMENSION_BITS).eq(r.colsLeft.sub(1))),
    ];
    const lastRow = r.row.eq(job.m.sub(1));
    const rowDone = named('row_done', reading.and(lastOfK).and(lastLane));
    const foldDone = rowDone.and(lastRow);
    const finished = named('finished', foldDone.and(r.colsLeft.le(cols)));
    /** The next place in lines of `rows` bytes, and whether it is in another line. */
    const nextPlace = (at: UInt<typeof PLACE_BITS>): readonly [UInt<typeof PLACE_BITS>, Bit] => {
      const wraps = at.eq(rows - 1);
      return [select(wraps, 0, at.add(1)), wraps];
    };

    // From element to element a row of A moves along the line (weights stay) or from line to line (outputs stay); from
    // row to row it is the other way round.
    const [alongK, nextLineOfK] = nextPlace(r.place);
    const [alongM, nextLineOfM] = nextPlace(r.firstPlace);
    const rowLine = select(
      os,
      select(nextLineOfM, further(r.aFirst, job.k), r.aFirst),
      further(r.aFirst, constant(uint(1), 1)),
    );
    const rowPlace = select(os, alongM, 0);
    when(reading, () => {
      r.l.next = select(lastOfK, 0, r.l.add(1));
      r.aLine.next = select(
        os.or(nextLineOfK),
        further(r.aLine, select(os, constant(uint(DIMENSION_BITS), 1), job.m)),
        r.aLine,
      );
      r.place.next = select(os, r.place, alongK);
      when(lastOfK, () => {
        r.lane.next = select(lastLane, 0, r.lane.add(1));
        r.aLine.next = r.aFirst;
        r.place.next = r.firstPlace;
      });
      when(rowDone, () => {
        r.row.next = select(lastRow, 0, r.row.add(1));
        r.cLine.next = further(r.cLine, constant(uint(1), 1));
        const line = select(lastRow, job.a.extend(WALK_BITS), rowLine);
        const place = select(lastRow, 0, rowPlace);
        r.aFirst.next = line;
        r.aLine.next = line;
        r.firstPlace.next = place;
        r.place.next = place;
      });
      when(foldDone, () => {
        r.colsLeft.next = r.colsLeft.sub(cols);
        r.bFold.next = further(r.bFold, job.k);
      });
    });

    const [aExists, bExists] = [inScratchpad(config, r.aLine), inScratchpad(config, bLine)];
    const aRead = { enable: reading.and(aExists), address: r.aLine.truncate(LOCAL_BITS) };
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
    const clash = aRead.enable.and(bRead.enable).and(bankOf(aRead.address).eq(bankOf(bRead.address)));
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
          r.aFirst.next = job.a.extend(WALK_BITS);
          r.aLine.next = job.a.extend(WALK_BITS);
          r.firstPlace.next = 0;
          r.place.next = 0;
          r.bFold.next = job.b.extend(WALK_BITS);
          r.cLine.next = job.c.extend(WALK_BITS);
          state.goto('run');
        }),
      run: () => {
        when(aExists.not().or(bExists.not()), () => {
          found.next = 'range';
        });
        // An operand can run on into the next bank.
        when(clash, () => {
          found.next = 'bank';
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
