import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, fullSpeed, noise, oneLine, type Job } from './testing.ts';
import { anyJob, anyPace, buses, sweep } from './testing-jobs.ts';
import { storeBench, type StoreRun } from './testing-store.ts';

const hash = (place: string): number => Buffer.from(place).reduce((sum, letter) => Math.imul(sum, 31) + letter, 7);
const local = { byte: (place: string): number => noise(hash(place)) };
const benches = new Map(buses.map((busBytes) => [busBytes, storeBench({ busBytes, maxBurst: 16, outstanding: 4 })]));

function expectStored(job: Job, run: StoreRun): void {
  expect(run.tag).toBe(job.tag);
  expect(run.dram).toEqual(new Map([...bytesOf(job)].map((byte) => [byte.dram, local.byte(byte.local)])));
}

describe.each([...benches])('a store over a bus of %d bytes', (busBytes, run) => {
  it('copies every length at every offset', () => {
    for (const job of sweep(busBytes)) expectStored(job, run(job, local, fullSpeed));
  });

  it('copies any job at any pace', () => {
    fc.assert(fc.property(anyJob(busBytes), anyPace, (job, pace) => {
      const result = run(job, local, pace);
      expectStored(job, result);
      expect(result.fault).toBe(0);
    }), { numRuns: 150 });
  });

  it('goes on after a failing burst, and says where the first one was', () => {
    fc.assert(fc.property(anyJob(busBytes), anyPace, fc.integer({ min: 1, max: 5 }), fc.constantFrom(2, 3), (job, pace, every, code) => {
      let answered = 0;
      const failing: number[] = [];
      const result = run(job, {
        ...local,
        response: ({ address }) => {
          if (++answered % every !== 0) return 0;
          failing.push(address);
          return code;
        },
      }, pace);
      expectStored(job, result);
      expect(result.fault).toBe(failing.length > 0 ? 3 : 0);
      if (failing.length > 0) expect(result.faultAddress).toBe(failing[0]);
    }), { numRuns: 100 });
  });

  it.each([{ lines: 0 }, { lineBytes: 0 }, { pieceBytes: 0 }])('refuses %o before any bus activity', (empty) => {
    const result = run({ ...oneLine(1000, 10), ...empty }, local, fullSpeed);
    expect(result).toMatchObject({ cycles: 1, fault: 1, tag: 7, bursts: [] });
    expect(result.dram.size).toBe(0);
  });
});

describe('the speed of a store', () => {
  const run = storeBench({ busBytes: 8, maxBurst: 16, outstanding: 8 });

  it.each([0, 1, 3, 7])('is at least 97 percent of the bus for 4 KiB at offset %d', (offset) => {
    const { cycles, bursts } = run(oneLine(8192 + offset, 4096), local, fullSpeed);
    const beats = bursts.reduce((sum, burst) => sum + burst.beats, 0);
    expect(beats).toBe(offset === 0 ? 512 : 513);
    expect(beats / cycles).toBeGreaterThan(0.97);
  });

  it('moves lines that are apart at a burst a cycle', () => {
    const job: Job = { ...oneLine(8192, 8), lines: 200, stride: 40 };
    expect(run(job, local, fullSpeed).cycles).toBeLessThan(200 + 10);
  });

  it('moves 8 bytes in 6 cycles', () => {
    expect(run(oneLine(64, 8), local, fullSpeed).cycles).toBe(6);
  });
});
