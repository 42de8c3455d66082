/**
 * The vector unit: requantises m × n results of the accumulator (job.ts) in mode T2, as many lanes a cycle as a bus
 * beat holds.
 *
 * It goes through the lines a part at a time: for each part first the multipliers and shifts (where they differ by
 * channel), then the part of every row. Interface: reads groups of accumulator lines (always granted), writes parts of
 * scratchpad lines (always granted). `wrapped` is high beside a write of which a sum lost bits when it was shifted
 * left.
 *
 * Timing: one part of a row a cycle. Each part of a fold takes m cycles, and 2 more where scales differ by channel;
 * then a few until `done`, which comes when all is readable. A line that does not exist is neither read nor written,
 * and nothing is after it.
 *
 * In waves, 2 rows of 2 lanes, each lane with a scale of its own:
 *
 *     cycle                1    2    3    4    5    6    7    8    9    10   11   12   13   14   15   16
 *                          ─────┐
 *     job_valid                 └──────────────────────────────────────────────────────────────────────────
 *                          ┬────┬────┬────┬────┬─────────┬────────────────────────┬────────────────────────
 *     state                │idle│che…│mul…│shi…│rows     │drain                   │idle
 *                                    ┌───────────────────┐
 *     read_valid           ──────────┘                   └─────────────────────────────────────────────────
 *                          ┬─────────┬────┬────┬────┬────┬─────────────────────────────────────────────────
 *     read_payload_address │1        │8   │9   │0   │1   │0xb
 *                                                             ┌─────────┐
 *     write_enable         ───────────────────────────────────┘         └──────────────────────────────────
 *                          ┬───────────────────────────────────────┬────┬──────────────────────────────────
 *     write_address        │0                                      │1   │2
 *                                                                                 ┌────┐
 *     done                 ───────────────────────────────────────────────────────┘    └───────────────────
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
  type UInt,
} from '../../hdl/index.ts';
import type { NpuConfig } from '../config.ts';
import { fault } from '../common/fault.ts';
import { unitStatus } from '../common/unit.ts';
import {
  further,
  GROUP_BITS,
  inAccumulator,
  inScratchpad,
  LOCAL_BITS,
  localRead,
  space,
  WALK_BITS,
} from '../common/local.ts';
import { lowOnes } from '../common/mask.ts';
import { resultWrite, vectorLanes } from '../memory/scratchpad.ts';
import { DIMENSION_BITS } from '../common/numbers.ts';
import { requantiseJob } from './job.ts';
import { REQUANTISE_LATENCY, RequantiseLane } from './requantise.ts';

/**
 * One lane: chooses between the channel's scale and the tensor's, and requantises. The outputs come REQUANTISE_LATENCY
 * cycles after `x`.
 */
const VectorLane = module(
  'vector_lane',
  {
    in: {
      x: sint(32),
      ownMultiplier: sint(32),
      ownShift: sint(32),
      perChannel: bit,
      multiplier: sint(32),
      shift: sint(8),
      zero: sint(9),
      low: sint(9),
      high: sint(9),
    },
    out: { y: uint(8), wrapped: bit },
  },
  (i) =>
    RequantiseLane()({
      x: i.x,
      zero: i.zero,
      low: i.low,
      high: i.high,
      multiplier: select(i.perChannel, i.ownMultiplier, i.multiplier),
      shift: select(i.perChannel, i.ownShift.truncate(8), i.shift),
    }),
);

export const VectorUnit = (config: NpuConfig) => {
  const { cols, busBytes } = config;
  const width = vectorLanes(config);
  const beat = vec(width, sint(32));

  return module(
    'vector_unit',
    {
      in: { job: stream(requantiseJob), data: uint(busBytes * 8) },
      out: { read: stream(localRead), write: resultWrite(config), wrapped: bit, ...unitStatus },
    },
    (i) => {
      const state = fsm(['idle', 'check', 'multipliers', 'shifts', 'rows', 'drain'], { reset: 'idle' });
      const job = reg('job', requantiseJob);
      const found = reg('found', fault);
      const r = regs({
        row: uint(DIMENSION_BITS),
        fold: uint(WALK_BITS),
        parameters: uint(WALK_BITS),
        group: uint(GROUP_BITS),
        /** Channels from the first of this fold on; of this fold, from the first of this part on. */
        foldLeft: uint(DIMENSION_BITS),
        partLeft: uint(DIMENSION_BITS),
        wait: uint(3),
      });
      const line = further(r.fold, r.row);
      const lastRow = r.row.eq(job.m.sub(1));
      const lastPart = named('last_part', r.partLeft.le(width));
      const lastFold = r.foldLeft.le(cols);
      /** Starts the fold of which, and after which, there are so many channels. */
      const startFold = (left: UInt<typeof DIMENSION_BITS>): void => {
        r.foldLeft.next = left;
        r.partLeft.next = select(left.gt(cols), constant(uint(DIMENSION_BITS), cols), left);
      };

      i.job.ready = state.is('idle');
      const again = (): void => {
        when(job.perChannel, () => state.goto('multipliers')).otherwise(() => state.goto('rows'));
      };
      const nextPart = (): void => {
        r.row.next = 0;
        when(lastPart, () => {
          r.group.next = 0;
          r.fold.next = further(r.fold, job.m);
          r.parameters.next = further(r.parameters, constant(uint(2), 2));
          startFold(r.foldLeft.sub(cols));
          when(lastFold, () => state.goto('drain')).otherwise(again);
        }).otherwise(() => {
          r.group.next = r.group.add(1);
          r.partLeft.next = r.partLeft.sub(width);
          again();
        });
      };
      const multipliers = state.is('multipliers');
      const shifts = state.is('shifts');
      const rows = state.is('rows');
      const source = select(rows, line, select(multipliers, r.parameters, further(r.parameters, constant(uint(1), 1))));
      const target = further(job.to, line.sub(job.from.extend(WALK_BITS)));
      const reading = multipliers.or(shifts).or(rows);
      const [sourceExists, targetExists] = [inAccumulator(config, source), inScratchpad(config, target)];
      const outside = reading.and(sourceExists.not()).or(rows.and(targetExists.not()));
      when(outside, () => {
        found.next = 'range';
      });
      state.cases({
        idle: () =>
          when(i.job.fire, () => {
            job.next = i.job.payload;
            found.next = 'none';
            state.goto('check');
          }),
        check: () =>
          when(job.m.eq(0).or(job.n.eq(0)), () => {
            found.next = 'zeroLength';
            r.wait.next = 0;
            state.goto('drain');
          }).otherwise(() => {
            r.row.next = 0;
            r.group.next = 0;
            r.fold.next = job.from.extend(WALK_BITS);
            r.parameters.next = job.parameters.extend(WALK_BITS);
            startFold(job.n);
            r.wait.next = REQUANTISE_LATENCY + 2;
            again();
          }),
        multipliers: () => state.goto('shifts'),
        shifts: () => state.goto('rows'),
        rows: () => {
          r.row.next = r.row.add(1);
          when(lastRow, nextPart);
        },
        drain: () =>
          when(r.wait.eq(0), () => state.goto('idle')).otherwise(() => {
            r.wait.next = r.wait.sub(1);
          }),
      });

      const read = {
        valid: reading.and(sourceExists),
        payload: { space: constant(space, 'accumulator'), group: r.group, address: source.truncate(LOCAL_BITS) },
      };

      // A beat of the accumulator arrives one cycle after it was asked for.
      const given = unpack(beat, i.data);
      const held = regs({ multiplier: beat, shift: beat });
      when(delay('multipliers_q', multipliers), () => {
        held.multiplier.next = given;
      });
      when(delay('shifts_q', shifts), () => {
        held.shift.next = given;
      });
      const out = lanes('lane', width, VectorLane, {
        x: byColumn(given),
        ownMultiplier: byColumn(held.multiplier),
        ownShift: byColumn(held.shift),
        perChannel: all(job.perChannel),
        multiplier: all(job.multiplier),
        shift: all(job.shift),
        zero: all(job.zero),
        low: all(job.low),
        high: all(job.high),
      });
      const written = delay(
        'write_q',
        {
          enable: rows.and(outside.not()).and(found.is('none')),
          address: target.truncate(LOCAL_BITS),
          part: r.group,
          bytes: select(r.partLeft.gt(width), width, r.partLeft.truncate(8)),
        },
        { cycles: 1 + REQUANTISE_LATENCY },
      );
      return {
        read,
        write: { ...written, data: pack(out.y) },
        fault: found,
        faultAddress: 0,
        wrapped: written.enable.and(pack(out.wrapped).and(lowOnes(written.bytes, width)).any()),
        done: delay('done', state.is('drain').and(r.wait.eq(0))),
      };
    },
  );
};
