/**
 * Takes jobs one at a time, refuses those that cannot be, and keeps how the current one, or the last, is going. Both
 * units have a queue before it, from which jobs come that are being worked on already: the current one is that which
 * ends next.
 *
 * Timing: a job is taken in any cycle with `busy` 0, also in that of the last one's `done`. `start` is 1 in the cycle
 * in which a job worth doing is taken, `busy` from the next cycle to the last before `done`. A refused job has its
 * `done` in the cycle after it was taken.
 *
 * Invariants: one `done` of one cycle for each job; fault and address hold from `done` until the next job is taken. The
 * first fault is the one that is kept; whether the job moves on after it is the unit's to say.
 */
import { bit, regs, selectAs, when, type Bit, type BitIn, type Stream, type UInt } from '../../hdl/index.ts';
import { fault, type Fault, type FaultIn } from '../common/fault.ts';
import { SUM_BYTES } from '../common/numbers.ts';
import { unitStatus } from '../common/unit.ts';
import type { DmaJob } from './job.ts';

/** Bits of a byte's place in a lane of the accumulator. */
const LANE_BITS = Math.log2(SUM_BYTES);

export interface Frontend {
  readonly start: Bit;
  readonly busy: Bit;
  readonly status: {
    readonly room: Bit;
    readonly done: Bit;
    readonly fault: Fault;
    readonly faultAddress: UInt<32>;
  };
  /** Whether the current job is to be given up after an answer with an error. */
  readonly aborts: Bit;
  /** Whether the current job was given up, before this cycle. */
  readonly stopped: Bit;
  /** With `done`: whether nothing was wrong but answers after which the job was to go on. */
  readonly goesOn: Bit;
  /**
   * In this cycle something was found wrong: the first such thing, and its address where it has one, are kept. The job
   * is given up where it `stops`.
   */
  readonly fail: (what: FaultIn, stops: BitIn, address?: UInt<32>) => void;
  /** This is the last cycle of the job. */
  readonly finish: () => void;
}

/** Where the unit writes the accumulator, that is 4 bytes at a time. */
interface Lanes {
  readonly wholeLanes: boolean;
}

/** What is wrong with a job that is not begun. */
export function refusalOf(job: DmaJob, { wholeLanes }: Lanes): Fault {
  const { lines, lineBytes, pieceBytes, space, kind, list } = job;
  const empty = lines.eq(0).or(lineBytes.eq(0)).or(pieceBytes.eq(0));
  const areLanes = lineBytes.truncate(LANE_BITS).or(pieceBytes.truncate(LANE_BITS)).eq(0);
  const isList = kind.is('gathered').not().or(list.truncate(LANE_BITS).eq(0));
  const inLanes = areLanes.and(kind.is('transposed').not()).or(space.is('scratchpad')).and(isList);
  return selectAs(fault, empty, 'zeroLength', wholeLanes ? selectAs(fault, inLanes, 'none', 'alignment') : 'none');
}

/** @param wrong what is wrong with the job that is offered, that is {@link refusalOf} it. */
export function frontend(job: Stream<Pick<DmaJob, 'dram' | 'onError'>>, wrong: Fault): Frontend {
  const { busy, aborts, stopped, goesOn } = regs({ busy: bit, aborts: bit, stopped: bit, goesOn: bit });
  const { done, fault: why, faultAddress } = unitStatus;
  const kept = regs({ done, fault: why, faultAddress });
  const room = busy.not();
  const worthIt = wrong.is('none');
  const failed = kept.fault.is('none').not();
  job.ready = room;
  kept.done.next = 0;
  when(job.fire, () => {
    busy.next = worthIt;
    kept.done.next = worthIt.not();
    kept.fault.next = wrong;
    kept.faultAddress.next = job.payload.dram;
    aborts.next = job.payload.onError.is('abort');
    stopped.next = 0;
    goesOn.next = job.payload.onError.is('continue').and(worthIt);
  });
  return {
    start: job.fire.and(worthIt),
    busy,
    status: { room, ...kept },
    aborts,
    stopped,
    goesOn,
    fail: (what, stops, address) => {
      if (what === 'range') goesOn.next = 0;
      when(stops, () => {
        stopped.next = 1;
      });
      when(failed.not(), () => {
        kept.fault.next = what;
        if (address !== undefined) kept.faultAddress.next = address;
      });
    },
    finish: () => {
      busy.next = 0;
      kept.done.next = 1;
    },
  };
}
