/**
 * A block that is transposed is cut into squares: up to a beat of its rows, which become a group of a local line, and
 * up to a beat of their bytes, which become lines. Of a piece of rows the groups come one after the other; of a group
 * the squares from the first byte of its rows on.
 *
 * Timing: the first square is offered in the cycle after `start`, then one each cycle. Only adders. Invariant: `start`
 * comes only when no square is offered.
 */
import { assert, bit, module, regs, select, selectAs, stream, struct, uint, when, type UInt } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { dmaJob } from './job.ts';

export const square = (busBytes: number) =>
  struct({
    rows: uint(sizeCode(busBytes) + 1),
    columns: uint(sizeCode(busBytes) + 1),
    /** Whether the rows' last bytes are in it; whether these are the last rows of a piece; and of the job. */
    endsRows: bit,
    endsPiece: bit,
    last: bit,
  });

export function Squares(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  return module(
    'dma_squares',
    { in: { start: bit, job: dmaJob }, out: { square: stream(square(busBytes)) } },
    (i, o) => {
      const kept = regs({ rowBytes: uint(16), pieceRows: uint(16) });
      const at = regs({
        /** Rows left in the job, and in this piece; bytes left in these rows. */
        rows: uint(16),
        ofPiece: uint(16),
        bytes: uint(16),
      });
      const valid = at.rows.ne(0);
      const atMost = (left: UInt<16>): UInt =>
        selectAs(uint(countBits), left.lt(busBytes), left.truncate(countBits), busBytes);
      const inPiece = select(at.rows.lt(at.ofPiece), at.rows, at.ofPiece);
      const [rows, columns] = [atMost(inPiece), atMost(at.bytes)];
      const endsRows = at.bytes.le(busBytes);
      const endsPiece = inPiece.le(busBytes);
      const last = endsRows.and(at.rows.eq(rows.extend(16)));
      when(i.start, () => {
        kept.rowBytes.next = i.job.lineBytes;
        kept.pieceRows.next = i.job.pieceBytes;
        at.rows.next = i.job.lines;
        at.ofPiece.next = i.job.pieceBytes;
        at.bytes.next = i.job.lineBytes;
        assert(valid.not(), 'a job starts while squares of the last one are left');
      }).elsewhen(valid.and(o.square.ready), () => {
        when(endsRows, () => {
          at.bytes.next = kept.rowBytes;
          at.rows.next = at.rows.sub(rows.extend(16));
          at.ofPiece.next = select(endsPiece, kept.pieceRows, at.ofPiece.sub(rows.extend(16)));
        }).otherwise(() => {
          at.bytes.next = at.bytes.sub(busBytes);
        });
      });
      return { square: { valid, payload: { rows, columns, endsRows, endsPiece, last } } };
    },
  );
}
