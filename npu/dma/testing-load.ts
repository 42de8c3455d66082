/** Runs load jobs against a DRAM and a local memory in TypeScript. */
import { elaborate } from '../../hdl/index.ts';
import type { Pace, Burst, Job, Outcome } from './testing.ts';
import { Bench, checkBurst, outcome, place, Source } from './testing.ts';
import { LoadDma } from './load.ts';
import type { DmaOptions } from './job.ts';

export interface LoadRun extends Outcome {
  /** What was written, by place. */
  readonly local: ReadonlyMap<string, number>;
}

export interface LoadMemory {
  readonly byte: (address: number) => number;
  /** The response to a beat (0). */ readonly response?: (address: number) => number;
}

/** Runs jobs one after the other; all are offered from the start. */
export function loadBench(
  options: DmaOptions,
): (given: readonly Job[], memory: LoadMemory, pace: Pace) => readonly LoadRun[] {
  const bench = Bench.of(elaborate(LoadDma(options), { monitors: true }));
  const { busBytes, maxBurst, outstanding } = options;

  return (given, memory, pace) => {
    bench.begin(pace);
    const [jobs, answers] = [new Source(bench, 'job'), new Source(bench, 'r')];
    const runs: LoadRun[] = [];
    let [local, bursts]: [Map<string, number>, Burst[]] = [new Map(), []];
    let [started, lastBeats] = [0, 0];
    jobs.queue.push(...given.map((job) => ({ due: 0, payload: { ...job } })));
    for (let cycle = 0; cycle < 200_000; cycle++) {
      jobs.drive(cycle);
      answers.drive(cycle);
      bench.accept('ar');
      bench.accept('write');
      if (bench.get('done') === 1) {
        if (
          bench.get('busy') === 1 ||
          bench.get('ar_valid') === 1 ||
          bench.get('write_valid') === 1 ||
          answers.queue.length > 0
        )
          throw new Error('done, but not idle');
        runs.push({ ...outcome(bench, cycle - started, bursts), local });
        [local, bursts] = [new Map(), []];
        if (runs.length === given.length) return runs;
      }
      if (bench.fires('job')) started = cycle;
      if (bench.fires('ar')) {
        const burst = checkBurst(bench, 'ar', busBytes, maxBurst);
        bursts.push(burst);
        for (let beat = 0; beat < burst.beats; beat++) {
          const address = burst.address + beat * busBytes;
          let data = 0n;
          for (let lane = busBytes - 1; lane >= 0; lane--) data = (data << 8n) | BigInt(memory.byte(address + lane));
          const last = beat === burst.beats - 1 ? 1 : 0;
          answers.queue.push({
            due: cycle + pace.latency,
            payload: { id: bench.get('ar_payload_id'), data, resp: memory.response?.(address) ?? 0, last },
          });
          lastBeats += last;
        }
        if (lastBeats > outstanding) throw new Error(`${lastBeats} bursts in flight`);
      }
      if (bench.fires('r') && bench.get('r_payload_last') === 1) lastBeats--;
      if (bench.fires('write')) record(bench, busBytes, local);
      jobs.settle();
      answers.settle();
      bench.sim.step();
    }
    throw new Error(`a load hangs: ${JSON.stringify({ given, pace })}`);
  };
}

function record(bench: Bench, busBytes: number, local: Map<string, number>): void {
  const field = (name: string): number => bench.get(`write_payload_${name}`);
  const [bytes, data] = [field('bytes'), bench.wide('write_payload_data')];
  if (bytes < 1 || bytes > busBytes) throw new Error(`a write of ${bytes} bytes`);
  for (let byte = 0; byte < bytes; byte++) {
    const where = place(field('space'), field('address'), field('group') * busBytes + byte);
    if (local.has(where)) throw new Error(`${where} is written twice`);
    local.set(where, Number((data >> BigInt(8 * byte)) & 0xffn));
  }
}
