/** What every matrix engine refuses before it does anything. */
import { when, type Bit, type SignalOf, type When } from '../../hdl/index.ts';
import type { faultNames } from '../common/fault.ts';
import { bankOf } from '../common/local.ts';
import { numbers } from '../common/numbers.ts';
import type { gemmJob } from './job.ts';

/**
 * Calls `refuse` with what is wrong with a job; what is to be done with any other goes into `otherwise` of the result.
 * @param tooLong whether its k is more than the engine sums without loss
 */
export function whenRefused(
  job: SignalOf<typeof gemmJob>,
  tooLong: Bit,
  refuse: (why: (typeof faultNames)[number]) => void,
): When {
  const { isZeroPoint } = numbers;
  const exact = isZeroPoint(job.aZero, job.aUnsigned).and(isZeroPoint(job.bZero, job.bUnsigned)).and(tooLong.not());
  return when(job.m.eq(0).or(job.n.eq(0)).or(job.k.eq(0)), () => refuse('zeroLength'))
    .elsewhen(bankOf(job.a).eq(bankOf(job.b)), () => refuse('bank'))
    .elsewhen(exact.not(), () => refuse('arithmetic'));
}
