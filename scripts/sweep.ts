/** `systole sweep`: a product, or many, on many NPUs. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { Argv, Options } from 'yargs';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { parameterNames, sections, type NpuParameters, type Section } from '../npu/parameters.ts';
import { presets } from '../npu/presets.ts';
import { shellPath } from '../testbench/kit/shell.ts';
import { chunksOf, planOf, product, type Plan, type Shape } from '../testbench/sweep/plan.ts';
import type { Line, Point } from '../testbench/sweep/point.ts';
import { chunkLog, Store } from '../testbench/sweep/store.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { inputName, Output, readInput } from './files.ts';
import { fileFlag, numberFlag, switchFlag, textFlag, wordFlag } from './flags.ts';
import { htmlFlag } from './html-flag.ts';
import { interruptible, Interruption } from './interruption.ts';
import { keepApart } from './keep-apart.ts';
import { showDashes } from './lone-dash.ts';
import { flagOf } from './npu-flags.ts';
import { documentOf } from './page/document.ts';
import { sweepPage } from './page/sweep-page.ts';
import { csvOf } from './sweep/csv.ts';
import { numberListFlag, wordListFlag } from './sweep/lists.ts';
import { ranges } from './sweep/numbers.ts';
import { pointsFrom } from './sweep/points.ts';
import { runChunks } from './sweep/pool.ts';
import { shapesOf } from './sweep/shapes.ts';
import { slurmChunk, submit } from './sweep/slurm.ts';
import { sweepText } from './sweep/summary.ts';
import { startSweepProgress } from './sweep/progress.ts';
import { plural } from './text.ts';

const steps = ['all', 'plan', 'run', 'merge', 'status'] as const;
const group = 'The products:';
const running = 'The sweep:';
const cluster = 'On a cluster:';
const engines = ['local', 'slurm'] as const;
const presetNames = Object.keys(presets).filter((name): name is keyof typeof presets => name in presets);
const SIZE = { least: 1, most: 2 ** 24 };
const CHUNK = { least: 1, most: 100_000 };

const listFlags: Readonly<Record<string, Options>> = Object.fromEntries(
  Object.values<Section>(sections).flatMap((section) =>
    Object.entries(section.parameters).map(([name, spec]) => {
      const text = { group: `The ${section.title}:`, describe: spec.meaning, otherwise: String(spec.default) };
      const flag = flagOf(name);
      return [flag, 'words' in spec ? wordListFlag(flag, spec.words, text) : numberListFlag(flag, spec, text)];
    }),
  ),
);

const flags = {
  preset: wordListFlag('preset', presetNames, { group: 'The NPUs:', describe: 'start from named configurations' }),
  m: numberListFlag('m', SIZE, { group, describe: 'rows of A and C', otherwise: '64' }),
  k: numberListFlag('k', SIZE, { group, describe: 'columns of A, rows of B', otherwise: '64' }),
  n: numberListFlag('n', SIZE, { group, describe: 'columns of B and C', otherwise: '64' }),
  shapes: textFlag('shapes', { group, describe: 'layers from a .csv file: M, K, N, or a SCALE-Sim topology' }),
  points: textFlag('points', { group, describe: 'points from a file of JSON lines, in place of all other flags' }),
  dataflow: wordListFlag('dataflow', dataflowNames, { group, describe: 'what stays in the array', otherwise: 'ws' }),
  latency: numberListFlag(
    'latency',
    { least: 2, most: 100_000 },
    { group, describe: 'cycles that the memory takes to answer', otherwise: '2' },
  ),
  stall: numberListFlag(
    'stall',
    { least: 0, most: 255 },
    { group, describe: 'cycles out of 256 in which each AXI channel stalls', otherwise: '0' },
  ),
  seed: numberListFlag('seed', { least: 0, most: 2 ** 32 - 1 }, { group, describe: 'operands', otherwise: '1' }),
  out: {
    ...fileFlag('out', ['.jsonl', '.csv'], { group: running, describe: 'write a line for each point to this file' }),
    demandOption: true,
  } as const,
  html: htmlFlag,
  jobs: numberFlag(
    'jobs',
    { least: 1, most: 1024 },
    { group: running, describe: 'processes side by side', otherwise: 'one for each core' },
  ),
  'chunk-points': numberFlag('chunk-points', CHUNK, {
    group: running,
    describe: 'points that are kept together',
    otherwise: '8; for slurm 64, or more to have at most 1000 chunks',
  }),
  chunk: numberFlag(
    'chunk',
    { least: 0, most: 10 ** 6 },
    { group: running, describe: 'run this chunk alone, as SLURM_ARRAY_TASK_ID says it too', otherwise: 'all' },
  ),
  engine: wordFlag('engine', engines, {
    group: cluster,
    describe: 'who runs the chunks (every point runs on the simulator wasm): this machine, or a job array of Slurm',
    otherwise: 'local',
  }),
  partition: textFlag('partition', { group: cluster, describe: 'where Slurm runs the jobs' }),
  time: textFlag('time', { group: cluster, describe: 'how long a job may take, as Slurm writes it (2:00:00)' }),
  'slurm-args': textFlag('slurm-args', {
    group: cluster,
    describe: 'further options of sbatch, as in --slurm-args="--mem=2G --account=me"',
  }),
  'dry-run': { ...switchFlag('write the scripts for Slurm, and submit nothing'), group: cluster },
} as const;

const build = (yargs: Argv) =>
  yargs
    .positional('step', {
      choices: steps,
      default: 'all' as const,
      describe: 'one step of the sweep',
      coerce: showDashes,
    })
    .options(listFlags)
    .options(flags)
    .example('$0 sweep --rows 4,8,16 --cols 4,8,16 --dataflow ws,os --out sweep.jsonl', 'eighteen NPUs')
    .example('$0 sweep --preset tiny,edge --shapes layers.csv --out layers.csv', 'the layers of a network')
    .example('$0 sweep --preset tiny,edge --engine slurm --time 1:00:00 --out sweep.jsonl', 'on a cluster')
    .epilogue('What is done stays: the same command goes on where a sweep was stopped.');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

/** The parameters that the flags of lists give, by all ways to choose one of each. */
function npusOf(given: Readonly<Record<string, unknown>>): readonly Partial<NpuParameters>[] {
  const lists = parameterNames.flatMap((name) => {
    const values = given[flagOf(name)];
    return Array.isArray(values) ? [values.map((value: unknown) => ({ [name]: value }))] : [];
  });
  return product(lists).map((choice) => Object.assign({}, ...choice));
}

function planFrom(given: Flags): Plan {
  const { 'chunk-points': fixed } = given;
  const chunked = (all: readonly Point[]): Plan =>
    planOf(all, fixed ?? (given.engine === 'slurm' ? slurmChunk(all.length) : 8));
  if (given.points !== undefined) {
    const name = inputName(given.points);
    return chunked(pointsFrom(new TextDecoder().decode(readInput(given.points)), name));
  }
  const shapes: readonly Shape[] =
    given.shapes === undefined
      ? product([given.m ?? [64], given.k ?? [64], given.n ?? [64]]).map(([m = 1, k = 1, n = 1]) => ({
          layer: null,
          m,
          k,
          n,
        }))
      : shapesOf(new TextDecoder().decode(readInput(given.shapes)), inputName(given.shapes));
  if (given.shapes !== undefined && (given.m ?? given.k ?? given.n) !== undefined)
    throw new UsageError('--shapes is given with --m, --k or --n', 'the file says how large the products are');
  const bases = (given.preset ?? [null]).flatMap((preset) =>
    npusOf(given).map((own) => ({
      preset,
      parameters: { ...(preset === null ? {} : presets[preset].parameters), ...own },
    })),
  );
  const points = bases.flatMap((base) =>
    shapes.flatMap((shape) =>
      (given.dataflow ?? ['ws']).flatMap((dataflow) =>
        product([given.latency ?? [2], given.stall ?? [0], given.seed ?? [1]]).map(
          ([latency = 2, stall = 0, seed = 1]): Point => ({ ...base, ...shape, dataflow, latency, stall, seed }),
        ),
      ),
    ),
  );
  return chunked(points);
}

const bytesOf = (lines: readonly Line[], path: string): Uint8Array =>
  new TextEncoder().encode(
    path.endsWith('.csv') ? csvOf(lines) : lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  );

/** The chunk that a flag, or to the step `run` a job array, asks for; null for all. */
function chunkOf(given: Flags, plan: Plan): number | null {
  const fromSlurm = given.step === 'run' ? process.env['SLURM_ARRAY_TASK_ID'] : undefined;
  const chunk = given.chunk ?? (fromSlurm === undefined || !/^\d+$/.test(fromSlurm) ? null : Number(fromSlurm));
  if (chunk !== null && chunk >= chunksOf(plan))
    throw new UsageError(`there is no chunk ${chunk}`, `the plan has ${chunksOf(plan)}, from 0 on`);
  return chunk;
}

async function run(given: Flags, plan: Plan, store: Store): Promise<void> {
  const chunk = chunkOf(given, plan);
  const chunks = store.missing(plan).filter((number) => chunk === null || number === chunk);
  const progress = startSweepProgress(plan.points.length, plan.points.length - chunks.length * plan.chunk);
  const events = {
    point: () => progress.next(),
    chunk: (number: number, lines: readonly Line[]) => store.finish(number, lines),
  };
  try {
    await interruptible((signal) => runChunks(plan, chunks, given.jobs ?? availableParallelism(), events, signal));
  } catch (error) {
    progress.end();
    if (error instanceof Interruption)
      process.stderr.write(
        `systole: ${plural(store.missing(plan).length, 'chunk')} of ${chunksOf(plan)} left; the same command goes on\n`,
      );
    throw error;
  }
  progress.end();
}

/** What is for Slurm alone, and what is not for it. @throws UsageError for a flag that would do nothing */
function checkEngine(given: Flags): void {
  const isSlurm = given.engine === 'slurm';
  const useless = isSlurm
    ? (['jobs', 'chunk'] as const).find((name) => given[name] !== undefined)
    : (['partition', 'time', 'slurm-args', 'dry-run'] as const).find((name) => given[name] !== undefined);
  if (useless !== undefined)
    throw new UsageError(
      `--${useless} is given ${isSlurm ? 'with' : 'without'} --engine slurm`,
      isSlurm ? 'a task of Slurm runs one chunk on one core; leave it out' : 'leave it out, or give that too',
    );
  if (isSlurm && (given.step === 'merge' || given.step === 'status'))
    throw new UsageError(`--engine slurm is given with ${given.step}, which runs no point`, 'leave it out');
}

/** What is not done, chunk by chunk. */
function leftText(store: Store, missing: readonly number[]): string {
  const begun = store.begun(missing);
  const [first] = begun;
  const log = first === undefined ? '' : ` (${shellPath(join(store.folder, chunkLog(first)))})`;
  return `${ranges(missing)}${first === undefined ? '' : `, of which ${ranges(begun)} began and run still, or failed${log}`}`;
}

async function sweep(given: Flags): Promise<ExitStatus> {
  checkEngine(given);
  const out = new Output(given.out);
  const html = given.html === undefined ? null : new Output(given.html);
  keepApart(
    [],
    [
      { by: '--out', path: given.out },
      { by: '--html', path: html?.path },
    ],
  );
  const store = new Store(given.out);
  const { step } = given;
  if (html !== null && step !== 'all' && step !== 'merge')
    throw new UsageError('--html is given with a step that does not have all points', 'give it with merge');
  if (step === 'all' || step === 'plan') {
    // Hours of runs are not written over by a command that is given twice.
    if (existsSync(given.out) && !store.exists)
      throw new UsageError(`${given.out} is there already`, 'name another --out, or remove it');
    store.begin(planFrom(given));
  }
  const plan = store.plan();
  if (step === 'plan')
    process.stdout.write(
      `${plural(plan.points.length, 'point')} in ${plural(chunksOf(plan), 'chunk')}, in ${store.folder}\n`,
    );
  if (step === 'all' || step === 'run') {
    if (given.engine === 'slurm' && store.missing(plan).length > 0) {
      const { partition, time, 'slurm-args': more, 'dry-run': dry = false } = given;
      const jobs = { partition, time, more, dry, merge: step === 'all' };
      process.stdout.write(`${submit(store, plan, { out: given.out, html: html?.path ?? null, ...jobs })}\n`);
      return exitStatus.ok;
    }
    await run(given, plan, store);
  }
  const missing = store.missing(plan);
  if (step === 'status') {
    const lines = store.lines(plan);
    const failed = lines.filter(({ status }) => status !== 'equal').length;
    process.stdout.write(
      `${plural(lines.length, 'point')} of ${plan.points.length} done, ${failed} failed; ` +
        `${plural(missing.length, 'chunk')} of ${chunksOf(plan)} left` +
        `${missing.length === 0 ? '' : `: ${leftText(store, missing)}`}\n`,
    );
  }
  if (step !== 'all' && step !== 'merge') return exitStatus.ok;
  if (missing.length > 0)
    throw new UsageError(
      `${plural(missing.length, 'chunk')} of ${chunksOf(plan)} are not done: ${leftText(store, missing)}`,
      `run them first: systole sweep run --out ${shellPath(given.out)}`,
    );
  const lines = store.lines(plan);
  out.write(bytesOf(lines, given.out));
  store.remove();
  process.stdout.write(`${sweepText(lines, given.out)}\n`);
  html?.write(await documentOf(sweepPage(lines, basename(given.out))));
  if (html !== null) process.stdout.write(`page: ${html.path}\n`);
  else if (given.out.endsWith('.jsonl'))
    process.stdout.write(`as a page: systole report ${shellPath(given.out)} --html sweep.html\n`);
  return lines.every(({ status }) => status === 'equal' || status === 'refused') ? exitStatus.ok : exitStatus.failed;
}

export const sweepCommand = { build, run: sweep };
