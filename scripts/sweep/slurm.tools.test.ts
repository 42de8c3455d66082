/** Sweeps on a real Slurm. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../../testbench/sweep/store.ts';
import { needs } from '../../waveforms/testing/tools.ts';
import { commandLine } from '../testing-command-line.ts';
import { slurmPrograms, startSlurm, type Slurm } from './testing-slurm.ts';

const isRoot = process.getuid?.() === 0;
const { skip, note } = needs(...slurmPrograms);
const inCi = (process.env['CI'] ?? '') !== '';

describe.skipIf(skip || (!isRoot && !inCi))(`systole sweep --engine slurm${note}${isRoot ? '' : ' (not root)'}`, () => {
  const { folder, program, remove } = commandLine();
  // A name with all that a shell and Slurm would take for something else.
  const place = join(folder, "a b's 100%a $x");
  let slurm: Slurm | null = null;
  beforeAll(async () => {
    mkdirSync(place);
    slurm = await startSlurm();
  });
  afterAll(async () => {
    await slurm?.stop();
    remove();
  });
  const run = (...args: readonly string[]) => {
    const env = { ...process.env, ...slurm?.environment, NO_COLOR: '1', FORCE_COLOR: undefined };
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'sweep', ...args], {
      cwd: place,
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const asked = '--rows 2,3 --cols 2 --m 3,4 --k 4 --n 5 --chunk-points 1'.split(' ');
  const inPlace = (name: string): string => join(place, name);
  const results = (file: string) =>
    linesOf(readFileSync(inPlace(file), 'utf8')).map((line) => ({ ...line, seconds: 0, cyclesPerSecond: 0 }));

  it('is an array with a task for each chunk, and a merge after it', async () => {
    expect(run(...asked, '--out', 'here.jsonl').status).toBe(0);
    const flags = [
      '--engine',
      'slurm',
      '--partition',
      'quick',
      '--time',
      '10',
      '--slurm-args=--comment="a b" --nice=1',
    ];
    const { status, stdout, stderr } = run(...asked, ...flags, '--html', 'page.html', '--out', 'there.jsonl');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^job (\d+) runs 4 chunks of 4, and job \d+ after it merges them, with its report in there/);
    const job = slurm?.ask('scontrol', 'show', 'job', /\d+/.exec(stdout)?.[0] ?? '');
    expect(job).toMatch(/Partition=quick/);
    expect(job).toMatch(/TimeLimit=00:10:00/);
    expect(job).toMatch(/Comment=a b/);
    await slurm?.idle();
    expect(results('there.jsonl')).toEqual(results('here.jsonl'));
    expect(existsSync(inPlace('there.jsonl.parts'))).toBe(false);
    expect(readFileSync(inPlace('there.jsonl.log'), 'utf8')).toMatch(/^4 points in .*, all equal to the reference$/m);
    expect(readFileSync(inPlace('page.html'), 'utf8')).toContain('there.jsonl');
  });

  it('says which chunks failed, and runs these alone when it is submitted again', async () => {
    const slurmed = [...asked, '--engine', 'slurm', '--out', 'again.jsonl'];
    const dry = run(...slurmed, '--dry-run');
    expect(dry.stdout).toBe('4 chunks of 4 not submitted: sh again.jsonl.parts/submit.sh does that\n');
    // Two tasks end without a result, as those do that Slurm ends for their time or memory.
    const script = inPlace('again.jsonl.parts/run.sh');
    const text = readFileSync(script, 'utf8');
    writeFileSync(script, text.replace('exec ', '[ "$SLURM_ARRAY_TASK_ID" -lt 2 ] || exit 9\nexec '));
    const byHand = spawnSync('sh', [inPlace('again.jsonl.parts/submit.sh')], {
      cwd: '/',
      env: { ...process.env, ...slurm?.environment },
      encoding: 'utf8',
    });
    expect(byHand).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^\d+\n\d+\n$/) });
    await slurm?.idle();
    expect(readFileSync(inPlace('again.jsonl.log'), 'utf8')).toContain(
      '2 chunks of 4 are not done: 2-3, of which 2-3 began and run still, or failed',
    );
    expect(run('status', '--out', 'again.jsonl').stdout).toBe(
      '2 points of 4 done, 0 failed; 2 chunks of 4 left: 2-3, ' +
        'of which 2-3 began and run still, or failed (again.jsonl.parts/chunk-2.log)\n',
    );
    expect(run(...slurmed).stdout).toMatch(/^job \d+ runs 2 chunks of 4,/);
    await slurm?.idle();
    expect(results('again.jsonl')).toEqual(results('here.jsonl'));
  });

  it('says in a line why Slurm does not take it', () => {
    const { status, stderr } = run(...asked, '--engine', 'slurm', '--partition', 'none', '--out', 'refused.jsonl');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^systole: sbatch has not taken the sweep: .*none.*; what was submitted is .*submit\.sh\n$/);
    rmSync(inPlace('refused.jsonl.parts'), { recursive: true });
  });

  it('submits the chunks alone as the step run, which are merged by hand', async () => {
    expect(run('plan', ...asked.slice(0, -1), '2', '--out', 'steps.jsonl').status).toBe(0);
    expect(run('run', '--engine', 'slurm', '--out', 'steps.jsonl').stdout).toMatch(/^job \d+ runs 2 chunks of 2\n/);
    await slurm?.idle();
    expect(run('merge', '--out', 'steps.jsonl').status).toBe(0);
    expect(results('steps.jsonl')).toEqual(results('here.jsonl'));
  });
});
