/**
 * The instruction set: the only place where operations, their fields and their meaning stand. The decoder in hardware,
 * the assembler, the disassembler and the documentation are all made from this table.
 *
 * A command is 64 bytes in the ring, little-endian: the header, then from bit 64 on the operation's fields, each on a
 * byte boundary, in the order given here. A command issues when every semaphore it waits for is above 0, and takes one
 * from each; it adds one to each it signals when its last write is visible. A command with a fault signals nothing.
 */
import type { Shape } from '../../hdl/index.ts';
import { dmaFields } from '../dma/job.ts';
import { gemmFields } from '../matrix/job.ts';
import { arrayLayouts, placeText } from '../matrix/layout.ts';
import { requantiseFields } from '../vector/job.ts';

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

/** Units with a queue of their own. */
export const units = ['load', 'store', 'matrix', 'vector'] as const;
export type Unit = (typeof units)[number];

/** From the least value to the most, both of them included. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export interface OperationSpec {
  readonly code: number;
  /** Who carries it out; `control` is the dispatcher itself, in order. */
  readonly unit: Unit | 'control';
  readonly fields: Readonly<Record<string, Shape>>;
  /** Of fields that may not have every value that fits their bits. */
  readonly limits?: Readonly<Record<string, Range>>;
  /** What is wrong with fields that fit one by one, and the remedy; null where nothing is. */
  readonly rule?: (fields: Readonly<Record<string, number>>) => string | null;
  /** What it does, as a loop nest. */
  readonly meaning: string;
}

const array = { rows: 'R', cols: 'C' };
const [ws, os] = [arrayLayouts(array, 'ws'), arrayLayouts(array, 'os')];

/** What an int8 or a uint8 can be. */
const RESULTS: Range = { least: -128, most: 255 };

export const operations = {
  nop: { code: 0, unit: 'control', fields: {}, meaning: ';' },
  fence: { code: 1, unit: 'control', fields: {}, meaning: 'wait until every queue is empty and every unit idle' },
  interrupt: { code: 2, unit: 'control', fields: {}, meaning: 'irqStatus.0 = 1; irqTag = tag' },
  load: {
    code: 16,
    unit: 'load',
    fields: dmaFields,
    meaning: `for i in 0..lines: for x in 0..lineBytes:
  memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes] = dram[dram + i*stride + x]`,
  },
  store: {
    code: 17,
    unit: 'store',
    fields: dmaFields,
    meaning: `for i in 0..lines: for x in 0..lineBytes:
  dram[dram + i*stride + x] = memory[space][local + i*lineStep + (x / pieceBytes)*pieceStep].byte[x % pieceBytes]`,
  },
  gemm: {
    code: 32,
    unit: 'matrix',
    fields: gemmFields,
    meaning: `for j in 0..n: for i in 0..m:
  s = 0
  for l in 0..k: s += (A[i][l] - aZero) * (B[l][j] - bZero)       // 9 × 9 bits
  ${placeText(ws.c, 'acc', 'c')} = s + (accumulate ? the lane before : 0)
in 32 bits, where a zero point is a value of its operand's type. What an engine adds up of k before
it adds it to the lane fits: all of k, which is then at most 32767 (systolic, outputs stationary; single), or R values
of l at a time, one sum after the other (systolic, weights stationary).
What wraps when it is added to the lane sets bit 0 of overflow.
with A[i][l] = ${placeText(ws.a, 'spm', 'a')} (ws) or ${placeText(os.a, 'spm', 'a')} (os),
     B[l][j] = ${placeText(ws.b, 'spm', 'b')}`,
  },
  requantise: {
    code: 48,
    unit: 'vector',
    fields: requantiseFields,
    limits: { shift: { least: -31, most: 31 }, zero: RESULTS, low: RESULTS, high: RESULTS },
    rule: ({ low = 0, high = 0 }) =>
      low <= high ? null : `low is ${low} and high is ${high}; give a low that is not above high`,
    meaning: `for j in 0..n: for i in 0..m:
  x = ${placeText(ws.c, 'acc', 'from')}
  (mult, sh) = perChannel ? acc[parameters + 2*(j / C) + {0, 1}].lane[j % C] : (multiplier, shift)
  ${placeText(ws.c, 'spm', 'to')} = clamp(T2(x, mult, sh) + zero, low, high)
with T2(x, mult, sh) = divide(highMul(x << max(sh, 0), mult), max(-sh, 0)),     // sh is -31 to 31
     x << n in 32 bits: where it wraps it sets bit 1 of overflow,
     highMul(a, b) = min(floor((a*b + 2^30) / 2^31), 2^31 - 1),
     divide(h, d) = h / 2^d, to the nearest, ties away from zero`,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;

export type OperationName = keyof typeof operations;
