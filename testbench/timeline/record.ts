/** Records a run's timeline: looks at an NPU's units in every cycle, and costs nothing where nobody asks for it. */
import type { Simulator } from '../../hdl/sim/index.ts';
import { faultNames } from '../../npu/common/fault.ts';
import { byName } from '../../npu/common/records.ts';
import { unitNames, type Unit } from '../../npu/isa/units.ts';
import { Bins, runLengths } from './bins.ts';
import { statesOf, type StateOf } from './states.ts';
import { TIMELINE_VERSION, type MatrixJobs, type Timeline } from './timeline.ts';

/** Enough for each pixel of a wide screen, four times enlarged; more would make files of megabytes. */
const MOST_BINS = 4096;

const others = ['active', 'commands', 'read', 'written'] as const;

/**
 * Records from the next cycle on the NPU that is the instance `npu` of the design's top. The function that it returns
 * gives what there is so far.
 * @param most bins, an even number
 */
export function recordTimeline(sim: Simulator, most = MOST_BINS): () => Timeline {
  const number = (path: string): (() => number) => {
    const found = sim.signal(`npu.${path}`);
    return () => Number(found.get());
  };
  const level = (path: string): (() => boolean) => {
    const found = sim.signal(`npu.${path}`);
    return () => found.get() !== 0n;
  };
  const kinds = [
    ...unitNames.flatMap((unit) => statesOf(unit).map(([state]) => `${unit}.${state}`)),
    ...others,
  ] as const;
  const kindOf = new Map<string, number>(kinds.map((kind, at) => [kind, at]));
  const at = (kind: string): number => kindOf.get(kind) ?? 0;
  const of = byName(unitNames, (unit) => new Map(statesOf(unit).map(([state]) => [state, at(`${unit}.${state}`)])));
  const [active, commands, read, written] = others.map(at);

  const [enable, idle, head, tail] = [
    level('csr.enable'),
    level('csr.events_idle'),
    number('fetch.head'),
    number('csr.tail'),
  ];
  const [running, waiting] = [number('dispatch.running'), number('dispatch.waiting')];
  const beats = { read: level('csr.events_counts_readBeats'), written: level('csr.events_counts_writeBeats') };
  const load = { valid: level('load.r_valid'), ready: level('load.r_ready') };
  const store = level('store.w_valid');
  const matrix = {
    active: level('csr.events_counts_arrayActive'),
    valid: level('matrix.job_valid'),
    ready: level('matrix.job_ready'),
    done: level('matrix.done'),
    fault: number('matrix.fault'),
  };
  const job = byName(['m', 'k', 'n', 'dataflow'], (field) => number(`matrix.job_payload_${field}`));
  const jobs = new Map<string, { -readonly [F in keyof MatrixJobs]: MatrixJobs[F] }>();
  /** Of the matrix engine, in order, those that have not ended. */
  const issued: Omit<MatrixJobs, 'times'>[] = [];

  let [moves, writes] = [false, false];
  /** What a unit with a command is at. */
  const busy: { readonly [U in Unit]: () => StateOf<U> } = {
    load: () => (moves ? 'moves' : load.valid() ? 'blocked' : 'memory'),
    store: () => (writes ? 'moves' : store() ? 'memory' : 'blocked'),
    matrix: () => (matrix.active() ? 'multiplies' : 'empty'),
    vector: () => 'works',
  };

  const bins = new Bins(kinds.length, most);
  let start: number | null = null;
  const look = (): void => {
    if (!enable() || (idle() && head() === tail())) return;
    const { cycle } = sim;
    start ??= cycle;
    const time = cycle - start;
    const count = (kind: number | undefined): void => bins.add(time, kind ?? 0);
    const [runs, waits] = [running(), waiting()];
    const reads = beats.read();
    [moves, writes] = [reads && load.valid() && load.ready(), beats.written()];
    count(active);
    if (reads) count(moves ? read : commands);
    if (writes) count(written);
    for (const [bit, unit] of unitNames.entries()) {
      const mask = 1 << bit;
      const state = (runs & mask) !== 0 ? busy[unit]() : (waits & mask) !== 0 ? 'semaphore' : 'idle';
      count(of[unit].get(state));
    }
    if (matrix.valid() && matrix.ready())
      issued.push({ m: job.m(), k: job.k(), n: job.n(), dataflow: job.dataflow() === 1 ? 'os' : 'ws' });
    if ((runs & (1 << unitNames.indexOf('matrix'))) === 0 || !matrix.done()) return;
    const ended = issued.shift();
    if (ended === undefined || faultNames[matrix.fault()] !== 'none') return;
    const key = JSON.stringify(ended);
    const known = jobs.get(key);
    if (known === undefined) jobs.set(key, { ...ended, times: 1 });
    else known.times++;
  };
  sim.trace({ scope: 'npu.irq' }).onSample(look);

  return () => {
    const runs = (kind: string): readonly number[] => runLengths(bins.of(at(kind)));
    return {
      version: TIMELINE_VERSION,
      start: start ?? 0,
      width: bins.width,
      bins: bins.of(0).length,
      units: byName(unitNames, (unit) =>
        Object.fromEntries(statesOf(unit).map(([state]) => [state, runs(`${unit}.${state}`)])),
      ),
      active: runs('active'),
      beats: { commands: runs('commands'), read: runs('read'), written: runs('written') },
      jobs: [...jobs.values()].map((one) => ({ ...one })),
    };
  };
}
