import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { npuConfig } from '../npu/config.ts';
import type { ArraySize } from '../npu/matrix/size.ts';
import { dataflowNames, type Dataflow } from '../npu/matrix/dataflow.ts';
import type { ProductSize } from '../npu/matrix/layout.ts';
import { cyclesOfJob, cyclesWithoutOverlap, mapping } from '../npu/matrix/systolic/cycles.ts';
import { referenceMatmul } from './reference.ts';
import { runMatmul } from './run.ts';

/** Of products on one array, which is compiled once for all of them. */
const several = { minLength: 3, maxLength: 3 };
const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** Runs a product; how long the array held operands, by its own counter and by looking at its corner cells. */
function measure(
  { rows, cols }: ArraySize,
  { m, k, n }: ProductSize,
  dataflow: Dataflow,
): { readonly counted: number; readonly seen: number } {
  const job = {
    m,
    k,
    n,
    dataflow,
    a: Int8Array.from({ length: m * k }, (_, i) => i * 37 - 100),
    b: Int8Array.from({ length: k * n }, (_, i) => i * 53 + 7),
    // All of it is one job.
    tile: { m, k, n },
  };
  let first = -1;
  let last = -1;
  const { counters, result } = runMatmul(npuConfig({ rows, cols }), job, {
    monitors: true,
    onStart(sim) {
      const cell = 'npu.matrix.array.cell';
      // The first operands enter the north-west cell; the last ones are used in the south-east cell.
      const enters = [sim.signal(`${cell}[0][0].westLive`), sim.signal(`${cell}[0][0].northMark`)];
      const leaves = sim.signal(`${cell}[${rows - 1}][${cols - 1}].westLive`);
      sim.trace({ scope: 'npu.matrix', depth: 1 }).onSample(() => {
        if (first < 0 && enters.some((signal) => signal.get() === 1n)) first = sim.cycle;
        if (leaves.get() === 1n) last = sim.cycle;
      });
    },
  });
  expect([...result]).toEqual([...referenceMatmul(job)]);
  return { counted: counters.arrayActive, seen: last - first + 1 };
}

describe('cycles of the array', () => {
  for (const dataflow of dataflowNames) {
    it(`are 2R + C + m − 2, R + C + k − 2 or 2R + C + n − 2 for a single tile (${dataflow})`, () => {
      const tiles = fc.array(fc.tuple(size(12), fc.integer(), fc.integer()), several);
      fc.assert(
        fc.property(size(7), size(7), tiles, (rows, cols, drawn) => {
          for (const [stream, x, y] of drawn) {
            const along = 1 + (Math.abs(x) % rows);
            const across = 1 + (Math.abs(y) % cols);
            const shape = {
              ws: { m: stream, k: along, n: across },
              os: { m: along, k: stream, n: across },
              is: { m: across, k: along, n: stream },
            }[dataflow];
            const formula = (dataflow === 'os' ? 1 : 2) * rows + cols + stream - 2;
            expect(cyclesWithoutOverlap({ rows, cols }, shape, dataflow)).toBe(formula);
            expect(measure({ rows, cols }, shape, dataflow)).toEqual({ counted: formula, seen: formula });
          }
        }),
        { numRuns: runsOf({ few: 2, all: 6 }) },
      );
    });

    it(`overlap loading, computing and draining of the folds of a job (${dataflow})`, () => {
      const products = fc.array(fc.record({ m: size(18), k: size(18), n: size(18) }), several);
      fc.assert(
        fc.property(size(6), size(6), products, (rows, cols, drawn) => {
          for (const shape of drawn) {
            const expected = cyclesOfJob({ rows, cols }, shape, dataflow);
            const { folds, stream } = mapping({ rows, cols }, shape, dataflow);
            expect(measure({ rows, cols }, shape, dataflow).counted).toBe(expected);
            // The double-buffered target of the design: equal where a fold streams for at least as long as weights take
            // to enter.
            const target = folds * Math.max(stream, rows) + (dataflow === 'os' ? 1 : 2) * rows + cols - 2;
            expect(expected).toBeLessThanOrEqual(target);
            if (stream >= rows) expect(expected).toBe(target);
          }
        }),
        { numRuns: runsOf({ few: 2, all: 6 }) },
      );
    });
  }
});

/**
 * m, n, k of products, and the total cycles that SCALE-Sim (github.com/scalesim-project/SCALE-Sim) reports for each.
 */
const products = [
  [16, 16, 16],
  [64, 64, 64],
  [33, 20, 50],
  [128, 128, 128],
  [1, 64, 64],
  [100, 7, 3],
] as const;
const reported: readonly (readonly [rows: number, cols: number, Dataflow, readonly number[]])[] = [
  [8, 8, 'ws', [151, 5503, 1154, 38399, 1471, 121]],
  [8, 8, 'os', [119, 4991, 959, 36351, 623, 220]],
  [16, 16, 'ws', [61, 1759, 631, 11135, 751, 145]],
  [16, 16, 'os', [45, 1503, 479, 10111, 375, 230]],
  [16, 8, 'ws', [107, 3263, 851, 21247, 1247, 137]],
  [16, 8, 'os', [75, 2751, 647, 19199, 687, 174]],
];
describe("the closed forms against SCALE-Sim's reports", () => {
  it.each(reported)('%i × %i, %s', (rows, cols, dataflow, cycles) => {
    const ours = products.map(([m, n, k]) => cyclesWithoutOverlap({ rows, cols }, { m, n, k }, dataflow) - 1);
    expect(ours).toEqual(cycles);
  });

  // There too inputs stay as weights do, with columns of C for rows: what it reports of a cube holds for both.
  it.each(reported.filter(([, , dataflow]) => dataflow === 'ws'))(
    '%i × %i, inputs for weights',
    (rows, cols, _, all) => {
      products.forEach(([m, n, k], at) => {
        const ours = cyclesWithoutOverlap({ rows, cols }, { m: n, n: m, k }, 'is') - 1;
        expect(ours).toBe(all[at]);
      });
    },
  );
});
