/**
 * The vector unit: requantises m × n results of the accumulator (job.ts) in mode T2, a line a cycle: it has as many
 * lanes as the array has columns.
 *
 * It goes through the lines as they follow each other; where scales differ by channel, before each fold it takes the
 * multipliers and the shifts of its columns into the lanes. Interface: reads lines of the accumulator and writes lines
 * of the scratchpad, both always granted. `wrapped` is high beside a write of which a sum lost bits when it was shifted
 * left.
 *
 * Timing: the first line is read in the cycle after the job was taken, and written three cycles after that. Each fold
 * takes m cycles, and 2 more where scales differ by channel. `done` comes in the cycle after the last write, when all
 * is readable: 4 cycles beside those of the folds. A job of nothing is refused at once. A line that does not exist is
 * neither read nor written, and ends the job.
 *
 * In waves, 2 rows of 2 lanes, each lane with a scale of its own:
 *
 *     cycle         1     2     3     4     5     6     7     8     9     10    11
 *                   ──────┐
 *     job_valid           └───────────────────────────────────────────────────────────
 *                   ┬─────┬─────┬─────┬───────────┬───────────────────────┬───────────
 *     state         │idle │mult…│shif…│rows       │drain                  │idle
 *                         ┌───────────────────────┐
 *     read_enable   ──────┘                       └───────────────────────────────────
 *                   ┬─────┬─────┬─────┬─────┬─────┬───────────────────────────────────
 *     read_address  │0    │8    │9    │0    │1    │0xa
 *                                                       ┌───────────┐
 *     write_enable  ────────────────────────────────────┘           └─────────────────
 *                   ┬─────────────────────────────────────────┬─────┬─────────────────
 *     write_address │0                                        │1    │2
 *                                                                   ┌─────┐
 *     done          ────────────────────────────────────────────────┘     └───────────
 */
import {
  all,
  bit,
  byColumn,
  constant,
  delay,
  fsm,
  lanes,
  module,
  named,
  pack,
  reg,
  regs,
  select,
  sint,
  stream,
  uint,
  unpack,
  vec,
  when,
  type Bit,
} from '../../hdl/index.ts';
import type { NpuConfig } from '../config.ts';
import { fault } from '../common/fault.ts';
import { unitStatus } from '../common/unit.ts';
import {
  further,
  inAccumulator,
  inScratchpad,
  lineRead,
  LOCAL_BITS,
  WALK_BITS,
  type WalkAddress,
} from '../common/local.ts';
import { lowOnes } from '../common/mask.ts';
import { resultWrite } from '../memory/scratchpad.ts';
import { DIMENSION_BITS, numbers } from '../common/numbers.ts';
import { requantiseJob } from './job.ts';
import { RequantiseLane } from './requantise.ts';

/**
 * One lane: keeps a channel's scale, chooses between it and the tensor's, and requantises. `multipliers` and `shifts`
 * say that `x` is one; the rest is RequantiseLane's.
 */
const VectorLane = module(
  'vector_lane',
  {
    in: {
      x: sint(32),
      multipliers: bit,
      shifts: bit,
      multiply: bit,
      finish: bit,
      perChannel: bit,
      multiplier: sint(32),
      shift: sint(8),
      zero: sint(9),
      least: sint(10),
      most: sint(10),
    },
    out: { y: uint(8), wrapped: bit },
  },
  ({ x, multipliers, shifts, perChannel, multiplier, shift, ...rest }) => {
    const own = regs({ ownMultiplier: sint(32), ownShift: sint(8) });
    when(multipliers, () => {
      own.ownMultiplier.next = x;
    });
    when(shifts, () => {
      own.ownShift.next = x.truncate(8);
    });
    return RequantiseLane()({
      x,
      multiplier: select(perChannel, own.ownMultiplier, multiplier),
      shift: select(perChannel, own.ownShift, shift),
      ...rest,
    });
  },
);

export const VectorUnit = (config: NpuConfig) => {
  const { cols } = config;

  return module(
    'vector_unit',
    {
      in: { job: stream(requantiseJob), data: vec(cols, numbers.sum) },
      out: { read: lineRead, write: resultWrite(config), wrapped: bit, ...unitStatus },
    },
    (i) => {
      const state = fsm(['idle', 'multipliers', 'shifts', 'rows', 'drain'], { reset: 'idle' });
      const job = reg('job', requantiseJob);
      const found = reg('found', fault);
      const r = regs({
        row: uint(DIMENSION_BITS),
        from: uint(WALK_BITS),
        to: uint(WALK_BITS),
        parameters: uint(WALK_BITS),
        /** Columns from the first of this fold on. */
        columnsLeft: uint(DIMENSION_BITS),
      });
      const next = (line: WalkAddress): WalkAddress => further(line, constant(uint(1), 1));

      // Lines of sums and of results follow each other fold by fold; each is read and written where it is.
      const rows = state.is('rows');
      const source = select(rows, r.from, r.parameters);
      const reading = rows.or(state.is('multipliers')).or(state.is('shifts'));
      const [sourceExists, targetExists] = [inAccumulator(config, source), inScratchpad(config, r.to)];
      const outside = named('outside', reading.and(sourceExists.not()).or(rows.and(targetExists.not())));

      // Lines arrive one cycle after they were asked for, and go through the lanes in two.
      const taken = {
        enable: rows.and(outside.not()),
        address: r.to.truncate(LOCAL_BITS),
        bytes: select(r.columnsLeft.gt(cols), cols, r.columnsLeft),
      };
      const arrived = delay('arrived', taken);
      const multiplied = delay('multiplied', arrived);
      const finished = delay('finished', multiplied);
      const out = lanes('lane', cols, VectorLane, {
        x: byColumn(unpack(vec(cols, sint(32)), pack(i.data))),
        multipliers: all(delay('multipliers_q', state.is('multipliers'))),
        shifts: all(delay('shifts_q', state.is('shifts'))),
        multiply: all(arrived.enable),
        finish: all(multiplied.enable),
        perChannel: all(job.perChannel),
        multiplier: all(job.multiplier),
        shift: all(job.shift),
        zero: all(job.zero),
        least: all(named('least', job.low.subGrow(job.zero))),
        most: all(named('most', job.high.subGrow(job.zero))),
      });
      const inLanes = arrived.enable.or(multiplied.enable).or(finished.enable);
      const done = named('ends', state.is('drain').and(inLanes.not()));

      const room = state.is('idle');
      i.job.ready = room;
      const startFold = (perChannel: Bit): void => {
        when(perChannel, () => state.goto('multipliers')).otherwise(() => state.goto('rows'));
      };
      state.cases({
        idle: () =>
          when(i.job.fire, () => {
            const { payload } = i.job;
            job.next = payload;
            found.next = 'none';
            r.row.next = 0;
            r.from.next = payload.from.extend(WALK_BITS);
            r.to.next = payload.to.extend(WALK_BITS);
            r.parameters.next = payload.parameters.extend(WALK_BITS);
            r.columnsLeft.next = payload.n;
            when(payload.m.eq(0).or(payload.n.eq(0)), () => {
              found.next = 'zeroLength';
              state.goto('drain');
            }).otherwise(() => startFold(payload.perChannel));
          }),
        multipliers: () => {
          r.parameters.next = next(r.parameters);
          state.goto('shifts');
        },
        shifts: () => {
          r.parameters.next = next(r.parameters);
          state.goto('rows');
        },
        rows: () => {
          r.from.next = next(r.from);
          r.to.next = next(r.to);
          r.row.next = r.row.add(1);
          when(r.row.eq(job.m.sub(1)), () => {
            r.row.next = 0;
            r.columnsLeft.next = r.columnsLeft.sub(cols);
            when(r.columnsLeft.le(cols), () => state.goto('drain')).otherwise(() => startFold(job.perChannel));
          });
        },
        drain: () => when(done, () => state.goto('idle')),
      });
      when(outside, () => {
        found.next = 'range';
        state.goto('drain');
      });

      // What is past the edge of the matrix is nobody's.
      const counted = named('counted', lowOnes(finished.bytes, cols));
      return {
        read: { enable: reading.and(sourceExists), address: source.truncate(LOCAL_BITS) },
        write: { ...finished, data: out.y },
        fault: found,
        room,
        faultAddress: 0,
        wrapped: finished.enable.and(pack(out.wrapped).and(counted).any()),
        done,
      };
    },
  );
};
