/** `systole compare`: what differs between runs, and by how much. */
import type { Argv } from 'yargs';
import { fileArguments } from './arguments.ts';
import { comparisonJson } from './compare/json.ts';
import { compare } from './compare/peers.ts';
import { runFile } from './compare/runs.ts';
import { comparisonText } from './compare/text.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { inputName, readInput, STDIN } from './files.ts';
import { switchFlag } from './flags.ts';
import { keptIn } from './kept.ts';

const build = (yargs: Argv) =>
  yargs
    .positional('files', fileArguments('two or more: what --json printed, or the .jsonl files of sweeps; - is stdin'))
    .options({ json: switchFlag('print one JSON object, with all counters and every point') })
    .example('$0 compare before.json after.json', 'two runs side by side')
    .example('$0 compare monday.jsonl friday.jsonl', 'two sweeps, point by point')
    .epilogue(
      'The first file is what the others are compared with. Points of sweeps belong together where all is alike but ' +
        'what each file has one value of.',
    );
type Flags = Awaited<ReturnType<typeof build>['argv']>;

function run({ files, json }: Flags): ExitStatus {
  if (files.length < 2)
    throw new UsageError(
      'there is one file to compare',
      'give two or more, - for stdin: systole compare a.json b.json',
    );
  if (files.indexOf(STDIN) !== files.lastIndexOf(STDIN))
    throw new UsageError('stdin is given more than once', 'name a file for each of the others');
  const found = compare(
    files.map((path) => {
      const name = inputName(path);
      return runFile(name, keptIn(new TextDecoder().decode(readInput(path)), name));
    }),
  );
  process.stdout.write(`${json === true ? JSON.stringify(comparisonJson(found)) : comparisonText(found)}\n`);
  return exitStatus.ok;
}

export const compareCommand = { build, run };
