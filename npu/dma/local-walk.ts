/**
 * Walks over the local lines of a job: gives every group that the job touches, in the order of its bytes in DRAM, rows
 * of a block one after the other. Where that is asked for, lines of the scratchpad that follow each other, of which a
 * group holds 2 or {@link WAYS} are one part, from a multiple of that number on.
 *
 * Timing: the first part is offered in the cycle after `start`, then one each cycle.
 *
 * Invariants: `start` comes only when no part is offered; the parts' bytes add up to lines · lineBytes; only the last
 * part of a piece is shorter than a group. Addresses and groups do not wrap: what is past the end stays so, in a part
 * of its own.
 */
import {
  assert,
  bit,
  constant,
  module,
  regs,
  select,
  selectAs,
  stream,
  struct,
  uint,
  when,
  type Bit,
  type UInt,
} from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';
import {
  BEAT_BITS,
  further,
  inScratchpad,
  LINES_BITS,
  space,
  wayOf,
  WALK_BITS,
  WAY_BITS,
  WAYS,
  type LocalSizes,
} from '../common/local.ts';
import { dmaJob, type DmaJob } from './job.ts';

/**
 * A group of a line, which need not exist, the bytes of it that are meant (the first ones), in how many lines from that
 * one on, and whether the job ends with them.
 */
export const part = (groupBytes: number) =>
  struct({
    space,
    address: uint(WALK_BITS),
    beat: uint(BEAT_BITS),
    bytes: uint(countBits(groupBytes)),
    lines: uint(LINES_BITS),
    last: bit,
  });

/** The bytes of a part, in all of its lines: a group at most. */
export const bytesOf = ({ bytes, lines }: { readonly bytes: UInt; readonly lines: UInt }): UInt =>
  bytes.mul(lines).truncate(bytes.width);

/** @param together whether lines that follow each other may be one part */
export function LocalWalk(sizes: LocalSizes, { together }: { readonly together: boolean }) {
  const { busBytes, groupBytes } = sizes;
  const sizeBits = countBits(groupBytes);
  return module(
    'dma_local_walk',
    {
      in: { start: bit, job: dmaJob },
      out: { part: stream(part(groupBytes)) },
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
        /** Lines that may be one part. */
        together: uint(LINES_BITS),
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
        beat: uint(BEAT_BITS),
      });
      const active = at.lines.ne(0);
      const pieceEnds = at.left.le(groupBytes);
      const lineEnds = pieceEnds.and(at.after.eq(0));
      const bytes = selectAs(uint(sizeBits), pieceEnds, at.left.truncate(sizeBits), groupBytes);
      const lines = together ? linesAt(sizes, kept.together, at) : constant(uint(LINES_BITS), 1);
      const isOne = lines.eq(1);
      const linesLeft = at.lines.sub(lines.extend(16));

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
        kept.together.next = together ? togetherOf(groupBytes, job) : 1;
        at.linesOfRow.next = rowLines;
        at.row.next = job.local.extend(WALK_BITS);
        at.lines.next = job.lines;
        at.left.next = firstPiece;
        at.after.next = otherPieces;
        at.line.next = job.local.extend(WALK_BITS);
        at.address.next = job.local.extend(WALK_BITS);
        at.beat.next = 0;
      }).elsewhen(active.and(o.part.ready), () => {
        when(lineEnds, () => {
          const rowEnds = at.linesOfRow.eq(lines.extend(16));
          const step = select(isOne, kept.lineStep, lines.extend(16));
          const line = further(select(rowEnds, at.row, at.line), select(rowEnds, kept.rowStep, step));
          at.linesOfRow.next = select(rowEnds, kept.rowLines, at.linesOfRow.sub(lines.extend(16)));
          when(rowEnds, () => {
            at.row.next = line;
          });
          at.lines.next = linesLeft;
          at.left.next = kept.firstPiece;
          at.after.next = kept.otherPieces;
          at.line.next = line;
          at.address.next = line;
          at.beat.next = 0;
        })
          .elsewhen(pieceEnds, () => {
            const shorter = at.after.le(kept.pieceBytes);
            at.left.next = select(shorter, at.after, kept.pieceBytes);
            at.after.next = selectAs(uint(16), shorter, 0, at.after.sub(kept.pieceBytes));
            at.address.next = further(at.address, kept.pieceStep);
            at.beat.next = 0;
          })
          .otherwise(() => {
            at.left.next = at.left.sub(groupBytes);
            at.beat.next = at.beat.addSat(groupBytes / busBytes);
          });
      });
      return {
        part: {
          valid: active,
          payload: {
            space: kept.space,
            address: at.address,
            beat: at.beat,
            bytes,
            lines,
            last: lineEnds.and(linesLeft.eq(0)),
          },
        },
      };
    },
  );
}

/** Lines of a job that may be one part: those of one piece, of which a group holds several, next to each other. */
function togetherOf(groupBytes: number, { space: where, lineBytes, pieceBytes, lineStep }: DmaJob): UInt<number> {
  const isMet = lineBytes.le(pieceBytes).and(lineStep.eq(1)).and(where.is('scratchpad'));
  const hasRoom = (lines: number): Bit => isMet.and(lineBytes.le(Math.floor(groupBytes / lines)));
  return selectAs(uint(LINES_BITS), hasRoom(WAYS), WAYS, selectAs(uint(LINES_BITS), hasRoom(WAYS / 2), WAYS / 2, 1));
}

/**
 * As many of them from a line on, or one: where it is no multiple of their number, where fewer are left of the job or
 * of its row, or where the memory ends before.
 */
function linesAt(
  sizes: LocalSizes,
  together: UInt,
  { lines, linesOfRow, address }: Readonly<Record<'lines' | 'linesOfRow' | 'address', UInt>>,
): UInt<number> {
  const rest = together.sub(1);
  const isFirst = wayOf(address).and(rest.truncate(WAY_BITS)).eq(0);
  const areLeft = lines.ge(together.extend(16)).and(linesOfRow.eq(0).or(linesOfRow.ge(together.extend(16))));
  const exist = inScratchpad(sizes, further(address, rest));
  return selectAs(uint(LINES_BITS), isFirst.and(areLeft).and(exist), together, 1);
}
