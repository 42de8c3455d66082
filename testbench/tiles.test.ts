import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { npuConfig } from '../npu/config.ts';
import { RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor, type Schedule } from '../npu/compiler/program.ts';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { recordCommands, type CommandTimes } from './command-times.ts';
import { runMatmul } from './run.ts';
import { tilesOf } from './tiles.ts';

const config = npuConfig({ rows: 4, cols: 3, busBytes: 4, scratchpadBytes: 3072, accumulatorBytes: 768 });
const size = fc.integer({ min: 1, max: 40 });

it('tiles are all of a product, each part once, done one after another within its cycles', () => {
  fc.assert(
    fc.property(size, size, size, fc.constantFrom(...dataflowNames), (m, k, n, dataflow) => {
      const run: { schedule?: Schedule; times?: CommandTimes } = {};
      const job = { m, k, n, dataflow, a: new Int8Array(m * k), b: new Int8Array(k * n) };
      const { counters } = runMatmul(config, job, {
        onProgram: (program) => {
          run.schedule = scheduleFor(program, RESULT);
        },
        onStart: (sim) => {
          run.times = recordCommands(sim, run.schedule?.works.map(({ unit }) => unit) ?? []);
        },
      });
      const { schedule, times } = run;
      if (schedule === undefined || times === undefined) throw new Error('nothing was run');
      const tiles = tilesOf(schedule, 12, times);
      const done = new Set<number>();
      for (const { at, size: of, least } of tiles) {
        expect(least).toBe(Math.ceil((of.m * of.k * of.n) / 12));
        for (let i = at.m; i < at.m + of.m; i++)
          for (let l = at.k; l < at.k + of.k; l++)
            for (let j = at.n; j < at.n + of.n; j++) {
              const element = (i * k + l) * n + j;
              expect(done.has(element)).toBe(false);
              done.add(element);
            }
      }
      expect([done.size, Math.max(...done)]).toEqual([m * k * n, m * k * n - 1]);
      for (const [before, { expected, taken, least }] of tiles.entries()) {
        expect(taken.end - taken.start).toBeGreaterThanOrEqual(least);
        expect(expected.end - expected.start).toBeGreaterThanOrEqual(least);
        expect(taken.start).toBeGreaterThan(before === 0 ? 0 : (tiles[before - 1]?.taken.start ?? Infinity));
        expect(taken.end).toBeLessThanOrEqual(counters.cycles);
      }
    }),
    { numRuns: runsOf({ few: 20, all: 50 }) },
  );
});
