import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { commandLine } from './testing-command-line.ts';

const { here, run, folder, remove } = commandLine();
afterAll(remove);

it('writes the NPU, a list of its files and a README of its ports', () => {
  const { status, stdout, stderr } = run('verilog', '--rows', '3', '--cols', '5', '--out', 'rtl');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^\d+ files in rtl; the top module is npu\n/);
  expect(stdout).toContain('verilator --lint-only -Wall -f files.f --top-module npu');
  const listed = readFileSync(join(folder, 'rtl', 'files.f'), 'utf8')
    .trim()
    .split('\n');
  expect(readdirSync(join(folder, 'rtl')).toSorted()).toEqual(
    [...listed, 'README.md', 'files.f', 'systole.sha256'].toSorted(),
  );
  expect(readFileSync(join(folder, 'rtl', 'README.md'), 'utf8')).toContain('| irq | out | 1 |');
});

it('writes a system that knows its cycles', async () => {
  const { status, stdout } = await here(
    'verilog',
    '--preset',
    'tiny',
    '--system',
    '--m',
    '5',
    '--k',
    '6',
    '--n',
    '7',
    '--dataflow',
    'os',
    '--out',
    'system',
  );
  expect(status).toBe(0);
  const cycles = /which expects (\d+) cycles/.exec(stdout)?.[1];
  const bench = readFileSync(join(folder, 'system', 'system_bench.sv'), 'utf8');
  expect(bench).toContain(`EXPECTED_CYCLES = 32'd${cycles};`);
  // Verilator reads it where it is a line of its own.
  expect(bench).toContain('\n// verilator lint_off UNUSEDSIGNAL\n');
});

it('prints commands that can be pasted, whatever the folder is called', async () => {
  const out = "my pröj (1) 100% it's";
  const { stdout } = await here('verilog', '--preset', 'tiny', '--out', out);
  const commands = [...stdout.matchAll(/^ {2}(.*)$/gm)].map(([, command = '']) => command);
  expect(commands).toHaveLength(3);
  // Each program tells where it runs, and with what.
  const programs = ['verilator', 'iverilog', 'yosys'].map(
    (program) => `${program}() { basename "$PWD"; printf '%s\n' "$@"; }`,
  );
  for (const command of commands) {
    const { stdout: seen, stderr } = spawnSync('sh', ['-c', [...programs, command].join('\n')], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(seen.split('\n')[0]).toBe(out);
    expect(seen).toMatch(/\nfiles\.f\n|\nread_verilog -sv .*\.sv; synth -top npu; stat\n/);
  }
});

it('prints a command for the viewer that can be pasted', async () => {
  const wave = "waves (1)/it's 100%.vcd";
  mkdirSync(join(folder, dirname(wave)));
  const { stdout } = await here('matmul', '--preset', 'tiny', '--m', '1', '--k', '1', '--n', '1', '--waves', wave);
  const [, command = ''] = /open it with (.*)$/m.exec(stdout) ?? [];
  const { stdout: seen } = spawnSync('sh', ['-c', `gtkwave() { printf '%s\n' "$@"; }\n${command}`], {
    encoding: 'utf8',
  });
  expect(seen.split('\n')).toEqual([wave, "waves (1)/it's 100%.gtkw", '']);
});

it('says what is missing', async () => {
  expect(await here('verilog')).toMatchObject({
    status: 2,
    stderr: 'systole: --out is missing; name the folder for the files\n',
  });
});
