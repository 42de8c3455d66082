/**
 * A queue of bytes: takes any number of them up to `chunkBytes`, gives any number up to `wantBytes`. It is what
 * realigns.
 *
 * Interface: `chunk` brings the low `bytes` (1 to chunkBytes) bytes of `data`. `taken` gives the oldest `want` bytes,
 * zeros above them, once there are as many; 0 asks for nothing. `want` must hold while `taken` waits. `clear` empties
 * the queue; what comes in that cycle is lost.
 *
 * Timing: a byte can leave in the cycle after it came. A chunk comes and bytes leave in each cycle, whatever their
 * sizes, as long as there are as many of either: `chunk.ready` looks at the chunk's size, and at `taken.ready`, in the
 * same cycle.
 *
 * Invariant: bytes of the register past the fill are 0, so that a new chunk is ORed in.
 */
import { bit, constant, module, regs, select, stream, struct, uint, when } from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';
import { inBits, lowOnes } from '../common/mask.ts';

export const chunk = (bytes: number) => struct({ data: uint(bytes * 8), bytes: uint(countBits(bytes)) });

/** @param sizes of chunks, and of what is taken, in bytes at the most */
export function ByteQueue({ chunkBytes, wantBytes }: { readonly chunkBytes: number; readonly wantBytes: number }) {
  const most = chunkBytes + wantBytes;
  const fillBits = countBits(most);
  const [width, wantWidth] = [most * 8, wantBytes * 8];
  return module(
    'dma_byte_queue',
    {
      in: { clear: bit, chunk: stream(chunk(chunkBytes)), want: uint(countBits(wantBytes)) },
      out: { taken: stream(uint(wantWidth)) },
    },
    (i, o) => {
      const r = regs({ held: uint(width), fill: uint(fillBits) });
      const wanted = i.want.extend(fillBits);
      const valid = i.want.ne(0).and(wanted.le(r.fill));
      const going = valid.and(o.taken.ready);
      const rest = select(going, r.fill.sub(wanted), r.fill);
      // Of short chunks there is room for more: that of another long one would come late.
      const room = constant(uint(fillBits), most).sub(i.chunk.payload.bytes.extend(fillBits));
      i.chunk.ready = rest.le(room);
      const coming = i.chunk.fire;

      when(i.clear, () => {
        r.held.next = 0;
        r.fill.next = 0;
      }).elsewhen(coming.or(going), () => {
        const { data, bytes } = i.chunk.payload;
        const kept = select(going, r.held.shr(inBits(i.want)), r.held);
        const added = data
          .and(lowOnes(inBits(bytes), chunkBytes * 8))
          .extend(width)
          .shl(inBits(rest));
        r.held.next = select(coming, kept.or(added), kept);
        r.fill.next = select(coming, rest.add(bytes.extend(fillBits)), rest);
      });
      return { taken: { valid, payload: r.held.truncate(wantWidth).and(lowOnes(inBits(i.want), wantWidth)) } };
    },
  );
}
