/** `--bias` and `--requantise`: what a product begins with, and what becomes of its sums. */
import type { Options } from 'yargs';
import { UsageError } from './failure.ts';
import { inputName, readInput } from './files.ts';
import { base, single } from './flags.ts';
import { readNpyWords } from './npy.ts';

/** One scale for all columns. */
export interface Scale {
  readonly multiplier: number;
  readonly shift: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

const text = {
  group: 'The product:',
  describe:
    '8-bit results instead of sums: MULTIPLIER,SHIFT,ZERO[,LOW,HIGH], as TFLite scales them (multiplier · 2^(shift − 31))',
  otherwise: 'the sums',
};

export const requantiseFlag = {
  ...base(text),
  coerce: (given: unknown): Scale => {
    const written = single('requantise', given);
    const numbers = /^-?\d+(,-?\d+){2}(,-?\d+,-?\d+)?$/.test(written) ? written.split(',').map(Number) : [];
    const [multiplier, shift, zero, low = -128, high = 127] = numbers;
    if (multiplier === undefined || shift === undefined || zero === undefined)
      throw new UsageError(
        `--requantise is ${written}`,
        'give three whole numbers, MULTIPLIER,SHIFT,ZERO, and two more for the least and the most',
      );
    return { multiplier, shift, zero, low, high };
  },
} satisfies Options;

export const requantiseText = ({ multiplier, shift, zero, low, high }: Scale): string =>
  [multiplier, shift, zero, low, high].join();

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
