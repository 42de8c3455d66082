/** A command of the command line, whatever its flags are. */
import type { ArgumentsCamelCase, Argv } from 'yargs';
import type { Described } from './complaint.ts';
import { UsageError, type ExitStatus } from './failure.ts';

export interface Command extends Described {
  readonly describe: string;
  /** Adds it to a command line; `end` is told how it went. */
  addTo(yargs: Argv, end: (status: ExitStatus) => void): Argv;
}

/** What a command's module brings: what yargs makes of `build` is what `run` is given. */
interface Work<F> {
  readonly build: (yargs: Argv) => Argv<F>;
  readonly run: (given: ArgumentsCamelCase<F>) => ExitStatus | Promise<ExitStatus>;
}

/** A command whose work is loaded when it is asked for. */
export function command<F>(spec: {
  readonly name: string;
  readonly describe: string;
  readonly load: () => Promise<Work<F>>;
}): Command {
  const { name, describe, load } = spec;
  const build = async (yargs: Argv): Promise<Argv<F>> => (await load()).build(yargs);
  return {
    name,
    describe,
    build,
    addTo: (yargs, end) =>
      yargs.command(name, describe, build, async (given) => {
        checkArguments(given._);
        const { run } = await load();
        end(await run(given));
      }),
  };
}

/** What follows a lone `--` passes yargs' check of unknown arguments. @throws UsageError */
function checkArguments([word, ...others]: readonly (string | number)[]): void {
  if (others.length > 0) throw new UsageError(`there is no argument ${others.join(' ')}`, `see systole ${word} --help`);
}
