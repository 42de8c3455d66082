import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { faultNames } from '../common/fault.ts';
import { StoreDma } from './store.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { localRead } from '../common/local.ts';
import { dmaJob } from './job.ts';
import { bytesOf, fullSpeed, noise, oneLine, payloadOf, type Burst, type Job, type JobByte } from './testing-bytes.ts';
import { anyJob, anyPace, isInside, smallUnit, strayJob, sweep, units, withMemories } from './testing-jobs.ts';
import { storeBench, type StoreRun } from './testing-store.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const hash = (place: string): number => Buffer.from(place).reduce((sum, letter) => Math.imul(sum, 31) + letter, 7);
const local = { byte: (place: string): number => noise(hash(place)) };

function expectStored(jobs: readonly Job[], runs: readonly StoreRun[]): void {
  expect(runs).toHaveLength(jobs.length);
  expect(runs.map(({ dram }) => dram)).toEqual(
    jobs.map((job) => new Map([...bytesOf(job)].map((byte) => [byte.dram, local.byte(byte.local)]))),
  );
}

type Responses = (burst: Burst) => number;

/** Responses with an error to so many of 256 addresses. */
const failingAt =
  (failing: number, seed: number): Responses =>
  ({ address }) => {
    const drawn = noise(address ^ seed);
    return drawn < failing ? 2 + (drawn & 1) : 0;
  };
const failures = { seed: fc.nat(), failing: fc.constantFrom(0, 20, 80, 256) };

/** What becomes of a job whose bursts are answered so; bytes that do not exist are written as zeros. */
function expectDone(
  job: Job,
  found: StoreRun | undefined,
  response: Responses,
  exists: (byte: JobByte) => boolean = () => true,
): void {
  if (job.lines === 0) {
    expect(found).toMatchObject({ fault: faultNames.indexOf('zeroLength'), bursts: [], errors: [], goesOn: false });
    return;
  }
  const { bursts = [], dram = new Map<number, number>(), errors } = found ?? {};
  const failing = bursts.filter((burst) => response(burst) >= 2).map(({ address }) => address);
  expect(errors).toEqual(failing);
  const bytes = [...bytesOf(job)];
  const isOutside = !bytes.every(exists);
  expect(found?.goesOn).toBe(job.onError === 'continue' && !isOutside);
  const [first] = failing;
  const faults = [...(first === undefined ? [] : ['busWrite' as const]), ...(isOutside ? ['range' as const] : [])];
  const fault = faultNames[found?.fault ?? 0] ?? 'none';
  expect(faults.length > 0 ? faults : ['none']).toContain(fault);
  if (fault === 'busWrite') expect(found?.faultAddress).toBe(first);
  const all = new Map(bytes.map((byte) => [byte.dram, exists(byte) ? local.byte(byte.local) : 0]));
  // The bench has seen to it that a job that was given up writes nothing after that.
  const givenUp = failing.length > 0 && job.onError === 'abort';
  expect(dram).toEqual(givenUp ? new Map([...all].filter(([at]) => dram.has(at))) : all);
}

describe.each(units)('a store with %o', (options) => {
  const { busBytes } = options;
  const run = storeBench(options);

  it('copies every length at every offset', () => {
    const jobs = [...sweep(Math.min(busBytes, 16))];
    expectStored(jobs, run(jobs, local, fullSpeed));
  });

  it('copies any jobs at any pace', () => {
    fc.assert(
      fc.property(fc.array(anyJob(busBytes), { minLength: 1, maxLength: 3 }), anyPace, (jobs, pace) => {
        const runs = run(jobs, local, pace);
        expectStored(jobs, runs);
        expect(runs.every(({ fault }) => fault === 0)).toBe(true);
      }),
      { numRuns: runsOf({ few: 4, all: 12 }) },
    );
  });

  it('goes on after a failing burst, says where the first one was, and forgets it with the next job', () => {
    fc.assert(
      fc.property(
        anyJob(busBytes).map((job) => ({ ...job, onError: 'continue' as const })),
        anyPace,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(2, 3),
        (job, pace, every, code) => {
          let answered = 0;
          const next = oneLine(3 * 2 ** 30, 100);
          const failing: number[] = [];
          const runs = run(
            [job, next],
            {
              ...local,
              response: ({ address }) => {
                if (Math.abs(address - next.dram) < 256 || ++answered % every !== 0) return 0;
                failing.push(address);
                return code;
              },
            },
            pace,
          );
          expectStored([job, next], runs);
          expect(runs.map(({ fault }) => fault)).toEqual([failing.length > 0 ? 3 : 0, 0]);
          if (failing.length > 0) expect(runs[0]?.faultAddress).toBe(failing[0]);
          expect(runs.map(({ errors }) => errors)).toEqual([failing, []]);
        },
      ),
      { numRuns: runsOf({ few: 4, all: 12 }) },
    );
  });

  it('that aborts writes no byte after a failing burst, and does the next job', () => {
    fc.assert(
      fc.property(
        anyJob(busBytes).map((job) => ({ ...job, onError: 'abort' as const })),
        anyPace,
        fc.nat(5),
        fc.constantFrom(2, 3),
        (job, pace, after, code) => {
          let answered = 0;
          const next = oneLine(3 * 2 ** 30, 100);
          const failing: number[] = [];
          const response = ({ address }: Burst): number => {
            if (Math.abs(address - next.dram) < 256 || answered++ < after) return 0;
            failing.push(address);
            return code;
          };
          // The bench looks at each beat after the first error: it has no strobes.
          const [result, good] = run([job, next], { ...local, response }, pace);
          expect(result).toMatchObject({ fault: failing.length > 0 ? 3 : 0, errors: failing });
          if (failing.length > 0) expect(result?.faultAddress).toBe(failing[0]);
          const all = new Map([...bytesOf(job)].map((byte) => [byte.dram, local.byte(byte.local)]));
          for (const [where, value] of result?.dram ?? []) expect(value).toBe(all.get(where));
          if (failing.length === 0) expect(result?.dram.size).toBe(all.size);
          expectStored([next], good === undefined ? [] : [good]);
        },
      ),
      { numRuns: runsOf({ few: 4, all: 12 }) },
    );
  });

  it('does each of many jobs for itself, while the answers of those before are on their way', () => {
    const empty = anyJob(busBytes).map((job) => ({ ...job, lines: 0 }));
    const short = anyJob(busBytes).map((job) => ({
      ...job,
      lines: 1,
      lineBytes: 1 + (job.lineBytes % (4 * busBytes)),
    }));
    const jobs = fc.array(fc.oneof(anyJob(busBytes), { weight: 3, arbitrary: short }, empty), {
      minLength: 2,
      maxLength: 12,
    });
    const cases = fc.record({ jobs, pace: anyPace, ...failures });
    fc.assert(
      fc.property(cases, ({ jobs: given, pace, seed, failing }) => {
        const response = failingAt(failing, seed);
        const runs = run(given, { ...local, response }, pace);
        given.forEach((job, at) => expectDone(job, runs[at], response));
      }),
      { numRuns: runsOf({ few: 20, all: 60 }) },
    );
  });

  it.each([{ lines: 0 }, { lineBytes: 0 }, { pieceBytes: 0 }])('refuses %o before any bus activity', (empty) => {
    const next = oneLine(1000, 10);
    const [refused, done] = run([{ ...next, ...empty }, next], local, fullSpeed);
    expect(refused).toMatchObject({ cycles: 2, fault: 1, faultAddress: 1000, bursts: [] });
    expect(refused?.dram.size).toBe(0);
    expectStored([next], done === undefined ? [] : [done]);
  });
});

it('a store that leaves the local memories writes zeros for what is not there, and says so', () => {
  const run = storeBench(smallUnit);
  fc.assert(
    fc.property(strayJob, anyPace, (job, pace) => {
      const bytes = [...bytesOf(job)];
      const next = { ...oneLine(16_384, 10), local: 2 };
      const [result, good] = run([job, next], local, pace);
      expect(result?.fault).toBe(bytes.every((byte) => isInside(job, byte)) ? 0 : faultNames.indexOf('range'));
      expect(result?.dram).toEqual(
        new Map(bytes.map((byte) => [byte.dram, isInside(job, byte) ? local.byte(byte.local) : 0])),
      );
      expect(good?.fault).toBe(0);
      expectStored([next], good === undefined ? [] : [good]);
    }),
    { numRuns: runsOf({ few: 6, all: 30 }) },
  );
});

it('of many stores that leave the local memories each tells it of itself', () => {
  const run = storeBench(smallUnit);
  const inside = fc
    .constantFrom('abort' as const, 'continue' as const)
    .map((onError) => ({ ...oneLine(16_384, 10), local: 2, onError }));
  const mixed = fc.array(fc.oneof(strayJob, inside), { minLength: 2, maxLength: 6 });
  const cases = fc.record({ jobs: mixed, pace: anyPace, ...failures });
  fc.assert(
    fc.property(cases, ({ jobs, pace, seed, failing }) => {
      const response = failingAt(failing, seed);
      const runs = run(jobs, { ...local, response }, pace);
      jobs.forEach((job, at) => expectDone(job, runs[at], response, (byte) => isInside(job, byte)));
    }),
    { numRuns: runsOf({ few: 20, all: 60 }) },
  );
});

it('while the bus takes nothing, a store reads ahead four words, and the two in which beats are put together', () => {
  const options = units[0] ?? smallUnit;
  const { busBytes } = options;
  const bench = new Bench(elaborate(StoreDma(options)));
  bench.source('job', dmaJob).push(payloadOf({ ...oneLine(4096, 40 * busBytes), local: 0 }));
  const reads = bench.sink('read', localRead);
  bench.step(60);
  expect(reads.got).toHaveLength(4 + 2);
});

it('local addresses that run past the last one do not come round to the first', () => {
  const job = { ...oneLine(4096, 4), lines: 66, stride: 4, local: 0, lineStep: 0x8000 };
  const [result] = storeBench(smallUnit)([job], local, fullSpeed);
  const bytes = [...bytesOf(job)];
  expect(result?.dram).toEqual(
    new Map(bytes.map((byte) => [byte.dram, isInside(job, byte) ? local.byte(byte.local) : 0])),
  );
});

describe('the speed of a store', () => {
  const run = storeBench(withMemories({ busBytes: 8, maxBurst: 16, outstanding: 8 }));

  it.each([0, 1, 3, 7])('is at least 98 percent of the bus for 4 KiB at offset %d', (offset) => {
    const [result] = run([oneLine(8192 + offset, 4096)], local, fullSpeed);
    const beats = result?.bursts.reduce((sum, burst) => sum + burst.beats, 0) ?? 0;
    expect(beats).toBe(offset === 0 ? 512 : 513);
    expect(beats / (result?.cycles ?? Infinity)).toBeGreaterThan(0.98);
  });

  it('moves lines that are apart at a burst a cycle', () => {
    const [result] = run([{ ...oneLine(8192, 8), lines: 200, stride: 40 }], local, fullSpeed);
    expect(result?.cycles).toBe(200 + 5);
  });

  it.each([
    [16, 19],
    [16, 11],
    [24, 29],
  ])('does not wait for the short ends of lines, by groups of %d bytes of lines of %d', (groupBytes, lineBytes) => {
    const wide = storeBench(withMemories({ busBytes: 8, groupBytes, maxBurst: 16, outstanding: 8 }));
    const job = { ...oneLine(8192, lineBytes), lines: 200 };
    expect(wide([job], local, fullSpeed)[0]?.cycles).toBeLessThanOrEqual((200 * lineBytes) / 8 + 8);
    expect(run([job], local, fullSpeed)[0]?.cycles).toBeGreaterThanOrEqual(200 * Math.ceil(lineBytes / 8));
  });

  const many = storeBench(withMemories({ busBytes: 8, maxBurst: 16, outstanding: 32 }));
  it.each([1, 2, 16, 40])('waits for no answer between jobs of %d beats, of which there are four at once', (beats) => {
    for (const latency of [1, 10, 100]) {
      const jobs = Array.from({ length: 13 }, (_, at) => oneLine(8192 * at, 8 * beats));
      const ends = many(jobs, local, { ...fullSpeed, latency }).map(({ ended }) => ended);
      const between = Math.max(beats + 1, 3);
      expect((ends[1] ?? 0) - (ends[0] ?? 0)).toBe(between);
      expect((ends[12] ?? 0) - (ends[8] ?? 0)).toBe(Math.max(4 * between, latency + beats + 5));
    }
  });

  it('ends a job that was given up as soon as its answers are there, whatever comes after it', () => {
    const failing: Job = { ...oneLine(8192, 8), lines: 2, stride: 64 };
    const response = ({ address }: Burst): number => (address === failing.dram ? 2 : 0);
    for (const after of [[], [oneLine(16_384, 4096)]])
      expect(run([failing, ...after], { ...local, response }, fullSpeed)[0]).toMatchObject({ fault: 3, cycles: 8 });
  });

  it('moves 8 bytes in 6 cycles', () => {
    expect(run([oneLine(64, 8)], local, fullSpeed)[0]?.cycles).toBe(6);
  });
});
