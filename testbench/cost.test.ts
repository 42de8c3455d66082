/** What the compiler expects of the hardware, held against the hardware. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsOf } from '../hdl/testing-runs.ts';
import { npuConfig } from '../npu/config.ts';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { busyCycles } from '../npu/compiler/forecast.ts';
import { scheduleFor } from '../npu/compiler/program.ts';
import { RESULT } from '../npu/compiler/matmul.ts';
import { runMatmul } from './run.ts';

const size = (max: number) => fc.integer({ min: 1, max });
const machines = [
  { rows: 16, cols: 16 },
  { rows: 4, cols: 8, busBytes: 8, scratchpadBytes: 6 * 1024, accumulatorBytes: 4096 },
  { rows: 7, cols: 3, busBytes: 8, scratchpadBytes: 8192, accumulatorBytes: 2048, queueDepth: 2 },
  { rows: 2, cols: 2, matrix: 'single' as const, busBytes: 8 },
  // Lines of three beats, which a load and a store move at once.
  { rows: 8, cols: 12, busBytes: 4, scratchpadBytes: 12 * 1024, accumulatorBytes: 6144 },
];
/**
 * Part of the cycles by which a product may differ from what was expected. Layers of networks are within a percent
 * (`npm run bench -- --layers`); of small products commands are a large part, and that they wait on the bus behind
 * operands is not foreseen.
 */
const MOST_OFF = 0.3;
/** The same of the mean of a dozen products. */
const MOST_OFF_IN_MEAN = 0.08;

const cases = fc.record({
  machine: fc.constantFrom(...machines),
  m: size(120),
  k: size(120),
  n: size(120),
  dataflow: fc.constantFrom(...dataflowNames),
  requantised: fc.boolean(),
  latency: fc.constantFrom(2, 2, 20, 100),
});

/** Cycles that do not count: of the fence, the interrupt, and of commands that meet others on the bus. */
const AROUND = 200;
/** Those for which the first job's command may wait behind operands, on the bus. */
const BEHIND = 60;

it('cycles of products are as expected, and so is the work of each unit', () => {
  let [sum, tried] = [0, 0];
  fc.assert(
    fc.property(cases, ({ machine, m, k, n, dataflow, requantised, latency }) => {
      const config = npuConfig(machine);
      const requantise = { multiplier: 1 << 30, shift: -8, zero: 0, low: -128, high: 127 };
      const operands = { a: new Int8Array(m * k), b: new Int8Array(k * n) };
      const job = { m, k, n, dataflow, ...operands, ...(requantised ? { requantise } : {}) };
      const { counters, program } = runMatmul(config, job, { memory: { latency } });
      const { cycles, works, spans } = scheduleFor(program, RESULT);
      const off = Math.abs(cycles - counters.cycles) / (counters.cycles + AROUND);
      expect(off, `${cycles} cycles expected, ${counters.cycles} taken`).toBeLessThan(MOST_OFF);

      const matrix = spans.filter((_, at) => works[at]?.unit === 'matrix');
      const expected = busyCycles(matrix);
      // Jobs that follow each other share the time in which results leave; those whose operands are late do not.
      expect(Math.abs(expected - counters.matrixBusy)).toBeLessThanOrEqual(
        0.02 * expected + Math.max(12, (config.rows + config.cols) / 2) * matrix.length + BEHIND,
      );
      sum += off;
      tried++;
    }),
    { numRuns: runsOf({ few: 12, all: 40 }) },
  );
  expect(sum / tried).toBeLessThan(MOST_OFF_IN_MEAN);
});
