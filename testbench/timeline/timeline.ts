/**
 * What the units of an NPU were at over the time of a run: part of a measurement where it is asked for. Its sums are
 * the NPU's own counters.
 */
import type { Unit } from '../../npu/isa/units.ts';
import type { JobDataflow } from '../../npu/matrix/job.ts';
import type { ProductSize } from '../../npu/matrix/layout.ts';

export const TIMELINE_VERSION = 1;

/** Numbers bin by bin, each followed by how often it comes one after the other: `[0, 3, 7, 1]` is 0, 0, 0, 7. */
export type Runs = readonly number[];

/** Jobs of one size that a matrix engine did to their end. */
export interface MatrixJobs extends ProductSize {
  readonly dataflow: JobDataflow;
  readonly times: number;
}

export interface Timeline {
  readonly version: typeof TIMELINE_VERSION;
  /** Of the simulation, the first cycle in which a command was queued, running or being fetched. */
  readonly start: number;
  /** Cycles of a bin. */
  readonly width: number;
  readonly bins: number;
  /** By unit and state (states.ts): in how many cycles of each bin it was at that. */
  readonly units: Readonly<Record<Unit, Readonly<Record<string, Runs>>>>;
  /** By bin: cycles of the counter `cycles`; beats of commands read, of operands read, and written. */
  readonly active: Runs;
  readonly beats: { readonly commands: Runs; readonly read: Runs; readonly written: Runs };
  readonly jobs: readonly MatrixJobs[];
}

export const sumOf = (runs: Runs): number =>
  runs.reduce((sum, value, i) => (i % 2 === 0 ? sum + value * (runs[i + 1] ?? 0) : sum), 0);
