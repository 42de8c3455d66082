/** Machines: an enumerated register and one case for every state. */
import type { Place } from '../ir/types.ts';
import { current } from './builder.ts';
import { match } from './control.ts';
import { here } from './place.ts';
import { enumeration } from './shapes.ts';
import { reg } from './state.ts';
import type { Bit, Enum } from './types.ts';

export interface Fsm<L extends string> {
  /** The current state. */
  readonly state: Enum<L>;
  is(state: NoInfer<L>): Bit;
  /** From the next cycle on. */
  goto(state: NoInfer<L>): void;
  /** What happens in each state; every one has its case, once. */
  cases(cases: { readonly [K in NoInfer<L>]: () => void }): void;
}

/** A machine over `states` that begins, and is reset, in `reset`; its register is called `name`. */
export function fsm<const L extends string>(states: readonly L[], options: { readonly reset: NoInfer<L>; readonly name?: string }): Fsm<L> {
  const builder = current('a machine');
  const name = options.name ?? 'state';
  const state = reg(name, enumeration(name, states), { reset: options.reset });
  let given: Place | null = null;
  return {
    state,
    is: (label) => state.is(label),
    goto(label) { state.next = label; },
    cases(cases) {
      if (given !== null) {
        builder.report({ code: 'E0007', message: `machine ${name} gets its cases twice`, help: 'put everything into one cases(…)', places: [{ what: 'again', place: here() }, { what: 'first', place: given }] });
        return;
      }
      given = here();
      match(state, cases);
    },
  };
}
