/**
 * The commands that a unit has been given and has not ended, of each its tag and what it signals, in order: a unit ends
 * its commands in the order in which it was given them.
 */
import { named, reg, select, uint, when, type Bit, type UInt } from '../../hdl/index.ts';
import { countBits } from '../../hdl/lib/bits.ts';
import { SEMAPHORES } from '../isa/operations.ts';

export interface Kept {
  readonly tag: UInt<16>;
  readonly signal: UInt<typeof SEMAPHORES>;
}

export interface InFlight {
  /** There is one. */
  readonly busy: Bit;
  /** There are as many as the unit can have. */
  readonly full: Bit;
  /** The one that ends next. */
  readonly oldest: Kept;
  /** In this cycle one is given to the unit if `enters`, and the oldest ends if `ends`. */
  step(enters: Bit, entering: Kept, ends: Bit): void;
  /** From the next cycle on none of them signals anything. After {@link step}. */
  silence(): void;
}

/** At most `most` commands, named after their unit. */
export function inFlight(unit: string, most: number): InFlight {
  const count = reg(`${unit}_jobs`, uint(countBits(most)));
  const slots = Array.from({ length: most }, (_, slot) => {
    const name = slot === 0 ? unit : `${unit}_${slot}`;
    return { tag: reg(`${name}_tag`, uint(16)), signal: reg(`${name}_signal`, uint(SEMAPHORES)) };
  });
  const [oldest] = slots;
  if (oldest === undefined) throw new RangeError('a unit can have a command');
  return {
    busy: named(`${unit}_busy`, count.ne(0)),
    full: count.eq(most),
    oldest,
    step(enters, entering, ends) {
      const left = select(ends, count.sub(1), count);
      count.next = select(enters, left.add(1), left);
      for (const [slot, { tag, signal }] of slots.entries()) {
        const after = slots[slot + 1];
        if (after !== undefined)
          when(ends, () => {
            tag.next = after.tag;
            signal.next = after.signal;
          });
        when(enters.and(left.eq(slot)), () => {
          tag.next = entering.tag;
          signal.next = entering.signal;
        });
      }
    },
    silence() {
      for (const { signal } of slots) signal.next = 0;
    },
  };
}
