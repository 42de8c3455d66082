/** What every matrix engine refuses before it does anything. */
import { when, type Bit, type SignalOf, type SInt, type When } from '../../hdl/index.ts';
import type { faultNames } from '../common/fault.ts';
import { bankOf } from '../common/local.ts';
import type { OPERAND_BITS } from '../common/numbers.ts';
import type { gemmJob } from './job.ts';

/** Whether a zero point is a value of its operand's type, uint8 or int8, so that an operand less it is −255 to 255. */
function isOperand(zero: SInt<typeof OPERAND_BITS>, unsigned: Bit): Bit {
  const bits = zero.asUint();
  return bits.bit(8).eq(bits.bit(7).and(unsigned.not()));
}

/**
 * Calls `refuse` with what is wrong with a job; what is to be done with any other goes into `otherwise` of the result.
 * @param tooLong whether its k is more than the engine sums without loss
 */
export function whenRefused(
  job: SignalOf<typeof gemmJob>,
  tooLong: Bit,
  refuse: (why: (typeof faultNames)[number]) => void,
): When {
  const exact = isOperand(job.aZero, job.aUnsigned).and(isOperand(job.bZero, job.bUnsigned)).and(tooLong.not());
  return when(job.m.eq(0).or(job.n.eq(0)).or(job.k.eq(0)), () => refuse('zeroLength'))
    .elsewhen(bankOf(job.a).eq(bankOf(job.b)), () => refuse('bank'))
    .elsewhen(exact.not(), () => refuse('arithmetic'));
}
