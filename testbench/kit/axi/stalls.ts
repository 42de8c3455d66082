/**
 * Random stalls, made in hardware so that every engine and the exported Verilog see the same ones.
 *
 * Timing: the generator steps every cycle, whether or not anything moves, so that stalls do not depend on the traffic.
 * Invariant: a generator never reaches 0, where it would stay.
 */
import { constant, bit, reg, uint, when, type Bit, type UInt } from '../../../hdl/index.ts';

/** The channels of AXI4. */
export const channels = ['ar', 'r', 'aw', 'w', 'b'] as const;
export type Channel = (typeof channels)[number];

/** How often a channel stalls, out of 256 cycles: one figure for all channels, or one each (0 where missing). */
export type Stall = number | Readonly<Partial<Record<Channel, number>>>;

/** Bits of how often a channel stalls. */
export const STALL_BITS = 8;

/** 256 would stop the channel for good. */
export const stallRange = { least: 0, most: 2 ** STALL_BITS - 1 } as const;

/** The same for one channel. */
export const stallOf = (stall: Stall, channel: Channel): number =>
  typeof stall === 'number' ? stall : (stall[channel] ?? 0);

/** The register that makes a channel's random numbers. */
export const randomOf = (channel: Channel): string => `${channel}_random`;

/**
 * A non-zero start that differs between channels (the finaliser of MurmurHash3, so that near seeds give far starts).
 */
export function randomStart(seed: number, channel: Channel): number {
  let h = seed | 0;
  for (const letter of channel) h = Math.imul(h ^ (letter.codePointAt(0) ?? 0), 0x01000193) + 0x9e3779b9;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0 || 1;
}

/**
 * 1 in the cycles in which `channel` may move, at random (Marsaglia's xorshift32, shifts 13, 17, 5); always 1 without
 * stalls.
 * @param stall cycles out of 256, or a signal of {@link STALL_BITS} bits that says so
 */
export function mayMove(channel: Channel, stall: number | UInt<typeof STALL_BITS>, seed: number): Bit {
  if (stall === 0) return constant(bit, 1);
  const state = reg(randomOf(channel), uint(32), { reset: randomStart(seed, channel) });
  const a = state.xor(state.shl(13));
  const b = a.xor(a.shr(17));
  const step = (): void => {
    state.next = b.xor(b.shl(5));
  };
  // Where stalls are possible but not wanted, nothing needs to be worked out.
  if (typeof stall === 'number') step();
  else when(stall.any(), step);
  return state.truncate(STALL_BITS).ge(stall);
}
