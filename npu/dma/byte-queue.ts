/**
 * A queue of bytes, two beats long: takes any number of bytes up to a beat, gives any number up to a beat. It is what
 * realigns.
 *
 * Interface: `chunk` brings the low `bytes` (1 to busBytes) bytes of `data`. `taken` gives the oldest `want` bytes,
 * zeros above them, once there are as many; 0 asks for nothing. `want` must hold while `taken` waits. `clear` empties
 * the queue; what comes in that cycle is lost.
 *
 * Timing: a byte can leave in the cycle after it came. One chunk comes and one leaves each cycle, whatever their sizes:
 * `chunk.ready` looks at `taken.ready` in the same cycle.
 *
 * Invariant: bytes of the register past the fill are 0, so that a new chunk is ORed in.
 */
import { bit, module, regs, select, stream, struct, uint, when } from '../../hdl/index.ts';
import { sizeCode } from '../../hdl/lib/axi.ts';
import { inBits, lowOnes } from '../common/mask.ts';

export const chunk = (busBytes: number) => struct({ data: uint(busBytes * 8), bytes: uint(sizeCode(busBytes) + 1) });

export function ByteQueue(busBytes: number) {
  const countBits = sizeCode(busBytes) + 1;
  const fillBits = countBits + 1;
  const width = busBytes * 8;
  return module(
    'dma_byte_queue',
    {
      in: { clear: bit, chunk: stream(chunk(busBytes)), want: uint(countBits) },
      out: { taken: stream(uint(width)) },
    },
    (i, o) => {
      const r = regs({ held: uint(2 * width), fill: uint(fillBits) });
      const wanted = i.want.extend(fillBits);
      const valid = i.want.ne(0).and(wanted.le(r.fill));
      const going = valid.and(o.taken.ready);
      const rest = select(going, r.fill.sub(wanted), r.fill);
      i.chunk.ready = rest.le(busBytes);
      const coming = i.chunk.fire;

      when(i.clear, () => {
        r.held.next = 0;
        r.fill.next = 0;
      }).elsewhen(coming.or(going), () => {
        const { data, bytes } = i.chunk.payload;
        const kept = select(going, r.held.shr(inBits(i.want)), r.held);
        const added = data
          .and(lowOnes(inBits(bytes), width))
          .extend(2 * width)
          .shl(inBits(rest));
        r.held.next = select(coming, kept.or(added), kept);
        r.fill.next = select(coming, rest.add(bytes.extend(fillBits)), rest);
      });
      return { taken: { valid, payload: r.held.truncate(width).and(lowOnes(inBits(i.want), width)) } };
    },
  );
}
