/** Wiring and outputs of grids, cell by cell. */
import { describe, expect, test } from 'vitest';
import type { Edge, Grid, GridSource } from '../../ir/types.ts';
import { simulate } from './testing-reference.ts';
import type { Simulator } from '../simulator.ts';
import { designOf, draft, uint, vec } from '../testing-designs.ts';

const byte = uint(8);
/** One cell: passes `x` on plus one, in the same cycle. */
const cell = draft('cell', { x: byte }, (m, input) => ({ y: m.op('add', byte, [input('x'), m.constant(byte, 1)]) }));

/** A rows × cols grid of cells fed by `source` from the top input `x`; outputs all four edges. */
function array(rows: number, cols: number, shape: Grid['shape'], from: GridSource['from']): Simulator {
  const type =
    from === 'all'
      ? byte
      : from === 'cell'
        ? vec(rows, vec(cols, byte))
        : vec(['row', 'west', 'east'].includes(from) ? rows : cols, byte);
  return simulate(
    designOf(
      cell,
      draft('mesh', { x: type }, (m, input) => {
        const node = input('x');
        const source: GridSource =
          from === 'all' || from === 'row' || from === 'column' || from === 'cell'
            ? { from, node }
            : { from, port: 'y', edge: node };
        const of = m.grid(cell, { name: 'pe', rows, cols, shape, inputs: { x: source } });
        return {
          west: of('y', 'west'),
          north: of('y', 'north'),
          east: of('y', 'east'),
          south: of('y', 'south'),
          ...(shape === 'full' ? { cells: of('y', 'cells') } : {}),
        };
      }),
    ),
  );
}

const exists = {
  full: () => true,
  lower: (r: number, c: number) => c <= r,
  upper: (r: number, c: number, n: number) => c + r < n,
};

function cells(rows: number, cols: number, shape: Grid['shape']): (readonly [number, number])[] {
  const list: (readonly [number, number])[] = [];
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) if (exists[shape](r, c, cols)) list.push([r, c]);
  return list;
}

/** How far (r, c) is from the end of its row or column on that side, counting only cells that exist. */
function hops(side: Edge, r: number, c: number, all: readonly (readonly [number, number])[]): number {
  return all.filter(
    ([row, col]) =>
      ({
        west: row === r && col < c,
        east: row === r && col > c,
        north: col === c && row < r,
        south: col === c && row > r,
      })[side],
  ).length;
}

const shapes = [
  ['full', 2, 3],
  ['lower', 4, 4],
  ['upper', 4, 4],
] as const;

describe.each(shapes)('%s %i × %i', (shape, rows, cols) => {
  const all = cells(rows, cols, shape);

  test('all, row, column and cell', () => {
    const expected = {
      all: () => 1,
      row: (r: number) => 10 * r + 1,
      column: (_: number, c: number) => 10 * c + 1,
      cell: (r: number, c: number) => 10 * r + c + 1,
    };
    for (const from of ['all', 'row', 'column', 'cell'] as const) {
      const s = array(rows, cols, shape, from);
      for (let i = 0; from === 'row' && i < rows; i++) s.poke(`x[${i}]`, 10 * i);
      for (let i = 0; from === 'column' && i < cols; i++) s.poke(`x[${i}]`, 10 * i);
      for (let r = 0; from === 'cell' && r < rows; r++)
        for (let c = 0; c < cols; c++) s.poke(`x[${r}][${c}]`, 10 * r + c);
      for (const [r, c] of all)
        expect(s.peek(`pe[${r}][${c}].y`), `${from} ${r} ${c}`).toBe(BigInt(expected[from](r, c)));
    }
  });

  test.each(['west', 'north', 'east', 'south'] as const)('neighbours on the %s', (side) => {
    const s = array(rows, cols, shape, side);
    const lines = side === 'west' || side === 'east' ? rows : cols;
    for (let i = 0; i < lines; i++) s.poke(`x[${i}]`, 20 * i);
    for (const [r, c] of all) {
      const line = side === 'west' || side === 'east' ? r : c;
      expect(s.peek(`mesh.pe[${r}][${c}].y`), `${r} ${c}`).toBe(BigInt(20 * line + hops(side, r, c, all) + 1));
    }
  });

  test('edges show the first or last cell that each row or column has', () => {
    const s = array(rows, cols, shape, 'cell');
    for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) s.poke(`x[${r}][${c}]`, 16 * r + c);
    const value = ([r, c]: readonly [number, number] = [0, 0]): bigint => BigInt(16 * r + c + 1);
    for (let r = 0; r < rows; r++) {
      const row = all.filter(([row]) => row === r);
      expect(s.peek(`west[${r}]`)).toBe(value(row[0]));
      expect(s.peek(`east[${r}]`)).toBe(value(row.at(-1)));
    }
    for (let c = 0; c < cols; c++) {
      const column = all.filter(([, col]) => col === c);
      expect(s.peek(`north[${c}]`)).toBe(value(column[0]));
      expect(s.peek(`south[${c}]`)).toBe(value(column.at(-1)));
    }
    if (shape === 'full') for (const [r, c] of all) expect(s.peek(`cells[${r}][${c}]`)).toBe(value([r, c]));
  });
});
