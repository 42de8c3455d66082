/** What the checkers of AXI4 and of AXI4-Lite have in common. */
import { assert, bit, delay, pack, reg, struct, uint, when, type Bit, type Shape } from '../../../hdl/index.ts';
import { countBits } from '../../../hdl/lib/bits.ts';

/** A channel as a bystander sees it; a stream's handle is one. */
export interface Watched<T> {
  readonly valid: Bit;
  readonly ready: Bit;
  readonly payload: T;
}

/** The same as the type of a port. */
export const watched = <T, I>(payload: Shape<T, I>) => struct({ valid: bit, ready: bit, payload });
export const implies = (condition: Bit, holds: Bit): Bit => condition.not().or(holds);
export const moves = ({ valid, ready }: Watched<unknown>): Bit => valid.and(ready);

/** A3.2.1: VALID, once high, stays so with the same payload until the transfer. */
export function stable(name: string, channel: Watched<unknown>): void {
  const key = name.toLowerCase();
  const payload = pack(channel.payload);
  const waiting = delay(`${key}_waiting`, channel.valid.and(channel.ready.not()));
  assert(implies(waiting, channel.valid), `${name}: VALID must stay high until READY`);
  assert(
    implies(waiting, payload.eq(delay(`${key}_offered`, payload))),
    `${name}: the payload must not change while VALID waits for READY`,
  );
}

/** Counts `more` up and `less` down; asserts that no more than `limit` remain. The result: whether any are left. */
export function counted(
  name: string,
  { more, less, limit, message }: { more: Bit; less: Bit; limit: number; message: string },
): Bit {
  const count = reg(name, uint(countBits(limit)));
  assert(implies(more.and(less.not()), count.lt(limit)), message);
  when(more.and(less.not()), () => {
    count.next = count.add(1);
  }).elsewhen(less.and(more.not()).and(count.ne(0)), () => {
    count.next = count.sub(1);
  });
  return count.any();
}
