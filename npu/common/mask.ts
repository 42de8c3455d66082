/** Parts of words: which of them are written, and where they begin. */
import { cat, constant, fill, pack, uint, type UInt } from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';

/** `width` bits of which the low `count` are 1 (all, from `width` up). */
export function lowOnes<W extends number>(count: UInt, width: W): UInt<W> {
  return constant(uint(width), (1n << BigInt(width)) - 1n)
    .shl(count)
    .not();
}

/** `width` bits, of which `count` are 1 from bit `beat` · `size` on. */
export function onesFromBeat(count: UInt, beat: UInt, size: number, width: number): UInt {
  return lowOnes(count, width).shl(beat.mul(constant(uint(countBits(size)), size)));
}

/** Words side by side, the first one lowest. */
export const sideBySide = (words: readonly UInt[]): UInt => cat(...words.toReversed());

/** `count` copies of some bits side by side. */
export function repeat(bits: UInt, count: number): UInt {
  return pack(fill(count, uint(bits.width), bits));
}

/** A number of bytes as a number of bits. */
export const inBits = (bytes: UInt): UInt => bytes.extend<number>(bytes.width + 3).shl(3);
