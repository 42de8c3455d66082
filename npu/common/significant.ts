/** Rounding as floating point does it, of whole numbers. */
import { select, type SInt } from '../../hdl/index.ts';

/**
 * `value` to its first `bits` significant bits, two or more: to the nearest, of two the one with an even last bit. Its
 * size is at most 2^(width − 2), so that what is rounded up fits. Combinational.
 */
export function significant<W extends number>(value: SInt<W>, bits: number): SInt<W> {
  // The size, or one less below 0: where that has fewer bits, the value is a power of two, and nothing is rounded.
  const size = select(value.lt(0), value.not(), value);
  // Ones where the bits go: from below the first so many on.
  let goes = size.slice(bits, value.width - 1 - bits);
  for (let distance = 1; distance < goes.width; distance *= 2) goes = goes.or(goes.shr(distance));
  const wide = goes.extend(value.width);
  // The lowest bit that stays, where any goes.
  const last = wide.shl(1).and(wide.not());
  const isOdd = value.asUint().and(last).any();
  const up = wide.shr(1).add(isOdd.asUint().extend(value.width));
  return value.asUint().add(up).and(wide.not()).asSint();
}
