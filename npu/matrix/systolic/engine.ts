/**
 * The systolic engine: runs one tile job (job.ts) at a time behind the port of a matrix engine (port.ts).
 *
 * Timing: weight-stationary, the weights of a fold enter while the fold before is being computed; folds follow each
 * other every max(m, rows) cycles. Output-stationary, results leave while the next fold is being computed; every max(k,
 * rows) cycles. `active` is high in the cycles from the first to the last in which the array holds a live operand,
 * which for one fold is 2·rows + cols + m − 2 (ws) or rows + cols + k − 2 (os).
 *
 * Invariants: swaps are at least `rows` cycles apart, which is what the cell asks for. No sum wraps in the array:
 * jobs in which one could are refused (`arithmetic`). Folds and jobs are added up in the accumulator, which tells of
 * sums that wrap.
 *
 * In waves, 3 × 2 times 2 × 2 on 2 × 2 cells, weights stationary:
 *
 *     cycle         1     2     3     4     5     6     7     8     9     10    11    12    13    14    15    16
 *                   ──────┐
 *     job_valid           └─────────────────────────────────────────────────────────────────────────────────────────
 *                   ┬─────┬─────┬─────────────────────────────────────────────────────────────────┬─────┬───────────
 *     state         │idle │check│run                                                              │repo…│idle
 *                               ┌───────────┐
 *     load          ────────────┘           └───────────────────────────────────────────────────────────────────────
 *                   ┬───────────┬─────┬─────┬───────────────────────────────────────────────────────────────────────
 *     bRead_address │0          │0x…00│0x…01│0x10004
 *                                           ┌─────┐
 *     start         ────────────────────────┘     └─────────────────────────────────────────────────────────────────
 *                                           ┌─────────────────┐
 *     feed          ────────────────────────┘                 └─────────────────────────────────────────────────────
 *                   ┬─────────────────────────────┬─────┬─────┬─────────────────────────────────────────────────────
 *     aRead_address │0                            │1    │2    │3
 *                               ┌─────────────────────────────────────────┐
 *     active        ────────────┘                                         └─────────────────────────────────────────
 *                                                                               ┌─────────────────┐
 *     update_enable ────────────────────────────────────────────────────────────┘                 └─────────────────
 *                   ┬─────────────────────────────────────────────────────────────────┬─────┬─────┬─────────────────
 *     update_line   │0                                                                │1    │2    │3
 *                                                                                                       ┌─────┐
 *     done          ────────────────────────────────────────────────────────────────────────────────────┘     └─────
 */
import {
  bit,
  constant,
  delay,
  fsm,
  module,
  named,
  reg,
  regs,
  select,
  selectAs,
  uint,
  when,
} from '../../../hdl/index.ts';
import type { NpuConfig } from '../../config.ts';
import { fault } from '../../common/fault.ts';
import { bankOf, further, inAccumulator, inScratchpad, lineOf, LOCAL_BITS } from '../../common/local.ts';
import { SystolicArray } from './array.ts';
import { DIMENSION_BITS, numbers } from '../../common/numbers.ts';
import { folds } from '../folds.ts';
import { gemmJob, MOST_EXACT_K } from '../job.ts';
import { operandEdge } from '../operands.ts';
import { matrixPorts } from '../port.ts';
import { whenRefused } from '../refusal.ts';

export const SystolicEngine = (config: NpuConfig) => {
  const { rows, cols } = config;

  return module('systolic_engine', matrixPorts(config), (i) => {
    const state = fsm(['idle', 'check', 'run', 'report'], { reset: 'idle' });
    const job = reg('job', gemmJob);
    const found = reg('found', fault);
    const os = job.dataflow.is('os');

    // Along the rows of the array lies k (ws) or m (os); a fold streams the other one through.
    const total = { rows: named('rows_total', select(os, job.m, job.k)), cols: job.n };
    const steps = named('steps', select(os, job.k, job.m));
    const a = folds('a', config, total, { inner: steps, outer: constant(uint(DIMENSION_BITS), 0) });
    const b = folds('b', config, total, { inner: selectAs(uint(DIMENSION_BITS), os, 0, rows), outer: job.k });
    const c = folds('c', config, total, { inner: selectAs(uint(DIMENSION_BITS), os, rows, 0), outer: job.m });

    const r = regs({
      aStep: uint(DIMENSION_BITS),
      bStep: uint(DIMENSION_BITS),
      streaming: bit,
      loading: bit,
      /** Weights are in the array, or on their way, that no swap has made current. */
      loaded: bit,
      /** Cycles until the next swap may follow the last one. */
      gap: uint(9),
      firstSwap: bit,
      flushed: bit,
      outRow: uint(DIMENSION_BITS),
    });

    // A new fold begins with a swap: when the last one has streamed through, and (ws) its weights are all in the array.
    const running = state.is('run');
    const mayStart = running.and(a.active).and(r.streaming.not()).and(r.gap.eq(0));
    const start = named('start', mayStart.and(os.or(r.loaded.and(r.loading.not()))));
    const feed = named('feed', start.or(r.streaming));
    const flush = named(
      'flush',
      running.and(os).and(a.active.not()).and(r.streaming.not()).and(r.gap.eq(0)).and(r.flushed.not()),
    );
    const swap = start.or(flush);
    const step = select(start, 0, r.aStep);
    const lastStep = step.eq(steps.sub(1));

    when(feed, () => {
      r.aStep.next = step.add(1);
      r.streaming.next = lastStep.not();
      when(lastStep, () => a.advance());
    });
    when(swap, () => {
      r.gap.next = rows - 1;
      r.firstSwap.next = 0;
    }).elsewhen(r.gap.ne(0), () => {
      r.gap.next = r.gap.sub(1);
    });
    when(flush, () => {
      r.flushed.next = 1;
    });

    // Weights of the next fold enter as soon as the array has taken up those before.
    const startLoad = named(
      'start_load',
      running.and(os.not()).and(b.active).and(r.loading.not()).and(r.loaded.not().or(start)),
    );
    const load = named('load', startLoad.or(r.loading));
    const loadStep = select(startLoad, 0, r.bStep);
    const lastLoad = loadStep.eq(rows - 1);
    when(start, () => {
      r.loaded.next = 0;
    });
    when(startLoad, () => {
      r.loaded.next = 1;
    });
    when(load, () => {
      r.bStep.next = loadStep.add(1);
      r.loading.next = lastLoad.not();
      when(lastLoad, () => b.advance());
    });
    when(os.and(feed).and(lastStep), () => b.advance());

    const bRow = select(os, step, loadStep);
    const bInside = select(os, feed, load.and(loadStep.lt(b.rowsLeft)));
    const [aAddress, bAddress] = [further(a.line, step), further(b.line, bRow)];
    const [aExists, bExists] = [inScratchpad(config, aAddress), inScratchpad(config, bAddress)];
    const aRead = { enable: feed.and(aExists), address: aAddress.truncate(LOCAL_BITS) };
    const bRead = { enable: bInside.and(bExists), address: bAddress.truncate(LOCAL_BITS) };

    // The lines arrive one cycle after their addresses, and so does everything that goes with them.
    const at = <T>(name: string, value: T): T => delay(`${name}_q`, value);
    const array = SystolicArray(config, numbers)(
      {
        os,
        a: operandEdge(numbers, 'a_edge', rows, {
          elements: i.aData.slice(0, rows),
          inside: at('a_inside', a.rowsLeft),
          live: at('feed', feed),
          unsigned: job.aUnsigned,
          zero: job.aZero,
        }),
        b: operandEdge(numbers, 'b_edge', cols, {
          elements: i.bData.slice(0, cols),
          inside: at('b_cols', b.colsLeft),
          live: at('b_inside', bInside),
          unsigned: job.bUnsigned,
          zero: job.bZero,
        }),
        live: at('live', feed),
        swap: at('swap', swap),
        mark: at('mark', select(os, delay('drain', swap.and(r.firstSwap.not())), startLoad)),
      },
      { name: 'array' },
    );

    // Rows come out in order, fold by fold.
    const foldRows = selectAs(uint(DIMENSION_BITS), os, rows, job.m);
    const rowInside = os.not().or(r.outRow.lt(c.rowsLeft));
    const lastRow = r.outRow.eq(foldRows.sub(1));
    const finished = named('finished', array.valid.and(lastRow).and(c.last));
    when(array.valid, () => {
      r.outRow.next = select(lastRow, 0, r.outRow.add(1));
      when(lastRow, () => c.advance());
    });
    const cAddress = further(c.line, r.outRow);
    const [result, cExists] = [array.valid.and(rowInside), inAccumulator(config, cAddress)];
    const update = {
      enable: result.and(cExists),
      line: lineOf(cAddress),
      data: array.sums,
      lanes: c.colsLeft,
      accumulate: job.accumulate.or(os.not().and(c.firstInner.not())),
    };

    const outside = feed.and(aExists.not()).or(bInside.and(bExists.not())).or(result.and(cExists.not()));
    const tooLong = os.and(job.k.gt(MOST_EXACT_K));
    const clash = aRead.enable.and(bRead.enable).and(bankOf(aRead.address).eq(bankOf(bRead.address)));

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
        whenRefused(job, tooLong, (why) => {
          found.next = why;
          state.goto('report');
        }).otherwise(() => {
          a.start(job.a);
          b.start(job.b);
          c.start(job.c);
          r.firstSwap.next = 1;
          r.flushed.next = 0;
          r.outRow.next = 0;
          state.goto('run');
        }),
      run: () => {
        when(outside, () => {
          found.next = 'range';
        });
        // An operand can run on into the next bank.
        when(clash, () => {
          found.next = 'bank';
        });
        // `done` follows two cycles later, when the accumulator has the last row.
        when(finished, () => state.goto('report'));
      },
      report: () => state.goto('idle'),
    });

    const tail = reg('tail', uint(10));
    when(feed, () => {
      tail.next = rows + cols - 2;
    }).elsewhen(tail.ne(0), () => {
      tail.next = tail.sub(1);
    });
    return {
      aRead,
      bRead,
      update,
      room,
      fault: found,
      faultAddress: 0,
      done: delay('done', state.is('report')),
      active: feed.or(load).or(tail.ne(0)),
    };
  });
};
