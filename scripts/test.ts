/** `systole test`: the tests of the project, by its own Vitest: listed, chosen, repeated with seeds, with waves. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Argv } from 'yargs';
import { endProcess } from '../testbench/end-process.ts';
import { shellCommand } from '../testbench/kit/shell.ts';
import { WAVE_FOLDER } from '../testbench/vitest/names.ts';
import { textArgument } from './arguments.ts';
import { exitStatus, UsageError, type ExitStatus } from './failure.ts';
import { numberFlag, switchFlag } from './flags.ts';
import { interruptible } from './interruption.ts';
import { count, plural } from './text.ts';

const seeds = { least: 0, most: 2 ** 31 - 1 };

const build = (yargs: Argv) =>
  yargs
    .positional('pattern', textArgument('only tests with this in the path of their file or in their name'))
    .options({
      list: switchFlag('list the tests, and run none'),
      seed: numberFlag('seed', seeds, { describe: 'what benches and properties draw from (SYSTOLE_SEED)' }),
      runs: numberFlag(
        'runs',
        { least: 1, most: 1_000_000 },
        {
          describe: 'so many runs, each with the next seed, until one fails',
          otherwise: '1',
        },
      ),
      waves: switchFlag('waves of all cycles of every simulation that is watched, of tests that pass too'),
    })
    .example('$0 test fifo --list', 'which tests there are with fifo in their path or name')
    .example('$0 test fifo --seed 1 --runs 100', 'until a seed is found with which one fails')
    .example('$0 test fifo --seed 17 --waves', 'that run again, with its waves')
    .epilogue('Exits with 0 when all tests pass, 1 when one fails, 2 when there is none to run.');
type Flags = Awaited<ReturnType<typeof build>['argv']>;

/** A test as Vitest lists it; without a name, a file of tests. */
interface Listed {
  readonly file: string;
  readonly name: string;
}

async function test(given: Flags): Promise<ExitStatus> {
  const { pattern, seed, runs = 1, list = false, waves = false } = given;
  if (pattern === '') throw new UsageError('the pattern is empty', 'leave it out to run all tests');
  const vitest = vitestHere();
  if (list) {
    const found = listed(vitest, pattern);
    process.stdout.write(found.map(({ file, name }) => `${file} > ${name}\n`).join(''));
    return exitStatus.ok;
  }
  const filters = pattern === undefined ? [] : filtersFor(vitest, pattern);
  const began = Date.now();
  const first = seed ?? 1;
  for (let run = 0; run < runs; run++) {
    const told = seed !== undefined || runs > 1 ? { SYSTOLE_SEED: String(first + run) } : {};
    if (runs > 1) process.stdout.write(`seed ${first + run}, run ${count(run + 1)} of ${count(runs)}\n`);
    const status = await running(vitest, ['run', ...filters], { ...told, ...(waves ? { SYSTOLE_WAVES: '1' } : {}) });
    if (status === 0) continue;
    if (runs > 1) {
      const again = ['systole', 'test', ...(pattern === undefined ? [] : [pattern]), '--seed', String(first + run)];
      process.stderr.write(`systole: a test fails with seed ${first + run}; ${shellCommand(...again, '--waves')}\n`);
    }
    return exitStatus.failed;
  }
  if (waves) process.stdout.write(`${wavesSince(began)}\n`);
  return exitStatus.ok;
}

/** The program of the project's Vitest. @throws UsageError where there is none */
function vitestHere(): string {
  try {
    const file = createRequire(resolve('package.json')).resolve('vitest/package.json');
    return join(dirname(file), 'vitest.mjs');
  } catch (cause) {
    throw new UsageError('Vitest is not installed in this project', 'npm install --save-dev vitest', { cause });
  }
}

/** What makes Vitest run the tests that a pattern means. @throws UsageError where it means none */
function filtersFor(vitest: string, pattern: string): readonly string[] {
  const files = fromVitest(vitest, ['--filesOnly']).map(({ file }) => file);
  const inPath = files.filter((file) => file.includes(pattern));
  // A name costs more: it is known once all files are loaded.
  if (inPath.length > 0) return inPath;
  const named = listed(vitest, pattern);
  // Vitest has blanks between suites and tests where it looks for a name.
  const escaped = pattern.replaceAll(' > ', ' ').replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return [...new Set(named.map(({ file }) => file)), '--testNamePattern', escaped];
}

/** The tests with a pattern in their path or name; all without one. @throws UsageError where there is none */
function listed(vitest: string, pattern: string | undefined): readonly Listed[] {
  const found = fromVitest(vitest, []).filter(
    ({ file, name }) =>
      pattern === undefined ||
      file.includes(pattern) ||
      name.includes(pattern) ||
      name.replaceAll(' > ', ' ').includes(pattern),
  );
  if (found.length > 0) return found;
  if (pattern === undefined)
    throw new UsageError('there are no tests here', 'name files *.test.ts, or see vitest.config');
  throw new UsageError(`no test has ${pattern} in its path or name`, 'systole test --list shows them all');
}

/** What Vitest lists. @throws UsageError where it cannot */
function fromVitest(vitest: string, flags: readonly string[]): readonly Listed[] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [vitest, 'list', '--json', ...flags], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, NO_COLOR: '1' },
  });
  const start = stdout.search(/^\[/m);
  if (status !== 0 || start < 0) {
    process.stderr.write(stderr);
    throw new UsageError('Vitest cannot list the tests', 'run vitest by itself to see why');
  }
  const rows: unknown = JSON.parse(stdout.slice(start));
  if (!Array.isArray(rows)) return [];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return rows.map((row: Readonly<Record<string, unknown>>) => ({
    file: relative('.', text(row['file'])).replaceAll(sep, '/'),
    name: text(row['name']),
  }));
}

/** Runs Vitest with this terminal. @returns its exit status @throws Interruption where a signal has ended it */
async function running(vitest: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return interruptible(async (signal) => {
    const child = spawn(process.execPath, [vitest, ...args], { stdio: 'inherit', env: { ...process.env, ...env } });
    signal.addEventListener('abort', () => endProcess(child), { once: true });
    const status = await new Promise<number>((done, fail) => {
      child.once('error', fail);
      child.once('exit', (code) => done(code ?? exitStatus.failed));
    });
    signal.throwIfAborted();
    return status;
  });
}

/** Where waves are that were written since a time, in a line. */
function wavesSince(began: number): string {
  try {
    const fresh = readdirSync(WAVE_FOLDER).filter(
      (name) => name.endsWith('.vcd') && statSync(join(WAVE_FOLDER, name)).mtimeMs >= began,
    );
    if (fresh.length > 0) return `${plural(fresh.length, 'file')} of waves in ${WAVE_FOLDER}`;
  } catch {
    // No test has ever left any.
  }
  return 'no test has left waves: none that ran has a simulation that is watched(…)';
}

export const testCommand = { build, run: test };
