/**
 * Random stalls, made in hardware so that every engine and the exported Verilog see the same ones.
 *
 * Timing: the generator steps every cycle, whether or not anything moves, so that stalls do not depend on the traffic.
 * Invariant: a generator never reaches 0, where it would stay.
 */
import { constant, bit, reg, uint, type Bit } from '../../hdl/index.ts';

/** The channels of AXI4. */
export type Channel = 'ar' | 'r' | 'aw' | 'w' | 'b';

/** How often a channel stalls, out of 256 cycles: one figure for all channels, or one each (0 where missing). */
export type Stall = number | Readonly<Partial<Record<Channel, number>>>;

/** A non-zero start that differs between channels (the finaliser of MurmurHash3, so that near seeds give far starts). */
function start(seed: number, name: string): number {
  let h = seed | 0;
  for (const letter of name) h = Math.imul(h ^ (letter.codePointAt(0) ?? 0), 0x01000193) + 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0 || 1;
}

/**
 * 1 in the cycles in which `channel` may move, at random (Marsaglia's xorshift32, shifts 13, 17, 5); always 1 without stalls.
 * @throws RangeError unless the stall is 0 to 255: 256 would stop the channel for good.
 */
export function mayMove(channel: Channel, stall: Stall, seed: number): Bit {
  const probability = typeof stall === 'number' ? stall : stall[channel] ?? 0;
  if (!Number.isInteger(probability) || probability < 0 || probability > 255) throw new RangeError(`a stall of ${probability} out of 256: 0 to 255 are possible`);
  if (probability === 0) return constant(bit, 1);
  const state = reg(`${channel}_random`, uint(32), { reset: start(seed, channel) });
  const a = state.xor(state.shl(13));
  const b = a.xor(a.shr(17));
  state.next = b.xor(b.shl(5));
  return state.truncate(8).ge(probability);
}
