/**
 * The systolic engine: runs tile jobs (job.ts) behind the port of a matrix engine (port.ts), back to back.
 *
 * A job goes through three places, which may have three different ones: it is taken and checked, and its weights enter
 * the array (`ahead`); its operands stream through (`job`); its sums leave (results.ts). Folds follow each other
 * without a gap, whichever job they belong to.
 *
 * Timing: weight-stationary, the weights of a fold enter while the fold before is being computed; folds follow each
 * other every max(m, rows) cycles. Output-stationary, results leave while the next fold is being computed; every max(k,
 * rows) cycles. A job whose dataflow is another one waits until the last sum of those before has left. Weights that lie
 * in the bank of the operands A of the job before wait until the last of those are read. `active` is high in the cycles
 * from the first to the last in which the array holds a live operand, which for one fold is 2·rows + cols + m − 2 (ws)
 * or rows + cols + k − 2 (os). timing.ts has all of this as closed forms.
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
 *                   ┬─────┬─────┬───────────┬───────────────────────────────────────────────────────────────────────
 *     state         │idle │check│weights    │idle
 *                               ┌───────────┐
 *     load          ────────────┘           └───────────────────────────────────────────────────────────────────────
 *                   ┬───────────┬─────┬─────┬───────────────────────────────────────────────────────────────────────
 *     bRead_address │0          │0x…00│0x…01│0x10004
 *                                           ┌─────┐
 *     start         ────────────────────────┘     └─────────────────────────────────────────────────────────────────
 *                                           ┌─────────────────┐
 *     feed          ────────────────────────┘                 └─────────────────────────────────────────────────────
 *                   ┬─────────────────────────────┬─────┬─────┬─────────────────────────────────────────────────────
 *     aRead_address │0                            │1    │2    │0
 *                               ┌─────────────────────────────────────────┐
 *     active        ────────────┘                                         └─────────────────────────────────────────
 *                                                                               ┌─────────────────┐
 *     update_enable ────────────────────────────────────────────────────────────┘                 └─────────────────
 *                   ┬─────────────────────────────────────────────────────────────────┬─────┬─────┬─────────────────
 *     update_line   │0                                                                │1    │2    │0
 *                                                                                                       ┌─────┐
 *     done          ────────────────────────────────────────────────────────────────────────────────────┘     └─────
 */
import {
  assert,
  bit,
  constant,
  delay,
  fsm,
  module,
  named,
  produce,
  reg,
  regs,
  select,
  selectAs,
  uint,
  when,
  wire,
} from '../../../hdl/index.ts';
import type { NpuConfig } from '../../config.ts';
import { fault } from '../../common/fault.ts';
import { bankOf, further, inBank, LOCAL_BITS } from '../../common/local.ts';
import { DIMENSION_BITS, numbers } from '../../common/numbers.ts';
import { gemmJob, MOST_EXACT_K } from '../job.ts';
import { lineWalk } from '../line-walk.ts';
import { operandEdge } from '../operands.ts';
import { matrixPorts } from '../port.ts';
import { refusalOf } from '../refusal.ts';
import { SystolicArray } from './array.ts';
import { folds } from './folds.ts';
import { Results } from './results.ts';

export const SystolicEngine = (config: NpuConfig) => {
  const { rows, cols } = config;

  return module('systolic_engine', matrixPorts(config), (i) => {
    const state = fsm(['idle', 'check', 'wait', 'weights', 'refused'], { reset: 'idle' });
    const ahead = { job: reg('ahead', gemmJob), found: reg('ahead_found', fault) };
    const job = reg('job', gemmJob);
    const found = reg('found', fault);
    /** The dataflow of what is in the array. */
    const os = reg('os', bit);

    const fromHere = constant(uint(DIMENSION_BITS), 0);
    // Along the rows of the array lies k (ws) or m (os); a fold streams the other one through.
    const steps = named('steps', select(os, job.k, job.m));
    const walk = folds('fold', config, named('rows_total', select(os, job.m, job.k)), {
      a: { inner: job.aFold, outer: fromHere },
      b: { inner: fromHere, outer: job.bFold },
      c: { inner: selectAs(uint(DIMENSION_BITS), os, rows, 0), outer: job.cFold },
    });
    const inFold = lineWalk(job);
    // Weights enter before what they are multiplied with.
    const weights = folds('weights', config, ahead.job.k, {
      w: { inner: constant(uint(DIMENSION_BITS), rows), outer: ahead.job.bFold },
    });

    const r = regs({
      aStep: uint(DIMENSION_BITS),
      wStep: uint(DIMENSION_BITS),
      streaming: bit,
      loading: bit,
      /** Weights are in the array, or on their way, that no swap has made current. */
      loaded: bit,
      /** Cycles until the next swap may follow the last one. */
      gap: uint(9),
      /** Outputs stationary: the cells gather sums, which the next swap puts on their way out. */
      gathering: bit,
      /** Outputs stationary: the cells hold nothing, so that a fold can begin without a swap. */
      clear: bit,
    });

    // A fold begins with a swap: when the one before has streamed through, and (ws) its weights are all in the array.
    const maySwap = r.gap.eq(0);
    const begins = select(os, maySwap.or(r.clear), maySwap.and(r.loaded).and(r.loading.not()));
    const start = named('start', walk.active.and(r.streaming.not()).and(begins));
    const feed = named('feed', start.or(r.streaming));
    const step = select(start, 0, r.aStep);
    const lastStep = feed.and(step.eq(steps.sub(1)));
    const lastOperands = named('last_operands', lastStep.and(walk.last));

    // The job that is ahead takes its turn when the last operands of the one before enter.
    const isOs = ahead.job.dataflow.is('os');
    const why = refusalOf(ahead.job, isOs.and(ahead.job.k.gt(MOST_EXACT_K)));
    const offered = state.is('check').and(why.is('none')).or(state.is('wait'));
    const turn = named('turn', offered.and(os.eq(isOs)).and(walk.active.not().or(lastOperands)));

    const flush = named('flush', os.and(r.gathering).and(maySwap).and(walk.active.not()).and(turn.not()));
    const swap = named('swap', select(os, start.and(r.clear.not()).or(flush), start));
    when(feed, () => {
      r.aStep.next = step.add(1);
      r.streaming.next = lastStep.not();
      when(lastStep, () => {
        walk.advance();
        inFold.restart();
      }).otherwise(() => inFold.advance());
    });
    when(swap, () => {
      r.gap.next = rows - 1;
    }).elsewhen(maySwap.not(), () => {
      r.gap.next = r.gap.sub(1);
    });
    when(start, () => {
      r.gathering.next = os;
      r.clear.next = 0;
    });
    when(flush, () => {
      r.gathering.next = 0;
      r.clear.next = 1;
    });

    // Weights of the next fold enter as soon as the array has taken up those before. Those of another job must not be
    // in the bank of the operands that still stream; of one job they never are.
    const own = state.is('weights');
    const [aBank, weightsBank] = [bankOf(job.a), bankOf(ahead.job.b)];
    const mayLoad = walk.active.not().or(own).or(aBank.ne(weightsBank));
    const startLoad = named(
      'start_load',
      os.not().and(weights.active).and(r.loading.not()).and(r.loaded.not().or(start)).and(mayLoad),
    );
    const load = named('load', startLoad.or(r.loading));
    const loadStep = select(startLoad, 0, r.wStep);
    const lastLoad = load.and(loadStep.eq(rows - 1));
    const allLoaded = lastLoad.and(weights.last);
    when(start, () => {
      r.loaded.next = 0;
    });
    when(startLoad, () => {
      r.loaded.next = 1;
      r.clear.next = 0;
    });
    when(load, () => {
      r.wStep.next = loadStep.add(1);
      r.loading.next = lastLoad.not();
      when(lastLoad, () => weights.advance());
    });

    const ofWeights = load.and(loadStep.lt(weights.rowsLeft));
    const bInside = select(os, feed, ofWeights);
    const [aAddress, bAddress] = [
      further(walk.line.a, inFold.offset),
      select(os, further(walk.line.b, step), further(weights.line.w, loadStep)),
    ];
    const [aExists, bExists] = [
      inBank(config, aAddress, aBank),
      inBank(config, bAddress, select(os, bankOf(job.b), weightsBank)),
    ];
    const aRead = { enable: feed.and(aExists), address: aAddress.truncate(LOCAL_BITS) };
    const bRead = { enable: bInside.and(bExists), address: bAddress.truncate(LOCAL_BITS) };

    // The lines arrive one cycle after their addresses, and so does everything that goes with them.
    const at = <T>(name: string, value: T): T => delay(`${name}_q`, value);
    const array = SystolicArray(config, numbers)(
      {
        os,
        a: operandEdge(numbers, 'a_edge', rows, {
          elements: i.aData.slice(0, rows),
          inside: at('a_inside', walk.rowsLeft),
          live: at('feed', feed),
          unsigned: at('a_unsigned', job.aUnsigned),
          zero: at('a_zero', job.aZero),
        }),
        b: operandEdge(numbers, 'b_edge', cols, {
          elements: i.bData.slice(0, cols),
          inside: at('b_cols', select(os, walk.colsLeft, weights.colsLeft)),
          live: at('b_inside', bInside),
          unsigned: at('b_unsigned', select(os, job.bUnsigned, ahead.job.bUnsigned)),
          zero: at('b_zero', select(os, job.bZero, ahead.job.bZero)),
        }),
        live: at('live', feed),
        swap: at('swap', swap),
        mark: at('mark', select(os, delay('drain', swap.and(r.gathering)), startLoad)),
      },
      { name: 'array' },
    );

    // What is wrong with operands is kept with the job whose they are.
    const [aOutside, bOutside] = [feed.and(aExists.not()), bInside.and(bExists.not())];
    const outside = aOutside.or(bOutside.and(os.or(own)));
    const foundNow = selectAs(fault, outside, 'range', found);
    const foundAhead = selectAs(fault, bOutside.and(os.or(own).not()), 'range', ahead.found);
    found.next = foundNow;
    ahead.found.next = foundAhead;

    const fold = produce('fold', {
      valid: start,
      payload: {
        line: walk.line.c,
        rows: selectAs(uint(DIMENSION_BITS), os, rows, steps),
        inside: select(os, walk.rowsLeft, steps),
        lanes: walk.colsLeft,
        accumulate: job.accumulate.or(os.not().and(walk.firstInner.not())),
        last: walk.last,
      },
    });
    const empty = wire('empty', bit);
    const quiet = named('quiet', walk.active.not().and(empty));
    const refuses = state.is('refused').and(quiet);
    const ended = produce('ended', {
      valid: lastOperands.or(refuses),
      payload: { refused: refuses, fault: select(refuses, ahead.found, foundNow) },
    });
    const results = Results(config)({ fold, ended, valid: array.valid, sums: array.sums }, { name: 'results' });
    empty.next = results.empty;
    assert(ended.valid.not().or(ended.ready), 'more jobs have ended than have sums in the array');

    const room = state.is('idle');
    i.job.ready = room;
    const takesTurn = (): void => {
      job.next = ahead.job;
      found.next = foundAhead;
      const { a, b, c, m, n, k } = ahead.job;
      walk.start({ rows: select(isOs, m, k), cols: n }, { a, b, c });
    };
    when(offered.and(quiet), () => {
      os.next = isOs;
    });
    state.cases({
      idle: () =>
        when(i.job.fire, () => {
          ahead.job.next = i.job.payload;
          ahead.found.next = 'none';
          when(quiet, () => {
            os.next = i.job.payload.dataflow.is('os');
          });
          state.goto('check');
        }),
      check: () =>
        when(why.is('none').not(), () => {
          ahead.found.next = why;
          state.goto('refused');
        }).otherwise(() => {
          when(isOs.not(), () => weights.start({ rows: ahead.job.k, cols: ahead.job.n }, { w: ahead.job.b }));
          when(turn, () => {
            takesTurn();
            when(isOs, () => state.goto('idle')).otherwise(() => state.goto('weights'));
          }).otherwise(() => state.goto('wait'));
        }),
      wait: () =>
        when(turn, () => {
          takesTurn();
          when(weights.active.and(allLoaded.not()), () => state.goto('weights')).otherwise(() => state.goto('idle'));
        }),
      weights: () => when(allLoaded, () => state.goto('idle')),
      refused: () => when(refuses, () => state.goto('idle')),
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
      update: results.update,
      room,
      fault: results.fault,
      faultAddress: 0,
      done: results.done,
      active: feed.or(load).or(tail.ne(0)),
    };
  });
};
