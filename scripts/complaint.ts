/** What yargs found wrong with a command line, as one line of cause and remedy. */
import type { Argv } from 'yargs';
import yargs from 'yargs';
import { slipOf } from '../hdl/diagnostics/nearest.ts';
import { UsageError } from './failure.ts';

/** What is needed of a command to know its flags. */
export interface Described {
  /** With its arguments, as yargs wants them. */
  readonly name: string;
  build(yargs: Argv): Promise<{ getHelp(): Promise<string> }>;
}

/** A complaint of yargs' own, whose remedy is found later. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
}

/** A command's name without its arguments. */
export const wordOf = ({ name }: Described): string => name.replace(/ .*/, '');

/** The error that says what `complaint` means for the command line `args`. */
export async function explain(
  { message }: Error,
  args: readonly string[],
  commands: readonly Described[],
): Promise<UsageError> {
  const command = commands.find((one) => args.includes(wordOf(one)));
  const flags = command === undefined ? [] : await flagsOf(command);
  const close = (given: string): string | undefined => (flags.includes(given) ? given : slipOf(flags, given));
  const help = `see systole ${command === undefined ? '' : `${wordOf(command)} `}--help`;
  // First, because yargs reads it as many flags of one letter, and may complain about any of them.
  const single = args.find((arg) => /^-[a-zA-Z][\w-]/.test(arg))?.replace(/=.*/, '');
  if (single !== undefined) {
    const meant = close(single.slice(1));
    return new UsageError(
      `${single} has one dash`,
      meant === undefined ? `flags have two; ${help}` : `did you mean --${meant}?`,
    );
  }
  const [, argument, given = '', choices = ''] =
    /^Invalid values:\n\s*Argument: (.*?), Given: "(.*?)", Choices: (.*)$/m.exec(message) ?? [];
  if (argument !== undefined) {
    const listed = [...choices.matchAll(/"(.*?)"/g)].map(([, name = '']) => name);
    const meant = slipOf(listed, given);
    return new UsageError(
      `there is no ${argument} ${given}`,
      meant === undefined ? `it is one of ${listed.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  const [cause = '', remedy = help] = message.split('; ');
  const [, listed] = /^Unknown arguments?: (.*)$/.exec(cause) ?? [];
  if (listed === undefined)
    return new UsageError(
      cause.replace(/^[A-Z]/, (letter) => letter.toLowerCase()),
      remedy,
    );
  const unknown = listed.split(', ');
  if (command === undefined) {
    const names = commands.map(wordOf);
    const meant = slipOf(names, unknown[0] ?? '');
    return new UsageError(
      `there is no command ${unknown[0] ?? ''}`,
      meant === undefined ? `the commands are ${names.join(', ')}` : `did you mean ${meant}?`,
    );
  }
  const written = unknown.map(
    (name) =>
      ['--', '-', '']
        .map((dashes) => dashes + name)
        .find((form) => args.some((arg) => arg === form || arg.startsWith(`${form}=`))) ?? name,
  );
  const meant = written
    .map((form, i) => (form.startsWith('-') ? close(unknown[i] ?? '') : undefined))
    .find((name) => name !== undefined);
  return new UsageError(
    `unknown argument${written.length > 1 ? 's' : ''}: ${written.join(', ')}`,
    meant === undefined ? help : `did you mean --${meant}?`,
  );
}

/** The flags of a command, as its help lists them. */
async function flagsOf(command: Described): Promise<string[]> {
  const built = await command.build(yargs([]).locale('en'));
  const help = await built.getHelp();
  return [...help.matchAll(/--([\w-]+)/g)].map(([, name = '']) => name);
}
