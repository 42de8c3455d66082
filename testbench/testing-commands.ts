/** Commands of a small program written by hand, for tests that change one thing of them. */
import { bank } from '../npu/compiler/allocator.ts';
import type { Command } from '../npu/isa/assembler.ts';

/** A copy of two lines of 8 bytes between DRAM and the start of the scratchpad. */
export const copyFields = {
  dram: 8192,
  lines: 2,
  lineBytes: 8,
  stride: 8,
  space: 'scratchpad',
  local: 0,
  pieceBytes: 8,
  lineStep: 1,
  pieceStep: 1,
  onError: 'abort',
} as const;

export const gemmFields = {
  dataflow: 'ws',
  accumulate: 0,
  a: 0,
  b: bank(1),
  c: 0,
  m: 2,
  n: 2,
  k: 2,
  aZero: 0,
  bZero: 0,
  aUnsigned: 0,
  bUnsigned: 0,
  aFold: 2,
  aWidth: 0,
  aStep: 1,
  aRow: 0,
  bFold: 2,
  cFold: 2,
} as const;

/** A sum to requantise. */
export const requantiseFields = {
  from: 0,
  fromFold: 1,
  to: bank(4),
  toFold: 1,
  toRow: 1,
  n: 1,
  width: 1,
  m: 1,
  parameters: 0,
  perChannel: 0,
  multiplier: 1 << 30,
  shift: 0,
  rounding: 'double',
  zero: 0,
  low: -128,
  high: 127,
  planes: 1,
  fromPlane: 0,
  combine: 'largest',
  digit: 'none',
} as const;

/** A byte of two pictures to add. */
export const elementwiseFields = {
  from: 0,
  fromFold: 1,
  fromRow: 1,
  other: bank(1),
  otherFold: 1,
  otherRow: 1,
  to: bank(4),
  toFold: 1,
  toRow: 1,
  n: 1,
  width: 1,
  m: 1,
  operator: 'add',
  fromZero: 0,
  otherZero: 0,
  unsigned: 0,
  leftShift: 0,
  fromMultiplier: 1 << 30,
  fromShift: 1,
  otherMultiplier: 1 << 30,
  otherShift: 1,
  multiplier: 1 << 30,
  shift: 1,
  rounding: 'double',
  zero: 0,
  low: -128,
  high: 127,
} as const;

/** A byte to look up. */
export const lookupFields = {
  from: 0,
  fromFold: 1,
  fromRow: 1,
  to: bank(4),
  toFold: 1,
  toRow: 1,
  n: 1,
  width: 1,
  m: 1,
} as const;

/** A window of one line of the picture, for one result. */
const windowFields = {
  from: 0,
  fromFold: 1,
  fromRow: 1,
  width: 1,
  height: 1,
  fromZero: 0,
  unsigned: 0,
  to: bank(4),
  toFold: 1,
  toRow: 1,
  n: 1,
  kernelHeight: 1,
  kernelWidth: 1,
  strideY: 1,
  strideX: 1,
  top: 0,
  left: 0,
  outHeight: 1,
  outWidth: 1,
  rounding: 'away',
  zero: 3,
  low: -128,
  high: 127,
} as const;
export const poolFields = { ...windowFields, reduction: 'sum', multiplier: 1 << 30, shift: 0 } as const;
export const depthwiseFields = { ...windowFields, weights: bank(1), parameters: 0 } as const;

/** A place with one channel, whose softmax is 1. */
export const softmaxFields = { ...lookupFields, unsigned: 0, parameters: 0, zero: -128, low: -128, high: 127 } as const;

/** How a program ends. */
export const endCommands: readonly Command[] = [
  { operation: 'fence', tag: 98, fields: {} },
  { operation: 'interrupt', tag: 99, fields: {} },
];
