import fc from 'fast-check';
import { expect, it } from 'vitest';
import { npuConfig } from '../config.ts';
import { operations } from '../isa/operations.ts';
import { runsOf, type Memory, type Region } from './region.ts';
import { touchesOf } from './touches.ts';

const config = npuConfig({ rows: 3, cols: 2 });
const zeros = Object.fromEntries(Object.keys(operations.gemm.fields).map((name) => [name, 0]));

const linesIn = (regions: readonly Region[], memory: Memory): number[] => {
  const runs = regions.filter((one) => one.memory === memory).flatMap(runsOf);
  const lines = runs.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
  return [...new Set(lines)].sort((one, other) => one - other);
};

it('a job of the matrix engine touches the lines that its walks go over, and no others', () => {
  const size = fc.integer({ min: 1, max: 9 });
  const step = fc.oneof(fc.nat(12), fc.nat(65_535));
  const drawn = fc.record({
    dataflow: fc.constantFrom('ws', 'os'),
    m: size,
    n: size,
    k: size,
    aFold: step,
    aWidth: fc.nat(4),
    aStep: step,
    aRow: step,
    bFold: step,
    cFold: step,
  });
  fc.assert(
    fc.property(drawn, ({ dataflow, ...walk }) => {
      const { m, n, k, aFold, aWidth, aStep, aRow, bFold, cFold } = walk;
      const [a, b, c] = [5, 70_000, 9];
      const fields = { ...zeros, ...walk, dataflow, a, b, c };
      const { reads, writes } = touchesOf(config, { operation: 'gemm', tag: 0, fields });
      const [read, written] = [new Set<number>(), new Set<number>()];
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          written.add(c + (j >> 1) * cFold + i);
          for (let l = 0; l < k; l++) {
            const [across, along] = dataflow === 'ws' ? [l, i] : [i, l];
            const width = aWidth === 0 ? 65_536 : aWidth;
            read.add(a + Math.floor(across / 3) * aFold + Math.floor(along / width) * aRow + (along % width) * aStep);
            read.add(b + (j >> 1) * bFold + l);
          }
        }
      }
      const sorted = (lines: Set<number>): number[] => [...lines].sort((one, other) => one - other);
      expect(linesIn(reads, 'scratchpad')).toEqual(sorted(read));
      expect(linesIn(writes, 'accumulator')).toEqual(sorted(written));
      expect([...reads, ...writes].length).toBeLessThanOrEqual(m + k + 2);
    }),
    { numRuns: 300 },
  );
});
