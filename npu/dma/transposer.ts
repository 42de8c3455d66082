/**
 * Transposes squares of bytes: rows come in, columns go out, two squares at once, one of which fills while the other
 * one empties.
 *
 * Interface: `square` says how many rows come and how long they are, and is taken with the last of them; `row` brings
 * each, its first byte lowest; `column` gives the columns of the square before, with the square that they are of, and
 * anything past its rows. `clear` forgets the rows of a square that is not whole.
 *
 * Timing: the first column can leave in the cycle after the last row came; a row comes and a column leaves each cycle.
 */
import { bit, cat, module, reg, regs, select, selectAs, stream, struct, uint, when } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { square } from './squares.ts';

const SIDES = ['even', 'odd'] as const;

export function Transposer(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  const width = busBytes * 8;
  const word = uint(width);
  const column = struct({ data: word, of: square(busBytes), lastOfSquare: bit });
  return module(
    'dma_transposer',
    {
      in: { clear: bit, square: stream(square(busBytes)), row: stream(word) },
      out: { column: stream(column) },
    },
    (i, o) => {
      const at = regs({ filling: bit, emptying: bit, row: uint(countBits), column: uint(countBits) });
      const { rows } = i.square.payload;
      const lastRow = at.row.add(1).eq(rows);
      const sides = SIDES.map((side, odd) => {
        const full = reg(`${side}_full`, bit);
        const of = reg(`${side}_square`, square(busBytes));
        const words = Array.from({ length: busBytes }, (_, row) => reg(`${side}_row_${row}`, word));
        const fills = (odd === 1 ? at.filling : at.filling.not()).and(full.not());
        const empties = (odd === 1 ? at.emptying : at.emptying.not()).and(full);
        return { full, of, words, fills, empties };
      });
      const [even, odd] = [sides[0], sides[1]];
      if (even === undefined || odd === undefined) throw new RangeError('a transposer has two sides');
      const fills = even.fills.or(odd.fills);
      i.row.ready = i.square.valid.and(fills);
      i.square.ready = i.row.valid.and(fills).and(lastRow);
      const coming = i.row.fire;
      const of = select(at.emptying, odd.of, even.of);
      const valid = even.empties.or(odd.empties);
      const lastOfSquare = at.column.add(1).eq(of.columns);
      const going = valid.and(o.column.ready);

      for (const { full, of: own, words, fills: mine, empties } of sides) {
        words.forEach((one, row) => {
          when(coming.and(mine).and(at.row.eq(row)), () => {
            one.next = i.row.payload;
          }).elsewhen(going.and(empties), () => {
            one.next = one.shr(8);
          });
        });
        when(coming.and(mine).and(lastRow), () => {
          full.next = 1;
          own.next = i.square.payload;
        });
        when(going.and(empties).and(lastOfSquare), () => {
          full.next = 0;
        });
      }
      when(i.clear, () => {
        at.row.next = 0;
      }).elsewhen(coming, () => {
        at.row.next = selectAs(uint(countBits), lastRow, 0, at.row.add(1));
        when(lastRow, () => {
          at.filling.next = at.filling.not();
        });
      });
      when(going, () => {
        at.column.next = selectAs(uint(countBits), lastOfSquare, 0, at.column.add(1));
        when(lastOfSquare, () => {
          at.emptying.next = at.emptying.not();
        });
      });
      const low = (side: typeof even) => cat(...side.words.map((one) => one.truncate(8)).reverse()).truncate(width);
      return { column: { valid, payload: { data: select(at.emptying, low(odd), low(even)), of, lastOfSquare } } };
    },
  );
}
