/**
 * A queue of its own making; `fifo` of the language does the same. A word can leave from the cycle after it came, and
 * one can come and one leave in every cycle.
 */
import { module, regs, select, sram, stream, uint, when, type UInt } from 'systole/hdl';

/** @param depth words, at least 2 */
export const Fifo = (depth: number) => {
  const bits = Math.ceil(Math.log2(depth));
  return module('fifo', { in: { words: stream(uint(8)) }, out: { out: stream(uint(8)) } }, ({ words }, { out }) => {
    const places = sram('places', { depth, word: uint(8), readDuringWrite: 'old' });
    const r = regs({ head: uint(bits), tail: uint(bits), count: uint(bits + 1) });
    const after = (at: UInt): UInt => select(at.eq(depth - 1), 0, at.add(1));
    const isValid = r.count.ne(0);
    words.ready = r.count.ne(depth);
    const leaves = isValid.and(out.ready);
    when(words.fire, () => {
      places.write({ address: r.tail, data: words.payload });
      r.tail.next = after(r.tail);
    });
    when(leaves, () => {
      r.head.next = after(r.head);
    });
    when(words.fire.and(leaves.not()), () => {
      r.count.next = r.count.add(1);
    }).elsewhen(leaves.and(words.fire.not()), () => {
      r.count.next = r.count.sub(1);
    });
    return { out: { valid: isValid, payload: places.readNow({ address: r.head }) } };
  });
};
