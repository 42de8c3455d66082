/** What the vector unit refuses before it does anything. */
import { constant, pick, selectAs, uint, type Bit, type UInt } from '../../hdl/index.ts';
import { fault, type Fault } from '../common/fault.ts';
import { DIMENSION_BITS, numbers } from '../common/numbers.ts';
import { MOST_RESULTS, type VectorJob } from './job.ts';
import { mostKernel } from './window-walk.ts';

/** What is wrong with a job, or `none`. Combinational. */
export function refusalOf(job: VectorJob): Fault {
  const isEmpty = (sizes: readonly UInt[]): Bit =>
    sizes.map((size) => size.eq(0)).reduce((one, other) => one.or(other), job.n.eq(0));
  const emptyWindows = isEmpty([
    ...[job.width, job.height, job.kernelHeight, job.kernelWidth],
    ...[job.strideY, job.strideX, job.outHeight, job.outWidth],
  ]);
  const tooLarge = job.kernelHeight.gt(mostKernel.rows).or(job.kernelWidth.gt(mostKernel.columns));
  const tooWide = job.outWidth.gt(constant(uint(DIMENSION_BITS), MOST_RESULTS));
  const exact = numbers.isZeroPoint(job.fromZero, job.unsigned);
  const first = (...[one, ...others]: readonly { readonly when: Bit; readonly what: Fault }[]): Fault =>
    one === undefined ? constant(fault, 'none') : selectAs(fault, one.when, one.what, first(...others));
  const windows = (beyond: Bit): Fault =>
    first(
      { when: emptyWindows, what: constant(fault, 'zeroLength') },
      { when: beyond, what: constant(fault, 'range') },
      { when: exact.not(), what: constant(fault, 'arithmetic') },
    );
  return pick(job.operation, fault, {
    requantise: first({ when: isEmpty([job.m, job.width]), what: constant(fault, 'zeroLength') }),
    depthwise: windows(tooWide.or(tooLarge)),
    pool: windows(tooWide),
  });
}
