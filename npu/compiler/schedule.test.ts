/** The order of a schedule's parts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { npuConfig } from '../config.ts';
import { dataflowNames } from '../matrix/dataflow.ts';
import { Cost } from './cost.ts';
import { forecast, withoutCommands } from './forecast.ts';
import { matmulProgram } from './matmul.ts';

const config = npuConfig({ rows: 8, cols: 8, scratchpadBytes: 12 * 1024, accumulatorBytes: 4096 });
/** Cycles. */
const FEW = 100;
const size = fc.integer({ min: 1, max: 150 });

it('lies in the order in which parts could begin, so that none keeps back what could begin before it; loads may wait', () => {
  fc.assert(
    fc.property(size, size, size, fc.constantFrom(...dataflowNames), (m, k, n, dataflow) => {
      const operands = { a: new Int8Array(m * k), b: new Int8Array(k * n) };
      const { schedules } = matmulProgram(config, { m, k, n, dataflow, ...operands });
      const works = schedules.c?.works ?? [];
      const spans = forecast(works, withoutCommands(config, new Cost(config)));
      const starts = spans.flatMap(({ start }, at) => (works[at]?.unit === 'load' ? [] : [start]));
      // Loads in another order than the first forecast's move what uses them, by a few cycles.
      starts.forEach((start, at) => expect(start).toBeGreaterThan(Math.max(...starts.slice(0, at)) - FEW));
    }),
    { numRuns: runsOf({ few: 20, all: 50 }) },
  );
});
