/** What a product takes at the least, whatever the schedule: by multipliers and by the bus. */
import type { NpuConfig } from '../npu/config.ts';
import { isPerChannel, type MatmulJob } from '../npu/compiler/job.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';

/** Bytes that have to cross the bus once. */
export interface Traffic {
  /** Operands, bias, scales; not the commands. */
  readonly read: number;
  readonly written: number;
}

/** Cycles that no schedule can do without. */
export interface Bound {
  /** All multiplications on all multipliers. */
  readonly compute: number;
  /** All that has to be read, and written, in whole beats of which one comes a cycle. */
  readonly read: number;
  readonly write: number;
  /** The largest of the three. */
  readonly by: 'compute' | 'read' | 'write';
  /** Cycles that were taken, over those of the largest. */
  readonly ratio: number;
}

export type Sizes = Pick<MatmulJob, 'm' | 'k' | 'n' | 'bias' | 'requantise'>;

const SUM = 4;

export function leastTraffic({ m, k, n, bias, requantise }: Sizes): Traffic {
  const scales = requantise !== undefined && isPerChannel(requantise) ? 3 * SUM * n : 0;
  return {
    read: m * k + k * n + (bias === undefined ? 0 : SUM * m * n) + scales,
    written: m * n * (requantise === undefined ? SUM : 1),
  };
}

/** The bound of a product that took `cycles`. */
export function boundOf(config: NpuConfig, job: Sizes, cycles: number): Bound {
  const { read, written } = leastTraffic(job);
  const least = {
    compute: Math.ceil((job.m * job.k * job.n) / matrixEngineOf(config).description.multipliers(config)),
    read: Math.ceil(read / config.busBytes),
    write: Math.ceil(written / config.busBytes),
  };
  const most = Math.max(least.compute, least.read, least.write);
  const by = (['compute', 'read', 'write'] as const).find((one) => least[one] === most) ?? 'compute';
  return { ...least, by, ratio: cycles / most };
}
