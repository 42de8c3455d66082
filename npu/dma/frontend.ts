/**
 * Takes jobs one at a time, refuses empty ones, and keeps how the current one, or the last, is going.
 *
 * Timing: a job is taken in any cycle with `busy` 0, also in that of the last one's `done`. `start` is 1 in the cycle in which a job worth
 * doing is taken, `busy` from the next cycle to the last before `done`. An empty job has its `done` in the cycle after it was taken.
 *
 * Invariants: one `done` of one cycle for each job; fault, address and tag hold from `done` until the next job is taken.
 */
import { bit, regs, selectAs, uint, when, type Bit, type Stream, type UInt } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../axi.ts';
import { fault, type Fault } from '../control/fault.ts';
import { TAG_BITS, type DmaJob } from './job.ts';

/** The outputs that both units have beside their streams. */
export const statusPorts = {
  busy: bit, done: bit, fault,
  /** Bus address of the first burst that failed; of line 0 for a refused job. */
  faultAddress: uint(ADDRESS_BITS),
  /** The tag of the job that `done` and `fault` are about. */
  faultTag: uint(TAG_BITS),
};

export interface Frontend {
  readonly start: Bit;
  readonly status: { readonly busy: Bit; readonly done: Bit; readonly fault: Fault; readonly faultAddress: UInt<32>; readonly faultTag: UInt<16> };
  /** Whether the current job has failed. */
  readonly failed: Bit;
  /** In this cycle a burst failed: the first one's address is kept. */
  readonly fail: (what: 'busRead' | 'busWrite', address: UInt<32>) => void;
  /** This is the last cycle of the job. */
  readonly finish: () => void;
}

export function frontend(job: Stream<DmaJob>): Frontend {
  const status = regs(statusPorts);
  const { tag, dram, lines, lineBytes, pieceBytes } = job.payload;
  const empty = lines.eq(0).or(lineBytes.eq(0)).or(pieceBytes.eq(0));
  const failed = status.fault.is('none').not();
  job.ready = status.busy.not();
  status.done.next = 0;
  when(job.fire, () => {
    status.busy.next = empty.not();
    status.done.next = empty;
    status.fault.next = selectAs(fault, empty, 'zeroLength', 'none');
    status.faultAddress.next = dram;
    status.faultTag.next = tag;
  });
  return {
    start: job.fire.and(empty.not()), status, failed,
    fail: (what, address) => {
      when(failed.not(), () => { status.fault.next = what; status.faultAddress.next = address; });
    },
    finish: () => { status.busy.next = 0; status.done.next = 1; },
  };
}
