import { expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import { referenceMatmul } from './reference.ts';
import { runMatmul } from './run.ts';

it('blocks that share a buffer of sums leave right where the last ones are less high than the others', () => {
  const config = npuConfig({
    rows: 2,
    cols: 1,
    busBytes: 16,
    queueDepth: 1,
    scratchpadBytes: 1536,
    accumulatorBytes: 256,
  });
  for (let m = 17; m <= 24; m++) {
    const [k, n] = [4, 17];
    const a = Int8Array.from({ length: m * k }, (_, at) => (at * 37) % 251);
    const b = Int8Array.from({ length: k * n }, (_, at) => (at * 91) % 241);
    const job = { m, k, n, a, b, dataflow: 'os' } as const;
    expect([...runMatmul(config, job).result], `${m} rows`).toEqual([...referenceMatmul(job)]);
  }
});
