/**
 * The largest of several sums, requantised, is the largest of what they are requantised to: so pooling needs no pass of
 * its own. That holds for every rounding, as none of them ever gives less for more, for multipliers that are not
 * negative, and where nothing wraps.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { requantiseFields } from '../../testbench/testing-commands.ts';
import { npuConfig } from '../config.ts';
import { roundingNames } from './job.ts';
import { filledMemories, vectorBench } from './testing-unit.ts';

const BANK = 2 ** 16;
const config = npuConfig({
  rows: 2,
  cols: 4,
  busBytes: 8,
  scratchpadBytes: 6 * 8 * 160,
  accumulatorBytes: 4 * 4 * 160,
});
const unit = vectorBench(config);

/** Sums of which some are next to each other, so that results are alike, and their scale. */
const jobs = fc.record({
  m: fc.integer({ min: 1, max: 9 }),
  planes: fc.integer({ min: 2, max: 9 }),
  apart: fc.integer({ min: 0, max: 12 }),
  around: fc.integer({ min: -(2 ** 24), max: 2 ** 24 }),
  spread: fc.integer({ min: 0, max: 24 }),
  seed: fc.nat(),
  multiplier: fc.oneof(fc.integer({ min: 2 ** 23, max: 2 ** 31 - 1 }), fc.nat(2 ** 31 - 1)),
  shift: fc.integer({ min: -31, max: 6 }),
  zero: fc.integer({ min: -128, max: 127 }),
});

describe.each(roundingNames)('rounded by %s', (rounding) => {
  it('the result of the largest sum is the largest result', () => {
    let compared = 0;
    fc.assert(
      fc.property(jobs, ({ m, planes, apart, around, spread, seed, ...scale }) => {
        const model = filledMemories(config, seed);
        model.accumulator.forEach((sum, i) => void (model.accumulator[i] = around + (sum >> (31 - spread))));
        const fields = {
          ...requantiseFields,
          ...scale,
          multiplier: rounding === 'float' ? scale.multiplier >> 7 : scale.multiplier,
          rounding,
          m,
          width: m,
          n: config.cols,
          to: 3 * BANK,
        };
        const lineOf = (bank: Uint8Array | undefined, line: number): Int8Array =>
          new Int8Array(bank?.slice(line * config.lineBytes, line * config.lineBytes + config.cols).buffer ?? []);
        const [pooled, ...ofPlanes] = unit.run(
          [
            { ...fields, planes, fromPlane: apart },
            ...Array.from({ length: planes }, (_, plane) => ({ ...fields, from: plane * apart })),
          ].map((one) => ({ operation: 'requantise', tag: 0, fields: one })),
          model,
          { stall: 0, seed: 1 },
        );
        fc.pre(ofPlanes.every(({ wrapped }) => !wrapped));
        compared++;
        for (let line = 0; line < m; line++) {
          const lines = ofPlanes.map(({ banks }) => lineOf(banks[3], line));
          const largest = Array.from({ length: config.cols }, (_, lane) =>
            Math.max(...lines.map((bytes) => bytes[lane] ?? NaN)),
          );
          expect([...lineOf(pooled?.banks[3], line)]).toEqual(largest);
        }
      }),
      { numRuns: runsOf({ few: 25, all: 300 }) },
    );
    expect(compared).toBeGreaterThan(5);
  });
});
