/** Random jobs of each engine alone: what it reads, what it sends to the accumulator, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { npuConfig } from '../config.ts';
import { matrixKinds } from '../parameters.ts';
import { matrixEngineOf } from './engines.ts';
import { gemmJob } from './job.ts';
import { placeOf } from './layout.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const BANK = 2 ** 16;
const LIMIT = 9000;
/** Codes of faults. */
const [ZERO_LENGTH, SAME_BANK] = [1, 5];
/** Of a refused job: `done` comes when those before have theirs. */
const NOT_FORETOLD = -1;

interface Job {
  readonly dataflow: 0 | 1;
  readonly accumulate: 0 | 1;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aBank: number;
  readonly bBank: number;
  readonly aLine: number;
  readonly bLine: number;
  readonly c: number;
  readonly aUnsigned: 0 | 1;
  readonly bUnsigned: 0 | 1;
  readonly aZero: number;
  readonly bZero: number;
}
/** What jobs left and did, one after another. */
interface Outcome {
  /** Of the accumulator, what is not as it was. */
  readonly lanes: ReadonlyMap<string, number>;
  readonly read: ReadonlySet<number>;
  /** Cycles in which the engine was active. */
  readonly active: number;
  /** Of each job the cycle of its `done`, and its fault. */
  readonly done: readonly number[];
  readonly faults: readonly number[];
}
const flag = fc.constantFrom<0 | 1>(0, 1);
const bank = fc.nat(3);
const size = fc.integer({ min: 1, max: 9 });
const zero = fc.integer({ min: -128, max: 127 });
const anyJob: fc.Arbitrary<Job> = fc
  .record({
    dataflow: flag,
    accumulate: flag,
    m: size,
    n: size,
    k: fc.oneof({ weight: 9, arbitrary: size }, { weight: 1, arbitrary: fc.constant(0) }),
    aBank: bank,
    bBank: bank,
    aLine: fc.nat(20),
    bLine: fc.nat(20),
    c: fc.nat(20),
    aUnsigned: flag,
    bUnsigned: flag,
    aZero: zero,
    bZero: zero,
  })
  // A zero point of the kind of its operand.
  .map((job) => ({ ...job, aZero: job.aZero + 128 * job.aUnsigned, bZero: job.bZero + 128 * job.bUnsigned }));

/** The byte at a place of a line of the scratchpad: anything, and of another line another. */
const byteAt = (address: number, place: number): number =>
  (Math.imul(address ^ (place << 20) ^ 0x55aa, 0x9e37_79b1) >>> 19) & 0xff;

const arrays = [
  { rows: 3, cols: 4 },
  { rows: 1, cols: 1 },
  { rows: 5, cols: 1 },
  { rows: 1, cols: 3 },
  { rows: 4, cols: 2 },
];

describe.each(matrixKinds.flatMap((matrix) => arrays.map((array) => ({ matrix, ...array }))))(
  '$matrix, $rows × $cols',
  (array) => {
    const { description, hardware } = matrixEngineOf(array);
    const config = npuConfig({ ...array, busBytes: 4, scratchpadBytes: 6 * 8 * 400, accumulatorBytes: 4 * 4 * 400 });
    const { cols, lineBytes } = config;
    const bench = new Bench(elaborate(hardware(config), { monitors: true }));
    const lineOf = (address: number): bigint => {
      let word = 0n;
      for (let place = lineBytes - 1; place >= 0; place--) word = (word << 8n) | BigInt(byteAt(address, place));
      return word;
    };

    const ports = ['a', 'b'] as const;
    let lanes = new Map<string, number>();
    let read = new Set<number>();
    let active = 0;
    let asked: readonly (number | null)[] = [null, null];
    let done: { readonly cycle: number; readonly fault: number }[] = [];
    bench.add({
      drive: (cycle) => {
        // A line is there in the cycle after it was asked for, and in no other.
        ports.forEach((port, i) => bench.set({ [`${port}Data`]: lineOf(asked[i] ?? cycle) }));
      },
      look: (cycle) => {
        active += bench.get('active');
        asked = ports.map((port) => (bench.get(`${port}Read_enable`) === 1 ? bench.get(`${port}Read_address`) : null));
        const [a = null, b = null] = asked;
        if (a !== null && b !== null && Math.floor(a / BANK) === Math.floor(b / BANK))
          throw new Error(`A and B are read from one bank, at ${a} and ${b}`);
        for (const address of asked) if (address !== null) read.add(address);
        if (bench.get('update_enable') === 1) {
          const data = bench.sim.peek('update_data');
          const line = bench.get('update_line');
          for (let lane = 0; lane < Math.min(cols, bench.get('update_lanes')); lane++) {
            const at = `${line}:${lane}`;
            const value = Number(BigInt.asIntN(32, data >> BigInt(32 * lane)));
            lanes.set(at, bench.get('update_accumulate') === 1 ? (lanes.get(at) ?? 1000 * line + lane) + value : value);
          }
        }
        if (bench.get('done') === 1) done.push({ cycle, fault: bench.get('fault') });
      },
    });
    const offered = bench.source('job', gemmJob);

    /**
     * Runs jobs, offered one after the other with gaps at random, or while others run, over an accumulator that was
     * 1000 · line + lane; and the cycles in which they were taken.
     */
    function run(jobs: readonly Job[], pace: { readonly stall: number; readonly seed: number }) {
      [lanes, read, active, asked, done] = [new Map(), new Set(), 0, [null, null], []];
      bench.begin(pace);
      const issued: number[] = [];
      for (const job of jobs) {
        const { aBank, bBank, aLine, bLine, dataflow, accumulate, aUnsigned, bUnsigned, ...rest } = job;
        const flags = { accumulate, aUnsigned, bUnsigned };
        const [a, b] = [aBank * BANK + aLine, bBank * BANK + bLine];
        offered.push(
          { ...rest, ...flags, dataflow: dataflow === 0 ? 'ws' : 'os', a, b },
          { sent: () => issued.push(bench.cycle) },
        );
      }
      bench.run(LIMIT, () => done.length === jobs.length);
      bench.step(2);
      expect([...bench.all('done', 'active', 'update_enable'), done.length]).toEqual([0, 0, 0, jobs.length]);
      const outcome: Outcome = {
        lanes,
        read,
        active,
        done: done.map(({ cycle }) => cycle),
        faults: done.map(({ fault }) => fault),
      };
      return { issued, outcome };
    }

    /** The same by the loop nest of the instruction set, one job after another. */
    function expected(jobs: readonly Job[], issued: readonly number[]): Outcome {
      const [lanes, read] = [new Map<string, number>(), new Set<number>()];
      const operand = (address: number, place: number, unsigned: number, less: number): number => {
        read.add(address);
        const byte = byteAt(address, place);
        return (unsigned === 1 || byte < 128 ? byte : byte - 256) - less;
      };
      const times = description.timing(array);
      const [done, faults]: [number[], number[]] = [[], []];
      let [active, until] = [0, -1];
      jobs.forEach((job, index) => {
        const { m, n, k } = job;
        const dataflow = job.dataflow === 0 ? 'ws' : 'os';
        const layouts = description.layouts(array, dataflow);
        const [a, b] = [job.aBank * BANK + job.aLine, job.bBank * BANK + job.bLine];
        const fault = k === 0 ? ZERO_LENGTH : job.aBank === job.bBank ? SAME_BANK : 0;
        faults.push(fault);
        if (fault !== 0) {
          done.push(NOT_FORETOLD);
          return;
        }
        for (let j = 0; j < n; j++) {
          for (let i = 0; i < m; i++) {
            const { line: ofC, lane } = placeOf(layouts.c, job, { m: i, k: 0, n: j });
            const line = job.c + ofC;
            const at = `${line}:${lane}`;
            let sum = job.accumulate === 1 ? (lanes.get(at) ?? 1000 * line + lane) : 0;
            for (let l = 0; l < k; l++) {
              const inA = placeOf(layouts.a, job, { m: i, k: l, n: j });
              const inB = placeOf(layouts.b, job, { m: i, k: l, n: j });
              sum +=
                operand(a + inA.line, inA.lane, job.aUnsigned, job.aZero) *
                operand(b + inB.line, inB.lane, job.bUnsigned, job.bZero);
            }
            lanes.set(at, sum);
          }
        }
        const of = times({ shape: job, dataflow, a, b, issued: issued[index] ?? 0 });
        active += of.last - Math.max(of.first, until + 1) + 1;
        until = of.last;
        done.push(of.done);
      });
      return { lanes, read, active, done, faults };
    }

    it('multiplies, one job after another, in the cycles that its timing gives', () => {
      const jobs = fc.array(anyJob, { minLength: 1, maxLength: 6 });
      fc.assert(
        fc.property(jobs, fc.constantFrom(0, 0.5, 0.95), fc.integer(), (drawn, stall, seed) => {
          const { issued, outcome } = run(drawn, { stall, seed });
          const { done, ...rest } = expected(drawn, issued);
          const { done: found, ...others } = outcome;
          expect(others).toEqual(rest);
          done.forEach((cycle, index) => {
            const late = (found[index] ?? 0) - cycle;
            // Sums that wait in the cells leave a cycle later where the next job comes when they could have left.
            const follows = drawn[index]?.dataflow === 1 && index < drawn.length - 1;
            if (cycle !== NOT_FORETOLD) expect([0, follows ? 1 : 0]).toContain(late);
          });
        }),
        { numRuns: runsOf({ few: 12, all: 80 }) },
      );
    });
  },
);
