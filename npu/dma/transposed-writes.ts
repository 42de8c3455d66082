/**
 * The local side of a transposed load: takes rows of squares, and gives beats of local lines, a column each.
 *
 * Interface: `start` with `job`; `want` says how many bytes the next row has, 0 where none is due; `row` brings them;
 * `column` is what to write where. While `stop` is high no more rows come, and squares that lack any are given
 * up, one each cycle; `busy` is high as long as there are squares.
 *
 * Timing: a column can leave in the cycle after the last row of its square came; then one each cycle, while the next
 * square comes in.
 */
import { bit, module, produce, regs, select, selectAs, stream, struct, uint, when } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { BEAT_BITS, further, space, WALK_BITS } from '../common/local.ts';
import { dmaJob } from './job.ts';
import { part } from './local-walk.ts';
import { Squares } from './squares.ts';
import { Transposer } from './transposer.ts';

export function TransposedWrites(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  const word = uint(busBytes * 8);
  return module(
    'dma_transposed_writes',
    {
      in: { start: bit, job: dmaJob, stop: bit, row: stream(word) },
      out: { want: uint(countBits), column: stream(struct({ at: part(busBytes), data: word })), busy: bit },
    },
    (i, o) => {
      const { square } = Squares(busBytes)({ start: i.start, job: i.job }, { name: 'squares' });
      const filling = produce('filling', { valid: square.valid.and(i.stop.not()), payload: square.payload });
      square.ready = filling.ready.or(i.stop);
      const turner = Transposer(busBytes)({ clear: i.stop, square: filling, row: i.row }, { name: 'transposer' });
      const kept = regs({ space, lineStep: uint(16), pieceStep: uint(16) });
      const at = regs({
        /** First local line of this piece, and that of this column. */
        piece: uint(WALK_BITS),
        line: uint(WALK_BITS),
        beat: uint(BEAT_BITS),
      });
      const { of, lastOfSquare, data } = turner.column.payload;
      turner.column.ready = o.column.ready;
      const endsRows = lastOfSquare.and(of.endsRows);
      when(i.start, () => {
        kept.space.next = i.job.space;
        kept.lineStep.next = i.job.lineStep;
        kept.pieceStep.next = i.job.pieceStep;
        at.piece.next = i.job.local.extend(WALK_BITS);
        at.line.next = i.job.local.extend(WALK_BITS);
        at.beat.next = 0;
      }).elsewhen(turner.column.fire, () => {
        const isNext = endsRows.and(of.endsPiece);
        const piece = select(isNext, further(at.piece, kept.pieceStep), at.piece);
        at.piece.next = piece;
        at.line.next = select(endsRows, piece, further(at.line, kept.lineStep));
        when(endsRows, () => {
          at.beat.next = selectAs(uint(BEAT_BITS), isNext, 0, at.beat.addSat(1));
        });
      });
      return {
        want: selectAs(uint(countBits), square.valid, square.payload.columns, 0),
        busy: square.valid.or(turner.column.valid),
        column: {
          valid: turner.column.valid,
          payload: {
            at: {
              space: kept.space,
              address: at.line,
              beat: at.beat,
              bytes: of.rows,
              lines: 1,
              last: endsRows.and(of.last),
            },
            data,
          },
        },
      };
    },
  );
}
