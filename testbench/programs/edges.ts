/** Programs with less order than they need, for tests of what finds that. */
import type { Command } from '../../npu/isa/assembler.ts';

/** The command that gives the signal which a command takes; undefined where none does. */
export function giverOf(commands: readonly Command[], waiter: number, s: number): number | undefined {
  const earlier = commands.slice(0, waiter).filter(({ wait }) => wait?.includes(s)).length;
  return [...commands.entries()].filter(([, { signal }]) => signal?.includes(s))[earlier]?.[0];
}

/** The commands without one wait, and without the signal that it takes. */
export function withoutEdge(commands: readonly Command[], waiter: number, s: number): Command[] {
  const giver = giverOf(commands, waiter, s);
  const less = (list: readonly number[] = []): readonly number[] => list.filter((one) => one !== s);
  return commands.map((command, index) => ({
    ...command,
    ...(index === waiter ? { wait: less(command.wait) } : {}),
    ...(index === giver ? { signal: less(command.signal) } : {}),
  }));
}
