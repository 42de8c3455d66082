/** Random jobs of each engine alone: what it reads, what it sends to the accumulator, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { npuConfig } from '../config.ts';
import { matrixKinds } from '../parameters.ts';
import { matrixEngineOf } from './engines.ts';
import { placeOf } from './layout.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const BANK = 2 ** 16;
const LIMIT = 3000;

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
    const sim = simulate(elaborate(hardware(config), { monitors: true }));
    const get = (name: string): number => Number(sim.peek(name));
    const lineOf = (address: number): bigint => {
      let word = 0n;
      for (let place = lineBytes - 1; place >= 0; place--) word = (word << 8n) | BigInt(byteAt(address, place));
      return word;
    };

    /**
     * Runs a job; the lanes that it leaves in an accumulator that was 1000 · line + lane, and the cycles that it took.
     */
    function run(job: Job) {
      const { aLine, bLine, ...fields } = job;
      const [a, b] = [aLine, BANK + bLine];
      for (const [field, value] of Object.entries({ ...fields, a, b })) sim.poke(`job_payload_${field}`, value);
      sim.poke('job_valid', 1);
      expect(get('job_ready')).toBe(1);
      sim.step();
      sim.poke('job_valid', 0);
      const lanes = new Map<string, number>();
      const read: number[] = [];
      let active = 0;
      for (let cycle = 0; cycle < LIMIT; cycle++) {
        active += get('active');
        const asked = (['a', 'b'] as const).map((port) =>
          get(`${port}Read_enable`) === 1 ? get(`${port}Read_address`) : null,
        );
        if (get('update_enable') === 1) {
          const data = sim.peek('update_data');
          for (let lane = 0; lane < Math.min(cols, get('update_lanes')); lane++) {
            const at = `${get('update_line')}:${lane}`;
            const value = Number(BigInt.asIntN(32, data >> BigInt(32 * lane)));
            const before = lanes.get(at) ?? 1000 * get('update_line') + lane;
            lanes.set(at, get('update_accumulate') === 1 ? before + value : value);
          }
        }
        if (get('done') === 1) return { lanes, active, read: new Set(read), fault: get('fault') };
        sim.step();
        asked.forEach((address, i) => {
          if (address !== null) read.push(address);
          // A line is there in the cycle after it was asked for, and in no other.
          sim.poke(i === 0 ? 'aData' : 'bData', address === null ? lineOf(cycle) : lineOf(address));
        });
      }
      throw new Error(`no end: ${JSON.stringify(job)}`);
    }

    /** The same by the loop nest of the instruction set. */
    function expected(job: Job) {
      const { m, n, k } = job;
      const dataflow = job.dataflow === 0 ? 'ws' : 'os';
      const layouts = description.layouts(array, dataflow);
      const lanes = new Map<string, number>();
      const read = new Set<number>();
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
      sim.reset();
      const jobs = fc.array(anyJob, { minLength: 1, maxLength: 3 });
      fc.assert(
        fc.property(jobs, (drawn) => {
          sim.reset();
          for (const job of drawn) {
            const found = run(job);
            const due = expected(job);
            expect(found.lanes).toEqual(due.lanes);
            expect([found.fault, found.active]).toEqual([due.fault, due.active]);
            expect([...found.read].sort()).toEqual([...due.read].sort());
            // `done` is over, and another job can be taken.
            sim.step();
            expect([get('done'), get('active'), get('update_enable')]).toEqual([0, 0, 0]);
          }
        }),
        { numRuns: runsOf({ few: 12, all: 60 }) },
      );
    });
  },
);
