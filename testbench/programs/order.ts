/** Gives the commands of a program the semaphores and fences that its hazards ask for. */
import type { NpuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { operations, SEMAPHORES } from '../../npu/isa/operations.ts';
import { unitNames, type Unit } from '../../npu/isa/units.ts';
import { conflict, touchesOf } from '../../npu/compiler/touches.ts';

/** Signals that may wait in a semaphore at once: one more would be a fault. */
const MOST = 15;
const pairs = unitNames.flatMap((from) => unitNames.filter((to) => to !== from).map((to) => `${from} ${to}`));

type Placed = Command & { wait: number[]; signal: number[] };

/**
 * The commands in their order, so that each that must come after another of a different unit waits for it. Eight pairs
 * of units have a semaphore each, chosen by `shuffle` (twelve numbers); the others, and a semaphore that could
 * overflow, get a fence. `eager` commands, by index, wait for the last command of every unit that they have a semaphore
 * with, needed or not.
 */
export function ordered(
  config: NpuConfig,
  commands: readonly Command[],
  shuffle: readonly number[],
  eager: ReadonlySet<number>,
): Command[] {
  const byChoice = pairs.map((pair, i) => [pair, shuffle[i] ?? i] as const).sort(([, a], [, b]) => a - b);
  const semaphores = new Map(byChoice.slice(0, SEMAPHORES).map(([pair], s) => [pair, s]));
  const done: Command[] = [];
  /** Since the last fence: the commands of each unit, and how many signals each semaphore has had. */
  let since: {
    readonly command: Placed;
    readonly unit: Unit;
    readonly index: number;
    readonly touches: ReturnType<typeof touchesOf>;
  }[] = [];
  let [counts, signals]: [Partial<Record<Unit, number>>, Map<number, number>] = [{}, new Map()];
  /** By pair of units, up to which command of the first the second has waited. */
  let reached = new Map<string, number>();

  const fence = (): void => {
    done.push({ operation: 'fence', tag: 0xff00, fields: {} });
    [since, counts, signals, reached] = [[], {}, new Map(), new Map()];
  };
  for (const [at, command] of commands.entries()) {
    const { unit } = operations[command.operation];
    if (unit === 'control') {
      if (command.operation === 'fence') fence();
      else done.push(command);
      continue;
    }
    const touches = touchesOf(config, command);
    /** The last command of each other unit that this one has to wait for. */
    const needed = (): Map<Unit, (typeof since)[number]> => {
      const found = new Map<Unit, (typeof since)[number]>();
      for (const one of since) {
        const isAsked = eager.has(at) && semaphores.has(`${one.unit} ${unit}`);
        const isNew = one.index > (reached.get(`${one.unit} ${unit}`) ?? -1);
        if (one.unit !== unit && isNew && (isAsked || conflict(one.touches, touches))) found.set(one.unit, one);
      }
      return found;
    };
    const isImpossible = [...needed()].some(([from]) => {
      const s = semaphores.get(`${from} ${unit}`);
      return s === undefined || (signals.get(s) ?? 0) >= MOST;
    });
    if (isImpossible) fence();
    const placed: Placed = { ...command, wait: [], signal: [] };
    for (const [from, one] of needed()) {
      const s = semaphores.get(`${from} ${unit}`);
      if (s === undefined) continue;
      one.command.signal.push(s);
      placed.wait.push(s);
      signals.set(s, (signals.get(s) ?? 0) + 1);
      reached.set(`${from} ${unit}`, one.index);
    }
    const index = counts[unit] ?? 0;
    counts[unit] = index + 1;
    since.push({ command: placed, unit, index, touches });
    done.push(placed);
  }
  return done;
}
