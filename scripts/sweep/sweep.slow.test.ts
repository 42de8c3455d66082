/** The command as a user starts it: from a plan to a file, killed on the way, step by step. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endProcess } from '../../testbench/end-process.ts';
import { linesOf } from '../../testbench/sweep/store.ts';
import { commandLine } from '../testing-command-line.ts';

describe('systole sweep', () => {
  const { folder, run, program, remove } = commandLine();
  afterAll(remove);
  const inFolder = (name: string): string => join(folder, name);
  // A chunk for each NPU: what compiles one lasts long enough to be killed under it.
  const asked = ['--rows', '2..13', '--cols', '2', '--m', '3', '--k', '4', '--n', '5', '--dataflow', 'ws,os'];
  const sweep = ['sweep', ...asked, '--chunk-points', '2'];
  /** Of each point what does not depend on the machine. */
  const results = (file: string) =>
    linesOf(readFileSync(inFolder(file), 'utf8')).map((line) => ({ ...line, seconds: 0, cyclesPerSecond: 0 }));

  it('runs all points, and says which NPUs are best', () => {
    const { status, stdout, stderr } = run(...sweep, '--out', 'whole.jsonl');
    // On a busy machine it says now and then how far it is.
    const complaints = stderr.replaceAll(/^\d+ of 24 points, .* left\n/gm, '');
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
    expect(stdout).toContain('24 points in whole.jsonl, all equal to the reference');
    expect(stdout).toContain('Beaten by none');
    expect(results('whole.jsonl').map(({ point: index }) => index)).toEqual(Array.from({ length: 24 }, (_, i) => i));
    expect(existsSync(inFolder('whole.jsonl.parts'))).toBe(false);
    expect(run(...sweep, '--out', 'whole.jsonl')).toMatchObject({
      status: 2,
      stderr: 'systole: whole.jsonl is there already; name another --out, or remove it\n',
    });
  });

  it('goes on after it was killed, with nothing lost and nothing twice', async () => {
    const killed = spawn(process.execPath, [program, ...sweep, '--out', 'killed.jsonl', '--jobs', '1'], {
      cwd: folder,
    });
    const ended = new Promise((resolve) => {
      killed.once('exit', resolve);
    });
    const parts = inFolder('killed.jsonl.parts');
    const done = (): number =>
      existsSync(parts) ? readdirSync(parts).filter((name) => /^\d+\.jsonl$/.test(name)).length : 0;
    while (done() < 2 && killed.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
    endProcess(killed, 'SIGKILL');
    await ended;
    const before = done();
    expect(before).toBeGreaterThanOrEqual(2);
    expect(run('sweep', 'status', '--out', 'killed.jsonl').stdout).toContain(`${12 - before} chunk`);
    expect(run(...sweep, '--out', 'killed.jsonl').status).toBe(0);
    expect(results('killed.jsonl')).toEqual(results('whole.jsonl'));
  });

  it('is planned, run chunk by chunk as in a job array, and merged', () => {
    const out = ['--out', 'steps.csv'];
    expect(run('sweep', 'run', ...out)).toMatchObject({
      status: 2,
      stderr: 'systole: there is no plan in steps.csv.parts; make one with systole sweep plan\n',
    });
    expect(
      run(
        'sweep',
        'plan',
        '--rows',
        '2',
        '--cols',
        '2',
        '--m',
        '1..3',
        '--k',
        '2',
        '--n',
        '2',
        '--chunk-points',
        '2',
        ...out,
      ).stdout,
    ).toBe('3 points in 2 chunks, in steps.csv.parts\n');
    expect(run('sweep', 'run', '--chunk', '1', ...out).status).toBe(0);
    expect(run('sweep', 'merge', ...out).stderr).toContain('1 chunk of 2 are not done');
    expect(run('sweep', 'run', '--chunk', '2', ...out).stderr).toContain(
      'there is no chunk 2; the plan has 2, from 0 on',
    );
    expect(run('sweep', 'run', '--chunk', '0', ...out).status).toBe(0);
    expect(run('sweep', 'status', ...out).stdout).toBe('3 points of 3 done, 0 failed; 0 chunks of 2 left\n');
    expect(run('sweep', 'merge', ...out).status).toBe(0);
    expect(readFileSync(inFolder('steps.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(4);
  });

  it('records points that cannot be, and goes on', () => {
    writeFileSync(
      inFolder('points.jsonl'),
      '{"m":2,"k":2,"n":2,"parameters":{"rows":999}}\n{"m":2,"k":2,"n":2,"parameters":{"rows":2,"cols":2}}\n',
    );
    const { status, stdout } = run('sweep', '--points', 'points.jsonl', '--out', 'mixed.jsonl');
    expect(status).toBe(0);
    expect(stdout).toContain('1 point failed; the first, 0: rows is 999');
    expect(results('mixed.jsonl').map((line) => line.status)).toEqual(['refused', 'equal']);
  });
});
