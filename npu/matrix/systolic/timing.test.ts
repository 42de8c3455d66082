import { expect, test } from 'vitest';
import { cyclesOfJob, mapping } from './cycles.ts';
import { jobTiming } from './timing.ts';

const sizes = Array.from({ length: 40 }, (_, i) => i + 1);

/** Of all products up to 40 × 40 × 40, those for which the two disagree. */
test.each([
  [4, 4],
  [3, 5],
  [8, 8],
] as const)('a job alone on %d × %d takes the cycles of the closed forms, whatever its size', (rows, cols) => {
  const array = { rows, cols };
  const wrong: string[] = [];
  for (const dataflow of ['ws', 'os'] as const) {
    for (const m of sizes) {
      for (const k of sizes) {
        for (const n of sizes) {
          const shape = { m, k, n };
          const { first, last } = jobTiming(array)({ shape, dataflow, a: 0, b: 2 ** 16, issued: 0 });
          const taken = last - first + 1;
          const { folds, stream } = mapping(array, shape, dataflow);
          // Each fold takes max(T, R), but for the last, which is not kept waiting by weights of another one.
          const ahead = dataflow === 'ws' ? 2 * rows : rows;
          const target = folds * Math.max(stream, rows) + ahead + cols - 2;
          const spared = Math.max(0, rows - stream);
          if (taken !== cyclesOfJob(array, shape, dataflow) || taken !== target - spared)
            wrong.push(`${dataflow} ${m} × ${k} × ${n}: ${taken}, ${target}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});
