/** Runs store jobs against a DRAM and a local memory in TypeScript. */
import { elaborate } from '../../hdl/index.ts';
import type { Pace, Burst, Job, Outcome } from './testing.ts';
import { Bench, checkBurst, outcome, place, Source } from './testing.ts';
import { StoreDma } from './store.ts';
import type { DmaOptions } from './job.ts';

export interface StoreRun extends Outcome {
  /** What was written, by address. */
  readonly dram: ReadonlyMap<number, number>;
}

export interface StoreMemory {
  readonly byte: (place: string) => number;
  /** The response to a burst (0). */ readonly response?: (burst: Burst) => number;
}

/** Runs jobs one after the other; all are offered from the start. */
export function storeBench(
  options: DmaOptions,
): (given: readonly Job[], memory: StoreMemory, pace: Pace) => readonly StoreRun[] {
  const bench = Bench.of(elaborate(StoreDma(options), { monitors: true }));
  const { busBytes, maxBurst, outstanding } = options;

  return (given, memory, pace) => {
    bench.begin(pace);
    const [jobs, answers] = [new Source(bench, 'job'), new Source(bench, 'b')];
    const runs: StoreRun[] = [];
    const waiting: Burst[] = [];
    let [dram, bursts]: [Map<number, number>, Burst[]] = [new Map(), []];
    let [started, beat, inFlight, arriving] = [0, 0, 0, -1n];
    jobs.queue.push(...given.map((job) => ({ due: 0, payload: { ...job } })));
    for (let cycle = 0; cycle < 200_000; cycle++) {
      // Bytes of a read are there in the cycle after it and in no other.
      bench.set(
        'data',
        arriving >= 0n
          ? arriving
          : BigInt.asUintN(busBytes * 8, BigInt(Math.floor(bench.random() * 2 ** 32)) * 0x1_0000_0001_0000_0001n),
      );
      arriving = -1n;
      jobs.drive(cycle);
      answers.drive(cycle);
      for (const name of ['aw', 'w', 'read']) bench.accept(name);
      if (bench.get('done') === 1) {
        if (
          bench.get('busy') === 1 ||
          bench.get('aw_valid') === 1 ||
          bench.get('w_valid') === 1 ||
          bench.get('read_valid') === 1 ||
          inFlight > 0
        )
          throw new Error('done, but not idle');
        runs.push({ ...outcome(bench, cycle - started, bursts), dram });
        [dram, bursts] = [new Map(), []];
        if (runs.length === given.length) return runs;
      }
      if (bench.fires('job')) started = cycle;
      if (bench.fires('b')) inFlight--;
      if (bench.fires('read')) {
        const field = (name: string): number => bench.get(`read_payload_${name}`);
        arriving = 0n;
        for (let lane = busBytes - 1; lane >= 0; lane--)
          arriving =
            (arriving << 8n) |
            BigInt(memory.byte(place(field('space'), field('address'), field('group') * busBytes + lane)));
      }
      if (bench.fires('w')) {
        const [burst] = waiting;
        if (burst === undefined) throw new Error('a beat before its burst');
        const [data, strobes] = [bench.wide('w_payload_data'), bench.wide('w_payload_strb')];
        for (let lane = 0; lane < busBytes; lane++) {
          if (((strobes >> BigInt(lane)) & 1n) === 0n) continue;
          const address = (burst.address + beat * busBytes + lane) >>> 0;
          if (dram.has(address)) throw new Error(`${address} is written twice`);
          dram.set(address, Number((data >> BigInt(8 * lane)) & 0xffn));
        }
        const last = ++beat === burst.beats;
        if ((bench.get('w_payload_last') === 1) !== last)
          throw new Error(`last is wrong in beat ${beat} of ${burst.beats}`);
        if (last) {
          answers.queue.push({ due: cycle + pace.latency, payload: { resp: memory.response?.(burst) ?? 0 } });
          waiting.shift();
          beat = 0;
        }
      }
      if (bench.fires('aw')) {
        const burst = checkBurst(bench, 'aw', busBytes, maxBurst);
        bursts.push(burst);
        waiting.push(burst);
        if (++inFlight > outstanding) throw new Error(`${inFlight} bursts in flight`);
      }
      jobs.settle();
      answers.settle();
      bench.sim.step();
    }
    throw new Error(`a store hangs: ${JSON.stringify({ given, pace })}`);
  };
}
