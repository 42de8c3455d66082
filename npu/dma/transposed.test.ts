import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { faultNames } from '../common/fault.ts';
import { bytesOf, fullSpeed, loadedBy, noBlock, noise, oneLine, type Job } from './testing-bytes.ts';
import { anyPace, anyTransposed, smallUnit, units, withMemories } from './testing-jobs.ts';
import { loadBench } from './testing-load.ts';

const runs = { numRuns: runsOf({ few: 8, all: 50 }) };
const next = oneLine(3 * 2 ** 30, 100);

describe.each(units)('a block that is transposed with %o', (options) => {
  const { busBytes } = options;
  const load = loadBench(options);

  it('lies in lines as its bytes lie in rows, and the next job is as ever', () => {
    fc.assert(
      fc.property(fc.array(anyTransposed(busBytes), { minLength: 1, maxLength: 2 }), anyPace, (jobs, pace) => {
        const all = [...jobs, next];
        const results = load(all, { byte: noise }, pace);
        expect(results.map(({ fault }) => fault)).toEqual(all.map(() => 0));
        expect(results.map(({ local }) => local)).toEqual(all.map(loadedBy));
      }),
      runs,
    );
  });

  it('is loaded in part where a beat fails and it aborts, else with zeros', () => {
    fc.assert(
      fc.property(anyTransposed(busBytes), anyPace, fc.nat(3), (job, pace, every) => {
        const fails = (at: number): boolean => at < 2 ** 31 && Math.floor(at / busBytes) % (every + 2) === 0;
        const response = (address: number): number => (fails(address >>> 0) ? 3 : 0);
        const [result, good] = load([job, next], { byte: noise, response }, pace);
        const value = (dram: number): number => (fails(dram) ? 0 : noise(dram));
        const all = new Map([...bytesOf(job)].map(({ local, dram }) => [local, value(dram)]));
        const bad = [...bytesOf(job)].some(({ dram }) => fails(dram));
        expect(result?.fault).toBe(bad ? faultNames.indexOf('busRead') : 0);
        if (job.onError === 'continue') expect(result?.local).toEqual(all);
        for (const [where, found] of result?.local ?? []) expect(found).toBe(all.get(where));
        expect(good?.local).toEqual(loadedBy(next));
      }),
      runs,
    );
  });
});

it('a block that is transposed past the end of the memory is given up there', () => {
  const job: Job = { ...oneLine(64, 9), kind: 'transposed', lines: 5, stride: 16, local: 3, pieceBytes: 8 };
  const [result, good] = loadBench(smallUnit)([job, { ...next, local: 0, pieceBytes: 4 }], { byte: noise }, fullSpeed);
  expect(result?.fault).toBe(faultNames.indexOf('range'));
  const all = loadedBy(job);
  for (const [where, found] of result?.local ?? []) expect(found).toBe(all.get(where));
  expect(result?.local.size).toBeLessThan(all.size);
  expect(good?.fault).toBe(faultNames.indexOf('range'));
});

it('is refused for the accumulator', () => {
  const job: Job = { ...oneLine(64, 8), kind: 'transposed', space: 1, local: 0, lines: 4, pieceBytes: 4 };
  const [result] = loadBench(smallUnit)([job], { byte: noise }, fullSpeed);
  expect(result).toMatchObject({ fault: faultNames.indexOf('alignment'), bursts: [] });
});

it('takes a beat a cycle, rows and all', () => {
  const job: Job = {
    ...noBlock,
    ...oneLine(8192, 64),
    kind: 'transposed',
    lines: 64,
    stride: 64,
    pieceBytes: 64,
    pieceStep: 64,
    local: 0,
  };
  const options = withMemories({ busBytes: 8, maxBurst: 16, outstanding: 8 });
  const [result] = loadBench(options)([job], { byte: noise }, fullSpeed);
  expect(result?.local).toEqual(loadedBy(job));
  expect(result?.cycles).toBeLessThanOrEqual(512 + 16);
});
