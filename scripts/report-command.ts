/** `systole report`: a run or a sweep that was kept, once more: as text, or as a page. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Argv } from 'yargs';
import { fileArgument } from './arguments.ts';
import { exitStatus, type ExitStatus } from './failure.ts';
import { inputName, Output, readInput } from './files.ts';
import { htmlFlag } from './html-flag.ts';
import { keepApart } from './keep-apart.ts';
import { networkReport } from './network/report.ts';
import { documentOf, type Page } from './page/document.ts';
import { networkPage } from './page/network-page.ts';
import { runPage } from './page/run-page.ts';
import { sweepPage } from './page/sweep-page.ts';
import { keptText } from './kept-text.ts';
import { keptIn, type Kept } from './kept.ts';
import { sweepText } from './sweep/summary.ts';

const build = (yargs: Argv) =>
  yargs
    .positional('file', {
      ...fileArgument('the object that --json printed, or the .jsonl file of a sweep; - is stdin'),
      demandOption: true,
    })
    .option('html', htmlFlag)
    .example('$0 report sweep.jsonl --html sweep.html', 'charts and a table of all points')
    .example('$0 run model.tflite --json | $0 report - --html run.html', 'a run of a network')
    .example('$0 matmul --json --timeline | $0 report - --html run.html', 'a run, with what every unit was at');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

async function report(given: Flags): Promise<ExitStatus> {
  const { file: path } = given;
  const html = given.html === undefined ? null : new Output(given.html);
  keepApart([{ by: 'FILE', path }], [{ by: '--html', path: html?.path }]);
  const name = inputName(path);
  const kept = keptIn(new TextDecoder().decode(readInput(path)), name);
  if (html === null) {
    process.stdout.write(`${textOf(kept, name)}\n`);
    return exitStatus.ok;
  }
  const page = pageOf(kept, name);
  const isNew = !existsSync(html.path);
  html.write(await documentOf(page));
  process.stdout.write(`${isNew ? 'wrote' : 'wrote over'} ${html.path}: open it in a browser\n`);
  return exitStatus.ok;
}

function textOf(kept: Kept, name: string): string {
  if ('network' in kept) return networkReport(kept.network);
  return 'run' in kept ? keptText(kept.run) : sweepText(kept.lines, name);
}

function pageOf(kept: Kept, name: string): Page {
  if ('network' in kept) return networkPage(kept.network);
  return 'run' in kept ? runPage(kept.run) : sweepPage(kept.lines, basename(name));
}

export const reportCommand = { build, run: report };
