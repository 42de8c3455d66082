/**
 * The vector unit: makes bytes of lines, a channel a lane; it has as many lanes as the array has columns. Here is what
 * its operations (job.ts) have in common: folds of channels and their parameters, where results go, and the lanes,
 * which requantise whatever comes to an end.
 *
 * What is to be requantised are lines of sums, of which `requantise` reads one a cycle and takes the largest of several
 * where there are several planes, or the totals of windows: window-walk.ts goes through the picture, window.ts adds up.
 * Where scales differ by channel, the biases, multipliers and shifts of its channels are taken into the lanes before
 * each fold.
 *
 * Interface: lines of the accumulator are read and lines of the scratchpad written in the cycle in which they are asked
 * for; `lineRead` asks for lines of the scratchpad and waits. Both come in the cycle after. `wrapped` is high beside a
 * write of which a sum lost bits when its bias was added, or when it was shifted left.
 *
 * Timing: the first line is read in the cycle after the job was taken; a line of sums is written three cycles after it
 * was read, a window four after its last line. Each fold takes 3 cycles where scales differ by channel, and to
 * requantise m for each of its planes, or those of the walk. `done` comes in the cycle after the last write, when all
 * is readable: 4 cycles beside those of the folds, 5 where they are windows. A job that is refused (refusal.ts) is so
 * at once. A line that does not exist is neither read nor written, and ends the job.
 *
 * `elementwise` reads a line of one picture, then of the other, and then the results of the lines before go through the
 * lanes: three cycles a line, and 6 beside those of all lines. `lookup` takes a line a cycle, and 4 beside those;
 * `loadTable` reads the line of each entry, one of 256 a cycle, and 1 beside those; `softmax` takes an element a cycle,
 * three times (softmax.ts). A line of the scratchpad comes when the matrix engine leaves its bank free.
 *
 * In waves, 2 rows of 2 lanes, each lane with a scale of its own:
 *
 *     cycle            1     2     3     4     5     6     7     8     9     10    11    12
 *                      ──────┐
 *     job_valid              └─────────────────────────────────────────────────────────────────
 *                      ┬─────┬─────────────────┬───────────┬───────────────────────┬───────────
 *     state            │idle │parameters       │lines      │drain                  │idle
 *                            ┌─────────────────────────────┐
 *     sumsRead_enable  ──────┘                             └───────────────────────────────────
 *                      ┬─────┬─────┬─────┬─────┬─────┬─────┬───────────────────────────────────
 *     sumsRead_address │0    │8    │9    │0xa  │0    │1    │0xb
 *                                                                ┌───────────┐
 *     write_enable     ──────────────────────────────────────────┘           └─────────────────
 *                      ┬───────────────────────────────────────────────┬─────┬─────────────────
 *     write_address    │0                                              │1    │0
 *                                                                            ┌─────┐
 *     done             ──────────────────────────────────────────────────────┘     └───────────
 */
import {
  bit,
  constant,
  delay,
  fsm,
  match,
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
import { indexBits } from '../../hdl/lib/bits.ts';
import type { NpuConfig } from '../config.ts';
import { fault } from '../common/fault.ts';
import { unitStatus } from '../common/unit.ts';
import { further, inAccumulator, inScratchpad, lineRead, LOCAL_BITS, WALK_BITS } from '../common/local.ts';
import { lowOnes } from '../common/mask.ts';
import { resultWrite } from '../memory/scratchpad.ts';
import { DIMENSION_BITS, numbers } from '../common/numbers.ts';
import { completed, vectorJob, type operationNames, type VectorJob } from './job.ts';
import { part } from './lane.ts';
import { VectorLanes } from './lanes.ts';
import { refusalOf } from './refusal.ts';
import { Softmax } from './softmax.ts';
import { TABLE_ENTRIES } from './table.ts';
import { operandWalk } from './walk.ts';
import { WindowWalk } from './window-walk.ts';
import { Windows } from './window.ts';

export const VectorUnit = (config: NpuConfig) => {
  const { cols } = config;

  return module(
    'vector_unit',
    {
      in: { job: stream(vectorJob), sumsData: vec(cols, numbers.sum), lineData: vec(cols, uint(8)) },
      out: {
        sumsRead: lineRead,
        lineRead: stream(uint(LOCAL_BITS)),
        write: resultWrite(config),
        wrapped: bit,
        ...unitStatus,
      },
    },
    (i, o) => {
      const state = fsm(
        [
          ...(['idle', 'parameters', 'lines', 'windows', 'first', 'second', 'step', 'settle', 'last'] as const),
          ...(['entries', 'softmax', 'drain'] as const),
        ],
        { reset: 'idle' },
      );
      const job = reg('job', vectorJob);
      const found = reg('found', fault);
      const r = regs({
        part,
        /** Lines of this fold before this one, and the place of this one in its row; of a table, entries. */
        line: uint(DIMENSION_BITS),
        column: uint(DIMENSION_BITS),
        /** Of a line of sums: planes before this one, and the line in it from the second one on. */
        plane: uint(8),
        planeLine: uint(WALK_BITS),
        /** Channels from the first of this fold on. */
        channelsLeft: uint(DIMENSION_BITS),
        parameters: uint(WALK_BITS),
      });
      const from = operandWalk('from', { toFold: job.fromFold, toRow: job.fromRow });
      const other = operandWalk('other', { toFold: job.otherFold, toRow: job.otherRow });
      const to = operandWalk('to', job);
      const { payload } = i.job;
      const sumsData = unpack(vec(cols, sint(32)), pack(i.sumsData));
      const isOf = (...names: readonly (typeof operationNames)[number][]): Bit =>
        names.map((name) => job.operation.is(name)).reduce((one, another) => one.or(another));
      const [sums, windowed] = [isOf('requantise'), isOf('depthwise', 'pool')];

      // What the operation reads, and which lines of results come of it.
      const [lines, windows] = [state.is('lines'), state.is('windows')];
      const walk = WindowWalk(
        { start: i.job.fire, from: payload.from, weights: payload.weights, job, run: windows },
        { name: 'walk' },
      );
      const { token } = walk;
      const softmax = Softmax(config)(
        { job, run: state.is('softmax'), line: i.lineData, sums: sumsData },
        { name: 'softmax' },
      );
      const ends = {
        row: select(windows, token.ends, r.column.eq(job.width.sub(1))),
        fold: select(windows, walk.ends, r.line.eq(job.m.sub(1))),
      };
      const [first, second, step, entries] = [
        state.is('first'),
        state.is('second'),
        state.is('step'),
        state.is('entries'),
      ];
      const ofPicture = first.or(second).or(entries).or(lines.and(sums.not()));
      const ofWalk = select(softmax.read.valid, softmax.read.payload, walk.read.payload);
      const lineAt = select(ofPicture, select(second, other.at, from.at), ofWalk);
      const ofSums = lines.and(sums).or(state.is('parameters')).or(softmax.power.enable);
      const isFirstPlane = r.plane.eq(0);
      const isLastPlane = sums.not().or(r.plane.eq(job.planes.sub(1)));
      const lineOfSums = select(isFirstPlane, from.at, r.planeLine);
      const sumsAt = select(lines, lineOfSums, select(softmax.power.enable, softmax.power.address, r.parameters));
      const sumsExist = inAccumulator(config, sumsAt);
      const lineExists = inScratchpad(config, lineAt);
      const targetExists = inScratchpad(config, select(softmax.write.enable, softmax.write.address, to.at));
      const wanted = ofPicture.or(walk.read.valid).or(softmax.read.valid);
      const windowResult = token.enable.and(token.last);
      const outside = named(
        'outside',
        ofSums
          .and(sumsExist.not())
          .or(wanted.and(lineExists.not()))
          .or(lines.or(step).or(windowResult).or(softmax.write.enable).and(targetExists.not())),
      );
      // What does not exist is taken by nobody, and nothing comes of it.
      for (const { read } of [walk, softmax]) read.ready = o.lineRead.ready.or(lineExists.not());
      const asks = wanted.and(lineExists).and(lines.and(targetExists.not()).not());
      const granted = named('granted', ofPicture.and(asks).and(o.lineRead.ready));
      const moves = named('moves', lines.and(select(sums, isLastPlane, granted)).or(step));
      const result = named('result', moves.or(windowResult));

      // Lines arrive one cycle after they were asked for, windows take one more, and all go through the lanes in two.
      // Of two pictures what is taken is the line before, when both lines of this one have been read.
      const here = {
        enable: result.and(outside.not()),
        address: to.at.truncate(LOCAL_BITS),
        bytes: select(r.channelsLeft.gt(cols), cols, r.channelsLeft),
      };
      const before = regs({ enable: bit, address: uint(LOCAL_BITS), bytes: uint(DIMENSION_BITS) });
      when(step, () => {
        before.enable.next = here.enable;
        before.address.next = here.address;
        before.bytes.next = here.bytes;
      });
      const isBefore = step.or(state.is('last'));
      const taken = {
        enable: select(isBefore, before.enable, here.enable),
        address: select(isBefore, before.address, here.address),
        bytes: select(isBefore, before.bytes, here.bytes),
      };
      const arrived = delay('arrived', taken);
      const arrives = delay('arrives', {
        first: first.and(granted),
        second: second.and(granted),
        entry: entries.and(granted),
        index: r.line.truncate(8),
        place: r.column.truncate(indexBits(cols)),
      });
      const summed = delay('summed', arrived);
      const entering = {
        enable: select(windowed, summed.enable, arrived.enable),
        address: select(windowed, summed.address, arrived.address),
        bytes: select(windowed, summed.bytes, arrived.bytes),
      };
      const multiplied = delay('multiplied', entering);
      const finished = delay('finished', multiplied);
      const { totals } = Windows(cols)(
        {
          weight: walk.weight,
          slot: walk.slot,
          token,
          line: i.lineData,
          unsigned: job.unsigned,
          zero: job.fromZero,
          max: job.operation.is('pool').and(job.reduction.is('max')),
          weighted: job.operation.is('depthwise'),
        },
        { name: 'windows' },
      );
      const scale = <T>(ofFirst: T, ofSecond: T, ofResult: T): T =>
        select(arrives.first, ofFirst, select(arrives.second, ofSecond, ofResult));
      const out = VectorLanes(cols)(
        {
          sums: sumsData,
          keep: delay('keep', lines.and(isLastPlane.not())),
          among: delay('among', lines.and(isFirstPlane.not())),
          combine: job.combine,
          totals,
          windowed,
          parameter: delay('parameter_q', state.is('parameters')),
          part: delay('part_q', r.part),
          perChannel: job.perChannel,
          multiply: entering.enable,
          multiplier: scale(job.fromMultiplier, job.otherMultiplier, job.multiplier),
          shift: scale(job.fromShift, select(job.operator.is('mul'), 0, job.otherShift), job.shift),
          rounding: job.rounding,
          zero: job.zero,
          least: job.low.subGrow(job.zero),
          most: job.high.subGrow(job.zero),
          digit: job.digit,
          elements: i.lineData,
          unsigned: job.unsigned,
          centre: select(arrives.second, job.otherZero, job.fromZero),
          operator: job.operator,
          leftShift: job.leftShift,
          first: arrives.first,
          second: arrives.second,
          result: entering.enable.and(isOf('elementwise')),
          write: arrives.entry,
          index: arrives.index,
          entry: i.lineData.at(arrives.place),
          look: entering.enable.and(isOf('lookup')),
          looks: isOf('lookup'),
        },
        { name: 'lanes' },
      );
      const inLanes = [arrived, summed, multiplied, finished].map(({ enable }) => enable);
      const done = named('ends', state.is('drain').and(inLanes.reduce((one, other) => one.or(other)).not()));

      const room = state.is('idle');
      i.job.ready = room;
      const startLines = (operation: VectorJob['operation']): void =>
        match(operation, {
          requantise: () => state.goto('lines'),
          depthwise: () => state.goto('windows'),
          pool: () => state.goto('windows'),
          elementwise: () => state.goto('first'),
          lookup: () => state.goto('lines'),
          loadTable: () => state.goto('entries'),
          softmax: () => state.goto('softmax'),
        });
      const startFold = ({ perChannel, operation }: VectorJob): void => {
        r.part.next = 'bias';
        when(perChannel, () => state.goto('parameters')).otherwise(() => startLines(operation));
      };
      state.cases({
        idle: () =>
          when(i.job.fire, () => {
            const accepted = completed(payload);
            const refused = refusalOf(payload);
            job.next = accepted;
            found.next = refused;
            before.enable.next = 0;
            r.line.next = 0;
            r.column.next = 0;
            r.plane.next = 0;
            from.start(payload.from);
            other.start(payload.other);
            to.start(payload.to);
            r.parameters.next = payload.parameters.extend(WALK_BITS);
            r.channelsLeft.next = payload.n;
            when(refused.is('none'), () => startFold(accepted)).otherwise(() => state.goto('drain'));
          }),
        parameters: () => {
          r.parameters.next = further(r.parameters, constant(uint(1), 1));
          r.part.next = select(r.part.is('bias'), constant(part, 'multiplier'), 'shift');
          when(r.part.is('shift'), () => startLines(job.operation));
        },
        lines: () => {
          r.plane.next = select(isLastPlane, 0, r.plane.add(1));
          r.planeLine.next = further(lineOfSums, job.fromPlane);
        },
        windows: () => {},
        first: () => when(granted, () => state.goto('second')),
        second: () => when(granted, () => state.goto('step')),
        step: () => state.goto('first'),
        // The last line's operands come through the lanes.
        settle: () => state.goto('last'),
        last: () => state.goto('drain'),
        entries: () =>
          when(granted, () => {
            const isLast = r.column.eq(cols - 1);
            r.column.next = select(isLast, 0, r.column.add(1));
            when(isLast, () => from.advance({ row: constant(bit, 0), fold: constant(bit, 0) }));
            r.line.next = r.line.add(1);
            when(r.line.eq(TABLE_ENTRIES - 1), () => state.goto('drain'));
          }),
        softmax: () => when(softmax.ends, () => state.goto('drain')),
        drain: () => when(done, () => state.goto('idle')),
      });
      when(moves, () => {
        // Sums of a fold follow each other.
        from.advance({ ...ends, row: ends.row.and(sums.not()) });
        other.advance(ends);
        r.line.next = select(ends.fold, 0, r.line.add(1));
        r.column.next = select(ends.fold.or(ends.row), 0, r.column.add(1));
      });
      when(result, () => to.advance(ends));
      when(ends.fold.and(moves.or(windows)), () => {
        r.channelsLeft.next = r.channelsLeft.sub(cols);
        when(r.channelsLeft.gt(cols), () => startFold(job))
          .elsewhen(step, () => state.goto('settle'))
          .otherwise(() => state.goto('drain'));
      });
      when(outside, () => {
        found.next = 'range';
        state.goto('drain');
      });

      // What is past the edge of the matrix is nobody's.
      const counted = named('counted', lowOnes(finished.bytes, cols));
      return {
        sumsRead: { enable: ofSums.and(sumsExist), address: sumsAt.truncate(LOCAL_BITS) },
        lineRead: { valid: asks, payload: lineAt.truncate(LOCAL_BITS) },
        write: select(
          softmax.write.enable,
          {
            enable: targetExists,
            address: softmax.write.address.truncate(LOCAL_BITS),
            data: softmax.write.data,
            bytes: softmax.write.bytes,
          },
          { ...finished, data: out.y },
        ),
        fault: found,
        room,
        faultAddress: 0,
        wrapped: finished.enable.and(isOf('lookup').not()).and(pack(out.wrapped).and(counted).any()),
        done,
      };
    },
  );
};
