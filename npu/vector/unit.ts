/** The vector unit as the rest of the NPU sees it. */
import { counter, type Range, type UnitSpec } from '../common/unit.ts';
import {
  depthwiseFields,
  elementwiseFields,
  loadTableFields,
  lookupFields,
  operationNames,
  poolFields,
  requantiseFields,
  softmaxFields,
  vectorFields,
  vectorImplied,
  vectorJob,
} from './job.ts';

/** What an int8 or a uint8 can be. */
const RESULTS: Range = { least: -128, most: 255 };

const scaleLimits = { zero: RESULTS, low: RESULTS, high: RESULTS };
const SHIFTS: Range = { least: -31, most: 31 };
const shiftLimits = { shift: SHIFTS };
const inOrder = ({ low = 0, high = 0 }: Readonly<Record<string, number>>): string | null =>
  low <= high ? null : `low is ${low} and high is ${high}; give a low that is not above high`;
const implied = (operation: (typeof operationNames)[number]) => ({ operation: operationNames.indexOf(operation) });

/** The loops over windows. */
const windows = (body: string): string => `for j in 0..n: for v in 0..outHeight: for u in 0..outWidth: f = j / C
  over all ky in 0..kernelHeight, kx in 0..kernelWidth with y = v*strideY - top + ky, x = u*strideX - left + kx
  where 0 <= y < height and 0 <= x < width, and byte = spm[from + f*fromFold + y*fromRow + x].byte[j % C]:
${body}`;
const limits = 'outWidth is 128 at most';
const result = 'spm[to + f*toFold + v*toRow + u].byte[j % C]';

/** The loops over elements, and line i of a picture whose place's fields begin with `name`. */
const elements = 'for j in 0..n: for i in 0..m: f = j / C';
const elementOf = (name: string): string =>
  `spm[${name} + f*${name}Fold + (i / width)*${name}Row + i % width].byte[j % C]`;
const inPlace = `Lines of results may take the place of operands, each that of its own; no other line is read that the same command
writes.`;

/** How a sum becomes a smaller number, by the field `rounding`. */
const rounds = `with round(v, mult, sh) by rounding, where e = v*mult / 2^(31 - sh) exactly, and sh is -31 to 31:
     double: divide(highMul(v << max(sh, 0), mult), max(-sh, 0))
     up: floor(e + 1/2); away, even: e to the nearest, ties away from zero or to the even one; down: floor(e);
     float: single(single(v)*mult) / 2^(31 - sh) to the nearest, ties to the even one;
     these at the nearest end of 32 bits where they do not fit, as is single(v),
     single(x) = x to 24 significant bits, to the nearest, ties to the even one,
     v << n in 32 bits, as is x + bias: where one of them wraps it sets bit 1 of overflow,
     highMul(a, b) = min(floor((a*b + 2^30) / 2^31), 2^31 - 1),
     divide(h, d) = h / 2^d, to the nearest, ties away from zero`;

export const vectorUnit = {
  title: 'vector unit',
  jobs: 1,
  job: vectorJob,
  fields: vectorFields,
  implied: vectorImplied,
  operations: {
    requantise: {
      code: 48,
      unit: 'vector',
      fields: requantiseFields,
      implied: implied('requantise'),
      limits: { ...shiftLimits, ...scaleLimits },
      rule: inOrder,
      meaning: `for j in 0..n: for i in 0..m: f = j / C
  x[p] = acc[from + f*fromFold + p*fromPlane + i].lane[j % C] for p in 0..planes
  x = combine is largest ? the largest of them : (...(x[0] << 8) + x[1] << 8) + ... in 32 bits
  (bias, mult, sh) = perChannel ? acc[parameters + 3*f + {0, 1, 2}].lane[j % C] : (0, multiplier, shift)
  spm[to + f*toFold + (i / width)*toRow + i % width].byte[j % C] =
    digit is none ? clamp(round(x + bias, mult, sh) + zero, low, high) :
    digit is high ? w >> 8 : (w & 255) - 128, with w the nearest number of 16 bits to round(x + bias, mult, sh)
${rounds}`,
    },
    depthwise: {
      code: 49,
      unit: 'vector',
      fields: depthwiseFields,
      implied: implied('depthwise'),
      limits: scaleLimits,
      rule: inOrder,
      meaning: `${windows(`    s += (byte - fromZero) * spm[weights + (f*kernelHeight + ky)*kernelWidth + kx].byte[j % C]    // from s = 0`)}
  (bias, mult, sh) = acc[parameters + 3*f + {0, 1, 2}].lane[j % C]
  ${result} = clamp(round(s + bias, mult, sh) + zero, low, high)
with round as for requantise; bytes of weights are signed, those of the picture where unsigned is 0, and fromZero is a
value of their type. ${limits}, and the kernel 16 × 12.`,
    },
    pool: {
      code: 50,
      unit: 'vector',
      fields: poolFields,
      implied: implied('pool'),
      limits: { ...shiftLimits, ...scaleLimits },
      rule: inOrder,
      meaning: `${windows(`    s += byte - fromZero, from s = 0; h = the largest byte, or -256`)}
  ${result} =
    reduction is sum ? clamp(round(s, multiplier, shift) + zero, low, high) : clamp(h, low, high)
with round as for requantise; bytes are signed where unsigned is 0, and fromZero is a value of their type.
${limits}.`,
    },
    elementwise: {
      code: 52,
      unit: 'vector',
      fields: elementwiseFields,
      implied: implied('elementwise'),
      limits: {
        fromShift: SHIFTS,
        otherShift: SHIFTS,
        leftShift: { least: 0, most: 30 },
        ...shiftLimits,
        ...scaleLimits,
      },
      rule: inOrder,
      meaning: `${elements}
  x = ${elementOf('from')} - fromZero
  y = ${elementOf('other')} - otherZero
  v = operator of
    add, sub: round(x << leftShift, fromMultiplier, fromShift) +, - round(y << leftShift, otherMultiplier, otherShift)
    mul: x * y
    min, max: the lesser or the greater of x and y
  ${elementOf('to')} = clamp(round(v, multiplier, shift) + zero, low, high)
with round as for requantise; bytes are signed where unsigned is 0. What is shifted left and the sum v are of 32 bits:
where one wraps it sets bit 1 of overflow.
${inPlace}`,
    },
    lookup: {
      code: 53,
      unit: 'vector',
      fields: lookupFields,
      implied: implied('lookup'),
      meaning: `${elements}
  ${elementOf('to')} = table[x]
with x = ${elementOf('from')}, 0 to 255.
${inPlace}`,
    },
    loadTable: {
      code: 54,
      unit: 'vector',
      fields: loadTableFields,
      implied: implied('loadTable'),
      meaning: `for e in 0..256: table[e] = spm[from + e / C].byte[e % C]
The table is the vector unit's own, and stays until another one is loaded. Before the first it holds zeros.`,
    },
    softmax: {
      code: 55,
      unit: 'vector',
      fields: softmaxFields,
      implied: implied('softmax'),
      limits: scaleLimits,
      rule: inOrder,
      meaning: `for i in 0..m:
  x[j] = spm[from + f*fromFold + (i / width)*fromRow + i % width].byte[j % C], with f = j / C, for j in 0..n
  h = the largest of x
  e[j] = acc[parameters + (h - x[j]) / P].lane[(h - x[j]) % P], with P the largest power of two that is not above C
  s = the sum of divide(e[j], 12) over j; z = the zeros before the first 1 of its 32 bits, at the most 32
  q = (s << z) / 2; v = 1515870810 + highMul(q, -1010580540)
  three times v = v + fit(4 * highMul(v, 2^29 - highMul(q, v)))
  spm[to + f*toFold + (i / width)*toRow + i % width].byte[j % C] =
    clamp(divide(highMul(fit(2 * v), e[j]), 35 - z) + zero, low, high)
where bytes are signed if unsigned is 0, sums and differences are of 32 bits, and fit gives the nearest number that is;
highMul and divide as for requantise.
${inPlace}`,
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
  wraps: { shifts: 'in the vector unit, a sum with its bias, a sum of two elements, or what was shifted left' },
} as const satisfies UnitSpec;
