/** `--bias`, `--requantise` and `--rounding`: what a product begins with, and what becomes of its sums. */
import type { Options } from 'yargs';
import { quantisedMultiplier, singleMultiplier } from '../npu/graph/scales.ts';
import { roundingNames, type Rounding } from '../npu/vector/job.ts';
import { UsageError } from './failure.ts';
import { inputName, readInput } from './files.ts';
import { base, single, wordFlag } from './flags.ts';
import { readNpyWords } from './npy.ts';

/** One scale for all columns. */
export interface Scale {
  readonly rounding: Rounding;
  readonly multiplier: number;
  readonly shift: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

/** As it is written: with a multiplier and a shift, or with a real factor. */
type Written = Pick<Scale, 'zero' | 'low' | 'high'> &
  ({ readonly factor: number } | Pick<Scale, 'multiplier' | 'shift'>);

const text = {
  group: 'The product:',
  describe:
    '8-bit results instead of sums: FACTOR,ZERO[,LOW,HIGH], or for a factor of multiplier · 2^(shift − 31) MULTIPLIER,SHIFT,ZERO[,LOW,HIGH]',
  otherwise: 'the sums',
};
const remedy =
  'give two numbers, FACTOR,ZERO, with a factor from 0 to less than 2^30, or three whole ones, MULTIPLIER,SHIFT,ZERO, ' +
  'and two more for the least and the most';

const isFactor = (written: string): boolean => /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(written);
const isWhole = (written: string): boolean => /^-?\d+$/.test(written);

export const requantiseFlag = {
  ...base(text),
  coerce: (given: unknown): Written => {
    const written = single('requantise', given);
    const parts = written.split(',');
    const [first, ...others] = parts.map(Number);
    const [count, whole] = [parts.length, parts.slice(1).every(isWhole)];
    const [zero = NaN, low = -128, high = 127] = count % 2 === 0 ? others : others.slice(1);
    if (first !== undefined && whole) {
      if ((count === 3 || count === 5) && parts.every(isWhole))
        return { multiplier: first, shift: others[0] ?? NaN, zero, low, high };
      if ((count === 2 || count === 4) && isFactor(parts[0] ?? '') && first < 2 ** 30)
        return { factor: first, zero, low, high };
    }
    throw new UsageError(`--requantise is ${written}`, remedy);
  },
} satisfies Options;

export const roundingFlag = wordFlag('rounding', roundingNames, {
  group: 'The product:',
  describe: 'with --requantise, how a sum times the factor becomes a whole number',
  otherwise: "double, TFLite's; ONNX Runtime's is float",
});

/** What the two flags ask for; null for sums. @throws UsageError */
export function scaleOf(written: Written | undefined, rounding: Rounding | undefined): Scale | null {
  if (written === undefined) {
    if (rounding !== undefined)
      throw new UsageError(`--rounding is ${rounding} without --requantise`, 'give both, or neither');
    return null;
  }
  const how = rounding ?? 'double';
  if (!('factor' in written)) return { rounding: how, ...written };
  const { factor, zero, low, high } = written;
  const multiplied = how === 'float' ? singleMultiplier(factor) : quantisedMultiplier(factor);
  return { rounding: how, ...multiplied, zero, low, high };
}

/** The flags that ask for a scale. */
export const scaleText = ({ rounding, multiplier, shift, zero, low, high }: Scale): string =>
  `--requantise ${[multiplier, shift, zero, low, high].join()} --rounding ${rounding}`;

/** What the bytes of a result are. */
export const typeOf = ({ high }: Scale): 'int8' | 'uint8' => (high > 127 ? 'uint8' : 'int8');

/** Sums to begin with: m × n of them in the file, or n, which all rows have. @throws UsageError */
export function biasFrom(path: string, m: number, n: number): Int32Array {
  const { shape, data } = readNpyWords(readInput(path), inputName(path));
  if (data.length === m * n) return data;
  if (data.length !== n)
    throw new UsageError(`${inputName(path)} is ${shape.join(' × ')}`, `give ${m} × ${n}, or ${n} for every row`);
  return Int32Array.from({ length: m * n }, (_, at) => data[at % n] ?? 0);
}
