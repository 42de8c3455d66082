/**
 * A dash alone, which stands for stdin: yargs drops it from a list of arguments, and makes of one argument an empty
 * text. So it gets another in its place, which no command line can hold, and gives the dash back to whoever reads it.
 */
const STAND_IN = '\0-';

export const hideDashes = (args: readonly string[]): readonly string[] =>
  args.map((arg) => (arg === '-' ? STAND_IN : arg));

export const showDashes = (text: string): string => text.replaceAll(STAND_IN, '-');
