/**
 * The middle of the DMA: turns a job into regions, each a run of bytes without gaps in DRAM. Lines without gaps between
 * them are one region, so that bursts run across them.
 *
 * Timing: the first region is offered in the cycle after `start`, then one each cycle. Invariant: `start` comes only
 * when no region is offered.
 */
import { assert, bit, module, regs, select, selectAs, stream, struct, uint, when } from '../../hdl/index.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { dmaJob } from './job.ts';

/** Bytes of a region: at most (2^16 − 1)². */
const SIZE_BITS = 32;
export const region = struct({ address: uint(ADDRESS_BITS), bytes: uint(SIZE_BITS) });

export const Regions = module(
  'dma_regions',
  {
    in: { start: bit, job: dmaJob },
    out: { region: stream(region) },
  },
  (i, o) => {
    const r = regs({ left: uint(16), address: uint(ADDRESS_BITS), stride: uint(ADDRESS_BITS), bytes: uint(SIZE_BITS) });
    const valid = r.left.ne(0);
    when(i.start, () => {
      const { dram, lines, lineBytes, stride } = i.job;
      const contiguous = stride.eq(lineBytes.extend(ADDRESS_BITS));
      r.left.next = selectAs(uint(16), contiguous, 1, lines);
      r.bytes.next = select(contiguous, lines.mul(lineBytes), lineBytes.extend(SIZE_BITS));
      r.address.next = dram;
      r.stride.next = stride;
      assert(valid.not(), 'a job starts while regions of the last one are left');
    }).elsewhen(valid.and(o.region.ready), () => {
      r.left.next = r.left.sub(1);
      r.address.next = r.address.add(r.stride);
    });
    return { region: { valid, payload: { address: r.address, bytes: r.bytes } } };
  },
);
