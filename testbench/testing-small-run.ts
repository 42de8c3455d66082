/** A small run of the NPU with waves and its own history, for tests of both. */
import { npuConfig } from '../npu/config.ts';
import { TracedValues, type Sample, type TraceSource } from '../hdl/sim/index.ts';
import { runMatmul } from './run.ts';
import { recordRun } from './waves.ts';

export interface History {
  readonly time: number;
  readonly end: number;
  readonly values: readonly bigint[];
}

export const smallConfig = npuConfig({ rows: 3, cols: 5, busBytes: 8, scratchpadBytes: 4096, accumulatorBytes: 1024 });

export const smallJob = {
  m: 6,
  k: 5,
  n: 7,
  dataflow: 'os',
  a: Int8Array.from({ length: 30 }, (_, i) => 37 * i),
  b: Int8Array.from({ length: 35 }, (_, i) => 53 * i),
} as const;

/** Runs a product on a 3 × 5 array; the files, and what every signal was in every cycle. */
export async function recordSmallRun(path: string): Promise<{
  readonly trace: TraceSource;
  readonly history: readonly History[];
  readonly view: string;
  readonly bytes: number;
}> {
  const history: History[] = [];
  let trace: TraceSource | undefined;
  let waves: ReturnType<typeof recordRun> | undefined;
  const follow = (source: TraceSource): void => {
    const values = new TracedValues(source);
    const take = (sample: Sample): void => {
      values.take(sample.changes());
      history.push({ time: sample.time, end: sample.end, values: source.signals.map((_, i) => values.of(i) ?? 0n) });
    };
    source.onSample(take);
    finish = () => take(source.now());
    trace = source;
  };
  let finish = (): void => {};
  runMatmul(smallConfig, smallJob, {
    onStart(sim) {
      waves = recordRun(sim, smallConfig, path);
      follow(sim.trace());
    },
  });
  if (trace === undefined || waves === undefined) throw new Error('the run did not start');
  finish();
  const { view, bytes } = await waves.close();
  if (view === null) throw new Error('a plain file has a view');
  return { trace, history, view, bytes };
}
