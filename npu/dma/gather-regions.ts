/**
 * The midend of gathers: reads the list of a job ahead, and gives a region for each row that it names.
 *
 * The list comes over the same bus as the rows: its parts are regions among theirs, {@link CHUNK_BEATS} beats each,
 * asked for as soon as {@link LIST_BEATS} have room for them. So indices are there while the bursts before theirs are
 * in flight, and a list costs a beat for as many indices as it has.
 *
 * Interface: `start` with `job`; `beat`, the beats of the list in their order, each of which is taken when it comes;
 * `region`; `busy` from the cycle after `start` to the one in which the last region is taken.
 *
 * Timing: the first region is offered two cycles after `start`, then one each cycle while there are indices. A row can
 * be offered three cycles after the beat with its index came.
 */
import {
  assert,
  bit,
  constant,
  fifo,
  module,
  regs,
  select,
  selectAs,
  stream,
  struct,
  uint,
  when,
} from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { ADDRESS_BITS } from '../common/axi.ts';
import { dmaJob, INDEX_BYTES } from './job.ts';
import { region, source } from './regions.ts';

/** Beats of a list that are kept, and those of them that are asked for at once. */
const LIST_BEATS = 4;
const CHUNK_BEATS = 2;
/** Bits of an index. */
const INDEX_BITS = 8 * INDEX_BYTES;

/** A beat of a list; `bad` where it came with an error. */
export const listBeat = (busBytes: number) => struct({ data: uint(8 * busBytes), bad: bit });

/** @param busBytes at least {@link INDEX_BYTES} */
export function GatherRegions(busBytes: number) {
  const window = CHUNK_BEATS * busBytes;
  const windowBits = sizeCode(window);
  const lane = sizeCode(busBytes) - sizeCode(INDEX_BYTES);
  const reservedBits = LIST_BEATS.toString(2).length;
  return module(
    'dma_gather_regions',
    {
      in: { start: bit, job: dmaJob, beat: stream(listBeat(busBytes)) },
      out: { region: stream(region), busy: bit },
    },
    (i, o) => {
      const kept = regs({ dram: uint(ADDRESS_BITS), stride: uint(ADDRESS_BITS), count: uint(32), lineBytes: uint(16) });
      /** Of the list, what has not been asked for: where it begins, and its indices. */
      const list = regs({ part: uint(ADDRESS_BITS), unasked: uint(17), reserved: uint(reservedBits) });
      /** Of the rows: where the next index is, and how many of them are left. */
      const rows = regs({ entry: uint(ADDRESS_BITS), left: uint(16) });
      const next = regs({ valid: bit, address: uint(ADDRESS_BITS), bytes: uint(16), source });
      const beats = fifo('beats', i.beat, LIST_BEATS);

      // The list: whole windows of two beats, but for its ends.
      const offset = list.part.truncate(windowBits);
      const room = constant(uint(windowBits + 1), window).sub(offset.extend(windowBits + 1));
      const wanted = list.unasked.extend(19).shl(2);
      const ends = wanted.le(room.extend(19));
      const bytes = select(ends, wanted.truncate(windowBits + 1), room);
      const isTwo = offset
        .bit(windowBits - 1)
        .not()
        .and(
          offset
            .extend(windowBits + 1)
            .add(bytes)
            .gt(busBytes),
        );
      const asksList = list.unasked.ne(0).and(list.reserved.le(LIST_BEATS - CHUNK_BEATS));

      // The rows.
      const word =
        lane === 0
          ? beats.payload.data.truncate(INDEX_BITS)
          : beats.payload.data
              .shr(
                rows.entry
                  .slice<number>(2, lane)
                  .extend<number>(lane + 5)
                  .shl(5),
              )
              .truncate(INDEX_BITS);
      const { bad } = beats.payload;
      const isRow = word.lt(kept.count);
      const row = kept.dram.add(word.mul(kept.stride).truncate(ADDRESS_BITS));
      const lastOfBeat = lane === 0 ? constant(bit, 1) : rows.entry.slice<number>(2, lane).all();

      const free = next.valid.not().or(o.region.ready);
      const takesRow = free.and(asksList.not()).and(beats.valid).and(rows.left.ne(0));
      const pops = takesRow.and(lastOfBeat.or(rows.left.eq(1)));
      const asked = free.and(asksList);
      beats.ready = pops;
      const coming = selectAs(uint(reservedBits), asked, selectAs(uint(reservedBits), isTwo, 2, 1), 0);
      when(i.start, () => {
        const { job } = i;
        kept.dram.next = job.dram;
        kept.stride.next = job.stride;
        kept.count.next = job.count;
        kept.lineBytes.next = job.lineBytes;
        list.part.next = job.list;
        list.unasked.next = job.lines.extend(17);
        rows.entry.next = job.list;
        rows.left.next = job.lines;
        assert(rows.left.eq(0).and(next.valid.not()), 'a gather starts while rows of the last one are left');
      }).otherwise(() => {
        when(free, () => {
          next.valid.next = asksList.or(takesRow);
          next.address.next = select(asksList, list.part, select(bad, rows.entry, row));
          next.bytes.next = select(asksList, bytes.extend(16), kept.lineBytes);
          next.source.next = selectAs(
            source,
            asksList,
            'list',
            selectAs(source, bad, 'noIndex', selectAs(source, isRow, 'dram', 'noRow')),
          );
        });
        when(asked, () => {
          list.part.next = list.part.add(bytes.extend(ADDRESS_BITS));
          list.unasked.next = list.unasked.sub(bytes.shr(2).extend(17));
        });
        when(takesRow, () => {
          rows.entry.next = rows.entry.add(INDEX_BYTES);
          rows.left.next = rows.left.sub(1);
        });
      });
      when(asked.or(pops), () => {
        list.reserved.next = list.reserved.add(coming).sub(selectAs(uint(reservedBits), pops, 1, 0));
      });
      return {
        region: {
          valid: next.valid,
          payload: {
            address: next.address,
            bytes: next.bytes.extend(32),
            source: next.source,
            value: constant(uint(8), 0),
          },
        },
        busy: rows.left.ne(0).or(next.valid),
      };
    },
  );
}
