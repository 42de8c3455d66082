/**
 * Random jobs of each engine alone: what it reads, what it sends to the accumulator, in how many cycles, and what it
 * says of jobs that leave the memories.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matrixKinds } from '../parameters.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { anyJob, jobsBench, nearWalks, NOT_FORETOLD, type Job, type Outcome, type Walks } from './testing-jobs.ts';

const arrays = [
  { rows: 3, cols: 4 },
  { rows: 1, cols: 1 },
  { rows: 5, cols: 1 },
  { rows: 1, cols: 3 },
  { rows: 4, cols: 2 },
];
const jobs = fc.array(anyJob(fc.option(nearWalks)), { minLength: 1, maxLength: 6 });
const stalls = fc.constantFrom(0, 0.5, 0.95);

/** Steps that leave the memories at once, late, or after many banks; or do not. */
const step = fc.oneof(fc.nat(20), fc.constantFrom(100, 300, 400, 0x8000, 0xffff));
const farWalks: fc.Arbitrary<Walks> = fc.record({
  aFold: step,
  aWidth: fc.nat(5),
  aStep: step,
  aRow: step,
  bFold: step,
  cFold: step,
});

/** That jobs did what they must, in the cycles that they must. */
function expectSame(drawn: readonly Job[], outcome: Outcome, expected: Outcome): void {
  const { done, ...rest } = expected;
  const { done: found, ...others } = outcome;
  expect(others).toEqual(rest);
  done.forEach((cycle, index) => {
    const late = (found[index] ?? 0) - cycle;
    // Sums that wait in the cells leave a cycle later where the next job comes when they could have left.
    const follows = drawn[index]?.dataflow === 1 && index < drawn.length - 1;
    if (cycle !== NOT_FORETOLD) expect([0, follows ? 1 : 0]).toContain(late);
  });
}

describe.each(matrixKinds.flatMap((matrix) => arrays.map((array) => ({ matrix, ...array }))))(
  '$matrix, $rows × $cols',
  (array) => {
    const bench = jobsBench(array, 'wasm');

    it('multiplies, one job after another, in the cycles that its timing gives', () => {
      fc.assert(
        fc.property(jobs, stalls, fc.integer(), (drawn, stall, seed) => {
          const { issued, outcome, rest } = bench.run(drawn, { stall, seed });
          expect([...rest, outcome.done.length]).toEqual([0, 0, 0, drawn.length]);
          expectSame(drawn, outcome, bench.expected(drawn, issued));
        }),
        { numRuns: runsOf({ few: 20, all: 120 }) },
      );
    });

    it('reads and writes no line outside, and says of a job that has one that it is so, and of no other', () => {
      const far = fc.array(anyJob(farWalks), { minLength: 1, maxLength: 4 });
      fc.assert(
        fc.property(far, stalls, fc.integer(), (drawn, stall, seed) => {
          const { issued, outcome } = bench.run(drawn, { stall, seed });
          const { lanes: _, done, ...expected } = bench.expected(drawn, issued);
          const { lanes: __, done: found, ...others } = outcome;
          expect(others).toEqual(expected);
          expect(found.length).toBe(done.length);
        }),
        { numRuns: runsOf({ few: 12, all: 100 }) },
      );
    });
  },
);

it.each(matrixKinds)('a %s engine does in both simulators the same in the same cycles', (matrix) => {
  const array = { matrix, rows: 2, cols: 3 };
  const benches = [jobsBench(array, 'wasm'), jobsBench(array, 'reference')];
  const either = fc.array(anyJob(fc.oneof(nearWalks, farWalks)), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(either, stalls, fc.integer(), (drawn, stall, seed) => {
      const [wasm, reference] = benches.map((bench) => bench.run(drawn, { stall, seed }));
      expect(wasm).toEqual(reference);
    }),
    { numRuns: runsOf({ few: 4, all: 40 }) },
  );
});
