/**
 * Command fetch: reads commands from the ring in DRAM, one after another, while `head` differs from `tail`.
 *
 * Interface: `ring` (64-byte aligned base, number of entries, tail: the entry after the last command, of those that
 * there are), AXI reads, and the commands as a stream. `head` is the entry that is read next. A bus error stops it
 * for good (`failed`, until `enable` goes low); `address` is then that of the burst that failed.
 *
 * Timing: the read of a command begins two cycles after the one before was taken. A command is 64 bytes, never crosses
 * 4 KiB, and is read in one burst, or in several where the longest burst is shorter.
 *
 * Invariants: the stream rules hold on `ar` and `command` whatever the host writes: a command's address is taken down
 * when its reading begins. Where `enable` goes low while one is read, the burst is taken to its end and the command
 * dropped; one that is offered already stays so, for its taker to drop.
 */
import { assert, bit, fsm, module, pack, regs, select, stream, struct, uint, vec, when } from '../../hdl/index.ts';
import { BURST_INCR, sizeCode } from '../../hdl/lib/axi.ts';
import { addressChannel, ADDRESS_BITS, readDataChannel } from '../common/axi.ts';
import type { NpuConfig } from '../config.ts';
import { COMMAND_BITS, COMMAND_BYTES } from '../isa/operations.ts';

/** Bits of an entry's number. */
export const ENTRY_BITS = 16;
export const ring = struct({
  enable: bit,
  base: uint(ADDRESS_BITS),
  entries: uint(ENTRY_BITS),
  tail: uint(ENTRY_BITS),
});

export const CommandFetch = ({ busBytes, maxBurst }: Pick<NpuConfig, 'busBytes' | 'maxBurst'>, id: 0 | 1) => {
  const beats = COMMAND_BYTES / busBytes;
  // A power of two, so that whole bursts make a command.
  const burst = Math.min(beats, 2 ** Math.floor(Math.log2(maxBurst)));
  return module(
    'command_fetch',
    {
      in: { ring, r: stream(readDataChannel(busBytes)) },
      out: {
        ar: stream(addressChannel),
        command: stream(uint(COMMAND_BITS)),
        head: uint(ENTRY_BITS),
        failed: bit,
        address: uint(ADDRESS_BITS),
      },
    },
    (i, o) => {
      assert(i.ring.enable.not().or(i.ring.tail.lt(i.ring.entries)), 'a tail that the ring does not have');
      const state = fsm(['idle', 'request', 'receive', 'deliver', 'failed'], { reset: 'idle' });
      const r = regs({
        head: uint(ENTRY_BITS),
        beat: uint(5),
        command: vec(beats, uint(busBytes * 8)),
        bad: bit,
        /** Of the burst. */
        address: uint(ADDRESS_BITS),
        /** `enable` was low since the reading began. */
        stale: bit,
      });
      const { payload } = i.r;
      state.cases({
        idle: () =>
          when(i.ring.enable.and(r.head.ne(i.ring.tail)), () => {
            r.beat.next = 0;
            r.bad.next = 0;
            r.stale.next = 0;
            r.address.next = i.ring.base.add(r.head.extend(ADDRESS_BITS).shl(Math.log2(COMMAND_BYTES)));
            state.goto('request');
          }),
        request: () => when(o.ar.ready, () => state.goto('receive')),
        receive: () => {
          i.r.ready = 1;
          when(i.r.fire, () => {
            r.command.next = r.command.with(r.beat, payload.data);
            r.beat.next = r.beat.add(1);
            const bad = r.bad.or(payload.resp.asUint().bit(1));
            r.bad.next = bad;
            when(payload.last, () =>
              when(r.stale.or(i.ring.enable.not()), () => state.goto('idle'))
                .elsewhen(bad, () => state.goto('failed'))
                .elsewhen(r.beat.eq(beats - 1), () => state.goto('deliver'))
                .otherwise(() => {
                  r.address.next = r.address.add(burst * busBytes);
                  state.goto('request');
                }),
            );
          });
        },
        deliver: () =>
          when(o.command.ready, () => {
            r.head.next = select(r.head.eq(i.ring.entries.sub(1)), 0, r.head.add(1));
            state.goto('idle');
          }),
        failed: () => {},
      });
      when(i.ring.enable.not(), () => {
        r.head.next = 0;
        r.stale.next = 1;
      });
      when(i.ring.enable.not().and(state.is('failed')), () => state.goto('idle'));
      return {
        ar: {
          valid: state.is('request'),
          payload: { id, addr: r.address, len: burst - 1, size: sizeCode(busBytes), burst: BURST_INCR },
        },
        command: { valid: state.is('deliver'), payload: pack<typeof COMMAND_BITS>(r.command) },
        head: r.head,
        failed: state.is('failed'),
        address: r.address,
      };
    },
  );
};
