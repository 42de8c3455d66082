/** Random jobs that requantise sums: what they read and write, what they tell, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { requantiseFields } from '../../testbench/testing-commands.ts';
import { npuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { combineNames, digitNames, roundingNames } from './job.ts';
import { filledMemories, sameBanks, vectorBench } from './testing-unit.ts';

const BANK = 2 ** 16;
/** Cycles of a job beside those of its folds: for the last line to come through and to be readable. */
const AROUND = 4;

/** How often no job is offered. */
const anyStall = fc.constantFrom(0, 0.5, 0.95);

describe.each([
  { cols: 4, busBytes: 8 },
  { cols: 9, busBytes: 16 },
  { cols: 3, busBytes: 4 },
  { cols: 1, busBytes: 8 },
])('a vector unit of $cols columns on a bus of $busBytes bytes', ({ cols, busBytes }) => {
  const config = npuConfig({ rows: 2, cols, busBytes, scratchpadBytes: 6 * 16 * 80, accumulatorBytes: 4 * 12 * 80 });
  const { accLines, bankLines } = config;
  const unit = vectorBench(config);

  const lines = (count: number, depth: number): fc.Arbitrary<number> => fc.nat(depth - count);
  const anyJob = fc
    .record({
      m: fc.integer({ min: 1, max: 7 }),
      n: fc.integer({ min: 1, max: 3 * cols }),
      width: fc.integer({ min: 1, max: 8 }),
      border: fc.nat(2),
      between: fc.nat(3),
      planes: fc.integer({ min: 1, max: 4 }),
      apart: fc.nat(8),
    })
    .chain(({ m, n, width, border, between, planes, apart }) => {
      const across = Math.ceil(n / cols);
      const toRow = width + border;
      const results = Math.ceil(m / width) * toRow;
      const [fromFold, toFold] = [m + between, results + between];
      const end = fc.integer({ min: -128, max: 255 });
      return fc.record({
        m: fc.constant(m),
        n: fc.constant(n),
        width: fc.constant(width),
        from: lines(across * fromFold + (planes - 1) * apart, accLines),
        planes: fc.constant(planes),
        fromPlane: fc.constant(apart),
        fromFold: fc.constant(fromFold),
        to: lines(across * toFold, bankLines).map((line) => 3 * BANK + line),
        toFold: fc.constant(toFold),
        toRow: fc.constant(toRow),
        parameters: lines(3 * across, accLines),
        perChannel: fc.nat(1),
        multiplier: fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }),
        shift: fc.integer({ min: -31, max: 31 }),
        rounding: fc.constantFrom(...roundingNames),
        combine: fc.constantFrom(...combineNames),
        digit: fc.constantFrom(...digitNames),
        zero: fc.integer({ min: -128, max: 255 }),
        ends: fc.tuple(end, end).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) })),
      });
    });

  it('requantises, one job after another', () => {
    fc.assert(
      fc.property(fc.array(anyJob, { minLength: 1, maxLength: 3 }), fc.nat(), anyStall, (drawn, seed, stall) => {
        const jobs = drawn.map(({ ends, ...rest }) => ({ ...rest, ...ends }));
        const commands = jobs.map((fields): Command => ({ operation: 'requantise', tag: 0, fields }));
        const model = filledMemories(config, seed);
        const found = unit.run(commands, model, { stall, seed });
        jobs.forEach((fields, i) => {
          model.overflow = 0;
          model.run({ operation: 'requantise', tag: 0, fields });
          const { banks, fault, wrapped } = found[i] ?? {};
          expect([fault, wrapped, sameBanks(banks, model.banks)]).toEqual([0, model.overflow === 2, true]);
          const folds = Math.ceil(fields.n / cols);
          expect(found[i]?.cycles).toBe(folds * (fields.m * fields.planes + 3 * fields.perChannel) + AROUND);
        });
      }),
      { numRuns: runsOf({ few: 12, all: 60 }) },
    );
  });

  it.each([{ m: 0 }, { n: 0 }, { width: 0 }, { planes: 0 }])('refuses a job of %o', (empty) => {
    const fields = { ...requantiseFields, to: 3 * BANK };
    const commands = [{ ...fields, ...empty }, fields].map((given): Command => ({
      operation: 'requantise',
      tag: 0,
      fields: given,
    }));
    const memories = filledMemories(config, 5);
    const [refused, next] = unit.run(commands, memories, { stall: 0, seed: 1 });
    expect([refused?.fault, refused?.cycles, next?.fault]).toEqual([1, 1, 0]);
    expect(refused?.banks).toEqual(memories.banks);
  });
});
