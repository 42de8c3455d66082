/** The vector unit as the rest of the NPU sees it. */
import { counter, type Range, type UnitSpec } from '../common/unit.ts';
import { layoutsInText, placeText } from '../matrix/layout.ts';
import { requantiseFields, requantiseJob } from './job.ts';

const { ws } = layoutsInText;

/** What an int8 or a uint8 can be. */
const RESULTS: Range = { least: -128, most: 255 };

export const vectorUnit = {
  title: 'vector unit',
  jobs: 1,
  job: requantiseJob,
  fields: requantiseFields,
  operations: {
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
  },
  counters: {
    vectorBusy: counter('busy', 0x90, 'the same for the vector unit'),
    vectorWaits: counter(
      'waits',
      0xb4,
      'cycles in which the vector unit had no command, and its next one waited for a semaphore',
    ),
  },
  wraps: { shifts: 'a sum that was shifted left to be requantised' },
} as const satisfies UnitSpec;
