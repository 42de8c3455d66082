/** Machines: an enumerated register and one case for every state. */
import type { Place } from '../ir/types.ts';
import { current, nameOf } from './builder.ts';
import { match } from './control.ts';
import { listGiven, recordGiven } from './given.ts';
import { noted } from './operand.ts';
import { here } from './place.ts';
import { enumeration } from './shapes.ts';
import { reg } from './state.ts';
import { surface } from './surface.ts';
import type { Bit, Body, Enum } from './types.ts';

export interface Fsm<L extends string> {
  /** The current state, a signal: what `match`, `pick`, `named` and `delay` take, and what an output returns. */
  readonly state: Enum<L>;
  is(state: NoInfer<L>): Bit;
  /** From the next cycle on. */
  goto(state: NoInfer<L>): void;
  /** What happens in each state; every one has its case, once. */
  cases(cases: { readonly [K in NoInfer<L>]: Body }): void;
}

/** A machine over `states` that begins, and is reset, in `reset`; its register is called `name`. */
export function fsm<const L extends string>(
  states: readonly L[],
  options: { readonly reset: NoInfer<L>; readonly name?: string },
): Fsm<L> {
  const builder = current('a machine');
  listGiven(states, 'fsm', "list its states: fsm(['idle', 'run'], { reset: 'idle' })");
  const { reset } = recordGiven(options, 'fsm', "say where it begins: fsm(['idle', 'run'], { reset: 'idle' })");
  const name = nameOf(options.name ?? 'state', 'a machine');
  const state = reg(name, enumeration(name, states), { reset: surface<L>(reset) });
  let given: Place | null = null;
  const machine: Fsm<L> = {
    state,
    is: (label) => state.is(label),
    goto(label) {
      state.next = label;
    },
    cases(cases) {
      if (given !== null) {
        builder.report({
          code: 'E0007',
          message: `machine ${name} gets its cases twice`,
          help: 'put everything into one cases(…)',
          places: [
            { what: 'again', place: here() },
            { what: 'first', place: given },
          ],
        });
        return;
      }
      given = here();
      match(state, cases);
    },
  };
  return noted(machine, { what: `machine ${name}`, remedy: `its current state is a signal: ${name}.state` });
}
