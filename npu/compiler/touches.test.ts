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

it('an operation on pictures touches their lines, and no others', () => {
  const step = fc.oneof(fc.nat(12), fc.nat(65_535));
  const picture = {
    m: fc.integer({ min: 1, max: 9 }),
    n: fc.integer({ min: 1, max: 9 }),
    width: fc.integer({ min: 1, max: 5 }),
  };
  const steps = { fromFold: step, fromRow: step, otherFold: step, otherRow: step, toFold: step, toRow: step };
  const operation = fc.constantFrom('elementwise' as const, 'lookup' as const, 'softmax' as const);
  fc.assert(
    fc.property(operation, fc.record({ ...picture, ...steps }), (name, drawn) => {
      const first = { from: 5, other: 70_000, to: 200_000 };
      const fields = { ...drawn, ...first, parameters: 3 };
      const { reads, writes } = touchesOf(config, { operation: name, tag: 0, fields });
      const linesOf = (fold: number, row: number, from: number): number[] =>
        Array.from({ length: drawn.m }, (_, i) => i).flatMap((i) =>
          Array.from({ length: Math.ceil(drawn.n / 2) }, (_, f) => {
            return from + f * fold + Math.floor(i / drawn.width) * row + (i % drawn.width);
          }),
        );
      const sorted = (lines: readonly number[]): number[] => [...new Set(lines)].sort((one, other) => one - other);
      const others = name === 'elementwise' ? linesOf(drawn.otherFold, drawn.otherRow, first.other) : [];
      const read = [...linesOf(drawn.fromFold, drawn.fromRow, first.from), ...others];
      expect(linesIn(reads, 'scratchpad')).toEqual(sorted(read));
      expect(linesIn(writes, 'scratchpad')).toEqual(sorted(linesOf(drawn.toFold, drawn.toRow, first.to)));
      const powers = name === 'softmax' ? Array.from({ length: 128 }, (_, line) => 3 + line) : [];
      expect(linesIn(reads, 'accumulator')).toEqual(powers);
    }),
    { numRuns: 200 },
  );
  const table = touchesOf(config, { operation: 'loadTable', tag: 0, fields: { from: 7 } });
  expect(linesIn(table.reads, 'scratchpad')).toEqual(Array.from({ length: 128 }, (_, line) => 7 + line));
});

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

it('a gather reads its list and all rows that its indices may name, and writes its lines', () => {
  const lines = { lines: 3, lineBytes: 10, stride: 16, space: 'scratchpad', local: 5, pieceBytes: 4 };
  const fields = { ...lines, dram: 1000, lineStep: 4, pieceStep: 1, onError: 'abort', list: 400, count: 5 };
  const touched = (change: Readonly<Record<string, number>>) =>
    touchesOf(config, { operation: 'loadGather', tag: 0, fields: { ...fields, ...change } });
  const between = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const { reads, writes } = touched({});
  expect(linesIn(reads, 'dram')).toEqual([...between(400, 412), ...between(1000, 1000 + 4 * 16 + 10)]);
  expect(linesIn(writes, 'scratchpad')).toEqual([5, 6, 7, 9, 10, 11, 13, 14, 15]);
  // Rows past the last address may be anywhere.
  expect(touched({ count: 2 ** 32 - 1 }).reads.at(-1)).toMatchObject({ from: 0, length: 2 ** 32 });
  expect(linesIn(touched({ count: 0 }).reads, 'dram')).toEqual(between(400, 412));
});
