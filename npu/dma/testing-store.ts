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
  /** The cycle of its `done`. */
  readonly ended: number;
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
  const { busBytes, groupBytes } = options;
  const bench = new Bench(elaborate(Watched(options), { monitors: true }));
  let source: StoreMemory = { byte: () => 0 };
  let { latency } = fullSpeed;
  let random = randomOf(1);
  let runs: StoreRun[] = [];
  let arriving = -1n;
  /** A job that was taken: when, what it did, its bursts without an answer, and whether it has been given up. */
  interface Taken {
    readonly started: number;
    readonly bursts: Burst[];
    readonly dram: Map<number, number>;
    readonly errors: number[];
    unanswered: number;
    givenUp: boolean;
  }
  /** Those that have not ended, the oldest first. */
  let taken: Taken[] = [];
  /** Of bursts that were asked for, whose they are, and how many beats are to come; whether one of them waits. */
  let writing: { readonly job: Taken; beatsLeft: number }[] = [];
  let waits = false;

  // Before all else, since a job can end in the cycle in which the next one is taken.
  bench.add({
    drive: () => {
      // Bytes of a read are there in the cycle after it and in no other.
      const noise = BigInt(Math.floor(random() * 2 ** 32)) * 0x1_0000_0001_0000_0001n;
      bench.set({ data: arriving >= 0n ? arriving : BigInt.asUintN(groupBytes * 8, noise) });
      arriving = -1n;
    },
    look: (cycle) => {
      if (bench.get('done') === 0) return;
      const [oldest] = taken;
      if (oldest === undefined || oldest.unanswered > 0 || writing[0]?.job === oldest)
        throw new Error('done, but not at an end');
      const isBusy = bench.all('dma.busy', 'aw_valid', 'w_valid', 'read_valid').some((level) => level === 1);
      if (taken.length === 1 && isBusy) throw new Error('done, but not idle');
      runs.push({ ...outcome(bench, cycle - oldest.started, oldest), dram: oldest.dram, ended: cycle });
      taken.shift();
    },
  });
  // A beat is without strobes just where its job was given up before it was offered.
  bench.add({
    look: () => {
      const [valid, ready] = bench.all('w_valid', 'w_ready').map((level) => level === 1);
      const [burst] = writing;
      if (valid === true && burst === undefined) throw new Error('a beat comes before its burst');
      const isSilent = bench.get('w_payload_strb') === 0;
      if (valid === true && !waits && isSilent !== burst?.job.givenUp)
        throw new Error(isSilent ? 'a beat writes nothing' : 'a beat is written though its job was given up');
      waits = valid === true && ready !== true;
    },
  });
  hearErrors(bench, (address) => {
    const [oldest] = taken;
    if (oldest === undefined) throw new Error('an error of no job');
    oldest.errors.push(address);
    oldest.givenUp ||= bench.get('dma.aborts') === 1;
  });
  const jobs = bench.source('job', dmaJob);
  serveWrites(
    bench,
    bus(busBytes),
    {
      write: (address, byte) => {
        const [at, burst] = [address >>> 0, writing[0]];
        if (burst?.job.dram.has(at) !== false) throw new Error(`${at} is written twice`);
        burst.job.dram.set(at, byte);
      },
      respond: ({ address, beats }) => responses[source.response?.({ address, beats }) ?? 0] ?? 'okay',
      asked: ({ address, beats }) => {
        checkAligned('aw', { address, beats }, busBytes);
        const asking = taken.at(-1);
        if (asking === undefined) throw new Error('a burst of no job');
        asking.bursts.push({ address, beats });
        asking.unanswered++;
        writing.push({ job: asking, beatsLeft: beats });
      },
    },
    { latency: () => latency },
  );
  bench.add({
    look: () => {
      const [burst] = writing;
      if (burst !== undefined && bench.get('w_valid') === 1 && bench.get('w_ready') === 1 && --burst.beatsLeft === 0)
        writing.shift();
      const [oldest] = taken;
      if (oldest !== undefined && bench.get('b_valid') === 1 && bench.get('b_ready') === 1) oldest.unanswered--;
    },
  });
  bench.sink('read', localRead, {
    take: (where) => {
      arriving = 0n;
      if ((Number(where.beat) * busBytes) % groupBytes !== 0) throw new Error(`no group begins at beat ${where.beat}`);
      for (let byte = groupBytes - 1; byte >= 0; byte--)
        arriving = (arriving << 8n) | BigInt(source.byte(placeOf(where, busBytes, byte)));
    },
  });

  return (given, memory, pace) => {
    [source, runs, arriving, taken, writing, waits] = [memory, [], -1n, [], [], false];
    ({ latency } = pace);
    random = randomOf(pace.seed);
    bench.begin(pace);
    for (const job of given)
      jobs.push(payloadOf(job), {
        sent: (started) =>
          void taken.push({ started, bursts: [], dram: new Map(), errors: [], unanswered: 0, givenUp: false }),
      });
    bench.run(LIMIT, () => runs.length === given.length);
    return runs;
  };
}
