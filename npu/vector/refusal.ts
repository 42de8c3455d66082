/** What the vector unit refuses before it does anything. */
import { constant, pick, selectAs, type Bit, type UInt } from '../../hdl/index.ts';
import { fault, type Fault } from '../common/fault.ts';
import { numbers } from '../common/numbers.ts';
import { MOST_RESULTS, mostKernel, type VectorJob } from './job.ts';

/** What is wrong with a job, or `none`. Combinational. */
export function refusalOf(job: VectorJob): Fault {
  const isEmpty = (sizes: readonly UInt[]): Bit =>
    sizes.map((size) => size.eq(0)).reduce((one, other) => one.or(other), job.n.eq(0));
  const { width, height, kernelHeight, kernelWidth, strideY, strideX, outHeight, outWidth } = job;
  const emptyWindows = isEmpty([width, height, kernelHeight, kernelWidth, strideY, strideX, outHeight, outWidth]);
  const tooLarge = kernelHeight.gt(mostKernel.rows).or(kernelWidth.gt(mostKernel.columns));
  const tooWide = outWidth.gt(MOST_RESULTS);
  const exact = numbers.isZeroPoint(job.fromZero, job.unsigned);
  const first = (...[one, ...others]: readonly { readonly when: Bit; readonly what: Fault }[]): Fault =>
    one === undefined ? constant(fault, 'none') : selectAs(fault, one.when, one.what, first(...others));
  const windows = (beyond: Bit): Fault =>
    first(
      { when: emptyWindows, what: constant(fault, 'zeroLength') },
      { when: beyond, what: constant(fault, 'range') },
      { when: exact.not(), what: constant(fault, 'arithmetic') },
    );
  const lines = first({ when: isEmpty([job.m, job.width]), what: constant(fault, 'zeroLength') });
  return pick(job.operation, fault, {
    requantise: first({ when: isEmpty([job.m, job.width, job.planes]), what: constant(fault, 'zeroLength') }),
    depthwise: windows(tooWide.or(tooLarge)),
    pool: windows(tooWide),
    elementwise: lines,
    lookup: lines,
    loadTable: constant(fault, 'none'),
    softmax: lines,
  });
}
