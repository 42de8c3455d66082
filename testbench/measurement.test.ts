import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { npuConfig } from '../npu/config.ts';
import { parameterNames } from '../npu/parameters.ts';
import { boundOf, leastTraffic } from './bound.ts';
import { measurementOf, readsOver, whatOf, type Setting } from './measurement.ts';
import { runMatmul } from './run.ts';

const config = npuConfig({ rows: 3, cols: 5, busBytes: 8, scratchpadBytes: 6 * 8 * 40, accumulatorBytes: 8 * 4 * 40 });
const size = fc.integer({ min: 1, max: 30 });

describe('the least that a product takes', () => {
  it('is what its bytes and its multiplications take', () => {
    const job = { m: 10, k: 20, n: 30 };
    expect(leastTraffic(job)).toEqual({ read: 10 * 20 + 20 * 30, written: 4 * 10 * 30 });
    expect(boundOf(config, job, 1000)).toEqual({ compute: 400, read: 100, write: 150, by: 'compute', ratio: 2.5 });
    const bias = new Int32Array(300);
    const requantise = { multiplier: new Int32Array(30), shift: 0, zero: 0, low: 0, high: 1 };
    expect(leastTraffic({ ...job, bias, requantise })).toEqual({ read: 800 + 1200 + 360, written: 300 });
  });

  it('is never more than what the NPU takes, nor than it reads and writes', () => {
    fc.assert(
      fc.property(size, size, size, fc.constantFrom(...dataflowNames), (m, k, n, dataflow) => {
        const job = { m, k, n, dataflow, a: new Int8Array(m * k), b: new Int8Array(k * n) };
        const setting: Setting = {
          config,
          preset: null,
          dataflow,
          m,
          k,
          n,
          seed: 1,
          engine: 'wasm',
          memory: { latency: 2, stall: 0 },
        };
        const found = measurementOf(setting, runMatmul(config, job), true);
        expect(found.bound.ratio).toBeGreaterThanOrEqual(1);
        expect(readsOver(found, job)).toBeGreaterThanOrEqual(1);
        expect(found.bytesWritten).toBeGreaterThanOrEqual(leastTraffic(job).written);
        expect(found.overall).toBeLessThanOrEqual(found.utilisation);
        for (const { busy, waits } of Object.values(found.units))
          expect(busy + waits).toBeLessThanOrEqual(found.cycles);
        expect(found.units[found.busiest].busy).toBe(Math.max(...Object.values(found.units).map(({ busy }) => busy)));
        expect(found.tiles).toBeGreaterThanOrEqual(1);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
      }),
      { numRuns: 15 },
    );
  });
});

it('has every parameter', () => {
  const { parameters } = whatOf({
    config,
    preset: 'tiny',
    dataflow: 'ws',
    m: 1,
    k: 1,
    n: 1,
    seed: 7,
    engine: 'wasm',
    memory: { latency: 9, stall: 3 },
  });
  expect(Object.keys(parameters)).toEqual([...parameterNames, 'latency', 'stall', 'preset']);
  expect(parameters).toMatchObject({ rows: 3, cols: 5, matrix: 'systolic', latency: 9, stall: 3, preset: 'tiny' });
});
