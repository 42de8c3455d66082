/** The command line: its commands, and how anything that goes wrong is said. */
import yargs from 'yargs';
import { commands } from './commands.ts';
import { Complaint, explain, wordOf } from './complaint.ts';
import { exitStatus, type ExitStatus } from './failure.ts';
import { hideDashes, showDashes } from './lone-dash.ts';
import { packageVersion } from './version.ts';

/** Runs a command line; what it has to say goes to stdout, and to stderr what went wrong. */
export async function main(args: readonly string[]): Promise<number> {
  let status: ExitStatus = exitStatus.ok;
  try {
    const line = yargs(hideDashes(onlyHelp(args) ?? args))
      .scriptName('systole')
      // By itself yargs would look where it is installed: in the user's project.
      .version(packageVersion())
      .usage('$0 <command>\n\nA neural processing unit at register-transfer level: run it, measure it, look at it.');
    const end = (reached: ExitStatus): void => {
      status = reached;
    };
    for (const one of commands) one.addTo(line, end);
    await line
      .demandCommand(1, 'no command is given; see systole --help')
      // Names are as they are written: no --busBytes, no --no-rows, no --a.b.
      .parserConfiguration({
        'camel-case-expansion': false,
        'boolean-negation': false,
        'dot-notation': false,
        'parse-positional-numbers': false,
      })
      .strict()
      .locale('en')
      .updateStrings({
        string: 'value',
        'Not enough arguments following: %s': '--%s has no value; write it after the flag',
      })
      .wrap(Math.min(120, process.stdout.isTTY ? process.stdout.columns : 100))
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        throw error ?? new Complaint(message ?? '');
      })
      .parseAsync();
  } catch (error) {
    const { describeFailure } = await import('./describe-failure.ts');
    const failure = describeFailure(isComplaint(error) ? await explain(error, args, commands) : error);
    process.stderr.write(`${showDashes(failure.text)}\n`);
    return failure.status;
  }
  return status;
}

/** What yargs finds wrong itself, and a flag's own complaint, which arrives as yargs' kind of error. */
const isComplaint = (error: unknown): error is Error =>
  error instanceof Complaint || (error instanceof Error && error.name === 'YError');

/** Who asks for help or the version wants nothing else of the command line looked at: then the words that are. */
function onlyHelp(args: readonly string[]): readonly string[] | null {
  const end = args.indexOf('--');
  const asked = (end < 0 ? args : args.slice(0, end)).find((arg) => arg === '--help' || arg === '--version');
  if (asked === undefined) return null;
  const command = commands.map(wordOf).find((name) => args.includes(name));
  return command === undefined ? [asked] : [command, asked];
}
