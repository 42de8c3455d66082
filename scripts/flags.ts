/**
 * Flags whose values are checked as strictly as their messages promise: yargs alone takes `1e3`, `0x10`, lists and
 * nothing at all.
 */
import type { Options } from 'yargs';
import { UsageError } from './failure.ts';
import { showDashes } from './lone-dash.ts';

export interface FlagText {
  readonly describe: string;
  readonly group?: string;
  /** What stands for the value where the flag is not given, for the help. */
  readonly otherwise?: string;
}

/** The one text that a flag was given. @throws UsageError for a repeated or empty one. */
export function single(flag: string, given: unknown): string {
  if (Array.isArray(given)) throw new UsageError(`--${flag} is given ${given.length} times`, 'give it once');
  if (typeof given !== 'string' || given === '')
    throw new UsageError(`--${flag} has no value`, 'write it after the flag');
  return showDashes(given);
}

/** What all flags with a value have in common. */
export function base({ describe, group, otherwise }: FlagText) {
  // Read as text, so that no digit of a number is lost before it is checked.
  return {
    type: 'string',
    requiresArg: true,
    describe,
    ...(group === undefined ? {} : { group }),
    ...(otherwise === undefined ? {} : { defaultDescription: otherwise }),
  } as const;
}

/** A flag that takes a text, such as a file's name. */
export function textFlag(flag: string, text: FlagText) {
  return { ...base(text), coerce: (given: unknown): string => single(flag, given) } satisfies Options;
}

/** A flag that names a file to write, whose ending (where it has one) says the format. */
export function fileFlag(flag: string, endings: readonly string[], text: FlagText) {
  return {
    ...base(text),
    coerce: (given: unknown): string => {
      const path = single(flag, given);
      if (path === '-')
        throw new UsageError(`--${flag} is -, and the report goes to stdout`, 'name a file, ./- for one called so');
      const [ending] = /\.[^./\\]+$/.exec(path) ?? [];
      if (ending !== undefined && !endings.includes(ending))
        throw new UsageError(
          `--${flag} is ${path}, and ${ending} is no format that it can be written in`,
          `end it with ${endings.join(' or ')}`,
        );
      return path;
    },
  } satisfies Options;
}

export interface WholeNumber {
  readonly least: number;
  readonly most: number;
  readonly powerOfTwo?: boolean;
}

/** A flag that takes a decimal whole number within its range. */
export function numberFlag(flag: string, { least, most, powerOfTwo = false }: WholeNumber, text: FlagText) {
  return {
    ...base(text),
    coerce: (given: unknown): number => {
      const written = single(flag, given);
      const value = /^-?\d+$/.test(written) ? Number(written) : NaN;
      const fits = value >= least && value <= most && (!powerOfTwo || Number.isInteger(Math.log2(value)));
      if (!fits)
        throw new UsageError(
          `--${flag} is ${written}`,
          `give a ${powerOfTwo ? 'power of two' : 'whole number'} from ${least} to ${most} (${text.describe})`,
        );
      return value;
    },
  } satisfies Options;
}

/** A flag that takes one of a few words. */
export function wordFlag<const W extends string>(flag: string, words: readonly W[], text: FlagText) {
  return {
    ...base({ ...text, describe: `${text.describe}: ${words.join(', ')}` }),
    coerce: (given: unknown): W => {
      const written = single(flag, given);
      const word = words.find((one) => one === written);
      if (word === undefined) throw new UsageError(`--${flag} is ${written}`, `give one of ${words.join(', ')}`);
      return word;
    },
  } satisfies Options;
}

/** A flag that is given or not. */
export function switchFlag(describe: string) {
  return { type: 'boolean', describe } as const satisfies Options;
}
