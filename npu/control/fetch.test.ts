import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate, module, uint } from '../../hdl/index.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { watch } from '../../testbench/kit/axi/checker.ts';
import { serveReads } from '../../testbench/kit/axi/subordinate.ts';
import { bus } from '../common/axi.ts';
import { COMMAND_BITS } from '../isa/operations.ts';
import { readsAhead, type BusOptions } from '../isa/read-ahead.ts';
import { CommandFetch } from './fetch.ts';

const BYTES = 64;
interface Ring {
  readonly base: number;
  readonly entries: number;
}
interface Pace {
  readonly stall: number;
  readonly latency: number;
  readonly seed: number;
}

/** The fetch with its half of the bus watched. */
function Watched(options: BusOptions) {
  const Fetch = CommandFetch(options, 1);
  return module('bench', { in: Fetch.in, out: Fetch.out }, (i, o) => {
    const fetch = Fetch(i, { name: 'fetch' });
    const { valid, payload } = fetch.ar;
    const limits = { ...bus(options.busBytes), maxBurst: options.maxBurst };
    const { inFlight: outstanding } = readsAhead(options);
    watch('checker', { ar: { valid, payload, ready: o.ar.ready }, r: i.r }, { ...limits, outstanding });
    return fetch;
  });
}

/** A byte of DRAM, which tells addresses apart; and the command that lies somewhere. */
const byteAt = (address: number): number => (Math.imul(address >>> 6, 0x9e37_79b1) >>> 24) ^ (address & 63);
const commandAt = (address: number): bigint =>
  Array.from({ length: BYTES }, (_, at) => BigInt(byteAt(address + at)) << BigInt(8 * at)).reduce((a, b) => a | b);

/** A fetch, a DRAM and whoever takes the commands. */
function fetchBench(options: BusOptions) {
  const bench = new Bench(elaborate(Watched(options), { monitors: true }));
  let { latency } = { latency: 1 };
  /** Beats that begin at these addresses have an error. */
  let failing = new Set<number>();
  const asked: { readonly address: number; readonly cycle: number }[] = [];
  serveReads(
    bench,
    bus(options.busBytes),
    {
      read: byteAt,
      respond: (address) => (failing.has(address) ? 'slverr' : 'okay'),
      asked: ({ address, beats }, cycle) => {
        for (let at = 0; at < beats; at++) asked.push({ address: address + at * options.busBytes, cycle });
      },
    },
    { latency: () => latency },
  );
  const sink = bench.sink('command', uint(COMMAND_BITS));
  return {
    bench,
    sink,
    /** What was asked for, beat by beat. */
    asked,
    /** Begins to read a ring, with nothing announced. */
    begin({ base, entries }: Ring, pace: Pace, bad: readonly number[] = []): void {
      ({ latency } = pace);
      failing = new Set(bad);
      asked.length = 0;
      bench.begin({ seed: pace.seed, stall: pace.stall });
      bench.set({ ring_enable: 1, ring_base: base, ring_entries: entries, ring_tail: 0, contended: 0 });
    },
  };
}

const ample = { stall: 0, latency: 1, seed: 1 };
const LIMIT = 200_000;
const machines: readonly BusOptions[] = [
  { busBytes: 16, maxBurst: 16, outstanding: 8 },
  { busBytes: 64, maxBurst: 4, outstanding: 32 },
  { busBytes: 8, maxBurst: 3, outstanding: 5 },
  { busBytes: 4, maxBurst: 1, outstanding: 1 },
];
const anyRing = fc.record({
  base: fc.integer({ min: 0, max: 200 }).map((at) => at * BYTES),
  entries: fc.integer({ min: 2, max: 40 }),
});
const anyPace = fc.record({
  stall: fc.constantFrom(0, 0.1, 0.5),
  latency: fc.constantFrom(1, 2, 9, 60),
  seed: fc.integer(),
});

describe.each(machines)('the command fetch with %o', (options) => {
  const { bench, sink, asked, begin } = fetchBench(options);
  const { busBytes } = options;

  it('gives every command of the ring in order, and reads none that is not announced', () => {
    const announcements = fc.array(fc.integer({ min: 1, max: 39 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(anyRing, anyPace, announcements, fc.boolean(), (ring, pace, steps, contended) => {
        begin(ring, pace);
        bench.set({ contended: Number(contended) });
        const entry = (index: number): number => ring.base + (index % ring.entries) * BYTES;
        let announced = 0;
        for (const step of steps) {
          announced += Math.min(step, ring.entries - 1);
          bench.set({ ring_tail: announced % ring.entries });
          bench.run(LIMIT, () => sink.got.length === announced);
          expect(bench.get('head')).toBe(announced % ring.entries);
        }
        bench.step(100);
        const all = Array.from({ length: announced }, (_, index) => entry(index));
        expect(sink.payloads).toEqual(all.map(commandAt));
        const beats = all.flatMap((address) =>
          Array.from({ length: BYTES / busBytes }, (_, beat) => address + beat * busBytes),
        );
        expect(asked.map(({ address }) => address)).toEqual(beats);
      }),
      { numRuns: runsOf({ few: 5, all: 60 }) },
    );
  });

  it('drops all but what is offered when it is stopped, even for a cycle, and begins anew', () => {
    const stops = fc.record({ after: fc.nat(120), low: fc.integer({ min: 1, max: 30 }) });
    fc.assert(
      fc.property(anyRing, anyRing, anyPace, stops, (ring, next, pace, { after, low }) => {
        begin(ring, pace);
        bench.set({ ring_tail: ring.entries - 1 });
        bench.step(after);
        const before = sink.got.length;
        bench.set({ ring_enable: 0, ring_base: next.base + 2 ** 20, ring_entries: next.entries, ring_tail: 0 });
        bench.step(low);
        expect(bench.get('head')).toBe(0);
        // One that was offered is taken now at the latest.
        bench.run(LIMIT, () => bench.get('command_valid') === 0);
        expect(sink.got.length - before).toBeLessThanOrEqual(1);
        const dropped = sink.got.length;
        bench.set({ ring_enable: 1, ring_tail: next.entries - 1 });
        bench.run(LIMIT, () => sink.got.length === dropped + next.entries - 1);
        const of = (base: number, from: number, to: number): bigint[] =>
          Array.from({ length: to - from }, (_, at) => commandAt(base + (from + at) * BYTES));
        expect(sink.payloads).toEqual([...of(ring.base, 0, dropped), ...of(next.base + 2 ** 20, 0, next.entries - 1)]);
      }),
      { numRuns: runsOf({ few: 5, all: 60 }) },
    );
  });

  it('stops at a bus error when the commands before it are given, with the address of the burst', () => {
    fc.assert(
      fc.property(anyRing, anyPace, fc.nat(), (ring, pace, pick) => {
        const beat = pick % (((ring.entries - 1) * BYTES) / busBytes);
        const address = ring.base + beat * busBytes;
        begin(ring, pace, [address]);
        bench.set({ ring_tail: ring.entries - 1 });
        bench.run(LIMIT, () => bench.get('failed') === 1);
        const bytes = readsAhead(options).burst * busBytes;
        expect(bench.get('address')).toBe(address - (address % bytes));
        const good = Math.floor((beat * busBytes) / BYTES);
        const commands = Array.from({ length: good }, (_, index) => commandAt(ring.base + index * BYTES));
        expect([sink.payloads, bench.get('head')]).toEqual([commands, good]);
        bench.step(200);
        expect([bench.get('failed'), sink.got.length]).toEqual([1, good]);
        bench.set({ ring_enable: 0 });
        bench.step();
        expect(bench.all('failed', 'head')).toEqual([0, 0]);
        bench.set({ ring_enable: 1, ring_tail: good });
        bench.run(LIMIT, () => sink.got.length === 2 * good);
      }),
      { numRuns: runsOf({ few: 5, all: 60 }) },
    );
  });

  it('asks for no more than it has room for, and never lets a beat wait', () => {
    begin({ base: 0, entries: 100 }, ample);
    sink.open = false;
    bench.set({ ring_tail: 99 });
    const { commands } = readsAhead(options);
    for (let cycle = 0; cycle < 600; cycle++) {
      expect(bench.get('r_valid') === 1 && bench.get('r_ready') === 0).toBe(false);
      bench.step();
    }
    expect(asked).toHaveLength((commands * BYTES) / busBytes);
    expect(bench.get('head')).toBe(0);
  });
});

describe('the speed of the command fetch', () => {
  const options = { busBytes: 16, maxBurst: 16, outstanding: 32 };
  const { bench, sink, asked, begin } = fetchBench(options);
  const cyclesOf = (commands: number, latency: number, contended: 0 | 1): number => {
    begin({ base: 0, entries: commands + 1 }, { ...ample, latency });
    bench.set({ ring_tail: commands, contended });
    return bench.run(LIMIT, () => sink.got.length === commands);
  };

  it('is that of the bus, whatever the latency up to 64 beats', () => {
    // Two cycles until AR, and one in which the last command is taken.
    expect([1, 20, 55].map((latency) => cyclesOf(100, latency, 0))).toEqual(
      [1, 20, 55].map((latency) => 400 + 2 + latency),
    );
    expect(cyclesOf(402, 100, 0)).toBeLessThan(402 * 7);
  });

  it('is a quarter of it where others read', () => {
    cyclesOf(50, 10, 1);
    const starts = asked.filter((_, at) => at % 4 === 0).map(({ cycle }) => cycle);
    expect(starts.slice(1).map((cycle, at) => cycle - (starts[at] ?? 0))).toEqual(starts.slice(1).map(() => 16));
  });
});

it('the command fetch keeps the address that it asked for, whatever the host writes meanwhile', () => {
  const bench = new Bench(elaborate(CommandFetch({ busBytes: 8, maxBurst: 8, outstanding: 4 }, 1), { monitors: true }));
  bench.begin();
  bench.set({ ring_enable: 1, ring_base: 0x40, ring_entries: 8, ring_tail: 2, command_ready: 1 });
  bench.step();
  expect(bench.all('ar_valid', 'ar_payload_addr')).toEqual([1, 0x40]);
  bench.set({ ring_enable: 0, ring_base: 0x1000 });
  bench.step(2);
  expect(bench.all('ar_valid', 'ar_payload_addr')).toEqual([1, 0x40]);
});
