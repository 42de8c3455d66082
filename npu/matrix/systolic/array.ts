/**
 * The systolic array with its skew: takes operands and gives sums in step, whatever its size.
 *
 * Row r of the operands waits r cycles more than row 0, column c likewise, and column c of the sums waits as many less,
 * in triangular shift registers (one register more than the wait, so that the array's edges begin at registers).
 *
 * Timing: an operand given in cycle t is used by cell (r, c) in cycle t + 1 + r + c. Weight-stationary sums of it are
 * out in cycle t + rows + cols + 1; output-stationary ones in row order, row 0's `rows + cols + 1` cycles after its
 * `mark`.
 */
import { all, bit, delay, fromNorth, fromWest, grid, module, regs, vec } from '../../../hdl/index.ts';
import type { NumberFormat } from '../../common/format.ts';
import type { ArraySize } from '../size.ts';
import { Cell } from './cell.ts';

/** Cycles from an operand's entry to its weight-stationary sum's exit. */
export const latency = ({ rows, cols }: ArraySize): number => rows + cols + 1;

/** One place of the shift registers that skew the rows' operands. */
const SkewWest = ({ operand }: NumberFormat) =>
  module(
    'skew_west',
    {
      in: { west: operand, westLive: bit, westSwap: bit },
      out: { a: operand, live: bit, swap: bit },
    },
    (i) => {
      const r = regs({ a: operand, live: bit, swap: bit });
      r.a.next = i.west;
      r.live.next = i.westLive;
      r.swap.next = i.westSwap;
      return r;
    },
  );

/** One place of those that skew the columns' operands. */
const SkewNorth = ({ operand }: NumberFormat) =>
  module('skew_north', { in: { before: operand, beforeMark: bit }, out: { b: operand, mark: bit } }, (i) => {
    const r = regs({ b: operand, mark: bit });
    r.b.next = i.before;
    r.mark.next = i.beforeMark;
    return r;
  });

/** One place of those that bring the columns' sums back into step. */
const Deskew = ({ sum }: NumberFormat) =>
  module('deskew', { in: { before: sum }, out: { sum } }, (i) => ({ sum: delay('sum', i.before) }));

/** An array of `rows` × `cols` cells that multiplies numbers of a format. */
export const SystolicArray = ({ rows, cols }: ArraySize, format: NumberFormat) =>
  module(
    'systolic_array',
    {
      in: { os: bit, a: vec(rows, format.operand), live: bit, swap: bit, b: vec(cols, format.operand), mark: bit },
      out: { sums: vec(cols, format.sum), valid: bit },
    },
    (i) => {
      const west = grid('skew_rows', {
        rows,
        cols: rows,
        shape: 'lower',
        cell: SkewWest(format),
        inputs: {
          west: fromWest('a', i.a),
          westLive: fromWest('live', all(i.live)),
          westSwap: fromWest('swap', all(i.swap)),
        },
      });
      // A column of the array is a row here, so that each shift register runs from west to east.
      const north = grid('skew_cols', {
        rows: cols,
        cols,
        shape: 'lower',
        cell: SkewNorth(format),
        inputs: { before: fromWest('b', i.b), beforeMark: fromWest('mark', all(i.mark)) },
      });
      const mesh = grid('cell', {
        rows,
        cols,
        cell: Cell(format),
        inputs: {
          os: all(i.os),
          west: fromWest('a', west.east('a')),
          westLive: fromWest('live', west.east('live')),
          westSwap: fromWest('swap', west.east('swap')),
          north: fromNorth('b', north.east('b')),
          northMark: fromNorth('mark', north.east('mark')),
          northSum: fromNorth('sum', all(0)),
          northValid: fromNorth('valid', all(0)),
        },
      });
      const level = grid('deskew', {
        rows: cols,
        cols,
        shape: 'upper',
        cell: Deskew(format),
        inputs: { before: fromWest('sum', mesh.south('sum')) },
      });
      // The last column waits one cycle, and what is valid there is valid in all columns.
      return { sums: level.east('sum'), valid: delay('valid', mesh.south('valid').at(cols - 1)) };
    },
  );
