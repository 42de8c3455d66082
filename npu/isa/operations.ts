/**
 * The instruction set: the only place where operations, their fields and their meaning stand. The decoder in hardware, the assembler,
 * the disassembler and the documentation are all made from this table.
 *
 * A command is 64 bytes in the ring, little-endian. Bits 0-7 are the operation, 16-31 a tag for messages, 32-47 a mask of semaphores to
 * wait for and 48-63 a mask to signal; fields follow from bit 64 on, each on a byte boundary, in the order given here. A command issues
 * when every semaphore it waits for is above 0, and takes one from each; it adds one to each it signals when its last write is visible.
 * A command with a fault signals nothing.
 */
import type { Shape } from '../../hdl/index.ts';
import { dmaFields } from '../dma/job.ts';
import { gemmFields } from '../systolic/job.ts';
import { requantiseFields } from '../vector/job.ts';

export const COMMAND_BYTES = 64;
export const COMMAND_BITS = COMMAND_BYTES * 8;
/** Counting semaphores, of {@link SEMAPHORE_BITS} bits each. */
export const SEMAPHORES = 8;
export const SEMAPHORE_BITS = 4;

/** The header's fields: bit offsets and widths. */
export const header = {
  operation: { at: 0, width: 8 }, tag: { at: 16, width: 16 }, wait: { at: 32, width: 16 }, signal: { at: 48, width: 16 },
} as const;
export const FIELDS_AT = 64;

/** Units with a queue of their own. */
export const units = ['load', 'store', 'matrix', 'vector'] as const;
export type Unit = (typeof units)[number];

export interface OperationSpec {
  readonly code: number;
  /** Who carries it out; `control` is the dispatcher itself, in order. */
  readonly unit: Unit | 'control';
  readonly fields: Readonly<Record<string, Shape>>;
  /** What it does, as a loop nest. */
  readonly meaning: string;
}

export const operations = {
  nop: { code: 0, unit: 'control', fields: {}, meaning: ';' },
  fence: { code: 1, unit: 'control', fields: {}, meaning: 'wait until every queue is empty and every unit idle' },
  interrupt: { code: 2, unit: 'control', fields: {}, meaning: 'irq_status.done = 1; irq_tag = tag' },
  load: {
    code: 16, unit: 'load', fields: dmaFields,
    meaning: `for i in 0..lines: for x in 0..lineBytes:
  memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes] = dram[dram + i*stride + x]`,
  },
  store: {
    code: 17, unit: 'store', fields: dmaFields,
    meaning: `for i in 0..lines: for x in 0..lineBytes:
  dram[dram + i*stride + x] = memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]`,
  },
  gemm: {
    code: 32, unit: 'matrix', fields: gemmFields,
    meaning: `for n in 0..n: for m in 0..m:
  s = 0
  for k in 0..k: s += (A[m][k] - aZero) * (B[k][n] - bZero)       // 9 × 9 bits, summed in 32 bits that wrap
  acc[c + (n / C)*m_total + m].lane[n % C] = s + (accumulate ? the lane before : 0)
with A[m][k] = spm[a + (k / R)*m_total + m].byte[k % R] (ws) or spm[a + (m / R)*k_total + k].byte[m % R] (os),
     B[k][n] = spm[b + (n / C)*k_total + k].byte[n % C]`,
  },
  requantise: {
    code: 48, unit: 'vector', fields: requantiseFields,
    meaning: `for n in 0..n: for m in 0..m:
  x = acc[from + (n / C)*m_total + m].lane[n % C]
  (mult, sh) = perChannel ? acc[parameters + 2*(n / C) + {0, 1}].lane[n % C] : (multiplier, shift)
  spm[to + (n / C)*m_total + m].byte[n % C] = clamp(T2(x, mult, sh) + zero, low, high)`,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export type OperationName = keyof typeof operations;
