/**
 * The midend of transposed loads: a region for each row of each square, in the order in which they are transposed.
 *
 * Timing: the first region is offered in the cycle after `start`, then one each cycle. Only adders.
 */
import { bit, constant, module, regs, select, selectAs, stream, uint, when } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { dmaJob } from './job.ts';
import { region, source } from './regions.ts';
import { Squares } from './squares.ts';

export function SquareRegions(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  return module('dma_square_regions', { in: { start: bit, job: dmaJob }, out: { region: stream(region) } }, (i, o) => {
    const { square } = Squares(busBytes)({ start: i.start, job: i.job }, { name: 'squares' });
    const { rows, columns, endsRows } = square.payload;
    const kept = regs({ stride: uint(ADDRESS_BITS) });
    const at = regs({
      row: uint(countBits),
      /** Of this row's bytes in this square, and of the square's first ones. */
      address: uint(ADDRESS_BITS),
      corner: uint(ADDRESS_BITS),
      /** The row after the last one that was begun. */
      below: uint(ADDRESS_BITS),
      /** Whether this square has the first bytes of its rows. */
      begins: bit,
    });
    const lastRow = at.row.add(1).eq(rows);
    const going = square.valid.and(o.region.ready);
    square.ready = o.region.ready.and(lastRow);
    when(i.start, () => {
      kept.stride.next = i.job.stride;
      at.row.next = 0;
      at.address.next = i.job.dram;
      at.corner.next = i.job.dram;
      at.below.next = i.job.dram;
      at.begins.next = 1;
    }).elsewhen(going, () => {
      const next = at.address.add(kept.stride);
      const below = select(at.begins, next, at.below);
      at.below.next = below;
      at.row.next = selectAs(uint(countBits), lastRow, 0, at.row.add(1));
      when(lastRow.not(), () => {
        at.address.next = next;
      }).otherwise(() => {
        const corner = select(endsRows, below, at.corner.add(busBytes));
        at.corner.next = corner;
        at.address.next = corner;
        at.begins.next = endsRows;
      });
    });
    return {
      region: {
        valid: square.valid,
        payload: {
          address: at.address,
          bytes: columns.extend(32),
          source: constant(source, 'dram'),
          value: constant(uint(8), 0),
        },
      },
    };
  });
}
