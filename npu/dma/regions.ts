/**
 * The middle of the DMA: turns a job into regions, each a run of bytes without gaps in DRAM, or of bytes that are not
 * read but have one value. Lines without gaps between them are one region, so that bursts run across them.
 *
 * Interface: `start` with `job`; `region`. Where `pads` is false, all bytes are in DRAM.
 *
 * Timing: the first region is offered in the cycle after `start`, then one each cycle. Only adders, but for the size of
 * lines without gaps. Invariants: `start` comes only when no region is offered; the regions' bytes are those of the
 * job, in order.
 */
import {
  assert,
  bit,
  constant,
  enumeration,
  module,
  regs,
  select,
  selectAs,
  stream,
  struct,
  uint,
  when,
  type Bit,
  type SignalOf,
  type UInt,
} from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { dmaJob, type DmaJob } from './job.ts';

/** Bytes of a region: at most (2^16 − 1)². */
const SIZE_BITS = 32;
/**
 * Where bytes are: in DRAM, or nowhere, and then all are `value`; in DRAM and indices of a list; nowhere, since an
 * index is none of a row, or was not to be had.
 */
export const source = enumeration('source', ['dram', 'nowhere', 'list', 'noRow', 'noIndex']);
export const region = struct({
  address: uint(ADDRESS_BITS),
  bytes: uint(SIZE_BITS),
  source,
  value: uint(8),
});
export type Region = SignalOf<typeof region>;

/** Bits of a coordinate, which runs from below 0 up to 2^16 steps of 2^8 and more; one below 0 is past all others. */
const PLACE_BITS = 25;
const place = uint(PLACE_BITS);

/** The loops of a block, from the outermost in: a row of lines, a line, runs below each other in it, runs in a row. */
const levels = ['row', 'line', 'down', 'run'] as const;

export const Regions = ({ pads }: { readonly pads: boolean }) =>
  module(
    'dma_regions',
    {
      in: { start: bit, job: dmaJob },
      out: { region: stream(region) },
    },
    (i, o) => {
      const kept = regs({
        lineBytes: uint(SIZE_BITS),
        runBytes: uint(SIZE_BITS),
        rowLines: uint(16),
        runsAcross: uint(8),
        rowStride: uint(ADDRESS_BITS),
        stride: uint(ADDRESS_BITS),
        downStride: uint(ADDRESS_BITS),
        acrossStride: uint(ADDRESS_BITS),
      });
      const at = regs({
        /** Lines left, and those of this row; 0 of a row has no end. */
        lines: uint(16),
        linesOfRow: uint(16),
        /** Bytes left in this line, and runs next to each other. */
        left: uint(SIZE_BITS),
        runs: uint(8),
      });
      /** Where this row, this line, these runs and this run begin. */
      const from = regs({
        row: uint(ADDRESS_BITS),
        line: uint(ADDRESS_BITS),
        down: uint(ADDRESS_BITS),
        run: uint(ADDRESS_BITS),
      });
      const strides = {
        row: kept.rowStride,
        line: kept.stride,
        down: kept.downStride,
        run: kept.acrossStride,
      } as const;

      const valid = at.lines.ne(0);
      const lineEnds = at.left.le(kept.runBytes);
      const ends = {
        across: at.runs.eq(1),
        down: lineEnds,
        line: lineEnds.and(at.linesOfRow.eq(1)),
      } as const;
      const going = valid.and(o.region.ready);
      const bytes = select(lineEnds, at.left, kept.runBytes);
      const padding = pads
        ? padded(i.start, i.job, going, ends)
        : { padding: constant(bit, 0), value: constant(uint(8), 0) };

      when(i.start, () => {
        const { job } = i;
        const isBlock = job.kind.is('block');
        const inBlock = <W extends number>(field: UInt<W>): UInt<W> => select(isBlock, field, 0);
        const { dram, lines, lineBytes, stride } = job;
        const gapless = isBlock.not().and(stride.eq(lineBytes.extend(ADDRESS_BITS)).or(job.kind.is('value')));
        const all = select(gapless, lines.mul(lineBytes), lineBytes.extend(SIZE_BITS));
        const runBytes = inBlock(job.runBytes);
        kept.lineBytes.next = all;
        kept.runBytes.next = select(runBytes.eq(0), all, runBytes.extend(SIZE_BITS));
        kept.rowLines.next = inBlock(job.rowLines);
        kept.runsAcross.next = job.runsAcross;
        kept.rowStride.next = job.rowStride;
        kept.stride.next = stride;
        kept.downStride.next = job.downStride;
        kept.acrossStride.next = job.acrossStride;
        at.lines.next = selectAs(uint(16), gapless, 1, lines);
        at.linesOfRow.next = inBlock(job.rowLines);
        at.left.next = all;
        at.runs.next = job.runsAcross;
        for (const level of levels) from[level].next = dram;
        assert(valid.not(), 'a job starts while regions of the last one are left');
      }).elsewhen(going, () => {
        const step = (level: (typeof levels)[number]): void => {
          const next = from[level].add(strides[level]);
          for (const inner of levels.slice(levels.indexOf(level))) from[inner].next = next;
        };
        when(lineEnds, () => {
          at.lines.next = at.lines.sub(1);
          at.left.next = kept.lineBytes;
          at.runs.next = kept.runsAcross;
          at.linesOfRow.next = select(ends.line, kept.rowLines, at.linesOfRow.sub(1));
          when(ends.line, () => step('row')).otherwise(() => step('line'));
        }).otherwise(() => {
          at.left.next = at.left.sub(kept.runBytes);
          at.runs.next = select(ends.across, kept.runsAcross, at.runs.sub(1));
          when(ends.across, () => step('down')).otherwise(() => step('run'));
        });
      });
      return {
        region: {
          valid,
          payload: {
            address: select(padding.padding, 0, from.run),
            bytes,
            source: selectAs(source, padding.padding, 'nowhere', 'dram'),
            value: padding.value,
          },
        },
      };
    },
  );

/** Whether the current run is padding: it lies outside of the picture, or there is none. */
function padded(
  start: Bit,
  job: DmaJob,
  going: Bit,
  ends: { readonly across: Bit; readonly down: Bit; readonly line: Bit },
): { readonly padding: Bit; readonly value: UInt<8> } {
  const kept = regs({
    limited: bit,
    nowhere: bit,
    value: uint(8),
    height: uint(16),
    width: uint(16),
    leftmost: place,
    rowDown: uint(8),
    lineAcross: uint(8),
    runDown: uint(8),
    runAcross: uint(8),
  });
  /** Coordinates of the run, those at which its row and its line begin, and across those of its line. */
  const at = regs({ rowY: place, y: place, lineX: place, x: place });
  const further = (from: UInt<typeof PLACE_BITS>, step: UInt<8>) => from.add(step.extend(PLACE_BITS));
  when(start, () => {
    kept.limited.next = job.kind.is('block');
    kept.nowhere.next = job.kind.is('value');
    kept.value.next = job.value;
    kept.height.next = job.height;
    kept.width.next = job.width;
    kept.rowDown.next = job.rowDown;
    kept.lineAcross.next = job.lineAcross;
    kept.runDown.next = job.runDown;
    kept.runAcross.next = job.runAcross;
    const [top, left] = [job.top.extend(PLACE_BITS).asUint(), job.left.extend(PLACE_BITS).asUint()];
    kept.leftmost.next = left;
    at.rowY.next = top;
    at.y.next = top;
    at.lineX.next = left;
    at.x.next = left;
  }).elsewhen(going, () => {
    when(ends.line, () => {
      const y = further(at.rowY, kept.rowDown);
      at.rowY.next = y;
      at.y.next = y;
      at.lineX.next = kept.leftmost;
      at.x.next = kept.leftmost;
    })
      .elsewhen(ends.down, () => {
        const x = further(at.lineX, kept.lineAcross);
        at.y.next = at.rowY;
        at.lineX.next = x;
        at.x.next = x;
      })
      .elsewhen(ends.across, () => {
        at.y.next = further(at.y, kept.runDown);
        at.x.next = at.lineX;
      })
      .otherwise(() => {
        at.x.next = further(at.x, kept.runAcross);
      });
  });
  const inside = at.y.lt(kept.height.extend(PLACE_BITS)).and(at.x.lt(kept.width.extend(PLACE_BITS)));
  return { padding: kept.nowhere.or(kept.limited.and(inside.not())), value: kept.value };
}
