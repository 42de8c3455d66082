import { afterAll, expect, it } from 'vitest';
import { bench } from './testing.ts';

const { run, remove } = bench();
afterAll(remove);

it('shows configuration, interface and hierarchy without simulating', () => {
  const { status, stdout, stderr } = run('info', '--rows', '3', '--cols', '5');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('3 × 5 processing elements');
  expect(stdout).toMatch(/cell\[3 × 5\] +cell +15 +[\d,]+ +0\n/);
  expect(stdout).toMatch(/register bits +[\d,]+\n +memory bits +[\d,]+, in [\d,]+ bytes\n$/);
});

it('gives a program one object', () => {
  const { status, stdout } = run('info', '--preset', 'tpu-v3', '--cols', '7', '--json');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ config: { rows: 128, cols: 7, busBytes: 64 }, hierarchy: { name: 'npu', count: 1 } });
});

it('knows its version, and helps', () => {
  expect(run('--version').stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { status, stdout } = run('matmul', '--help');
  expect(status).toBe(0);
  expect(stdout).toMatch(/--scratchpad-bytes +bytes of the scratchpad, all banks together +\[value\] \[default: 262144\]/);
});
