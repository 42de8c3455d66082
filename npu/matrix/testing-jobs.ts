/** For tests: a matrix engine alone, random jobs for it, and what they must leave by the loop nest of ISA.md. */
import fc from 'fast-check';
import { elaborate } from '../../hdl/index.ts';
import type { EngineName } from '../../hdl/sim/index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { npuConfig } from '../config.ts';
import type { MatrixKind } from '../parameters.ts';
import { matrixEngineOf } from './engines.ts';
import { gemmJob } from './job.ts';
import { denseFields } from './layout.ts';
import type { ArraySize } from './size.ts';

const BANK = 2 ** 16;
const LIMIT = 9000;
/** Codes of faults. */
const [ZERO_LENGTH, RANGE, SAME_BANK] = [1, 4, 5];
/** Of a refused job: `done` comes when those before have theirs. */
export const NOT_FORETOLD = -1;

/** How lines follow each other. */
export interface Walks {
  readonly aFold: number;
  readonly aWidth: number;
  readonly aStep: number;
  readonly aRow: number;
  readonly bFold: number;
  readonly cFold: number;
}
export interface Job {
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
  /** Null where nothing lies between lines. */
  readonly walks: Walks | null;
}
/** What jobs left and did, one after another. */
export interface Outcome {
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
/** Random jobs, with walks of their own or without. */
export const anyJob = (walks: fc.Arbitrary<Walks | null>): fc.Arbitrary<Job> =>
  fc
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
      walks,
    })
    // A zero point of the kind of its operand.
    .map((job) => ({ ...job, aZero: job.aZero + 128 * job.aUnsigned, bZero: job.bZero + 128 * job.bUnsigned }));

/** Walks that stay near: with gaps, over the same lines again, backwards from the end of a row. */
export const nearWalks: fc.Arbitrary<Walks> = fc.record({
  aFold: fc.nat(14),
  aWidth: fc.nat(5),
  aStep: fc.nat(3),
  aRow: fc.nat(12),
  bFold: fc.nat(14),
  cFold: fc.nat(14),
});

/** The byte at a place of a line of the scratchpad: anything, and of another line another. */
const byteAt = (address: number, place: number): number =>
  (Math.imul(address ^ (place << 20) ^ 0x55aa, 0x9e37_79b1) >>> 19) & 0xff;

/** A bench with one engine, in one of the simulator's. */
export function jobsBench(array: ArraySize & { readonly matrix: MatrixKind }, engine: EngineName) {
  const { description, hardware } = matrixEngineOf(array);
  const config = npuConfig({ ...array, busBytes: 4, scratchpadBytes: 6 * 8 * 400, accumulatorBytes: 4 * 4 * 400 });
  const { rows, cols, lineBytes } = config;
  const bench = new Bench(elaborate(hardware(config), { monitors: true }), { engine });
  const lineOf = (address: number): bigint => {
    let word = 0n;
    for (let place = lineBytes - 1; place >= 0; place--) word = (word << 8n) | BigInt(byteAt(address, place));
    return word;
  };
  const isLine = (address: number): boolean =>
    address % BANK < config.bankLines && Math.floor(address / BANK) < config.scratchpadBanks;

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
      for (const address of asked) {
        if (address === null) continue;
        if (!isLine(address)) throw new Error(`line ${address} is read, which the scratchpad does not have`);
        read.add(address);
      }
      if (bench.get('update_enable') === 1) {
        const data = bench.sim.peek('update_data');
        const line = bench.get('update_line');
        if (line >= config.accLines) throw new Error(`line ${line} is written, which the accumulator does not have`);
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
  const wordOf = ({ dataflow }: Job) => (dataflow === 0 ? 'ws' : 'os');
  const walksOf = (job: Job): Walks => job.walks ?? denseFields(description.layouts(array, wordOf(job)), job);

  /**
   * Runs jobs, offered one after the other with gaps at random, or while others run, over an accumulator that was 1000
   * · line + lane; and the cycles in which they were taken.
   */
  function run(jobs: readonly Job[], pace: { readonly stall: number; readonly seed: number }) {
    [lanes, read, active, asked, done] = [new Map(), new Set(), 0, [null, null], []];
    bench.begin(pace);
    const [begun, issued]: [number, number[]] = [bench.cycle, []];
    for (const job of jobs) {
      const { m, n, k, c, aZero, bZero, accumulate, aUnsigned, bUnsigned } = job;
      const [a, b] = [job.aBank * BANK + job.aLine, job.bBank * BANK + job.bLine];
      const flags = { accumulate, aUnsigned, bUnsigned };
      offered.push(
        { m, n, k, a, b, c, aZero, bZero, ...flags, ...walksOf(job), dataflow: wordOf(job) },
        { sent: () => issued.push(bench.cycle - begun) },
      );
    }
    bench.run(LIMIT, () => done.length === jobs.length);
    bench.step(2);
    const outcome: Outcome = {
      lanes,
      read,
      active,
      done: done.map(({ cycle }) => cycle - begun),
      faults: done.map(({ fault }) => fault),
    };
    return { issued, outcome, rest: bench.all('done', 'active', 'update_enable') };
  }

  /**
   * The same by the loop nest of the instruction set, one job after another; what the lanes are after a job that leaves
   * the memories, nobody says.
   */
  function expected(jobs: readonly Job[], issued: readonly number[]): Outcome {
    const [lanes, read] = [new Map<string, number>(), new Set<number>()];
    const times = description.timing(array);
    const [done, faults]: [number[], number[]] = [[], []];
    let [active, until] = [0, -1];
    jobs.forEach((job, index) => {
      const { m, n, k } = job;
      const dataflow = wordOf(job);
      const { aFold, aWidth, aStep, aRow, bFold, cFold } = walksOf(job);
      const [a, b] = [job.aBank * BANK + job.aLine, job.bBank * BANK + job.bLine];
      if (k === 0 || job.aBank === job.bBank) {
        faults.push(k === 0 ? ZERO_LENGTH : SAME_BANK);
        done.push(NOT_FORETOLD);
        return;
      }
      let outside = false;
      /** An element less its zero point; 0 where it lies outside of its bank. */
      const operand = (address: number, place: number, unsigned: number, less: number, inBank: number): number => {
        if (!isLine(address) || Math.floor(address / BANK) !== inBank) {
          outside = true;
          return 0;
        }
        read.add(address);
        const byte = byteAt(address, place);
        return (unsigned === 1 || byte < 128 ? byte : byte - 256) - less;
      };
      const inRow = aWidth === 0 ? 65_536 : aWidth;
      const ofA = (i: number, l: number): number => {
        const [across, along] = dataflow === 'ws' ? [l, i] : [i, l];
        const inFold = Math.floor(along / inRow) * aRow + (along % inRow) * aStep;
        const line = a + Math.floor(across / rows) * aFold + inFold;
        return operand(line, across % rows, job.aUnsigned, job.aZero, job.aBank);
      };
      const ofB = (l: number, j: number): number =>
        operand(b + Math.floor(j / cols) * bFold + l, j % cols, job.bUnsigned, job.bZero, job.bBank);
      for (let j = 0; j < n; j++) {
        for (let i = 0; i < m; i++) {
          const line = job.c + Math.floor(j / cols) * cFold + i;
          const at = `${line}:${j % cols}`;
          let sum = job.accumulate === 1 ? (lanes.get(at) ?? 1000 * line + (j % cols)) : 0;
          for (let l = 0; l < k; l++) sum += ofA(i, l) * ofB(l, j);
          if (line < config.accLines) lanes.set(at, sum);
          else outside = true;
        }
      }
      faults.push(outside ? RANGE : 0);
      const of = times({ shape: job, dataflow, a, b, issued: issued[index] ?? 0 });
      active += of.last - Math.max(of.first, until + 1) + 1;
      until = of.last;
      done.push(of.done);
    });
    return { lanes, read, active, done, faults };
  }
  return { run, expected };
}
