/** Random jobs of the vector unit alone: what it reads and writes, what it tells, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { MemoryModel } from '../../testbench/programs/model.ts';
import { npuConfig } from '../config.ts';
import { VectorUnit } from './engine.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const BANK = 2 ** 16;
const LIMIT = 3000;
/** Cycles of a job beside those of its parts: to be taken, to be looked at, and for the last part to come through. */
const AROUND = 7;

describe.each([
  { cols: 4, busBytes: 8 },
  { cols: 9, busBytes: 16 },
  { cols: 3, busBytes: 4 },
  { cols: 1, busBytes: 8 },
])('a vector unit of $cols columns on a bus of $busBytes bytes', ({ cols, busBytes }) => {
  const config = npuConfig({ rows: 2, cols, busBytes, scratchpadBytes: 6 * 16 * 80, accumulatorBytes: 4 * 12 * 80 });
  const { accLanes, accLines, bankLines, lineBytes } = config;
  const sim = simulate(elaborate(VectorUnit(config), { monitors: true }));
  const get = (name: string): number => Number(sim.peek(name));
  sim.poke('read_ready', 1);

  const lines = (count: number, depth: number): fc.Arbitrary<number> => fc.nat(depth - count);
  const anyJob = fc
    .record({ m: fc.integer({ min: 1, max: 7 }), n: fc.integer({ min: 1, max: 3 * cols }) })
    .chain(({ m, n }) => {
      const across = Math.ceil(n / cols);
      const end = fc.integer({ min: -128, max: 255 });
      return fc.record({
        m: fc.constant(m),
        n: fc.constant(n),
        from: lines(across * m, accLines),
        to: lines(across * m, bankLines).map((line) => 3 * BANK + line),
        parameters: lines(2 * across, accLines),
        perChannel: fc.nat(1),
        multiplier: fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }),
        shift: fc.integer({ min: -31, max: 31 }),
        zero: fc.integer({ min: -128, max: 255 }),
        ends: fc.tuple(end, end).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
      });
    });

  /** Runs a job on the lanes of a model's accumulator; what it left in the scratchpad, and the cycles that it took. */
  function run(fields: Readonly<Record<string, number>>, sums: Int32Array) {
    for (const [field, value] of Object.entries(fields)) sim.poke(`job_payload_${field}`, value);
    sim.poke('job_valid', 1);
    expect(get('job_ready')).toBe(1);
    sim.step();
    sim.poke('job_valid', 0);
    const bank = new Uint8Array(bankLines * lineBytes).fill(0xee);
    let wrapped = 0;
    for (let cycle = 1; cycle < LIMIT; cycle++) {
      if (get('write_enable') === 1) {
        expect(Math.floor(get('write_address') / BANK)).toBe(3);
        const at = (get('write_address') % BANK) * lineBytes + (get('write_part') * busBytes) / 4;
        const data = sim.peek('write_data');
        for (let byte = 0; byte < get('write_bytes'); byte++)
          bank[at + byte] = Number((data >> BigInt(8 * byte)) & 0xffn);
      }
      wrapped |= 2 * get('wrapped');
      if (get('done') === 1) return { bank, wrapped, fault: get('fault'), cycles: cycle };
      const asked = get('read_valid') === 1;
      const from = get('read_payload_address') * accLanes + (get('read_payload_group') * busBytes) / 4;
      sim.step();
      // A group is there in the cycle after it was asked for, and in no other.
      let word = 0n;
      for (let lane = busBytes / 4 - 1; lane >= 0; lane--) {
        const value = asked ? (sums[from + lane] ?? 0) : cycle * 77_777;
        word = (word << 32n) | BigInt.asUintN(32, BigInt(value));
      }
      sim.poke('data', word);
    }
    throw new Error(`no end: ${JSON.stringify(fields)}`);
  }

  it('requantises, one job after another', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { minLength: 1, maxLength: 3 }), fc.nat(), (jobs, seed) => {
        sim.reset();
        for (const { ends, ...rest } of jobs) {
          const fields = { ...rest, ...ends };
          const model = new MemoryModel(config, new Uint8Array());
          model.banks[3]?.fill(0xee);
          model.accumulator.forEach((_, i) => {
            model.accumulator[i] = Math.imul(i + seed, 0x9e37_79b1) >> ((i + seed) % 26);
          });
          const found = run(fields, model.accumulator);
          model.run({ operation: 'requantise', tag: 0, fields });
          expect([...found.bank]).toEqual([...(model.banks[3] ?? [])]);
          expect([found.fault, found.wrapped]).toEqual([0, model.overflow]);
          let parts = 0;
          for (let left = fields.n; left > 0; left -= cols) parts += Math.ceil((4 * Math.min(left, cols)) / busBytes);
          expect(found.cycles).toBe(parts * (fields.m + 2 * fields.perChannel) + AROUND);
          sim.step();
          expect([get('done'), get('write_enable')]).toEqual([0, 0]);
        }
      }),
      { numRuns: runsOf({ few: 12, all: 60 }) },
    );
  });

  it.each([{ m: 0 }, { n: 0 }])('refuses a job of %o', (empty) => {
    sim.reset();
    const fields = {
      m: 1,
      n: 1,
      from: 0,
      to: 3 * BANK,
      parameters: 0,
      perChannel: 0,
      multiplier: 1,
      shift: 0,
      zero: 0,
      low: 0,
      high: 0,
    };
    const found = run({ ...fields, ...empty }, new Int32Array(accLanes));
    expect([found.fault, found.cycles]).toEqual([1, 3]);
    expect([...found.bank].every((byte) => byte === 0xee)).toBe(true);
  });
});
