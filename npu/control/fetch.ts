/**
 * Command fetch: reads commands from the ring in DRAM ahead of their use, as far as `tail`, and gives them one after
 * another.
 *
 * Interface: `ring` (64-byte aligned base, number of entries, tail: the entry after the last command, of those that
 * there are), `contended` where others read as well, AXI reads, and the commands as a stream. `head` is the entry of
 * the command that is given next: what lies before it has been read. A bus error stops the fetch for good once the
 * commands before it are given (`failed`, until `enable` goes low); `address` is then that of the burst that failed.
 *
 * Timing: AR is valid in the second cycle in which a command is announced. A command is a burst, or several of them
 * where the longest burst is shorter; {@link readsAhead} says how many are read ahead. A burst is asked for only where
 * there is room for it, so that beats never wait. From AR to AR it is as many cycles as a burst has beats, so that
 * commands come back to back whatever the latency; and four times as many where others read, who keep three quarters of
 * the beats: they have more use for them. A command is offered in the cycle after its last beat.
 *
 * Invariants: no entry from `tail` on is read, and no burst crosses 4 KiB. The stream rules hold on `ar` and `command`
 * whatever the host writes: where `enable` goes low, bursts in flight are taken to their end and dropped, and none is
 * asked for before; a command that is offered stays so, for its taker to drop.
 *
 * In waves, three commands of two beats, which come three cycles after they are asked for:
 *
 *     cycle           1     2     3     4     5     6     7     8     9     10    11    12
 *                     ┬─────┬─────────────────────────────────────────────────────────────────
 *     ring_tail       │0    │3
 *                                 ┌─────┐     ┌─────┐     ┌─────┐
 *     ar_valid        ────────────┘     └─────┘     └─────┘     └─────────────────────────────
 *                     ┬───────────┬───────────┬───────────┬───────────────────────────────────
 *     ar_payload_addr │0          │0x100      │0x140      │0x180
 *                                                   ┌───────────────────────────────────┐
 *     r_valid         ──────────────────────────────┘                                   └─────
 *                                                         ┌─────┐     ┌─────┐     ┌─────┐
 *     r_payload_last  ────────────────────────────────────┘     └─────┘     └─────┘     └─────
 *                                                               ┌─────┐     ┌─────┐     ┌─────
 *     command_valid   ──────────────────────────────────────────┘     └─────┘     └─────┘
 *                     ┬───────────────────────────────────────────────┬───────────┬───────────
 *     head            │0                                              │1          │2
 */
import {
  assert,
  bit,
  cat,
  constant,
  fifoWithCount,
  module,
  produce,
  regs,
  select,
  selectAs,
  sram,
  stream,
  struct,
  uint,
  when,
  type UInt,
} from '../../hdl/index.ts';
import { BURST_INCR, sizeCode } from '../../hdl/lib/axi.ts';
import { addressChannel, ADDRESS_BITS, readDataChannel } from '../common/axi.ts';
import { COMMAND_BITS } from '../isa/operations.ts';
import { readsAhead, SHARE, type BusOptions } from '../isa/read-ahead.ts';

/** Bits of an entry's number. */
export const ENTRY_BITS = 16;
export const ring = struct({
  enable: bit,
  base: uint(ADDRESS_BITS),
  entries: uint(ENTRY_BITS),
  tail: uint(ENTRY_BITS),
});

export const CommandFetch = (options: BusOptions, id: 0 | 1) => {
  const { busBytes } = options;
  const { beats, burst, commands, inFlight } = readsAhead(options);
  /** Bursts of a command; what is asked for next, and room, are counted in them. */
  const bursts = beats / burst;
  const burstBits = Math.log2(bursts);
  const roomBits: number = Math.log2(commands * bursts) + 1;
  const positionBits: number = ENTRY_BITS + burstBits;
  const inBursts = (entry: UInt<typeof ENTRY_BITS>): UInt => entry.extend(positionBits).shl(burstBits);
  const slotBits = Math.log2(commands);
  const pause = uint(Math.log2(burst * SHARE) + 1);

  return module(
    'command_fetch',
    {
      in: { ring, contended: bit, r: stream(readDataChannel(busBytes)) },
      out: {
        ar: stream(addressChannel),
        command: stream(uint(COMMAND_BITS)),
        head: uint(ENTRY_BITS),
        failed: bit,
        address: uint(ADDRESS_BITS),
      },
    },
    (i, o) => {
      const { enable, base, entries, tail } = i.ring;
      assert(enable.not().or(tail.lt(entries)), 'a tail that the ring does not have');
      const r = regs({
        /** The entry that is given next, and the burst that is asked for next. */
        head: uint(ENTRY_BITS),
        next: uint(positionBits),
        /** A burst is asked for, at this address. */
        asking: bit,
        asked: uint(ADDRESS_BITS),
        /** Cycles since the last one, as far as they count. */
        since: [pause, burst * SHARE],
        /** Bursts in the buffer and on their way. */
        claimed: uint(roomBits),
        /** Commands in the buffer, the slot of the first one, and the slot that is filled from a beat on. */
        held: uint(slotBits + 1),
        first: uint(slotBits),
        filling: uint(slotBits),
        beat: uint(Math.max(1, Math.log2(beats))),
        /** A beat had an error, in the burst at this address. */
        bad: bit,
        badAddress: uint(ADDRESS_BITS),
        /** `enable` was low since what is in flight was asked for. */
        stale: bit,
      });
      const buffer = sram('buffer', { depth: commands, word: uint(COMMAND_BITS), lanes: beats });
      const offered = r.held.ne(0);
      const given = offered.and(o.command.ready);

      // Requests. A burst enters `in_flight` in the cycle in which the bus takes it.
      const issued = produce('issued', { valid: r.asking.and(o.ar.ready), payload: r.asked });
      const { out: current, count: inFlightNow } = fifoWithCount('in_flight', issued, inFlight);
      assert(r.asking.not().or(issued.ready), 'a burst is asked for that nobody would remember');
      when(issued.valid, () => {
        r.asking.next = 0;
      });
      const due = select(i.contended, constant(pause, burst * SHARE), burst);
      const going = enable
        .and(r.stale.or(r.bad).or(r.asking).not())
        .and(issued.ready)
        .and(r.since.ge(due))
        .and(r.next.ne(inBursts(tail)))
        .and(r.claimed.lt(commands * bursts));
      when(going, () => {
        const after = r.next.add(1);
        r.next.next = select(after.eq(inBursts(entries)), 0, after);
        r.asking.next = 1;
        r.asked.next = base.add(r.next.extend(ADDRESS_BITS).shl(Math.log2(burst * busBytes)));
        r.since.next = 1;
      }).elsewhen(r.since.lt(burst * SHARE), () => {
        r.since.next = r.since.add(1);
      });

      // Answers.
      i.r.ready = current.valid;
      current.ready = i.r.valid.and(i.r.payload.last);
      const keeping = i.r.fire.and(enable).and(r.stale.or(r.bad).not());
      const bad = i.r.payload.resp.asUint().bit(1);
      const good = keeping.and(bad.not());
      const whole = beats === 1 ? good : good.and(r.beat.eq(beats - 1));
      when(keeping.and(bad), () => {
        r.bad.next = 1;
        r.badAddress.next = current.payload;
      });
      when(good, () => {
        buffer.write({
          address: r.filling,
          data: cat(...Array.from({ length: beats }, () => i.r.payload.data)).expectWidth(COMMAND_BITS),
          mask: beats === 1 ? 1 : constant(uint(beats), 1).shl(r.beat),
        });
        r.beat.next = beats === 1 ? 0 : r.beat.add(1);
      });
      when(whole, () => {
        r.filling.next = r.filling.add(1);
      });

      // Commands.
      r.claimed.next = r.claimed.add(going.asUint().extend(roomBits)).sub(selectAs(uint(roomBits), given, bursts, 0));
      when(whole.and(given.not()), () => {
        r.held.next = r.held.add(1);
      }).elsewhen(given.and(whole.not()), () => {
        r.held.next = r.held.sub(1);
      });
      when(given, () => {
        r.first.next = r.first.add(1);
        r.head.next = select(r.head.eq(entries.sub(1)), 0, r.head.add(1));
      });

      // Begins anew; what is offered stays.
      r.stale.next = r.asking.or(inFlightNow.ne(0)).and(r.stale.or(enable.not()));
      when(enable.not(), () => {
        const stays = offered.and(given.not());
        r.head.next = 0;
        r.next.next = 0;
        r.claimed.next = selectAs(uint(roomBits), stays, bursts, 0);
        r.held.next = stays.asUint().extend(slotBits + 1);
        r.filling.next = r.first.add(offered.asUint().extend(slotBits));
        r.beat.next = 0;
        r.bad.next = 0;
      });

      return {
        ar: {
          valid: r.asking,
          payload: { id, addr: r.asked, len: burst - 1, size: sizeCode(busBytes), burst: BURST_INCR },
        },
        command: { valid: offered, payload: buffer.readNow({ address: r.first }) },
        head: r.head,
        failed: r.bad.and(offered.not()),
        address: r.badAddress,
      };
    },
  );
};
