/**
 * A sweep on a cluster: a job array of Slurm with a task for each chunk, and a job after it that merges. What is
 * submitted are scripts in the sweep's folder, which people can read, change and submit themselves. A task that Slurm
 * runs twice does no harm: a chunk is one file, which takes its place whole.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { shellCommand, shellPath } from '../../testbench/kit/shell.ts';
import { chunksOf, type Plan } from '../../testbench/sweep/plan.ts';
import { chunkLog, type Store } from '../../testbench/sweep/store.ts';
import { programOnPath } from '../../waveforms/program.ts';
import { UsageError } from '../failure.ts';
import { plural } from '../text.ts';
import { ranges } from './numbers.ts';

export interface Submission {
  /** The sweep's file, and the page of it where one is asked for. */
  readonly out: string;
  readonly html: string | null;
  readonly partition: string | undefined;
  readonly time: string | undefined;
  /** Further options of sbatch, as a shell would have them. */
  readonly more: string | undefined;
  /** Whether the job that merges comes after the array. */
  readonly merge: boolean;
  /** Whether scripts are written alone. */
  readonly dry: boolean;
}

/** An array has at most 1,001 tasks where a cluster's MaxArraySize is as it comes. */
const MOST_TASKS = 1000;
/** A task is begun about once a second, and starts a process: it should have more to do than that. */
const USUAL_POINTS = 64;

export const slurmChunk = (points: number): number => Math.max(USUAL_POINTS, Math.ceil(points / MOST_TASKS));

/** Words of a text, which blanks part; quotes of either kind keep blanks. @throws UsageError for one left open */
export function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const bare = words.map((word) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, a?: string, b?: string) => a ?? b ?? ''),
  );
  if (/["']/.test(text.replaceAll(/"[^"]*"|'[^']*'/g, '')))
    throw new UsageError(`--slurm-args has a quote that is not closed: ${text}`, 'close it');
  return bare;
}

/** A path among the options of sbatch, which takes `%` for the beginning of a pattern. */
const plain = (path: string): string => path.replaceAll('%', '%%');

/** Runs this program again, on a machine that has the same files. */
const systole = (...args: readonly string[]): string =>
  shellCommand(process.execPath, ...process.execArgv, resolve(process.argv[1] ?? 'systole'), ...args);

const script = (meaning: string, ...lines: readonly string[]): string =>
  ['#!/bin/sh', `# ${meaning}`, ...lines, ''].join('\n');

/** The scripts by name: `submit.sh` submits the others. */
function scriptsOf(folder: string, chunks: readonly number[], asked: Submission): ReadonlyMap<string, string> {
  const out = resolve(asked.out);
  const inFolder = (name: string): string => join(resolve(folder), name);
  const user = [
    ...(asked.partition === undefined ? [] : [`--partition=${asked.partition}`]),
    ...(asked.time === undefined ? [] : [`--time=${asked.time}`]),
    ...wordsOf(asked.more ?? ''),
  ];
  const sbatch = (...args: readonly string[]): string => shellCommand('sbatch', '--parsable', ...user, ...args);
  const array = sbatch(
    '--job-name=systole-sweep',
    `--array=${ranges(chunks)}`,
    `--output=${plain(inFolder(''))}/${chunkLog('%a')}`,
    inFolder('run.sh'),
  );
  const after = sbatch(
    '--job-name=systole-merge',
    `--output=${plain(`${out}.log`)}`,
    '--open-mode=append',
    inFolder('merge.sh'),
  );
  const run = script(
    'Runs the chunk of SLURM_ARRAY_TASK_ID.',
    `cd ${shellPath(process.cwd())} || exit`,
    `exec ${systole('sweep', 'run', '--out', out)}`,
  );
  if (!asked.merge)
    return new Map([
      ['run.sh', run],
      ['submit.sh', script('Submits the sweep.', `exec ${array}`)],
    ]);
  const page = asked.html === null ? [] : ['--html', resolve(asked.html)];
  return new Map([
    ['run.sh', run],
    [
      'merge.sh',
      script(
        'Merges the chunks when none is running any more, or says which are not done.',
        `cd ${shellPath(process.cwd())} || exit`,
        `exec ${systole('sweep', 'merge', '--out', out, ...page)}`,
      ),
    ],
    [
      'submit.sh',
      script(
        'Submits the sweep, and what merges it.',
        'set -eu',
        `array=$(${array})`,
        'echo "$array"',
        // The job's number may have the cluster's name after it.
        after.replace('--parsable', '--parsable --dependency=afterany:"${array%%;*}"'),
      ),
    ],
  ]);
}

/** Submits the chunks that are not done; what there is to say. @throws UsageError where Slurm does not take them */
export function submit(store: Store, plan: Plan, asked: Submission): string {
  const chunks = store.missing(plan);
  for (const [name, text] of scriptsOf(store.folder, chunks, asked)) store.keep(name, text);
  const file = join(store.folder, 'submit.sh');
  const what = `${plural(chunks.length, 'chunk')} of ${chunksOf(plan)}`;
  if (asked.dry) return `${what} not submitted: sh ${shellPath(file)} does that`;
  if (programOnPath('sbatch') === null)
    throw new UsageError(
      'there is no sbatch on the PATH',
      `run this where Slurm is, or give --dry-run and submit ${file} there; without --engine slurm it runs here`,
    );
  const { status, stdout, stderr } = spawnSync('sh', [file], { encoding: 'utf8' });
  const [array, merge] = stdout.trim().split('\n');
  const out = shellPath(asked.out);
  if (status !== 0) {
    const why = stderr
      .trim()
      .replaceAll(/^sbatch: (?:error: )?/gm, '')
      .replaceAll('\n', ', ');
    throw array === undefined || array === ''
      ? new UsageError(`sbatch has not taken the sweep: ${why}`, `what was submitted is ${file}`)
      : new UsageError(
          `sbatch has not taken what merges: ${why}`,
          `job ${array} runs the chunks; merge them when it has ended: systole sweep merge --out ${out}`,
        );
  }
  const then =
    merge === undefined ? '' : `, and job ${merge} after it merges them, with its report in ${asked.out}.log`;
  return `job ${array} runs ${what}${then}\nhow far it is: systole sweep status --out ${out}`;
}
