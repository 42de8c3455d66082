/** A sum wraps where k is long enough, and not before. */
import { expect, it } from 'vitest';
import { runCase, type MatmulCase } from './case.ts';

const memory = { latency: 2, stall: 0, seed: 1 };
const plain = { aUnsigned: true, bUnsigned: true, aZero: 0, bZero: 0, bias: null, requantise: null, memory };
const full = (length: number, value: number): number[] => Array.from({ length }, () => value);
const long = (k: number, dataflow: 'ws' | 'os'): MatmulCase => ({
  // A bank holds all of k.
  ...plain,
  parameters: { rows: 4, cols: 1, busBytes: 4, scratchpadBytes: 6 * 4 * 40_000 },
  dataflow,
  m: 1,
  k,
  n: 1,
  a: full(k, 255),
  b: full(k, 255),
});
it.each(['ws', 'os'] as const)('a product tells of sums that wrap over a long k (%s)', (dataflow) => {
  // 33,025 · 255² is the most that fits.
  for (const k of [33_025, 40_000]) {
    const { result, wraps } = runCase(long(k, dataflow));
    expect([k, result[0], wraps.sums]).toEqual([k, (k * 255 * 255) | 0, k > 33_025]);
  }
});
