/**
 * Puts steps in the order in which their units could begin them: what a layer makes first is used by the next layer
 * while the rest is made, and weights come in ahead of time.
 *
 * A list schedule: again and again, of all steps that nothing keeps back any more, the one that can begin first; of
 * those that can begin at the same time the one that somebody waits for first, in program order. Units work through
 * their steps one by one.
 */
import { unitNames, type Unit } from '../../isa/units.ts';
import type { Accesses } from '../region.ts';
import { precedenceOf } from './precedence.ts';

export interface Timed extends Accesses {
  readonly unit: Unit;
  readonly cycles: number;
}

/** A step, and when it is expected to be worked on. */
export interface Placed<S> {
  readonly step: S;
  readonly start: number;
  readonly end: number;
}

/** Cycles from the end of a step to the beginning of one of another unit that waits for it, about. */
const SIGNAL = 4;

export function listSchedule<S extends Timed>(steps: readonly S[]): Placed<S>[] {
  const before = precedenceOf(steps);
  const followers: number[][] = steps.map(() => []);
  before.forEach((list, index) => {
    for (const other of list) followers[other]?.push(index);
  });
  const wanted = followers.map((list, index) =>
    list.reduce((least, one) => Math.min(least, one), list.length === 0 ? index : Infinity),
  );
  const left = before.map((list) => list.length);
  /** From when on nothing keeps a step back. */
  const free = steps.map(() => 0);
  const ready = new Map<Unit, number[]>(unitNames.map((unit) => [unit, []]));
  const idleFrom = new Map<Unit, number>();
  const enter = (index: number): void => {
    const step = steps[index];
    if (step !== undefined) ready.get(step.unit)?.push(index);
  };
  left.forEach((count, index) => {
    if (count === 0) enter(index);
  });

  const placed: Placed<S>[] = [];
  while (placed.length < steps.length) {
    const next = first(ready, (unit, index) => ({
      index,
      start: Math.max(idleFrom.get(unit) ?? 0, free[index] ?? 0),
      wanted: wanted[index] ?? index,
    }));
    const step = steps[next.index];
    if (step === undefined) throw new RangeError('steps wait for each other in a circle');
    const end = next.start + step.cycles;
    const list = ready.get(step.unit) ?? [];
    list.splice(list.indexOf(next.index), 1);
    idleFrom.set(step.unit, end);
    placed.push({ step, start: next.start, end });
    for (const follower of followers[next.index] ?? []) {
      const signal = steps[follower]?.unit === step.unit ? 0 : SIGNAL;
      free[follower] = Math.max(free[follower] ?? 0, end + signal);
      const count = (left[follower] ?? 1) - 1;
      left[follower] = count;
      if (count === 0) enter(follower);
    }
  }
  return placed.sort((one, other) => one.start - other.start);
}

interface Candidate {
  readonly index: number;
  readonly start: number;
  /** The first step that waits for it, or itself. */
  readonly wanted: number;
}

/** Of all steps that are ready, the one that comes next. */
function first(ready: ReadonlyMap<Unit, readonly number[]>, of: (unit: Unit, index: number) => Candidate): Candidate {
  let best: Candidate = { index: -1, start: Infinity, wanted: Infinity };
  for (const [unit, list] of ready) {
    for (const index of list) {
      const one = of(unit, index);
      if (one.start < best.start || (one.start === best.start && one.wanted < best.wanted)) best = one;
    }
  }
  return best;
}
