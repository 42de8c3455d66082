/** A matrix engine as the rest of the NPU sees it, whichever it is. */
import { counter, type UnitSpec } from '../common/unit.ts';
import { gemmFields, gemmJob } from './job.ts';
import { layoutsInText, placeText } from './layout.ts';

const { ws, os } = layoutsInText;

export const matrixUnit = {
  title: 'matrix engine',
  jobs: 4,
  job: gemmJob,
  fields: gemmFields,
  operations: {
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
  },
  counters: {
    matrixBusy: counter('busy', 0x8c, 'the same for the matrix engine'),
    matrixWaits: counter(
      'waits',
      0xb0,
      'cycles in which the matrix engine had no command, and its next one waited for a semaphore',
    ),
    arrayActive: counter(
      'event',
      0x94,
      'cycles from the first to the last in which the array held a live operand, summed over jobs',
    ),
  },
  wraps: { sums: 'an addition in the accumulator' },
} as const satisfies UnitSpec;
