/** What every matrix engine refuses before it does anything. */
import { selectAs, type Bit, type SignalOf } from '../../hdl/index.ts';
import { fault, type Fault } from '../common/fault.ts';
import { bankOf } from '../common/local.ts';
import { numbers } from '../common/numbers.ts';
import type { gemmJob } from './job.ts';

/**
 * What is wrong with a job, or `none`. Combinational.
 * @param tooLong whether its k is more than the engine sums without loss
 */
export function refusalOf(job: SignalOf<typeof gemmJob>, tooLong: Bit): Fault {
  const { isZeroPoint } = numbers;
  const empty = job.m.eq(0).or(job.n.eq(0)).or(job.k.eq(0));
  const sameBank = bankOf(job.a).eq(bankOf(job.b));
  const exact = isZeroPoint(job.aZero, job.aUnsigned).and(isZeroPoint(job.bZero, job.bUnsigned)).and(tooLong.not());
  return selectAs(
    fault,
    empty,
    'zeroLength',
    selectAs(fault, sameBank, 'bank', selectAs(fault, exact, 'none', 'arithmetic')),
  );
}
