/** Flags that take several values: `4,8,16`, `1..8`, `8..64:8` (to 64 in steps of 8). */
import type { Options } from 'yargs';
import { UsageError } from '../failure.ts';
import { base, single, type FlagText, type WholeNumber } from '../flags.ts';

/** More than anybody lists by hand. */
const MOST_VALUES = 10_000;

function numbersOf(flag: string, part: string, { least, most, powerOfTwo = false }: WholeNumber): readonly number[] {
  const [, first = '', last, by] = /^(\d+)(?:\.\.(\d+)(?::(\d+))?)?$/.exec(part) ?? [];
  const [from, to, step] = [Number(first), Number(last ?? first), Number(by ?? 1)];
  const kind = powerOfTwo ? 'powers of two' : 'whole numbers';
  const remedy = `give ${kind} from ${least} to ${most}, as in ${least},${most} or ${least}..${most}:${Math.max(1, most - least)}`;
  if (first === '' || step === 0 || to < from || (to - from) / step >= MOST_VALUES)
    throw new UsageError(`--${flag} has ${part === '' ? 'an empty value' : part}`, remedy);
  const values = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
  const wrong = values.find((value) => value < least || value > most || (powerOfTwo && (value & (value - 1)) !== 0));
  if (wrong !== undefined) throw new UsageError(`--${flag} has ${wrong}`, remedy);
  return values;
}

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

export function numberListFlag(flag: string, range: WholeNumber, text: FlagText) {
  return {
    ...base(text),
    coerce: (given: unknown): readonly number[] =>
      unique(
        single(flag, given)
          .split(',')
          .flatMap((part) => numbersOf(flag, part.trim(), range)),
      ),
  } as const satisfies Options;
}

export function wordListFlag<const W extends string>(flag: string, words: readonly W[], text: FlagText) {
  return {
    ...base({ ...text, describe: `${text.describe}: ${words.join(', ')}` }),
    coerce: (given: unknown): readonly W[] =>
      unique(
        single(flag, given)
          .split(',')
          .map((part) => {
            const word = words.find((one) => one === part.trim());
            if (word === undefined) throw new UsageError(`--${flag} has ${part}`, `give some of ${words.join(', ')}`);
            return word;
          }),
      ),
  } as const satisfies Options;
}
