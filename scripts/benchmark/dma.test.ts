import { expect, it } from 'vitest';
import { dmaReport, measureDma } from './dma.ts';

it('the DMA uses at least 97 percent of the bus at any pair of alignments, and 8 bytes take no more than 12 cycles', () => {
  const { rows, ...rest } = measureDma(7);
  expect(rest).toEqual({ busBytes: 8, pairs: 4 });
  for (const { what, bytes, best, worst } of rows) {
    expect(worst).toBeGreaterThanOrEqual(best);
    if (what === 'load, then store') continue;
    expect(best).toBeGreaterThan(bytes / 8);
    if (bytes === 4096) expect(bytes / 8 / worst).toBeGreaterThanOrEqual(0.97);
    else expect(worst).toBeLessThanOrEqual(12);
  }
  expect(dmaReport({ rows, ...rest })).toMatch(/^From .* 4 pairs of alignments\.\n\n\| what /);
});
