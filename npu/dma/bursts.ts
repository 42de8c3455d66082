/**
 * The burst splitter, of loads and stores alike: cuts regions into INCR bursts that AXI allows (Arm IHI 0022, A3.4.1).
 *
 * Bursts end where an address is a multiple of their largest size, a power of two of at most 4 KiB. So none crosses 4
 * KiB, and only a region's first and last bursts are short. A longest burst that is no power of two is rounded down to
 * one.
 *
 * Timing: a region's first burst is offered in the cycle after the region was taken; then one burst each cycle, across
 * regions too.
 *
 * Invariant: the bursts of a region touch each of its bytes once, in ascending order.
 */
import {
  bit,
  cat,
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
  type SignalOf,
  type UInt,
} from '../../hdl/index.ts';
import { BURST_INCR, MAX_BURST_BEATS, PAGE_BYTES, sizeCode } from '../../hdl/lib/axi.ts';
import { ADDRESS_BITS, ID_BITS } from '../common/axi.ts';
import { region, source } from './regions.ts';
import type { DmaOptions } from './job.ts';

/**
 * A burst: its first byte, the lane of its last byte, its beats − 1, and whether its region ends with it. Of bytes that
 * are nowhere it has the same shape, and is not for the bus.
 */
export const burst = (busBytes: number) =>
  struct({
    address: uint(ADDRESS_BITS),
    lastLane: uint(sizeCode(busBytes)),
    len: uint(8),
    ends: bit,
    source,
    value: uint(8),
  });
export type Burst = SignalOf<ReturnType<typeof burst>>;

/** @throws RangeError for a bus or burst length that cannot be. */
export function BurstSplitter({ busBytes, maxBurst }: Pick<DmaOptions, 'busBytes' | 'maxBurst'>) {
  const laneBits = sizeCode(busBytes);
  if (!Number.isInteger(laneBits) || busBytes < 4 || busBytes > 128)
    throw new RangeError(`a DMA needs a bus of 4, 8, … 128 bytes, not ${busBytes}`);
  if (!Number.isInteger(maxBurst) || maxBurst < 1 || maxBurst > MAX_BURST_BEATS)
    throw new RangeError(`a DMA needs bursts of 1 to ${MAX_BURST_BEATS} beats, not ${maxBurst}`);
  const largest = Math.min(PAGE_BYTES, busBytes << Math.floor(Math.log2(maxBurst)));
  const offsetBits = Math.log2(largest);

  return module(
    'dma_bursts',
    {
      in: { region: stream(region) },
      out: { burst: stream(burst(busBytes)) },
    },
    (i, o) => {
      const r = regs({ full: bit, address: uint(ADDRESS_BITS), left: uint(32), source, value: uint(8) });
      const room = constant(uint(offsetBits + 1), largest).sub(r.address.truncate(offsetBits).extend(offsetBits + 1));
      const last = r.left.le(room.extend(32));
      const bytes = select(last, r.left.truncate(offsetBits + 1), room);
      // Offset of the last byte from the start of the first beat.
      const span = r.address
        .truncate(laneBits)
        .extend(offsetBits + 1)
        .add(bytes)
        .sub(1);
      const len = largest === busBytes ? constant(uint(8), 0) : span.slice(laneBits, offsetBits - laneBits).extend(8);

      const going = r.full.and(o.burst.ready);
      i.region.ready = r.full.not().or(going.and(last));
      when(i.region.fire, () => {
        r.full.next = 1;
        r.address.next = i.region.payload.address;
        r.left.next = i.region.payload.bytes;
        r.source.next = i.region.payload.source;
        r.value.next = i.region.payload.value;
      }).elsewhen(going, () => {
        r.full.next = last.not();
        r.address.next = r.address.add(bytes.extend(ADDRESS_BITS));
        r.left.next = r.left.sub(bytes.extend(32));
      });
      const { address, source: from, value } = r;
      return {
        burst: {
          valid: r.full,
          payload: { address, lastLane: span.truncate(laneBits), len, ends: last, source: from, value },
        },
      };
    },
  );
}

/** Address of a burst's first beat, as the bus sees it. */
export function busAddress(busBytes: number, address: UInt<32>): UInt<32> {
  const low = sizeCode(busBytes);
  return cat(address.slice(low, ADDRESS_BITS - low), constant(uint(low), 0)).expectWidth(ADDRESS_BITS);
}

/** Address of a beat of a burst, by its number. */
export const beatAddress = (busBytes: number, { address }: Pick<Burst, 'address'>, index: UInt<8>): UInt<32> =>
  busAddress(busBytes, address).add(index.extend(ADDRESS_BITS).shl(sizeCode(busBytes)));

/** A burst on an address channel. */
export const addressOf = (busBytes: number, id: number, { address, len }: Pick<Burst, 'address' | 'len'>) => ({
  id: constant(uint(ID_BITS), id),
  addr: busAddress(busBytes, address),
  len,
  size: constant(uint(3), sizeCode(busBytes)),
  burst: constant(uint(2), BURST_INCR),
});

/** The bytes of a beat that belong to the region: the lanes from `skip` on, `bytes` of them. */
export function lanesOf(
  busBytes: number,
  { address, lastLane }: Pick<Burst, 'address' | 'lastLane'>,
  first: Bit,
  last: Bit,
): { readonly skip: UInt; readonly bytes: UInt } {
  const laneBits = sizeCode(busBytes);
  const skip = selectAs(uint(laneBits), first, address.truncate(laneBits), 0);
  const to = selectAs(uint(laneBits), last, lastLane, busBytes - 1);
  return {
    skip,
    bytes: to
      .sub(skip)
      .extend(laneBits + 1)
      .add(1),
  };
}
