/** How strips of a block of sums leave. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { npuConfig } from '../config.ts';
import { bank } from './allocator.ts';
import { Cost } from './cost.ts';
import { leaving, type Complete } from './leaving.ts';
import { partsOf, type Part } from './plan.ts';
import { held, type Buffers, type Scheduled } from './scheduled.ts';
import type { Tensor } from './tensor.ts';

const cols = 8;
const config = npuConfig({ rows: 8, cols });
const cost = new Cost(config);
const buffers: Buffers = {
  a: [],
  b: [],
  sums: [{ memory: 'accumulator', address: 100, lines: 4000 }],
  scales: [{ memory: 'accumulator', address: 20, lines: 80 }],
  results: [{ memory: 'scratchpad', address: bank(5) + 7, lines: 4000 }],
};

const c: Tensor = { name: 'c', shape: [5000, 5000], type: 'int8', role: 'output', order: 'rows' };
type Scaled = 'all alike' | 'by channel' | 'by row' | 'sums';
function complete(rows: number, columns: number, strip: Part, scaled: Scaled): Complete {
  const perChannel = scaled === 'by channel';
  const ofRows = Int32Array.from({ length: 30 + rows }, (_, row) => 1000 + row);
  const multiplier = perChannel ? new Int32Array(columns) : scaled === 'by row' ? ofRows : 5;
  const by = { multiplier, shift: -3, zero: 1, low: -2, high: 4 };
  const requantised = {
    by,
    results: held([2], 'results', 0),
    scales: perChannel ? held([1], 'scales', 0) : null,
    rows: scaled === 'by row' ? 1 : rows,
  };
  return {
    block: { tensor: scaled === 'sums' ? { ...c, type: 'int32' } : c, row: 30, column: 16, rows, columns },
    rows: strip,
    lines: { width: cols, order: 'rows' },
    sums: held([0], 'sums', 0),
    requantised: scaled === 'sums' ? null : requantised,
  };
}
const unitsOf = (way: readonly Scheduled[]): string => way.map(({ unit }) => unit).join(' ');

describe('a strip of a block of sums', () => {
  it('is stored as it is, or requantised and stored', () => {
    const strip = { at: 3, size: 20 };
    expect(unitsOf(leaving(config, complete(64, 40, strip, 'sums'), cost))).toBe('store');
    expect(unitsOf(leaving(config, complete(64, 40, strip, 'all alike'), cost))).toBe('vector store');
  });

  it('leaves with those beside it: each line once, to its place and by its scales, before it is stored', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom('all alike' as const, 'by channel' as const, 'by row' as const),
        (rows, columns, each, scaled) => {
          const way = partsOf(rows, each).flatMap((strip) =>
            leaving(config, complete(rows, columns, strip, scaled), cost),
          );
          const made = new Set<number>();
          let stored = 0;
          for (const { operation, fields, dram } of way.map(({ step }) => ({ dram: null, ...step(buffers) }))) {
            const number = (name: string): number => Number(new Map(Object.entries(fields)).get(name));
            if (operation === 'requantise') {
              const [from, m] = [number('from') - 100, number('m')];
              expect(['to', 'fromFold', 'toFold', 'n'].map(number)).toEqual([bank(5) + 7 + from, rows, rows, columns]);
              expect(number('width')).toBeGreaterThanOrEqual(m);
              if (scaled === 'by channel') expect(number('parameters')).toBe(20);
              if (scaled === 'by row') expect([m, number('multiplier')]).toEqual([1, 1030 + from]);
              for (let fold = 0; fold < Math.ceil(columns / cols); fold++) {
                for (let line = fold * rows + from; line < fold * rows + from + m; line++) {
                  expect(made.has(line)).toBe(false);
                  made.add(line);
                }
              }
            } else if (operation === 'store') {
              const [lines, pieceStep] = [number('lines'), number('pieceStep')];
              expect(['local', 'lineBytes', 'pieceBytes'].map(number)).toEqual([bank(5) + 7 + stored, columns, cols]);
              expect(dram).toEqual({ tensor: 'c', offset: (30 + stored) * 5000 + 16 });
              for (let piece = 0; piece * cols < columns; piece++)
                for (let line = 0; line < lines; line++) expect(made.has(stored + piece * pieceStep + line)).toBe(true);
              stored += lines;
            }
          }
          expect([made.size, stored]).toEqual([rows * Math.ceil(columns / cols), rows]);
        },
      ),
      { numRuns: runsOf({ few: 60, all: 1000 }) },
    );
  });
});
