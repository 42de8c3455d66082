import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultNames } from '../common/fault.ts';
import { bytesOf, fullSpeed, loadedBy, noise, oneLine, type Job } from './testing-bytes.ts';
import {
  anyJob,
  anyNarrow,
  anyPace,
  inLanes,
  isInside,
  smallUnit,
  strayJob,
  sweep,
  units,
  withMemories,
} from './testing-jobs.ts';
import { loadBench, type LoadRun } from './testing-load.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const dram = { byte: noise };

function expectLoaded(jobs: readonly Job[], runs: readonly LoadRun[]): void {
  expect(runs.map(({ fault }) => fault)).toEqual(jobs.map(() => 0));
  expect(runs.map(({ local }) => local)).toEqual(
    jobs.map((job) => new Map([...bytesOf(job)].map((byte) => [byte.local, noise(byte.dram)]))),
  );
}

const asLines = (job: Job): Job => ({ ...job, kind: 'lines' });

describe.each(units)('a load with %o', (options) => {
  const { busBytes, groupBytes } = options;
  const run = loadBench(options);

  it('copies every length at every offset', () => {
    const jobs = [...sweep(Math.min(busBytes, 16))];
    expectLoaded(jobs, run(jobs, dram, fullSpeed));
  });

  it('copies any jobs at any pace', () => {
    fc.assert(
      fc.property(fc.array(anyJob(busBytes), { minLength: 1, maxLength: 3 }), anyPace, (drawn, pace) => {
        const jobs = drawn.map(inLanes);
        expectLoaded(jobs, run(jobs, dram, pace));
      }),
      { numRuns: runsOf({ few: 4, all: 20 }) },
    );
  });

  it('copies lines of which a beat holds several at any pace', () => {
    fc.assert(
      fc.property(fc.array(anyNarrow(groupBytes), { minLength: 1, maxLength: 3 }), anyPace, (drawn, pace) => {
        const jobs = drawn.map(inLanes);
        const runs = run(jobs, dram, pace);
        expect(runs.map(({ local }) => local)).toEqual(jobs.map(loadedBy));
      }),
      { numRuns: runsOf({ few: 8, all: 60 }) },
    );
  });

  it('that aborts writes nothing from the first failing beat on, says where it was, and does the next job', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyJob(busBytes), anyNarrow(groupBytes).map(asLines)).map(inLanes),
        anyPace,
        fc.nat(),
        fc.constantFrom(2, 3),
        (drawn, pace, pick, code) => {
          const job = { ...drawn, onError: 'abort' as const };
          const bytes = [...bytesOf(job)];
          const bad = bytes[pick % bytes.length]?.dram ?? 0;
          const beat = bad - (bad % busBytes);
          const next = oneLine(3 * 2 ** 30, 100);
          const [failed, good] = run(
            [job, next],
            { ...dram, response: (address) => (address >>> 0 === beat ? code : 0) },
            pace,
          );
          expect(failed).toMatchObject({ fault: 2 });
          const first = bytes.findIndex((byte) => byte.dram >= beat && byte.dram < beat + busBytes);
          const burst = failed?.bursts.find(
            ({ address, beats }) => address <= beat && beat < address + beats * busBytes,
          );
          expect(failed?.faultAddress).toBe(burst?.address);
          const before = new Map(bytes.slice(0, first).map((byte) => [byte.local, noise(byte.dram)]));
          for (const [where, value] of failed?.local ?? []) expect(before.get(where)).toBe(value);
          expect(failed?.errors[0]).toBe(beat);
          // All but what shares a write with the failing beat.
          expect(failed?.local.size).toBeGreaterThan(first - groupBytes);
          expectLoaded([next], good === undefined ? [] : [good]);
        },
      ),
      { numRuns: runsOf({ few: 4, all: 20 }) },
    );
  });

  it('that continues loads all bytes but those of failing beats, which are zeros, and tells each of these', () => {
    fc.assert(
      fc.property(anyJob(busBytes).map(inLanes), anyPace, fc.integer({ min: 1, max: 4 }), (drawn, pace, every) => {
        const job = { ...drawn, onError: 'continue' as const };
        const fails = (beat: number): boolean => beat % (every * busBytes) === 0;
        const failing: number[] = [];
        const next = oneLine(3 * 2 ** 30, 100);
        const response = (address: number): number => {
          const beat = address >>> 0;
          if (beat >= next.dram && beat < next.dram + 200) return 0;
          if (!fails(beat)) return 0;
          failing.push(beat);
          return 2;
        };
        const [result, good] = run([job, next], { ...dram, response }, pace);
        const value = (at: number): number => (fails(at - (at % busBytes)) ? 0 : noise(at));
        expect(result?.local).toEqual(new Map([...bytesOf(job)].map((byte) => [byte.local, value(byte.dram)])));
        expect(result).toMatchObject({ fault: failing.length > 0 ? 2 : 0, errors: failing });
        expectLoaded([next], good === undefined ? [] : [good]);
      }),
      { numRuns: runsOf({ few: 4, all: 20 }) },
    );
  });

  it.each([{ lines: 0 }, { lineBytes: 0 }, { pieceBytes: 0 }])('refuses %o before any bus activity', (empty) => {
    const next = oneLine(1000, 10);
    const [refused, done] = run([{ ...next, ...empty }, next], dram, fullSpeed);
    expect(refused).toMatchObject({ cycles: 2, fault: 1, faultAddress: 1000, bursts: [] });
    expect(refused?.local.size).toBe(0);
    expectLoaded([next], done === undefined ? [] : [done]);
  });
});

describe('a load that leaves the local memories', () => {
  const run = loadBench(smallUnit);

  it('writes what comes before the first place that is not there, and nothing from there on', () => {
    fc.assert(
      fc.property(strayJob.map(inLanes), anyPace, (job, pace) => {
        const bytes = [...bytesOf(job)];
        const first = bytes.findIndex((byte) => !isInside(job, byte));
        const next = oneLine(64, 10);
        const [result, good] = run([job, { ...next, local: 2 }], dram, pace);
        expect(result?.fault).toBe(first < 0 ? 0 : faultNames.indexOf('range'));
        const written = bytes.slice(0, first < 0 ? bytes.length : first);
        expect(result?.local).toEqual(new Map(written.map((byte) => [byte.local, noise(byte.dram)])));
        expectLoaded([{ ...next, local: 2 }], good === undefined ? [] : [good]);
      }),
      { numRuns: runsOf({ few: 8, all: 100 }) },
    );
  });

  it.each([{ lineBytes: 6 }, { lineBytes: 8, pieceBytes: 6 }])(
    'is refused where %o are not whole lanes of the accumulator',
    (odd) => {
      const [refused] = run([{ ...oneLine(1000, 8), space: 1, local: 0, ...odd }], dram, fullSpeed);
      expect(refused).toMatchObject({ cycles: 2, fault: faultNames.indexOf('alignment'), bursts: [] });
      expect(run([{ ...oneLine(1000, 8), local: 0, ...odd }], dram, fullSpeed)[0]?.fault).toBe(0);
    },
  );
});

describe('the speed of a load', () => {
  const run = loadBench(withMemories({ busBytes: 8, maxBurst: 16, outstanding: 8 }));

  it.each([0, 1, 3, 7])('is at least 98 percent of the bus for 4 KiB at offset %d', (offset) => {
    const [result] = run([oneLine(8192 + offset, 4096)], dram, fullSpeed);
    const beats = result?.bursts.reduce((sum, burst) => sum + burst.beats, 0) ?? 0;
    expect(beats).toBe(offset === 0 ? 512 : 513);
    expect(beats / (result?.cycles ?? Infinity)).toBeGreaterThan(0.98);
  });

  it('moves lines that are apart at a burst a cycle', () => {
    const [result] = run([{ ...oneLine(8192, 8), lines: 200, stride: 40 }], dram, fullSpeed);
    expect(result?.cycles).toBe(200 + 4);
  });

  it('runs bursts across lines that are not', () => {
    const [result] = run([{ ...oneLine(8192, 8), lines: 200 }], dram, fullSpeed);
    expect(result?.bursts).toHaveLength(Math.ceil(200 / 16));
  });

  it('asks for a job while bytes of those before it come: of a slow memory only the first one waits', () => {
    const jobs = Array.from({ length: 8 }, (_, at) => oneLine(8192 + 512 * at, 512));
    const ends = run(jobs, dram, { ...fullSpeed, latency: 100 }).map(({ ended }) => ended);
    const between = ends.slice(1).map((end, at) => end - (ends[at] ?? 0));
    expect(between).toEqual(between.map(() => 64 + 2));
  });

  it.each([
    [1, 4],
    [2, 4],
    [3, 2],
    [4, 2],
    [5, 1],
  ])('writes lines of %d bytes next to each other %d in a cycle', (lineBytes, together) => {
    const job = { ...oneLine(8192, lineBytes), lines: 400 };
    const [result, apart] = run([job, { ...job, lineStep: 2 }], dram, fullSpeed);
    expect(result?.cycles).toBeLessThanOrEqual(Math.max(400 / together, (400 * lineBytes) / 8) + 6);
    expect(apart?.cycles).toBeGreaterThan(400);
    // Nor in the accumulator.
    const inSums = { ...job, lineBytes: 4, stride: 4, space: 1 as const };
    expect(run([inSums], dram, fullSpeed)[0]?.cycles).toBeGreaterThan(400);
  });

  it.each([4, 2])('writes rows of %d short lines in a cycle each', (rowLines) => {
    const lineBytes = 8 / rowLines;
    const filled = { ...oneLine(8192, lineBytes), kind: 'value' as const, lines: 200 * rowLines, rowLines, rowStep: 8 };
    const [result] = run([filled], dram, fullSpeed);
    expect(result?.cycles).toBeLessThanOrEqual(200 + 8);
  });

  it.each([
    [16, 19],
    [16, 11],
    [24, 29],
  ])('does not wait for the short ends of lines, by groups of %d bytes of lines of %d', (groupBytes, lineBytes) => {
    const wide = loadBench(withMemories({ busBytes: 8, groupBytes, maxBurst: 16, outstanding: 8 }));
    const job = { ...oneLine(8192, lineBytes), lines: 200 };
    expect(wide([job], dram, fullSpeed)[0]?.cycles).toBeLessThanOrEqual((200 * lineBytes) / 8 + 8);
    expect(run([job], dram, fullSpeed)[0]?.cycles).toBeGreaterThanOrEqual(200 * Math.ceil(lineBytes / 8));
  });

  it('moves 8 bytes in 5 cycles', () => {
    expect(run([oneLine(64, 8)], dram, fullSpeed)[0]?.cycles).toBe(5);
  });
});

it('refuses a bus or a burst length that cannot be', () => {
  expect(() => loadBench(withMemories({ busBytes: 12, maxBurst: 16, outstanding: 4 }))).toThrow(RangeError);
  expect(() => loadBench(withMemories({ busBytes: 8, maxBurst: 300, outstanding: 4 }))).toThrow(RangeError);
});
