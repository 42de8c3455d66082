/**
 * What each unit can be at in a cycle. The first state is the useful one; those that `busy` says of are the cycles with
 * a command, `waits` those before one that waits for a semaphore, as the NPU's own counters have them.
 */
import type { Unit } from '../../npu/isa/units.ts';

export interface StateSpec {
  /** Which of the unit's counters its cycles are part of; null for none of them. */
  readonly counts: 'busy' | 'waits' | null;
  /** For people. */
  readonly meaning: string;
}

/** Of every unit, beside its own. */
const rest = {
  semaphore: { counts: 'waits', meaning: 'its next command waits for a semaphore' },
  idle: { counts: null, meaning: 'no command' },
} as const satisfies Readonly<Record<string, StateSpec>>;

const busy = (meaning: string) => ({ counts: 'busy', meaning }) as const;

export const unitStates = {
  load: {
    moves: busy('a beat arrives'),
    memory: busy('no beat is there: latency or stalls of the memory'),
    blocked: busy('a beat is there, and local memory has not taken those before'),
    ...rest,
  },
  store: {
    moves: busy('a beat leaves'),
    memory: busy('a beat is held back by the bus'),
    blocked: busy('no beat is ready: lines are being read, or the memory has not answered'),
    ...rest,
  },
  matrix: {
    multiplies: busy('operands are in the array'),
    empty: busy('a job begins, or its results leave'),
    ...rest,
  },
  vector: { works: busy('a command is carried out'), ...rest },
} as const satisfies Readonly<Record<Unit, Readonly<Record<string, StateSpec>>>>;

export type UnitStates = typeof unitStates;
export type StateOf<U extends Unit> = keyof UnitStates[U] & string;

/** A unit's states in their order. */
export const statesOf = (unit: Unit): readonly (readonly [name: string, spec: StateSpec])[] =>
  Object.entries<StateSpec>(unitStates[unit]);
