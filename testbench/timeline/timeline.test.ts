import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { counterOf } from '../../npu/control/registers.ts';
import { npuConfig } from '../../npu/config.ts';
import { unitNames } from '../../npu/isa/units.ts';
import { dataflowNames, jobDataflowOf, sizeOfJob } from '../../npu/matrix/dataflow.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { matmulCases } from '../arbitrary.ts';
import { runCase } from '../case.ts';
import { runMatmul } from '../run.ts';
import { Bins, runLengths } from './bins.ts';
import { recordTimeline } from './record.ts';
import { statesOf } from './states.ts';
import { sumOf, type Timeline } from './timeline.ts';

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

describe('bins', () => {
  it('keep every count, in the bin of its time, whatever the length', () => {
    const times = fc.array(fc.tuple(fc.nat(500), fc.nat(2)), { minLength: 1 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (given, half) => {
        const bins = new Bins(3, 2 * half);
        for (const [time, kind] of given) bins.add(time, kind);
        for (const kind of [0, 1, 2]) {
          const expected = bins
            .of(kind)
            .map(
              (_, bin) => given.filter(([time, one]) => one === kind && Math.floor(time / bins.width) === bin).length,
            );
          expect(bins.of(kind)).toEqual(expected);
          expect(sum(expected)).toBe(given.filter(([, one]) => one === kind).length);
        }
        const last = Math.max(...given.map(([time]) => time));
        expect(bins.of(0).length).toBe(Math.floor(last / bins.width) + 1);
        expect(bins.of(0).length).toBeLessThanOrEqual(2 * half);
        expect(bins.width === 1 || last >= (bins.width / 2) * 2 * half).toBe(true);
      }),
    );
  });
  it('are written with how often each comes', () => {
    expect(runLengths([0, 0, 3, 3, 3, 0])).toEqual([0, 2, 3, 3, 0, 1]);
    expect(sumOf([0, 2, 3, 3, 0, 1])).toBe(9);
    expect(runLengths([])).toEqual([]);
  });
});

describe('a timeline', () => {
  it('adds up to the counters of the NPU, and no cycle is two things', () => {
    fc.assert(
      fc.property(matmulCases({ dimension: 16, array: 5 }), fc.integer({ min: 2, max: 300 }), (drawn, half) => {
        let timeline = (): Timeline | null => null;
        const { counters } = runCase(drawn, {
          onStart: (sim) => {
            timeline = recordTimeline(sim, 2 * half);
          },
        });
        const found = timeline();
        if (found === null) throw new Error('nothing was recorded');
        const { units, active, beats, jobs, bins, width } = found;
        expect(sumOf(active)).toBe(counters.cycles);
        for (const unit of unitNames) {
          const cyclesThat = (counts: 'busy' | 'waits'): number =>
            sum(statesOf(unit).map(([state, spec]) => (spec.counts === counts ? sumOf(units[unit][state] ?? []) : 0)));
          expect([unit, cyclesThat('busy')]).toEqual([unit, counters[counterOf(unit, 'busy')]]);
          expect([unit, cyclesThat('waits')]).toEqual([unit, counters[counterOf(unit, 'waits')]]);
          expect(sum(Object.values(units[unit]).map(sumOf))).toBe(counters.cycles);
        }
        expect(sumOf(units.matrix['multiplies'] ?? [])).toBe(counters.arrayActive);
        expect(sumOf(units.load['moves'] ?? [])).toBe(sumOf(beats.read));
        expect(sumOf(units.store['moves'] ?? [])).toBe(counters.writeBeats);
        expect(sumOf(beats.commands) + sumOf(beats.read)).toBe(counters.readBeats);
        expect(sumOf(beats.written)).toBe(counters.writeBeats);
        const macs = sum(jobs.map(({ m, k, n, times }) => m * k * n * times));
        expect(macs).toBe(drawn.m * drawn.k * drawn.n);
        expect(bins).toBeLessThanOrEqual(2 * half);
        for (const runs of [active, ...Object.values(beats), ...Object.values(units).flatMap(Object.values)]) {
          expect(sum(runs.filter((_: number, i: number) => i % 2 === 1))).toBe(bins);
          expect(Math.max(...runs.filter((_: number, i: number) => i % 2 === 0))).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: runsOf({ few: 4, all: 15 }) },
    );
  });
});

describe('shares of a job', () => {
  it('are the multiplications that each cell is seen to do', () => {
    const size = fc.integer({ min: 1, max: 4 });
    const length = fc.integer({ min: 1, max: 11 });
    fc.assert(
      fc.property(
        size,
        size,
        length,
        length,
        length,
        fc.constantFrom(...dataflowNames),
        (rows, cols, m, k, n, dataflow) => {
          const config = npuConfig({ rows, cols });
          // No operand is 0, so that a 0 in a cell is one from beyond the edge.
          const [a, b] = [new Int8Array(m * k).fill(3), new Int8Array(k * n).fill(-5)];
          const seen = Array.from({ length: rows * cols }, () => 0);
          runMatmul(
            config,
            { m, k, n, dataflow, a, b },
            {
              onStart: (sim) => {
                const cells = seen.map((_, i) => {
                  const of = (name: string) =>
                    sim.signal(`npu.matrix.array.cell[${Math.floor(i / cols)}][${i % cols}].${name}`);
                  // What a cell multiplied in a cycle its registers hold in the next.
                  return [of('live'), of('a'), of(dataflow === 'os' ? 'b' : 'cur')];
                });
                sim.trace({ scope: 'irq' }).onSample(() => {
                  for (const [i, cell] of cells.entries())
                    if (cell.every((signal) => signal.get() !== 0n)) seen[i] = (seen[i] ?? 0) + 1;
                });
              },
            },
          );
          const job = sizeOfJob({ m, k, n }, dataflow);
          const shares = matrixEngineOf(config).description.shares(config, job, jobDataflowOf(dataflow));
          expect(shares.rows.flatMap((row) => shares.cols.map((col) => row * col))).toEqual(seen);
          expect(sum(seen)).toBe(m * k * n);
        },
      ),
      { numRuns: runsOf({ few: 5, all: 12 }) },
    );
  });

  it('are all of the job, also of a single multiplier', () => {
    const { shares } = matrixEngineOf({ matrix: 'single' }).description;
    expect(shares({ rows: 4, cols: 4 }, { m: 2, k: 3, n: 5 }, 'ws')).toEqual({ rows: [30], cols: [1] });
  });
});
