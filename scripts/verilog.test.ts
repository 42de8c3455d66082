import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe('with a network', () => {
  const model = fileURLToPath(new URL('../examples/models/hello_world_int8.tflite', import.meta.url));
  beforeAll(async () => {
    await here('compile', model, '-o', 'hello.systole', '--preset', 'tiny', '--latency', '9');
    writeFileSync(join(folder, 'x.bin'), new Uint8Array([200]));
  });

  it('writes a system that takes as many cycles as a run', async () => {
    const { status, stdout, stderr } = await here(
      'verilog',
      '--model',
      'hello.systole',
      '--input',
      'x.bin',
      '--out',
      'net',
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const ran = await here('run', 'hello.systole', '--input', 'x.bin', '--json');
    const { cycles }: { cycles: number } = JSON.parse(ran.stdout);
    expect(stdout).toContain(`the top module is system_bench, which expects ${cycles} cycles\n`);
    expect(readFileSync(join(folder, 'net', 'README.md'), 'utf8')).toMatch(/3 layers.*\n\n- `.*`: 1 byte from 0x/);
  });

  it.each<[string, string]>([
    ['--model hello.systole --m 4', '--m is given with --model, and is of a product; leave one of them out'],
    ['--model hello.systole --system', '--system is given with --model, and is of a product; leave one of them out'],
    ['--input x.bin', '--input is given without --model; name an artefact of systole compile with --model'],
    [
      '--model hello.systole --cols 5',
      '--cols is 5, and the artefact was compiled for 4; leave the flag out, or compile the network for this NPU',
    ],
    ['--model x.bin', 'this is no artefact; give a file that systole compile wrote'],
    ['--model none.systole', 'cannot read none.systole: no such file or directory; check the path'],
  ])('%s is told in one line', async (args, line) => {
    const told = await here('verilog', ...args.split(' '), '--out', 'never');
    expect(told).toEqual({ status: 2, stdout: '', stderr: `systole: ${line}\n` });
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });
});

it('says what is missing', async () => {
  expect(await here('verilog')).toMatchObject({
    status: 2,
    stderr: 'systole: --out is missing; name the folder for the files\n',
  });
});
