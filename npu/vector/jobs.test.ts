/** Random jobs of the vector unit alone: what it reads and writes, what it tells, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { MemoryModel } from '../../testbench/programs/model.ts';
import { requantiseFields } from '../../testbench/testing-commands.ts';
import { npuConfig } from '../config.ts';
import { VectorUnit } from './engine.ts';
import { roundingNames, vectorJob } from './job.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const BANK = 2 ** 16;
const LIMIT = 9000;
/** Cycles of a job beside those of its folds: for the last line to come through and to be readable. */
const AROUND = 4;

/** A job's fields. */
type Fields = Readonly<Record<Exclude<keyof typeof requantiseFields, 'rounding'>, number>> & {
  readonly rounding: (typeof roundingNames)[number];
};
/** What a job left when it said that it is done. */
interface Outcome {
  readonly bank: Uint8Array;
  readonly wrapped: number;
  readonly fault: number;
  readonly cycles: number;
}
/** How often no job is offered. */
const anyStall = fc.constantFrom(0, 0.5, 0.95);

describe.each([
  { cols: 4, busBytes: 8 },
  { cols: 9, busBytes: 16 },
  { cols: 3, busBytes: 4 },
  { cols: 1, busBytes: 8 },
])('a vector unit of $cols columns on a bus of $busBytes bytes', ({ cols, busBytes }) => {
  const config = npuConfig({ rows: 2, cols, busBytes, scratchpadBytes: 6 * 16 * 80, accumulatorBytes: 4 * 12 * 80 });
  const { accLanes, accLines, bankLines, lineBytes } = config;
  const bench = new Bench(elaborate(VectorUnit(config), { monitors: true }));
  let sums = new Int32Array();
  let bank = new Uint8Array();
  let wrapped = 0;
  let [asked, taken]: [number | null, number] = [null, 0];
  let done: Outcome[] = [];

  bench.add({
    drive: (cycle) => {
      // A line is there in the cycle after it was asked for, and in no other.
      let word = 0n;
      for (let lane = cols - 1; lane >= 0; lane--) {
        const value = asked === null ? cycle * 77_777 : (sums[asked + lane] ?? 0);
        word = (word << 32n) | BigInt.asUintN(32, BigInt(value));
      }
      bench.set({ data: word });
    },
    look: (cycle) => {
      asked = bench.get('read_enable') === 1 ? bench.get('read_address') * accLanes : null;
      if (bench.get('write_enable') === 1) {
        const [address = 0, bytes = 0] = bench.all('write_address', 'write_bytes');
        if (Math.floor(address / BANK) !== 3) throw new Error(`a write to line ${address}`);
        const at = (address % BANK) * lineBytes;
        const data = bench.sim.peek('write_data');
        for (let byte = 0; byte < bytes; byte++) bank[at + byte] = Number((data >> BigInt(8 * byte)) & 0xffn);
      }
      wrapped |= 2 * bench.get('wrapped');
      if (bench.get('done') === 1)
        done.push({ bank: bank.slice(), wrapped, fault: bench.get('fault'), cycles: cycle - taken });
    },
  });
  const offered = bench.source('job', vectorJob);

  const lines = (count: number, depth: number): fc.Arbitrary<number> => fc.nat(depth - count);
  const anyJob = fc
    .record({
      m: fc.integer({ min: 1, max: 7 }),
      n: fc.integer({ min: 1, max: 3 * cols }),
      width: fc.integer({ min: 1, max: 8 }),
      border: fc.nat(2),
      between: fc.nat(3),
    })
    .chain(({ m, n, width, border, between }) => {
      const across = Math.ceil(n / cols);
      const toRow = width + border;
      const results = Math.ceil(m / width) * toRow;
      const [fromFold, toFold] = [m + between, results + between];
      const end = fc.integer({ min: -128, max: 255 });
      return fc.record({
        m: fc.constant(m),
        n: fc.constant(n),
        width: fc.constant(width),
        from: lines(across * fromFold, accLines),
        fromFold: fc.constant(fromFold),
        to: lines(across * toFold, bankLines).map((line) => 3 * BANK + line),
        toFold: fc.constant(toFold),
        toRow: fc.constant(toRow),
        parameters: lines(3 * across, accLines),
        perChannel: fc.nat(1),
        multiplier: fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }),
        shift: fc.integer({ min: -31, max: 31 }),
        rounding: fc.constantFrom(...roundingNames),
        zero: fc.integer({ min: -128, max: 255 }),
        ends: fc.tuple(end, end).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
      });
    });

  /**
   * Runs jobs on the lanes of an accumulator, offered one after the other with gaps at random, or while others run:
   * what each left in the scratchpad, and the cycles from when it was taken.
   */
  function run(
    jobs: readonly Fields[],
    accumulator: Int32Array,
    pace: { readonly stall: number; readonly seed: number },
  ) {
    [sums, bank, wrapped] = [accumulator.slice(), new Uint8Array(bankLines * lineBytes).fill(0xee), 0];
    [asked, taken, done] = [null, 0, []];
    bench.begin(pace);
    for (const fields of jobs) {
      const sent = (cycle: number): void => {
        // One at a time.
        expect(done.length).toBe(jobs.indexOf(fields));
        taken = cycle;
      };
      offered.push({ ...fields, perChannel: fields.perChannel === 1 }, { sent });
    }
    bench.run(LIMIT, () => done.length === jobs.length);
    bench.step(2);
    expect([...bench.all('done', 'write_enable', 'read_enable'), done.length]).toEqual([0, 0, 0, jobs.length]);
    return done;
  }

  it('requantises, one job after another', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { minLength: 1, maxLength: 3 }), fc.nat(), anyStall, (drawn, seed, stall) => {
        const jobs = drawn.map(({ ends, ...rest }) => ({ ...rest, ...ends }));
        const model = new MemoryModel(config, new Uint8Array());
        model.banks[3]?.fill(0xee);
        model.accumulator.forEach((_, i) => {
          model.accumulator[i] = Math.imul(i + seed, 0x9e37_79b1) >> ((i + seed) % 26);
        });
        const found = run(jobs, model.accumulator, { stall, seed });
        jobs.forEach((fields, i) => {
          model.run({ operation: 'requantise', tag: 0, fields });
          expect([...(found[i]?.bank ?? [])]).toEqual([...(model.banks[3] ?? [])]);
          expect([found[i]?.fault, found[i]?.wrapped]).toEqual([0, model.overflow]);
          const folds = Math.ceil(fields.n / cols);
          expect(found[i]?.cycles).toBe(folds * (fields.m + 3 * fields.perChannel) + AROUND);
        });
      }),
      { numRuns: runsOf({ few: 12, all: 60 }) },
    );
  });

  it.each([{ m: 0 }, { n: 0 }, { width: 0 }])('refuses a job of %o', (empty) => {
    const fields = { ...requantiseFields, to: 3 * BANK };
    const [refused, next] = run([{ ...fields, ...empty }, fields], new Int32Array(accLanes), { stall: 0, seed: 1 });
    expect([refused?.fault, refused?.cycles, next?.fault]).toEqual([1, 1, 0]);
    expect(refused?.bank.every((byte) => byte === 0xee)).toBe(true);
  });
});
