/**
 * Whether a program's semaphores and fences order all that must be ordered, whatever the timing: no run is needed to
 * find a wait that is missing. Knows the commands only, not how they were made.
 *
 * A unit's commands run in order. A semaphore's k-th wait takes its k-th signal where its signals come in order, and
 * its waits too: each by the same unit as the one before, or after it for another reason. What follows from that, and
 * from fences, is the least that every run keeps.
 */
import type { NpuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { operations, SEMAPHORE_BITS } from '../isa/operations.ts';
import { unitNames, type Unit } from '../isa/units.ts';
import { dependenciesOf, later, NONE, nothing, type Latest, type Work } from './dependencies.ts';
import { touchesOf } from './touches.ts';

/** Signals that may wait in a semaphore at once: one more would be a fault. */
const LEVEL = 2 ** SEMAPHORE_BITS - 1;

interface Job extends Work {
  readonly command: Command;
  /** What the last fence before it has waited for. */
  readonly fenced: Latest;
}

/** Who gives, or takes, a semaphore: its index among the jobs, and what has ended before it starts. */
interface End {
  readonly index: number;
  readonly unit: Unit;
  readonly before: Latest;
}
const unitIndex = (unit: Unit): number => unitNames.indexOf(unit);
/** What has ended once it has. */
const afterEnd = ({ index, unit, before }: End): Latest => before.with(unitIndex(unit), index);
/** Whether someone is known to have ended. */
const isBefore = (other: End | undefined, known: Latest): boolean =>
  other !== undefined && (known[unitIndex(other.unit)] ?? NONE) >= other.index;

/**
 * What is wrong with a program, a line each: commands that nothing orders, by their tags, of each command the last
 * ones of other units; semaphores that do not come out even, that have too many signals, or whose signals may be taken
 * by others. Takes time with the commands and what they touch.
 */
export function hazardsOf(config: NpuConfig, commands: readonly Command[]): string[] {
  const problems = new Set<string>();
  const jobs = jobsOf(config, commands);
  const dependencies = dependenciesOf(jobs);
  /** By unit, what has ended once its last job has. */
  let ended = unitNames.map(() => nothing);
  const given = new Map<number, End[]>();
  const taken = new Map<number, End[]>();
  const listOf = (lists: Map<number, End[]>, s: number): End[] => {
    const list = lists.get(s) ?? [];
    lists.set(s, list);
    return list;
  };

  jobs.forEach(({ command, unit, fenced }, index) => {
    const own = unitIndex(unit);
    const known = later(ended[own] ?? nothing, fenced);
    const waits = (command.wait ?? []).map((s) => {
      const takers = listOf(taken, s);
      const [giver, last, lastGiver] = [
        given.get(s)?.[takers.length],
        takers.at(-1),
        given.get(s)?.[takers.length - 1],
      ];
      return { s, takers, giver, last, lastGiver, isNew: last !== undefined && last.unit !== unit };
    });
    const after = (some: readonly { readonly giver: End | undefined }[]): Latest =>
      some.reduce((clock, { giver }) => (giver === undefined ? clock : later(clock, afterEnd(giver))), known);
    const before = after(waits);
    // A semaphore that changes hands is not what says that nothing was left in it.
    const beforeNew = after(waits.filter(({ isNew }) => !isNew));
    for (const { s, giver, last, lastGiver, isNew } of waits) {
      if (giver === undefined) {
        problems.add(`command ${command.tag} waits for semaphore ${s}, which no command before it gives`);
      } else if (last !== undefined && lastGiver !== undefined) {
        if (!isBefore(lastGiver, afterEnd(giver))) problems.add(`semaphore ${s} is given by two units`);
        if (isNew && !isBefore(last, beforeNew)) problems.add(`semaphore ${s} is taken by ${last.unit} and ${unit}`);
      }
    }
    const here: End = { index, unit, before };
    for (const { takers } of waits) takers.push(here);
    dependencies[index]?.forEach((other, u) => {
      if (other <= (before[u] ?? NONE)) return;
      const one = jobs[other]?.command;
      problems.add(`nothing orders commands ${one?.tag} (${one?.operation}) and ${command.tag} (${command.operation})`);
    });
    ended = ended.with(own, afterEnd(here));
    for (const s of command.signal ?? []) {
      const givers = listOf(given, s);
      givers.push(here);
      const full = givers.length > LEVEL && !isBefore(taken.get(s)?.[givers.length - 1 - LEVEL], before);
      if (full) problems.add(`semaphore ${s} may be given ${LEVEL + 1} times before it is taken`);
    }
  });
  for (const [s, { length }] of given) {
    const all = taken.get(s)?.length ?? 0;
    if (length !== all) problems.add(`semaphore ${s} is given ${length} times and taken ${all} times`);
  }
  return [...problems];
}

function jobsOf(config: NpuConfig, commands: readonly Command[]): Job[] {
  const jobs: Job[] = [];
  let [last, fenced] = [nothing, nothing];
  for (const command of commands) {
    const { unit } = operations[command.operation];
    if (unit !== 'control') {
      last = last.with(unitIndex(unit), jobs.length);
      jobs.push({ command, unit, fenced, ...touchesOf(config, command) });
    } else if (command.operation === 'fence') fenced = last;
  }
  return jobs;
}
