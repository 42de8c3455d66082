/**
 * Dispatch: a queue per unit, and counting semaphores that order what the units do.
 *
 * Interface: commands in program order; a job stream for each unit, on which a command is offered only where the unit
 * has `room` for it, so that it is taken at once; and the unit's `done` with `fault`. Operations of
 * `control` are carried out here, in order: a fence keeps later commands back until every queue is empty and every unit
 * idle. While `enable` is low, commands are dropped, queues empty themselves, a command each cycle, and semaphores are
 * 0.
 *
 * Timing: a command enters its queue in the cycle in which it is taken, and issues at the earliest in the next, when
 * its unit is ready for it and every semaphore it waits for is above 0; one command issues a cycle, the first unit's
 * first. Signals arrive in the cycle after `done`.
 *
 * Invariants: a queue is in order, and so are the `done`s of a unit, which may have several jobs at once (`jobs` of its
 * entry in the table). A command with a fault stops its queue until `enable` goes low; the other queues go on. It
 * signals nothing, save that one whose signals overflow a semaphore leaves that at its most and adds to the others.
 * Commands that the unit was given before the fault was known are carried out, and signal nothing. A fault after which
 * the job goes on is reported, and nothing else: the queue goes on, too, and the command signals. A command that runs
 * while `enable` is low signals nothing.
 */
import {
  bit,
  cat,
  constant,
  fifoWithCount,
  module,
  named,
  produce,
  reg,
  select,
  selectAs,
  stream,
  struct,
  uint,
  when,
  type Bit,
  type UInt,
} from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { fault } from '../common/fault.ts';
import { byName } from '../common/records.ts';
import { unitStatus, type OperationSpec } from '../common/unit.ts';
import { COMMAND_BITS, header, operations, reserved, SEMAPHORE_BITS, SEMAPHORES } from '../isa/operations.ts';
import { unitNames, units, type Unit } from '../isa/units.ts';
import { inFlight } from './in-flight.ts';

const command = uint(COMMAND_BITS);
type Command = UInt<typeof COMMAND_BITS>;

/** What a unit tells of its job; with a fault also whether the job was done to its end all the same, as asked. */
export const status = struct({ ...unitStatus, goesOn: bit });
/** A fault as it is reported: what, the tag of the command and the bus address. */
export const report = struct({ valid: bit, fault, tag: uint(16), address: uint(ADDRESS_BITS) });

const operationOf = (from: Command): UInt<8> => from.slice(header.operation.at, header.operation.width);
const tagOf = (from: Command): UInt<16> => from.slice(header.tag.at, header.tag.width);
const is = (from: Command, wanted: (spec: OperationSpec) => boolean): Bit =>
  Object.values<OperationSpec>(operations)
    .filter(wanted)
    .map((spec) => operationOf(from).eq(spec.code))
    .reduce((a, b) => a.or(b));
/** An operation that there is, with a header that it can have: the dispatcher's own neither wait nor signal. */
function isLegal(from: Command): Bit {
  const masks = cat(from.slice(header.wait.at, header.wait.width), from.slice(header.signal.at, header.signal.width));
  return is(from, () => true)
    .and(any(reserved.map(({ at, width }) => from.slice(at, width).any())).not())
    .and(
      is(from, ({ unit }) => unit === 'control')
        .and(masks.any())
        .not(),
    );
}
const any = (bits: readonly Bit[]): Bit => bits.reduce((a, b) => a.or(b));

const LEVEL_BITS = SEMAPHORE_BITS + 2;
const LEVEL_MOST = (1 << SEMAPHORE_BITS) - 1;

export const Dispatch = (queueDepth: number) =>
  module(
    'dispatch',
    {
      in: {
        enable: bit,
        command: stream(command),
        status: struct(byName(unitNames, () => status)),
      },
      out: {
        ...byName(unitNames, () => stream(command)),
        /** No command is queued or running. */
        idle: bit,
        /** Which units have a command running, in the order of the table. */
        running: uint(unitNames.length),
        /** Which have none, and a next one that waits for a semaphore. */
        waiting: uint(unitNames.length),
        /** High for one cycle for each interrupt command. */
        interrupt: bit,
        interruptTag: uint(16),
        report,
      },
    },
    (i) => {
      const semaphores = Array.from({ length: SEMAPHORES }, (_, s) => reg(`semaphore_${s}`, uint(SEMAPHORE_BITS)));
      const available = named('available', cat(...semaphores.map((s) => s.ne(0)).reverse()).truncate(SEMAPHORES));

      const { payload } = i.command;
      const legal = named('legal', isLegal(payload));

      const lane = (unit: Unit) => {
        const mine = i.enable.and(legal).and(is(payload, (spec) => spec.unit === unit));
        const entering = produce(`${unit}_in`, { valid: i.command.valid.and(mine), payload });
        const { out: head, count } = fifoWithCount(`${unit}_queue`, entering, queueDepth);
        const halted = reg(`${unit}_halted`, bit);
        const jobs = inFlight(unit, units[unit].jobs);
        const wait = head.payload.slice(header.wait.at, SEMAPHORES);
        const isNext = i.enable.and(head.valid).and(halted.not());
        const lacks = named(`${unit}_lacks`, wait.and(available.not()).any());
        // A unit that is not ready keeps no other one from its command.
        const takes = jobs.full.not().and(i.status[unit].room);
        return {
          unit,
          mine,
          entering,
          head,
          halted,
          jobs,
          wait,
          may: named(`${unit}_may_issue`, isNext.and(takes).and(lacks.not())),
          waiting: isNext.and(jobs.busy.not()).and(lacks),
          status: i.status[unit],
          empty: count.eq(0),
        };
      };
      const lanes = byName(unitNames, lane);

      const issuing = byName(unitNames, (unit, at) => {
        const one = lanes[unit];
        const fire = named(
          `${unit}_issue`,
          unitNames.slice(0, at).reduce((free, before) => free.and(lanes[before].may.not()), one.may),
        );
        one.head.ready = fire.or(i.enable.not());
        const signal = one.head.payload.slice(header.signal.at, SEMAPHORES);
        one.jobs.step(fire, { tag: tagOf(one.head.payload), signal }, one.status.done);
        const succeeded = one.status.done.and(one.status.fault.is('none').or(one.status.goesOn));
        return { ...one, fire, succeeded };
      });
      const issued = Object.values(issuing);

      const overflows = semaphores.map((level, s) => {
        const taken = any(issued.map(({ fire, wait }) => fire.and(wait.bit(s))));
        const sum = issued
          .map(({ succeeded, jobs }) => succeeded.and(jobs.oldest.signal.bit(s)).asUint().extend(LEVEL_BITS))
          .reduce((a, b) => a.add(b), level.extend(LEVEL_BITS))
          .sub(taken.asUint().extend(LEVEL_BITS));
        const over = sum.gt(LEVEL_MOST);
        level.next = selectAs(
          uint(SEMAPHORE_BITS),
          i.enable,
          select(over, LEVEL_MOST, sum.truncate(SEMAPHORE_BITS)),
          0,
        );
        return over;
      });
      const overflowed = cat(...overflows.toReversed()).truncate(SEMAPHORES);
      const faults = issued.map(({ unit, halted, jobs, status: of, succeeded }) => {
        const { done, fault: wrong, faultAddress, goesOn } = of;
        const overflow = succeeded.and(jobs.oldest.signal.and(overflowed).any());
        const valid = named(`${unit}_failed`, done.and(wrong.is('none').not()).or(overflow));
        when(valid.and(overflow.or(goesOn.not())), () => {
          halted.next = 1;
          jobs.silence();
        });
        return {
          valid,
          fault: select(overflow, constant(fault, 'semaphore'), wrong),
          tag: jobs.oldest.tag,
          address: faultAddress,
        };
      });
      when(i.enable.not(), () => {
        for (const { halted, jobs } of issued) {
          halted.next = 0;
          jobs.silence();
        }
      });

      const running = cat(...issued.map(({ jobs }) => jobs.busy).reverse()).truncate(unitNames.length);
      const idle = named(
        'all_idle',
        issued.map(({ empty, jobs }) => empty.and(jobs.busy.not())).reduce((a, b) => a.and(b)),
      );
      const [fence, interrupt] = [
        operationOf(payload).eq(operations.fence.code),
        operationOf(payload).eq(operations.interrupt.code),
      ];
      const illegal = i.command.valid.and(i.enable).and(legal.not());
      const enters = any(issued.map(({ mine, entering }) => mine.and(entering.ready)));
      i.command.ready = enters
        .or(operationOf(payload).eq(operations.nop.code))
        .or(interrupt)
        .or(legal.not())
        .or(fence.and(idle))
        .or(i.enable.not());

      const unknown = {
        valid: illegal,
        fault: constant(fault, 'illegal'),
        tag: tagOf(payload),
        address: constant(uint(ADDRESS_BITS), 0),
      };
      const reported = faults.reduceRight((rest, one) => select(one.valid, one, rest), unknown);

      return {
        ...byName(unitNames, (unit) => ({ valid: issuing[unit].fire, payload: issuing[unit].head.payload })),
        idle: idle.and(i.command.valid.not()),
        running,
        waiting: cat(...issued.map(({ waiting }) => waiting).reverse()).truncate(unitNames.length),
        interrupt: i.command.fire.and(interrupt).and(legal).and(i.enable),
        interruptTag: tagOf(payload),
        report: reported,
      };
    },
  );
