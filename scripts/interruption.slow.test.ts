/** A run that is ended from outside, as its user sees it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readVcd } from '../waveforms/read/read.ts';
import { HANG } from '../waveforms/testing/tools.ts';
import { endProcess } from '../testbench/end-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-interrupted-'));
afterAll(() => rmSync(folder, { recursive: true }));
const program = fileURLToPath(new URL('systole.ts', import.meta.url));

/** Starts a product that takes minutes, and ends it by a signal once there are waves. */
async function interrupted(
  signal: NodeJS.Signals,
  ...flags: readonly string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const sizes = ['--m', '160', '--k', '160', '--n', '160', '--seed', '7'];
  const args = [
    '--import',
    import.meta.resolve('tsx'),
    program,
    'matmul',
    ...sizes,
    '--rows',
    '1',
    '--cols',
    '1',
    ...flags,
  ];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  await vi.waitFor(() => expect(statSync(join(folder, 'run.vcd')).size).toBeGreaterThan(100_000), { timeout: HANG });
  const ended = new Promise<number | null>((done) => {
    child.once('exit', (code) => done(code));
  });
  endProcess(child, signal);
  const [status, [stdout, stderr]] = [await ended, await printed];
  return { status, stdout, stderr };
}

describe.skipIf(process.platform === 'win32')('a run that is interrupted', () => {
  it('keeps its waves, says where it was, and has the exit status of a program that the signal has ended', async () => {
    const { status, stdout, stderr } = await interrupted(
      'SIGINT',
      '--waves',
      'run.vcd',
      '--waves-scope',
      'system.npu.dispatch',
      '--json',
    );
    expect(status).toBe(130);
    expect(stderr).toMatch(
      /^systole: interrupted by SIGINT\nin cycle [\d,]+ of the run with seed 7\nwaves until then: gtkwave run\.vcd run\.gtkw\n$/,
    );
    const failure: unknown = JSON.parse(stdout);
    expect(failure).toMatchObject({
      status: 'interrupted',
      error: 'interrupted by SIGINT',
      cycle: expect.any(Number),
      seed: 7,
      m: 160,
      rows: 1,
    });
    const { cycle } = failure as { cycle: number };
    await readVcd(join(folder, 'run.vcd'), 2 * (cycle + 1));
    expect(readFileSync(join(folder, 'run.gtkw'), 'utf8')).toContain('[dumpfile]');
  }, 120_000);
});
