/** What the command line says where stdout or stderr is full. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing-command-line.ts';

const { runWith, remove } = commandLine();
afterAll(remove);

describe.runIf(existsSync('/dev/full'))('where a stream is full', () => {
  const full = '/dev/full';
  const tiny = ['--rows', '1', '--cols', '1', '--m', '1', '--k', '1', '--n', '1'];
  it.each([
    ['info'],
    ['info', '--json'],
    ['--help'],
    ['info', '--version'],
    ['matmul', ...tiny],
    ['matmul', ...tiny, '--json'],
    ['verilog', '--preset', 'tiny', '--out', 'full'],
  ])('says so, and does not end as if a result were wrong: %s %s', (...args) => {
    const line = 'systole: cannot write stdout: the disk is full; free some space or choose another path\n';
    expect(runWith({ stdout: full }, ...args)).toMatchObject({ status: 2, stderr: line });
  });
  it('ends as it would if it could tell', () => {
    expect(runWith({ stderr: full }, 'info')).toMatchObject({ status: 0 });
    expect(runWith({ stderr: full }, 'info', '--rows', '0')).toMatchObject({ status: 2 });
    expect(runWith({ stdout: full, stderr: full }, 'info')).toMatchObject({ status: 2 });
  });
});
