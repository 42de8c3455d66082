/** A command of the command line, whatever its flags are. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Described } from './complaint.ts';
import { UsageError, type ExitStatus } from './failure.ts';

export interface Command extends Described {
  readonly describe: string;
  /** Adds it to a command line; `end` is told how it went. */
  addTo(yargs: Argv, end: (status: ExitStatus) => void): Argv;
}

/** What yargs makes of `build` is what `run` is given. */
export function command<F>(spec: {
  readonly name: string;
  readonly describe: string;
  readonly build: (yargs: Argv) => Argv<F>;
  readonly run: (given: ArgumentsCamelCase<F>) => ExitStatus | Promise<ExitStatus>;
}): Command {
  const { name, describe, build, run } = spec;
  return {
    name,
    describe,
    build,
    addTo: (yargs, end) =>
      yargs.command(name, describe, build, async (given) => {
        checkArguments(given._);
        end(await run(given));
      }),
  };
}

/** What follows a lone `--` passes yargs' check of unknown arguments. @throws UsageError */
function checkArguments([word, ...others]: readonly (string | number)[]): void {
  if (others.length > 0) throw new UsageError(`there is no argument ${others.join(' ')}`, `see systole ${word} --help`);
}
