/**
 * Whether a program's semaphores and fences order all that must be ordered, whatever the timing: no run is needed to
 * find a wait that is missing.
 *
 * A unit's commands run in order. Where one unit gives a semaphore and one unit takes it, its k-th taker comes after
 * its k-th giver. What follows from that, and from fences, is the least that every run keeps.
 */
import type { NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { operations } from '../../npu/isa/operations.ts';
import { conflict, touchesOf } from './touches.ts';

/** By unit, how many of its commands have ended. */
type Clock = Readonly<Record<string, number>>;
/** Who takes a semaphore, and how often so far. */
interface Taker {
  readonly unit: string;
  count: number;
}
const later = (a: Clock, b: Clock): Clock => {
  const both: Record<string, number> = { ...a };
  for (const [unit, count] of Object.entries(b)) both[unit] = Math.max(both[unit] ?? 0, count);
  return both;
};

/**
 * What is wrong with a program, a line each: pairs of commands that nothing orders, by their tags, and semaphores that
 * do not come out even.
 */
export function hazardsOf(config: NpuConfig, commands: readonly Command[]): string[] {
  const problems: string[] = [];
  const counts: Record<string, number> = {};
  /** By unit, what has ended once its last command has. */
  let ended: Record<string, Clock> = {};
  let fenced: Clock = {};
  const given: { readonly unit: string; readonly clock: Clock }[][] = [];
  const takers: Record<number, Taker> = {};
  const before: {
    readonly command: Command;
    readonly unit: string;
    readonly index: number;
    readonly touches: ReturnType<typeof touchesOf>;
  }[] = [];

  for (const command of commands) {
    const { unit } = operations[command.operation];
    if (unit === 'control') {
      if (command.operation === 'fence') fenced = { ...counts };
      continue;
    }
    let known = later(fenced, ended[unit] ?? {});
    for (const s of command.wait ?? []) {
      const taker: Taker = (takers[s] ??= { unit, count: 0 });
      const giver = given[s]?.[taker.count++];
      if (taker.unit !== unit) problems.push(`semaphore ${s} is taken by ${taker.unit} and ${unit}`);
      if (giver === undefined)
        problems.push(`command ${command.tag} waits for semaphore ${s}, which no command before it gives`);
      else known = later(known, giver.clock);
    }
    const touches = touchesOf(config, command);
    for (const one of before) {
      if (one.unit === unit || (known[one.unit] ?? 0) > one.index || !conflict(one.touches, touches)) continue;
      problems.push(
        `nothing orders commands ${one.command.tag} (${one.command.operation}) and ${command.tag} (${command.operation})`,
      );
    }
    const index = counts[unit] ?? 0;
    counts[unit] = index + 1;
    before.push({ command, unit, index, touches });
    const clock = later(known, { [unit]: index + 1 });
    ended = { ...ended, [unit]: clock };
    for (const s of command.signal ?? []) {
      const givers = (given[s] ??= []);
      if (givers.some((other) => other.unit !== unit)) problems.push(`semaphore ${s} is given by two units`);
      givers.push({ unit, clock });
    }
  }
  given.forEach((givers, s) => {
    const [all, taken] = [givers.length, takers[s]?.count ?? 0];
    if (all !== taken) problems.push(`semaphore ${s} is given ${all} times and taken ${taken} times`);
  });
  return problems;
}
