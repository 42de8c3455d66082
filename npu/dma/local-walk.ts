/**
 * Walks over the local lines of a job: gives every group that the job touches, in the order of its bytes in DRAM, rows
 * of a block one after the other. Only adders.
 *
 * Timing: the first part is offered in the cycle after `start`, then one each cycle.
 *
 * Invariants: `start` comes only when no part is offered; the parts' bytes add up to lines · lineBytes; only the last
 * part of a piece is shorter than a group. Addresses and groups do not wrap: what is past the end stays so.
 */
import { assert, bit, module, regs, select, selectAs, stream, struct, uint, when } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { further, GROUP_BITS, space, WALK_BITS } from '../common/local.ts';
import { dmaJob } from './job.ts';

/**
 * A group of a line, which need not exist, the bytes of it that are meant (the first ones), and whether the job ends
 * with it.
 */
export const part = (busBytes: number) =>
  struct({
    space,
    address: uint(WALK_BITS),
    group: uint(GROUP_BITS),
    bytes: uint(sizeCode(busBytes) + 1),
    last: bit,
  });

export function LocalWalk(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  return module(
    'dma_local_walk',
    {
      in: { start: bit, job: dmaJob },
      out: { part: stream(part(busBytes)) },
    },
    (i, o) => {
      const kept = regs({
        space,
        pieceBytes: uint(16),
        lineStep: uint(16),
        pieceStep: uint(16),
        firstPiece: uint(16),
        otherPieces: uint(16),
        rowLines: uint(16),
        rowStep: uint(16),
      });
      const at = regs({
        /** Lines left, this one included. */
        lines: uint(16),
        /** Bytes left in this piece, and in the pieces of this line after it. */
        left: uint(16),
        after: uint(16),
        /** Lines left in this row; 0 has no end. */
        linesOfRow: uint(16),
        /** First local line of this row and of this line of the job, and the local line of this piece. */
        row: uint(WALK_BITS),
        line: uint(WALK_BITS),
        address: uint(WALK_BITS),
        group: uint(GROUP_BITS),
      });
      const active = at.lines.ne(0);
      const pieceEnds = at.left.le(busBytes);
      const lineEnds = pieceEnds.and(at.after.eq(0));
      const bytes = selectAs(uint(countBits), pieceEnds, at.left.truncate(countBits), busBytes);

      when(i.start, () => {
        assert(active.not(), 'a job starts while parts of the last one are left');
        const { job } = i;
        const whole = job.lineBytes.le(job.pieceBytes);
        const firstPiece = select(whole, job.lineBytes, job.pieceBytes);
        const otherPieces = selectAs(uint(16), whole, 0, job.lineBytes.sub(job.pieceBytes));
        kept.space.next = job.space;
        kept.pieceBytes.next = job.pieceBytes;
        kept.lineStep.next = job.lineStep;
        kept.pieceStep.next = job.pieceStep;
        kept.firstPiece.next = firstPiece;
        kept.otherPieces.next = otherPieces;
        const rowLines = select(job.kind.is('block').or(job.kind.is('value')), job.rowLines, 0);
        kept.rowLines.next = rowLines;
        kept.rowStep.next = job.rowStep;
        at.linesOfRow.next = rowLines;
        at.row.next = job.local.extend(WALK_BITS);
        at.lines.next = job.lines;
        at.left.next = firstPiece;
        at.after.next = otherPieces;
        at.line.next = job.local.extend(WALK_BITS);
        at.address.next = job.local.extend(WALK_BITS);
        at.group.next = 0;
      }).elsewhen(active.and(o.part.ready), () => {
        when(lineEnds, () => {
          const rowEnds = at.linesOfRow.eq(1);
          const line = further(select(rowEnds, at.row, at.line), select(rowEnds, kept.rowStep, kept.lineStep));
          at.linesOfRow.next = select(rowEnds, kept.rowLines, at.linesOfRow.sub(1));
          when(rowEnds, () => {
            at.row.next = line;
          });
          at.lines.next = at.lines.sub(1);
          at.left.next = kept.firstPiece;
          at.after.next = kept.otherPieces;
          at.line.next = line;
          at.address.next = line;
          at.group.next = 0;
        })
          .elsewhen(pieceEnds, () => {
            const shorter = at.after.le(kept.pieceBytes);
            at.left.next = select(shorter, at.after, kept.pieceBytes);
            at.after.next = selectAs(uint(16), shorter, 0, at.after.sub(kept.pieceBytes));
            at.address.next = further(at.address, kept.pieceStep);
            at.group.next = 0;
          })
          .otherwise(() => {
            at.left.next = at.left.sub(busBytes);
            at.group.next = at.group.addSat(1);
          });
      });
      return {
        part: {
          valid: active,
          payload: {
            space: kept.space,
            address: at.address,
            group: at.group,
            bytes,
            last: lineEnds.and(at.lines.eq(1)),
          },
        },
      };
    },
  );
}
