import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commandLine, BUILT_VERSION } from './testing-command-line.ts';

const { folder, here, run, remove } = commandLine();
afterAll(remove);

it('shows configuration, interface and hierarchy without simulating', () => {
  const { status, stdout, stderr } = run('info', '--rows', '3', '--cols', '5');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('3 × 5 processing elements');
  expect(stdout).toMatch(/cell\[3 × 5\] +cell +15 +[\d,]+ +0\n/);
  expect(stdout).toMatch(/register bits +[\d,]+\n +memory bits +[\d,]+, in [\d,]+ bytes\n$/);
});

it('says where a preset comes from, and what it changes', async () => {
  const { stdout } = await here('info', '--preset', 'gemmini', '--rows', '8');
  expect(stdout).toMatch(
    /^Preset gemmini\n +source +the default configuration of Gemmini.*\n +not as there +its scratchpad has 4 banks/,
  );
  expect(stdout).toMatch(/^ +--rows +8 +\(default 16\) +rows of the matrix engine$/m);
  expect(stdout).toMatch(/^ +--max-burst +4 +\(default 16\) /m);
  expect(stdout).toMatch(/^ +--cols +16 +columns of the matrix engine$/m);
});

it('gives a program one object', async () => {
  const { status, stdout } = await here('info', '--preset', 'tpu-v3', '--cols', '7', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    preset: { name: 'tpu-v3' },
    config: { rows: 128, cols: 7, busBytes: 64 },
    hierarchy: { name: 'npu', count: 1 },
  });
});

it('tells what the simulator makes of each array, when asked', async () => {
  const asked = await here('info', '--engine', '--bus-bytes', '64');
  expect(asked.status).toBe(0);
  expect(asked.stdout).toMatch(/^ +npu\.matrix\.array\.cell\[16 × 16\] +state +as vectors$/m);
  expect((await here('info')).stdout).not.toContain('as vectors');
  const { stdout } = await here('info', '--engine', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    arrays: expect.arrayContaining([
      { path: 'npu.matrix.array.cell', rows: 16, cols: 16, functions: [{ kind: 'state', ports: [], scalar: null }] },
    ]),
  });
});

it('knows its version, whatever that of the project is in which it is started', () => {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'somebody-elses', version: '98.7.6' }));
  expect(run('--version').stdout).toBe(`${BUILT_VERSION}\n`);
  expect(run('info', '--version').stdout).toBe(`${BUILT_VERSION}\n`);
});

it('helps', () => {
  const { status, stdout } = run('matmul', '--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /--scratchpad-bytes +bytes of the scratchpad, all banks together +\[value\] \[default: 262144\]/,
  );
});
