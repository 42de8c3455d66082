/** Runs store jobs against a DRAM and a local memory in TypeScript. */
import { elaborate, module } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { watch } from '../../testbench/kit/axi/checker.ts';
import { serveWrites } from '../../testbench/kit/axi/subordinate.ts';
import { randomOf } from '../../testbench/kit/random.ts';
import { bus } from '../common/axi.ts';
import { localRead } from '../common/local.ts';
import { checkAligned, fullSpeed, hearErrors, LIMIT, outcome, payloadOf, placeOf, responses } from './testing-bytes.ts';
import type { Burst, Job, Outcome, Pace } from './testing-bytes.ts';
import { StoreDma } from './store.ts';
import { dmaJob, type DmaOptions } from './job.ts';

export interface StoreRun extends Outcome {
  /** What was written, by address. */
  readonly dram: ReadonlyMap<number, number>;
}

export interface StoreMemory {
  readonly byte: (place: string) => number;
  /** The code of the response to a burst (0). */
  readonly response?: (burst: Burst) => number;
}

/** The store DMA with its half of the bus watched. */
function Watched(options: DmaOptions) {
  const { busBytes, maxBurst, outstanding } = options;
  const Dma = StoreDma(options);
  return module('bench', { in: Dma.in, out: Dma.out }, (i, o) => {
    const dma = Dma(i, { name: 'dma' });
    const [aw, w] = [dma.aw, dma.w];
    watch(
      'checker',
      {
        aw: { valid: aw.valid, payload: aw.payload, ready: o.aw.ready },
        w: { valid: w.valid, payload: w.payload, ready: o.w.ready },
        b: i.b,
      },
      { ...bus(busBytes), maxBurst, outstanding, emptyStrobes: true },
    );
    return dma;
  });
}

/** Runs jobs one after the other; all are offered from the start. */
export function storeBench(
  options: DmaOptions,
): (given: readonly Job[], memory: StoreMemory, pace: Pace) => readonly StoreRun[] {
  const { busBytes } = options;
  const bench = new Bench(elaborate(Watched(options), { monitors: true }));
  let source: StoreMemory = { byte: () => 0 };
  let { latency } = fullSpeed;
  let random = randomOf(1);
  let runs: StoreRun[] = [];
  let [dram, bursts, errors]: [Map<number, number>, Burst[], number[]] = [new Map(), [], []];
  let [started, inFlight, arriving] = [0, 0, -1n];
  /** Whether the job has been given up, and whether a beat waits for the bus. */
  let [givenUp, waits] = [false, false];

  // Before all else, since a job can end in the cycle in which the next one is taken.
  bench.add({
    drive: () => {
      // Bytes of a read are there in the cycle after it and in no other.
      const noise = BigInt(Math.floor(random() * 2 ** 32)) * 0x1_0000_0001_0000_0001n;
      bench.set({ data: arriving >= 0n ? arriving : BigInt.asUintN(busBytes * 8, noise) });
      arriving = -1n;
    },
    look: (cycle) => {
      if (bench.get('done') === 0) return;
      const isBusy = bench.all('dma.busy', 'aw_valid', 'w_valid', 'read_valid').some((level) => level === 1);
      if (isBusy || inFlight > 0) throw new Error('done, but not idle');
      runs.push({ ...outcome(bench, cycle - started, { bursts, errors }), dram });
      [dram, bursts, errors] = [new Map(), [], []];
      givenUp = false;
    },
  });
  // A beat is without strobes just where its job was given up before it was offered.
  bench.add({
    look: () => {
      const [valid, ready] = bench.all('w_valid', 'w_ready').map((level) => level === 1);
      if (valid === true && !waits && (bench.get('w_payload_strb') === 0) !== givenUp)
        throw new Error(givenUp ? 'a beat is written though its job was given up' : 'a beat writes nothing');
      waits = valid === true && ready !== true;
    },
  });
  hearErrors(bench, (address) => {
    errors.push(address);
    givenUp ||= bench.get('dma.aborts') === 1;
  });
  const jobs = bench.source('job', dmaJob);
  serveWrites(
    bench,
    bus(busBytes),
    {
      write: (address, byte) => {
        const at = address >>> 0;
        if (dram.has(at)) throw new Error(`${at} is written twice`);
        dram.set(at, byte);
      },
      respond: ({ address, beats }) => responses[source.response?.({ address, beats }) ?? 0] ?? 'okay',
      asked: ({ address, beats }) => {
        checkAligned('aw', { address, beats }, busBytes);
        bursts.push({ address, beats });
        inFlight++;
      },
    },
    { latency: () => latency },
  );
  bench.add({
    look: () => {
      if (bench.get('b_valid') === 1 && bench.get('b_ready') === 1) inFlight--;
    },
  });
  bench.sink('read', localRead, {
    take: (where) => {
      arriving = 0n;
      for (let byte = busBytes - 1; byte >= 0; byte--)
        arriving = (arriving << 8n) | BigInt(source.byte(placeOf(where, busBytes, byte)));
    },
  });

  return (given, memory, pace) => {
    [source, runs, dram, bursts, errors] = [memory, [], new Map(), [], []];
    [started, inFlight, arriving, givenUp, waits] = [0, 0, -1n, false, false];
    ({ latency } = pace);
    random = randomOf(pace.seed);
    bench.begin(pace);
    for (const job of given) jobs.push(payloadOf(job), { sent: (cycle) => void (started = cycle) });
    bench.run(LIMIT, () => runs.length === given.length);
    return runs;
  };
}
