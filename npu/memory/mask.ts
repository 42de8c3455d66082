import { constant, fill, pack, uint, type UInt } from '../../hdl/index.ts';

/** `width` bits of which the low `count` are 1 (all, from `width` up). */
export function lowOnes<W extends number>(count: UInt, width: W): UInt<W> {
  return constant(uint(width), (1n << BigInt(width)) - 1n).shl(count).not();
}

/** `count` copies of some bits side by side. */
export function repeat(bits: UInt, count: number): UInt {
  return pack(fill(count, uint(bits.width), bits));
}
