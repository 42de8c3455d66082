import { all, bit, fromNorth, fromWest, grid, module, sint, vec } from '../index.ts';
import { Cell } from './cell.ts';

/**
 * A systolic array of rows × cols cells. Weights shift down from the north while `load` is 1, the bottom row's first.
 * Then row r's operand of a column vector enters `a[r]` r cycles after row 0's, and element c of the product leaves
 * `sums[c]` rows + c cycles after that.
 */
export const Array2d = (rows: number, cols: number) =>
  module(
    'array',
    {
      in: { load: bit, a: vec(rows, sint(8)), w: vec(cols, sint(8)) },
      out: { sums: vec(cols, sint(32)) },
    },
    ({ load, a, w }) => {
      const cells = grid('cells', {
        rows,
        cols,
        cell: Cell({ data: 8, acc: 32 }),
        inputs: { load: all(load), a: fromWest('east', a), w: fromNorth('weight', w), sum: fromNorth('south', all(0)) },
      });
      return { sums: cells.south('south') };
    },
  );
