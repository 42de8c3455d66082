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

interface Job {
  readonly dataflow: 0 | 1;
  readonly accumulate: 0 | 1;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aLine: number;
  readonly bLine: number;
  readonly c: number;
  readonly aUnsigned: 0 | 1;
  readonly bUnsigned: 0 | 1;
  readonly aZero: number;
  readonly bZero: number;
}
/** What a job left and did until it said that it is done. */
interface Outcome {
  readonly lanes: ReadonlyMap<string, number>;
  readonly active: number;
  readonly read: ReadonlySet<number>;
  readonly fault: number;
}
const flag = fc.constantFrom<0 | 1>(0, 1);
const size = fc.integer({ min: 1, max: 9 });
const zero = fc.integer({ min: -128, max: 127 });
const anyJob: fc.Arbitrary<Job> = fc
  .record({
    dataflow: flag,
    accumulate: flag,
    m: size,
    n: size,
    k: size,
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
    let done: Outcome[] = [];
    bench.add({
      drive: (cycle) => {
        // A line is there in the cycle after it was asked for, and in no other.
        ports.forEach((port, i) => bench.set({ [`${port}Data`]: lineOf(asked[i] ?? cycle) }));
      },
      look: () => {
        active += bench.get('active');
        asked = ports.map((port) => (bench.get(`${port}Read_enable`) === 1 ? bench.get(`${port}Read_address`) : null));
        for (const address of asked) if (address !== null) read.add(address);
        if (bench.get('update_enable') === 1) {
          const data = bench.sim.peek('update_data');
          const line = bench.get('update_line');
          for (let lane = 0; lane < Math.min(cols, bench.get('update_lanes')); lane++) {
            const at = `${line}:${lane}`;
            const value = Number(BigInt.asIntN(32, data >> BigInt(32 * lane)));
            const before = lanes.get(at) ?? 1000 * line + lane;
            lanes.set(at, bench.get('update_accumulate') === 1 ? before + value : value);
          }
        }
        if (bench.get('done') === 0) return;
        done.push({ lanes, active, read, fault: bench.get('fault') });
        [lanes, read, active] = [new Map(), new Set(), 0];
      },
    });
    const offered = bench.source('job', gemmJob);

    /**
     * Runs jobs, offered one after the other with gaps at random, or while others run: the lanes that each leaves in an
     * accumulator that was 1000 · line + lane, the lines that it read, and the cycles in which it was active.
     */
    function run(jobs: readonly Job[], pace: { readonly stall: number; readonly seed: number }): readonly Outcome[] {
      [lanes, read, active, asked, done] = [new Map(), new Set(), 0, [null, null], []];
      bench.begin(pace);
      for (const job of jobs) {
        const { aLine, bLine, dataflow, accumulate, aUnsigned, bUnsigned, ...rest } = job;
        const flags = { accumulate, aUnsigned, bUnsigned };
        offered.push(
          { ...rest, ...flags, dataflow: dataflow === 0 ? 'ws' : 'os', a: aLine, b: BANK + bLine },
          // One at a time.
          { sent: () => expect(done.length).toBe(jobs.indexOf(job)) },
        );
      }
      bench.run(LIMIT, () => done.length === jobs.length);
      bench.step(2);
      expect([...bench.all('done', 'active', 'update_enable'), done.length]).toEqual([0, 0, 0, jobs.length]);
      return done;
    }

    /** The same by the loop nest of the instruction set. */
    function expected(job: Job): Outcome {
      const { m, n, k } = job;
      const dataflow = job.dataflow === 0 ? 'ws' : 'os';
      const layouts = description.layouts(array, dataflow);
      const [lanes, read] = [new Map<string, number>(), new Set<number>()];
      const operand = (address: number, place: number, unsigned: number, less: number): number => {
        read.add(address);
        const byte = byteAt(address, place);
        return (unsigned === 1 || byte < 128 ? byte : byte - 256) - less;
      };
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < m; i++) {
          const { line: ofC, lane } = placeOf(layouts.c, job, { m: i, k: 0, n: j });
          const line = job.c + ofC;
          let sum = job.accumulate === 1 ? 1000 * line + lane : 0;
          for (let l = 0; l < k; l++) {
            const inA = placeOf(layouts.a, job, { m: i, k: l, n: j });
            const inB = placeOf(layouts.b, job, { m: i, k: l, n: j });
            const a = operand(job.aLine + inA.line, inA.lane, job.aUnsigned, job.aZero);
            const b = operand(BANK + job.bLine + inB.line, inB.lane, job.bUnsigned, job.bZero);
            sum += a * b;
          }
          lanes.set(`${line}:${lane}`, sum);
        }
      }
      return { lanes, active: description.cycles(array, job, dataflow), read, fault: 0 };
    }

    it('multiplies, one job after another', () => {
      const jobs = fc.array(anyJob, { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(jobs, fc.constantFrom(0, 0.5, 0.95), fc.integer(), (drawn, stall, seed) => {
          expect(run(drawn, { stall, seed })).toEqual(drawn.map(expected));
        }),
        { numRuns: runsOf({ few: 12, all: 60 }) },
      );
    });
  },
);
