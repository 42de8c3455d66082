/** What a sweep for Slurm is, as far as it needs none. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runHere } from '../testing-command-line.ts';
import { ranges } from './numbers.ts';
import { slurmChunk, wordsOf } from './slurm.ts';

it('numbers of chunks are written as ranges', () => {
  expect([ranges([]), ranges([4]), ranges([0, 1, 3, 5, 6, 7])]).toEqual(['', '4', '0-1,3,5-7']);
});

it('an array has no more tasks than a cluster takes', () => {
  for (const points of [1, 64, 64_000, 64_001, 1_000_000])
    expect(Math.ceil(points / slurmChunk(points))).toBeLessThanOrEqual(1000);
});

it('options of sbatch are words, with blanks in quotes', () => {
  expect(wordsOf(`--mem=2G  -A me --comment="a 'b'" '--x=$HOME c'`)).toEqual([
    '--mem=2G',
    '-A',
    'me',
    "--comment=a 'b'",
    '--x=$HOME c',
  ]);
  expect(() => wordsOf('--comment="a')).toThrow('--slurm-args has a quote that is not closed: --comment="a; close it');
});

describe('systole sweep --engine slurm', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-slurm-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());
  const here = (...args: readonly string[]) => runHere(folder, ['sweep', ...args]);
  const asked = ['--m', '3,4', '--chunk-points', '1', '--engine', 'slurm'];

  it('says in a line that there is no Slurm', async () => {
    vi.stubEnv('PATH', folder);
    expect(await here(...asked, '--out', 'none.jsonl')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'systole: there is no sbatch on the PATH; run this where Slurm is, or give --dry-run and submit ' +
        'none.jsonl.parts/submit.sh there; without --engine slurm it runs here\n',
    });
  });

  it('writes scripts that a shell can read', async () => {
    const jobs = ['--partition', 'a b', '--time', '1:00', '--slurm-args=--mem=2G', '--dry-run'];
    expect(await here(...asked, ...jobs, '--out', "a 'b'.jsonl")).toEqual({
      status: 0,
      stdout: String.raw`2 chunks of 2 not submitted: sh 'a '\''b'\''.jsonl.parts/submit.sh' does that` + '\n',
      stderr: '',
    });
    const scripts = ['run.sh', 'merge.sh', 'submit.sh'].map((name) => join(folder, "a 'b'.jsonl.parts", name));
    for (const path of scripts) expect(spawnSync('sh', ['-n', path], { encoding: 'utf8' }).stderr).toBe('');
    const [run = '', merge = '', submit = ''] = scripts.map((path) => readFileSync(path, 'utf8'));
    expect(run).toMatch(/ sweep run --out /);
    expect(merge).toMatch(/ sweep merge --out /);
    expect(submit).toMatch(/^array=\$\(sbatch --parsable '--partition=a b' '--time=1:00' '--mem=2G' .*'--array=0-1' /m);
    expect(submit).toMatch(/^sbatch --parsable --dependency=afterany:"\$\{array%%;\*\}" '--partition=a b' /m);
  });

  it.each([
    [['--engine', 'slurm', '--jobs', '2'], '--jobs is given with --engine slurm; a task of Slurm'],
    [['--dry-run'], '--dry-run is given without --engine slurm; leave it out'],
    [['--time', '5'], '--time is given without --engine slurm; leave it out'],
    [['status', '--engine', 'slurm'], '--engine slurm is given with status, which runs no point; leave it out'],
    [['--engine', 'wasm'], '--engine is wasm; give one of local, slurm'],
  ])('refuses %s', async (args, message) => {
    const { status, stderr } = await here(...args, '--out', 'refused.jsonl');
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(`systole: ${message}`) });
  });
});
