/** Gathers against a model of bytes: rows by a list of indices that lies in the same memory. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { faultNames } from '../common/fault.ts';
import { bytesOf, fullSpeed, loadedBy, noBlock, noise, oneLine, type Job } from './testing-bytes.ts';
import { anyPace, smallUnit, units, withMemories } from './testing-jobs.ts';
import { loadBench, type LoadMemory } from './testing-load.ts';

interface Gather {
  readonly job: Job;
  readonly indices: readonly number[];
}

/** Lists begin anywhere from here on, a multiple of 4; below are rows. */
const LISTS = 2 ** 28;
const next = oneLine(3 * 2 ** 30, 100);
const runs = { numRuns: runsOf({ few: 6, all: 40 }) };

/** Rows of up to some beats; of the indices one in some is of no row, where `stray`. */
const gathers = (busBytes: number, { stray }: { readonly stray: boolean }): fc.Arbitrary<Gather> =>
  fc
    .record({
      indices: fc.array(fc.oneof(fc.nat(9), fc.nat(1999), fc.constantFrom(0, 1999)), { minLength: 1, maxLength: 70 }),
      strays: fc.array(fc.tuple(fc.nat(69), fc.constantFrom(2000, 2001, 2 ** 31, 2 ** 32 - 1)), {
        minLength: 1,
        maxLength: 3,
      }),
      lineBytes: fc.oneof(fc.integer({ min: 1, max: 4 * busBytes }), fc.integer({ min: 1, max: 300 })),
      gap: fc.oneof(fc.constant(0), fc.nat(50)),
      dram: fc.nat(9000),
      list: fc.oneof(fc.nat(64), fc.integer({ min: 1000, max: 1030 })),
      space: fc.constantFrom<0 | 1>(0, 1),
      local: fc.nat(0x3000),
      pieceBytes: fc.integer({ min: 1, max: 3 * busBytes }),
      onError: fc.constantFrom('abort' as const, 'continue' as const),
    })
    .map(({ indices, strays, gap, list, ...job }): Gather => {
      const up = (bytes: number): number => (job.space === 0 ? bytes : 4 * Math.ceil(bytes / 4));
      const [lineBytes, pieceBytes] = [up(job.lineBytes), up(job.pieceBytes)];
      const places = new Map(stray ? strays.map(([at, index]) => [at % (2 * indices.length), index] as const) : []);
      return {
        indices: indices.map((index, at) => places.get(at) ?? index),
        job: {
          ...noBlock,
          ...job,
          kind: 'gathered',
          lines: indices.length,
          lineBytes,
          pieceBytes,
          stride: lineBytes + gap,
          list: LISTS + 4 * list,
          count: 2000,
          lineStep: Math.ceil(lineBytes / pieceBytes),
          pieceStep: 1,
        },
      };
    });

/** A memory in which the lists of gathers lie, 2^20 bytes apart. */
function memoryOf(given: readonly Gather[]): { readonly jobs: readonly Job[]; readonly dram: LoadMemory } {
  const lists = new Map<number, number>();
  const jobs = given.map(({ job, indices }, at) => {
    const list = job.list + at * 2 ** 20;
    for (const [i, index] of indices.entries())
      for (let byte = 0; byte < 4; byte++) lists.set(list + 4 * i + byte, Math.floor(index / 256 ** byte) & 0xff);
    return { ...job, list };
  });
  return { jobs, dram: { byte: (address) => lists.get(address >>> 0) ?? noise(address >>> 0) } };
}

/** By line: its bytes by place, and where each lies in DRAM; null for a line without a row. */
function linesOf({ job, indices }: Gather) {
  const local = [...bytesOf({ ...job, kind: 'lines' })].map((byte) => byte.local);
  return indices.map((index, i) => ({
    places: local.slice(i * job.lineBytes, (i + 1) * job.lineBytes),
    row: index < job.count ? (job.dram + index * job.stride) % 2 ** 32 : null,
  }));
}

/** What has to be written: zeros in lines without a row; of a job that aborts only what comes before the first. */
function gathered(gather: Gather): Map<string, number> {
  const lines = linesOf(gather);
  const end = lines.findIndex(({ row }) => row === null);
  const whole = gather.job.onError === 'continue' || end < 0 ? lines : lines.slice(0, end);
  return new Map(
    whole.flatMap(({ places, row }) =>
      places.map((place, x) => [place, row === null ? 0 : noise((row + x) % 2 ** 32)] as const),
    ),
  );
}

describe.each(units)('a gather with %o', (options) => {
  const { busBytes, groupBytes } = options;
  const load = loadBench(options);

  it('has in each line the row that its index says, job after job', () => {
    fc.assert(
      fc.property(
        fc.array(gathers(busBytes, { stray: false }), { minLength: 1, maxLength: 3 }),
        anyPace,
        (all, pace) => {
          const { jobs, dram } = memoryOf(all);
          const results = load([...jobs, next], dram, pace);
          expect(results.map(({ fault }) => fault)).toEqual([...jobs, next].map(() => 0));
          expect(results.map(({ local }) => local)).toEqual([...all.map(gathered), loadedBy(next)]);
        },
      ),
      runs,
    );
  });

  it('gives up at an index of no row, or goes on with zeros, and says where the row would be', () => {
    let strays = 0;
    fc.assert(
      fc.property(gathers(busBytes, { stray: true }), anyPace, (gather, pace) => {
        const { jobs, dram } = memoryOf([gather]);
        const [result, good] = load([...jobs, next], dram, pace);
        const first = gather.indices.find((index) => index >= gather.job.count);
        const expected = gathered(gather);
        expect(result?.fault).toBe(first === undefined ? 0 : faultNames.indexOf('index'));
        expect(result?.errors).toEqual([]);
        if (first !== undefined) {
          strays++;
          const at = BigInt(gather.job.dram) + BigInt(first) * BigInt(gather.job.stride);
          expect(result?.faultAddress).toBe(Number((at - (at % BigInt(busBytes))) % 2n ** 32n));
          expect(result?.goesOn).toBe(gather.job.onError === 'continue');
        }
        for (const [where, found] of result?.local ?? []) expect(found).toBe(expected.get(where));
        // All but what shares a group with what is not there.
        if (gather.job.onError === 'continue' || first === undefined) expect(result?.local).toEqual(expected);
        else expect(result?.local.size).toBeGreaterThan(expected.size - groupBytes);
        expect(good?.local).toEqual(loadedBy(next));
      }),
      runs,
    );
    expect(strays).toBeGreaterThan(0);
  });

  it('takes an error for all rows of the indices in a beat, and an error in a row as ever', () => {
    fc.assert(
      fc.property(gathers(busBytes, { stray: false }), anyPace, fc.nat(4), (gather, pace, every) => {
        const { jobs, dram } = memoryOf([gather]);
        const fails = (at: number): boolean => at < next.dram && Math.floor(at / busBytes) % (every + 3) === 1;
        const [result, good] = load(
          [...jobs, next],
          { ...dram, response: (address) => (fails(address >>> 0) ? 2 : 0) },
          pace,
        );
        const { job } = gather;
        const expected = new Map<string, number>();
        let anyFails = false;
        for (const [i, { places, row }] of linesOf(gather).entries()) {
          const unknown = fails(job.list + 4 * i);
          for (const [x, place] of places.entries()) {
            const zero = unknown || fails((row ?? 0) + x);
            anyFails ||= zero;
            expected.set(place, zero ? 0 : noise((row ?? 0) + x));
          }
        }
        expect(result?.fault).toBe(anyFails ? faultNames.indexOf('busRead') : 0);
        if (job.onError === 'continue') expect(result?.local).toEqual(expected);
        for (const [where, found] of result?.local ?? []) expect(found).toBe(expected.get(where));
        expect(good?.local).toEqual(loadedBy(next));
      }),
      runs,
    );
  });
});

it('a list that begins within a word is refused before any bus activity', () => {
  const job: Job = { ...oneLine(64, 8), kind: 'gathered', local: 0, count: 5 };
  for (const list of [1, 2, 3, 4098]) {
    const [result] = loadBench(smallUnit)([{ ...job, list }], { byte: noise }, fullSpeed);
    expect(result).toMatchObject({ fault: faultNames.indexOf('alignment'), bursts: [] });
  }
});

it.each([
  [8, 1],
  [16, 1],
  [16, 40],
  [16, 100],
])(
  'rows of 256 bytes take 90 percent of a bus of %d bytes or more, from a memory that takes %d cycles',
  (busBytes, latency) => {
    const options = withMemories({ busBytes, maxBurst: 16, outstanding: 8 });
    const indices = Array.from({ length: 512 }, (_, i) => (i * 389) % 1021);
    const row = { lines: 512, lineBytes: 256, stride: 256, pieceBytes: 256, list: LISTS, count: 1021, local: 0 };
    const { jobs, dram } = memoryOf([{ job: { ...oneLine(0, 256), ...row, kind: 'gathered' }, indices }]);
    const [result] = loadBench(options)(jobs, dram, { ...fullSpeed, latency });
    expect(result?.local.size).toBe(512 * 256);
    const beats = (512 * 256) / busBytes;
    expect(beats / ((result?.cycles ?? Infinity) - 2 * latency)).toBeGreaterThan(0.9);
  },
);
