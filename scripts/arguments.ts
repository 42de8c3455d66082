/** Arguments of commands, beside their flags. */
import type { PositionalOptions } from 'yargs';
import { UsageError } from './failure.ts';
import { showDashes } from './lone-dash.ts';

export function textArgument(describe: string) {
  return { type: 'string', describe, coerce: showDashes } as const satisfies PositionalOptions;
}

function fileName(given: string): string {
  if (given === '') throw new UsageError('the name of a file is empty', 'give the path of one');
  return showDashes(given);
}

/** A file to read. */
export function fileArgument(describe: string) {
  return { type: 'string', describe, coerce: fileName } as const satisfies PositionalOptions;
}

/** Files to read, at least one. */
export function fileArguments(describe: string) {
  return {
    type: 'string',
    array: true,
    demandOption: true,
    describe,
    coerce: (given: readonly string[]): readonly string[] => given.map(fileName),
  } as const satisfies PositionalOptions;
}
