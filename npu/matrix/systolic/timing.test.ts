import { expect, test } from 'vitest';
import { dataflowNames, jobDataflowOf, sizeOfJob } from '../dataflow.ts';
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
  for (const dataflow of dataflowNames) {
    for (const m of sizes) {
      for (const k of sizes) {
        for (const n of sizes) {
          const shape = { m, k, n };
          const job = { shape: sizeOfJob(shape, dataflow), dataflow: jobDataflowOf(dataflow), a: 0, b: 2 ** 16 };
          const { first, last } = jobTiming(array)({ ...job, issued: 0 });
          const taken = last - first + 1;
          const { folds, stream } = mapping(array, shape, dataflow);
          // Each fold takes max(T, R), but for the last, which is not kept waiting by weights of another one.
          const ahead = dataflow === 'os' ? rows : 2 * rows;
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
