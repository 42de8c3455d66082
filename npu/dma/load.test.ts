import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, fullSpeed, noise, oneLine, type Job } from './testing.ts';
import { anyJob, anyPace, buses, sweep } from './testing-jobs.ts';
import { loadBench, type LoadRun } from './testing-load.ts';

const dram = { byte: noise };
const benches = new Map(buses.map((busBytes) => [busBytes, loadBench({ busBytes, maxBurst: 16, outstanding: 4 })]));

function expectLoaded(job: Job, run: LoadRun): void {
  expect(run).toMatchObject({ fault: 0, tag: job.tag });
  expect(run.local).toEqual(new Map([...bytesOf(job)].map((byte) => [byte.local, noise(byte.dram)])));
}

describe.each([...benches])('a load over a bus of %d bytes', (busBytes, run) => {
  it('copies every length at every offset', () => {
    for (const job of sweep(busBytes)) expectLoaded(job, run(job, dram, fullSpeed));
  });

  it('copies any job at any pace', () => {
    fc.assert(fc.property(anyJob(busBytes), anyPace, (job, pace) => { expectLoaded(job, run(job, dram, pace)); }), { numRuns: 150 });
  });

  it('writes nothing from the first failing beat on, and says where it was', () => {
    fc.assert(fc.property(anyJob(busBytes), anyPace, fc.nat(), fc.constantFrom(2, 3), (job, pace, pick, code) => {
      const bytes = [...bytesOf(job)];
      const bad = bytes[pick % bytes.length]?.dram ?? 0;
      const beat = bad - (bad % busBytes);
      const result = run(job, { ...dram, response: (address) => (address === beat ? code : 0) }, pace);
      expect(result).toMatchObject({ fault: 2, tag: job.tag });
      const first = bytes.findIndex((byte) => byte.dram >= beat && byte.dram < beat + busBytes);
      const burst = result.bursts.find(({ address, beats }) => address <= beat && beat < address + beats * busBytes);
      expect(result.faultAddress).toBe(burst?.address);
      const good = new Map(bytes.slice(0, first).map((byte) => [byte.local, noise(byte.dram)]));
      for (const [where, value] of result.local) expect(good.get(where)).toBe(value);
      // All but what shares a write with the failing beat.
      expect(result.local.size).toBeGreaterThan(first - busBytes);
    }), { numRuns: 100 });
  });

  it.each([{ lines: 0 }, { lineBytes: 0 }, { pieceBytes: 0 }])('refuses %o before any bus activity', (empty) => {
    const result = run({ ...oneLine(1000, 10), ...empty }, dram, fullSpeed);
    expect(result).toMatchObject({ cycles: 1, fault: 1, tag: 7, bursts: [] });
    expect(result.local.size).toBe(0);
  });
});

describe('the speed of a load', () => {
  const run = loadBench({ busBytes: 8, maxBurst: 16, outstanding: 8 });

  it.each([0, 1, 3, 7])('is at least 97 percent of the bus for 4 KiB at offset %d', (offset) => {
    const { cycles, bursts } = run(oneLine(8192 + offset, 4096), dram, fullSpeed);
    const beats = bursts.reduce((sum, burst) => sum + burst.beats, 0);
    expect(beats).toBe(offset === 0 ? 512 : 513);
    expect(beats / cycles).toBeGreaterThan(0.97);
  });

  it('moves lines that are apart at a burst a cycle', () => {
    const job: Job = { ...oneLine(8192, 8), lines: 200, stride: 40 };
    expect(run(job, dram, fullSpeed).cycles).toBeLessThan(200 + 10);
  });

  it('moves 8 bytes in 5 cycles', () => {
    expect(run(oneLine(64, 8), dram, fullSpeed).cycles).toBe(5);
  });
});

it('refuses a bus or a burst length that cannot be', () => {
  expect(() => loadBench({ busBytes: 12, maxBurst: 16, outstanding: 4 })).toThrow(RangeError);
  expect(() => loadBench({ busBytes: 8, maxBurst: 300, outstanding: 4 })).toThrow(RangeError);
});
