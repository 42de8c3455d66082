/**
 * The instruction set: the dispatcher's own operations and those of the units. The decoder in hardware, the assembler,
 * the disassembler and the documentation are all made from this table.
 *
 * A command is 64 bytes in the ring, little-endian: the header, then from bit 64 on the operation's fields, each on a
 * byte boundary, where layout.ts puts it. A command issues when every semaphore it waits for is above 0, and takes one
 * from each; it adds one to each it signals when its last write is visible. A command with a fault signals nothing.
 */
import type { OperationSpec } from '../common/unit.ts';
import { unitOperations, type Unit } from './units.ts';

export const COMMAND_BYTES = 64;
export const COMMAND_BITS = COMMAND_BYTES * 8;
/** Counting semaphores, of {@link SEMAPHORE_BITS} bits each. */
export const SEMAPHORES = 8;
export const SEMAPHORE_BITS = 4;

/** The header's fields: bit offsets and widths. `wait` and `signal` have a bit for each semaphore. */
export const header = {
  operation: { at: 0, width: 8 },
  tag: { at: 16, width: 16 },
  wait: { at: 32, width: SEMAPHORES },
  signal: { at: 48, width: SEMAPHORES },
} as const;
/** The rest of the header: must be 0. */
export const reserved = [
  { at: 8, width: 8 },
  { at: 32 + SEMAPHORES, width: 16 - SEMAPHORES },
  { at: 48 + SEMAPHORES, width: 16 - SEMAPHORES },
] as const;
export const FIELDS_AT = 64;

export const operations = {
  nop: { code: 0, unit: 'control', fields: {}, meaning: ';' },
  fence: { code: 1, unit: 'control', fields: {}, meaning: 'wait until every queue is empty and every unit idle' },
  interrupt: { code: 2, unit: 'control', fields: {}, meaning: 'irqStatus.0 = 1; irqTag = tag' },
  ...unitOperations,
} as const satisfies Readonly<Record<string, OperationSpec & { readonly unit: Unit | 'control' }>>;

export type OperationName = keyof typeof operations;
