import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bench } from './testing.ts';

const { run, folder, remove } = bench();
afterAll(remove);

it('writes the NPU, a list of its files and a README of its ports', () => {
  const { status, stdout, stderr } = run('verilog', '--rows', '3', '--cols', '5', '--out', 'npu');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^\d+ files in npu; the top module is npu\n/);
  expect(stdout).toContain('verilator --lint-only -Wall -f files.f --top-module npu');
  const listed = readFileSync(join(folder, 'npu', 'files.f'), 'utf8').trim().split('\n');
  expect(readdirSync(join(folder, 'npu')).toSorted()).toEqual([...listed, 'README.md', 'files.f'].toSorted());
  expect(readFileSync(join(folder, 'npu', 'README.md'), 'utf8')).toContain('| irq | out | 1 |');
});

it('writes a system that knows its cycles', () => {
  const { status, stdout } = run('verilog', '--preset', 'tiny', '--system', '--m', '5', '--k', '6', '--n', '7', '--dataflow', 'os', '--out', 'system');
  expect(status).toBe(0);
  const cycles = /which expects (\d+) cycles/.exec(stdout)?.[1];
  expect(readFileSync(join(folder, 'system', 'system_bench.sv'), 'utf8')).toContain(`EXPECTED_CYCLES = 32'd${cycles};`);
});

it('says what is missing', () => {
  expect(run('verilog')).toMatchObject({ status: 2, stderr: 'systole: --out is missing; name the folder for the files\n' });
});
