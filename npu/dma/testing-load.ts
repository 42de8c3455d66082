/** Runs load jobs against a DRAM and a local memory in TypeScript. */
import { elaborate, module } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { watch } from '../../testbench/kit/axi/checker.ts';
import { serveReads } from '../../testbench/kit/axi/subordinate.ts';
import { bus } from '../common/axi.ts';
import { localWrite } from '../common/local.ts';
import { checkAligned, fullSpeed, hearErrors, LIMIT, outcome, payloadOf, placeOf, responses } from './testing-bytes.ts';
import type { Burst, Job, Outcome, Pace } from './testing-bytes.ts';
import { LoadDma } from './load.ts';
import { dmaJob, type DmaOptions } from './job.ts';

export interface LoadRun extends Outcome {
  /** What was written, by place. */
  readonly local: ReadonlyMap<string, number>;
  /** The cycle of its `done`. */
  readonly ended: number;
}

export interface LoadMemory {
  readonly byte: (address: number) => number;
  /** The code of the response to a beat (0). */
  readonly response?: (address: number) => number;
}

/** The load DMA with its half of the bus watched. */
function Watched(options: DmaOptions) {
  const { busBytes, maxBurst, outstanding } = options;
  const Dma = LoadDma(options);
  return module('bench', { in: Dma.in, out: Dma.out }, (i, o) => {
    const dma = Dma(i, { name: 'dma' });
    const { valid, payload } = dma.ar;
    watch(
      'checker',
      { ar: { valid, payload, ready: o.ar.ready }, r: i.r },
      { ...bus(busBytes), maxBurst, outstanding },
    );
    return dma;
  });
}

/** Runs jobs one after the other; all are offered from the start. */
export function loadBench(
  options: DmaOptions,
): (given: readonly Job[], memory: LoadMemory, pace: Pace) => readonly LoadRun[] {
  const { busBytes, groupBytes } = options;
  const bench = new Bench(elaborate(Watched(options), { monitors: true }));
  let dram: LoadMemory = { byte: () => 0 };
  let { latency } = fullSpeed;
  let runs: LoadRun[] = [];
  let [local, errors]: [Map<string, number>, number[]] = [new Map(), []];
  /** Of jobs that were taken, the oldest first: when, the bursts that were asked for, and beats of them to come. */
  interface Taken {
    readonly started: number;
    readonly bursts: Burst[];
    beatsLeft: number;
  }
  let taken: Taken[] = [];

  // Before all else, since a job can end in the cycle in which the next one is taken.
  bench.add({
    look: (cycle) => {
      if (bench.get('done') === 0) return;
      const [oldest] = taken;
      if (oldest === undefined || oldest.beatsLeft > 0) throw new Error('done, but not at an end');
      const idle = bench.all('dma.busy', 'ar_valid', 'write_valid').every((level) => level === 0);
      if (taken.length === 1 && !idle) throw new Error('done, but not idle');
      runs.push({ ...outcome(bench, cycle - oldest.started, { bursts: oldest.bursts, errors }), local, ended: cycle });
      [taken, local, errors] = [taken.slice(1), new Map(), []];
    },
  });
  hearErrors(bench, (address) => void errors.push(address));
  const jobs = bench.source('job', dmaJob);
  serveReads(
    bench,
    bus(busBytes),
    {
      read: (address) => dram.byte(address),
      respond: (address) => {
        const asking = taken.at(-1);
        if (asking !== undefined) asking.beatsLeft++;
        return responses[dram.response?.(address) ?? 0] ?? 'okay';
      },
      asked: ({ address, beats }) => {
        checkAligned('ar', { address, beats }, busBytes);
        taken.at(-1)?.bursts.push({ address, beats });
      },
    },
    { latency: () => latency },
  );
  bench.add({
    look: () => {
      if (bench.get('r_valid') === 1 && bench.get('r_ready') === 1) {
        const coming = taken.find(({ beatsLeft }) => beatsLeft > 0);
        if (coming !== undefined) coming.beatsLeft--;
      }
    },
  });
  bench.sink('write', localWrite(groupBytes), {
    take: ({ bytes, lines, data, ...where }) => {
      const all = Number(bytes * lines);
      if (all < 1 || all > groupBytes) throw new Error(`a write of ${bytes} bytes in ${lines} lines`);
      // Where they begin within a group they are there, and end with it.
      const skipped = (Number(where.beat) * busBytes) % groupBytes;
      const meant = data & (2n ** BigInt(8 * all) - 1n);
      if (skipped + (lines > 1n ? 0 : all) > groupBytes)
        throw new Error(`a write beyond the group of beat ${where.beat}`);
      if (((data >> BigInt(8 * skipped)) & (2n ** BigInt(8 * all) - 1n)) !== meant)
        throw new Error(`the bytes of a write are not at their place of the group, from ${skipped} on`);
      for (let byte = 0; byte < all; byte++) {
        const [line, inLine] = [Math.floor(byte / Number(bytes)), byte % Number(bytes)];
        const at = placeOf({ ...where, address: where.address + BigInt(line) }, busBytes, inLine);
        if (local.has(at)) throw new Error(`${at} is written twice`);
        local.set(at, Number((data >> BigInt(8 * byte)) & 0xffn));
      }
    },
  });

  return (given, memory, pace) => {
    [dram, runs, local, errors, taken] = [memory, [], new Map(), [], []];
    ({ latency } = pace);
    bench.begin(pace);
    for (const job of given)
      jobs.push(payloadOf(job), { sent: (started) => void taken.push({ started, bursts: [], beatsLeft: 0 }) });
    bench.run(LIMIT, () => runs.length === given.length);
    return runs;
  };
}
