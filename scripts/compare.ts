/** `systole compare`: what differs between runs, and by how much. */
import type { Argv } from 'yargs';
import { command } from './command.ts';
import { comparisonJson } from './compare/json.ts';
import { compare } from './compare/peers.ts';
import { runFile } from './compare/runs.ts';
import { comparisonText } from './compare/text.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { readInput } from './files.ts';
import { switchFlag } from './flags.ts';
import { keptIn } from './kept.ts';

const build = (yargs: Argv) =>
  yargs
    .positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'two or more: what --json printed, or the .jsonl files of sweeps',
    })
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
      'give two or more, stdin as /dev/stdin: systole compare a.json b.json',
    );
  const found = compare(files.map((name) => runFile(name, keptIn(new TextDecoder().decode(readInput(name)), name))));
  process.stdout.write(`${json === true ? JSON.stringify(comparisonJson(found)) : comparisonText(found)}\n`);
  return exitStatus.ok;
}

export const compareCommand = command({
  name: 'compare <files..>',
  describe: 'say what differs between runs or sweeps that were kept, and by how much',
  build,
  run,
});
