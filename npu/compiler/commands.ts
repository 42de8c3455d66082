/** Steps with their semaphores, and tensors with their addresses, as commands. */
import type { Command } from '../isa/assembler.ts';
import { header } from '../isa/operations.ts';
import type { Ordered } from './order.ts';
import type { Step } from './step.ts';

/** Tags that tell commands apart; in a longer program they come again. */
const TAGS = 2 ** header.tag.width;

/** Addresses in DRAM wrap: a block may begin before its picture, at what it does not read. */
const inDram = (address: number): number => (address + 2 ** 32) % 2 ** 32;

/** What every program ends with: all is done and can be seen, and the host is told. */
export const ending = ['fence', 'interrupt'] as const;

/** The commands of a program, and its {@link ending}. `addressOf`: the first byte of a tensor in DRAM. */
export function commandsOf(ordered: readonly Ordered<Step>[], addressOf: (tensor: string) => number): Command[] {
  const bodies = ordered.map((one): Omit<Command, 'tag'> => {
    if (one.kind === 'fence') return { operation: 'fence', wait: [], signal: [], fields: {} };
    const { step, wait, signal } = one;
    if (!('dram' in step)) return { operation: step.operation, wait, signal, fields: step.fields };
    const dram = inDram(addressOf(step.dram.tensor) + step.dram.offset);
    return { operation: step.operation, wait, signal, fields: { dram, ...step.fields } };
  });
  const ends = ending.map((operation): Omit<Command, 'tag'> => ({ operation, wait: [], signal: [], fields: {} }));
  return [...bodies, ...ends].map((body, index) => ({ ...body, tag: index % TAGS }));
}
