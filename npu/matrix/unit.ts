/** A matrix engine as the rest of the NPU sees it, whichever it is. */
import { counter, type UnitSpec } from '../common/unit.ts';
import { gemmFields, gemmJob } from './job.ts';
import { layoutsInText, placeText } from './layout.ts';

const { ws, os } = layoutsInText;
const ofA = { fold: 'aFold', width: 'aWidth', step: 'aStep', row: 'aRow' };

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
  ${placeText(ws.c, 'acc', 'c', { fold: 'cFold' })} = s + (accumulate ? the lane before : 0)
in 32 bits, where a zero point is a value of its operand's type. What an engine adds up of k before
it adds it to the lane fits: all of k, which is then at most 32767 (systolic, outputs stationary; single), or R values
of l at a time, one sum after the other (systolic, weights stationary).
What wraps when it is added to the lane sets bit 0 of overflow.
with A[i][l] = ${placeText(ws.a, 'spm', 'a', ofA)} (ws)
            or ${placeText(os.a, 'spm', 'a', ofA)} (os),
     B[l][j] = ${placeText(ws.b, 'spm', 'b', { fold: 'bFold' })}.
An aWidth of 0 stands for 65536: all lines of a fold are in one row. A and B lie in a bank each: what leaves the bank of
a, or of b, is a line that does not exist. Without gaps aFold is m (ws) or k (os), aWidth 0, aStep 1, aRow 0, bFold k
and cFold m.`,
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
