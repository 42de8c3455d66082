/**
 * When the array works on which of its jobs, one after another: the engine's header in closed forms, so that what waits
 * for what between jobs can be known beforehand, and counted again.
 */
import type { ArraySize } from '../size.ts';
import type { IssuedJob, JobTimes } from '../description.ts';
import type { JobDataflow } from '../job.ts';
import { mapping } from './cycles.ts';
import { BANK_LINES } from '../../common/local.ts';

/** What the job after it has to know of one. */
interface Course extends JobTimes {
  readonly dataflow: JobDataflow;
  /** The first operands of its last fold enter. */
  readonly lastFold: number;
  /** Its last operands enter. */
  readonly lastOperands: number;
  /** The next fold may swap; where outputs stay, the swap that puts the last sums on their way out. */
  readonly nextSwap: number;
  /** The bank of its operands A, where weights could follow them. */
  readonly bank: number | null;
}

const bankOf = (line: number): number => Math.floor(line / BANK_LINES);

/** Times of the jobs of an array, one after the other. */
export function jobTiming(size: ArraySize): (job: IssuedJob) => JobTimes {
  let before: Course | null = null;
  return (job) => {
    before = job.dataflow === 'ws' ? weightStationary(size, job, before) : outputStationary(size, job, before);
    return before;
  };
}

function weightStationary(size: ArraySize, job: IssuedJob, before: Course | null): Course {
  const { rows, cols } = size;
  const { folds, stream } = mapping(size, job.shape, 'ws');
  const fold = Math.max(stream, rows);
  const waits =
    before === null
      ? 0
      : before.dataflow === 'os'
        ? before.done
        : before.bank === bankOf(job.b)
          ? before.lastOperands + 1
          : before.lastFold;
  const first = Math.max(job.issued + 2, waits);
  const start = Math.max(first + rows, before === null || before.dataflow === 'os' ? 0 : before.nextSwap);
  const lastFold = start + (folds - 1) * fold;
  const lastOperands = lastFold + stream - 1;
  const lastWeights = folds === 1 ? first : lastFold - fold;
  return {
    dataflow: 'ws',
    room: Math.max(lastWeights + rows, turnOf(job, before) + 1),
    first,
    last: lastOperands + rows + cols - 2,
    done: lastOperands + rows + cols + 4,
    lastFold,
    lastOperands,
    nextSwap: lastFold + fold,
    bank: bankOf(job.a),
  };
}

function outputStationary(size: ArraySize, job: IssuedJob, before: Course | null): Course {
  const { rows, cols } = size;
  const { folds, stream } = mapping(size, job.shape, 'os');
  const follows = before !== null && before.dataflow === 'os';
  const start = Math.max(job.issued + 2, before === null ? 0 : follows ? before.nextSwap : before.done + 1);
  // Sums that nobody followed have been swapped out for nobody; a fold that begins after that has no swap of its own.
  const swap = follows && job.issued + 1 > before.nextSwap ? before.nextSwap : start;
  const second = Math.max(start + stream, swap + rows);
  const fold = Math.max(stream, rows);
  const lastFold = folds === 1 ? start : second + (folds - 2) * fold;
  const nextSwap = folds === 1 ? second : lastFold + fold;
  const lastOperands = lastFold + stream - 1;
  return {
    dataflow: 'os',
    room: turnOf(job, before) + 1,
    first: start,
    last: lastOperands + rows + cols - 2,
    done: nextSwap + 2 * rows + cols + 4,
    lastFold,
    lastOperands,
    nextSwap,
    bank: null,
  };
}

/** When the job's operands may be the next to enter. */
function turnOf({ issued, dataflow }: IssuedJob, before: Course | null): number {
  const free = before === null ? 0 : before.dataflow === dataflow ? before.lastOperands : before.done;
  return Math.max(issued + 1, free);
}
