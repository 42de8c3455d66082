import { expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import type { Dataflow } from '../npu/matrix/dataflow.ts';
import { matmulProgram, RESULT } from '../npu/compiler/matmul.ts';
import { scheduleFor } from '../npu/compiler/program.ts';
import { explain } from './explain.ts';

/** The lines of a schedule, with the blanks between their columns as one. */
function explained(
  parameters: Parameters<typeof npuConfig>[0],
  m: number,
  k: number,
  n: number,
  dataflow: Dataflow = 'ws',
): readonly string[] {
  const job = { m, k, n, dataflow, a: new Int8Array(m * k), b: new Int8Array(k * n) } as const;
  const schedule = scheduleFor(matmulProgram(npuConfig(parameters), job), RESULT);
  return explain(schedule, 2 * schedule.cycles)
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));
}

it('says how a product is cut up, and what stays', () => {
  const small = { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 };
  const [title, c, k, a, b, sums, expected, blank, load = '', store = '', matrix = ''] = explained(small, 8, 40, 4);
  expect([title, c, k, a, b, sums, blank]).toEqual([
    'The schedule',
    ' C 2 blocks of at most 4 × 4',
    ' k 2 parts of at most 24, added up in the accumulator',
    ' A 4 buffers of 24 lines in banks 0 to 3; 4 tiles, each loaded once',
    ' B 2 buffers of 24 lines in banks 4 to 5; 2 tiles, each loaded once',
    ' sums 2 buffers of 4 lines: a block is stored while the next one is computed',
    '',
  ]);
  expect(expected).toMatch(/^ expected \d+ cycles, 50\.0 % less than taken; load works for \d+ of them$/);
  expect([load, store, matrix].map((line) => line.split(' ')[0])).toEqual(['load', 'store', 'matrix']);
  expect(load).toContain('█');
});

it('says of inputs that stay the same with rows for columns', () => {
  const small = { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 24, accumulatorBytes: 16 * 16 };
  const [weights, inputs] = [explained(small, 8, 40, 4), explained(small, 4, 40, 8, 'is')];
  const [a = '', b = ''] = weights.slice(3, 5);
  expect(inputs.slice(3, 5)).toEqual([b.replace(' B ', ' A '), a.replace(' A ', ' B ')]);
  expect(explained({ rows: 4, cols: 4 }, 5, 6, 300, 'is')[1]).toMatch(/^ C \d+ blocks? of at most 5 × \d{2,}/);
});

it('says which tiles do not stay, and in which order blocks are', () => {
  const few = { rows: 4, cols: 4, scratchpadBytes: 1536, accumulatorBytes: 1024 };
  const text = explained(few, 64, 64, 64).join('\n');
  expect(text).toMatch(/tiles in \d+ loads: not all stay/);
  expect(text).toMatch(/blocks of at most \d+ × \d+, along (rows|columns) first, to and fro/);
});
