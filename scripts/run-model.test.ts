import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { NetworkMeasurement } from '../testbench/network/measurement.ts';
import { sumOf } from '../testbench/timeline/timeline.ts';
import { npyFile, readNpyArray } from './npy.ts';
import { commandLine } from './testing-command-line.ts';

const { folder, here, runWith, remove } = commandLine();
afterAll(remove);
const models = fileURLToPath(new URL('../examples/models', import.meta.url));
for (const name of ['hello_world_int8', 'micro_speech_quantized', 'kws_ref_model'])
  copyFileSync(join(models, `${name}.tflite`), join(folder, `${name}.tflite`));
const small = ['--rows', '4', '--cols', '4', '--bus-bytes', '8'];

describe('systole run', () => {
  it('runs a network, compares every layer and prints one object', async () => {
    const { status, stdout, stderr } = await here('run', 'hello_world_int8.tflite', ...small, '--seed', '1', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const printed: unknown = JSON.parse(stdout);
    expect(printed).toMatchObject({
      version: 1,
      match: true,
      macs: 288,
      layers: [0, 1, 2].map((index) => ({ index, operator: 'FULLY_CONNECTED', by: 'matrix', match: true, wrong: 0 })),
      outputs: [{ shape: [1, 1], type: 'int8', data: [expect.any(Number)] }],
    });
  });

  it('tells what took how long, layer by layer, and whose cycles add up to those of the run', async () => {
    const { stdout } = await here('run', 'hello_world_int8.tflite', ...small, '--seed', '1', '--json');
    const { cycles, layers }: { cycles: number; layers: { cycles: number }[] } = JSON.parse(stdout);
    const all = layers.reduce((sum, layer) => sum + layer.cycles, 0);
    expect(Math.abs(cycles - all)).toBeLessThan(10);
    const { stdout: text } = await here('run', 'hello_world_int8.tflite', ...small, '--seed', '1');
    expect(text).toMatch(/0 {2}FULLY_CONNECTED {2}1 × 16 {2}matrix/);
    expect(text).toMatch(/every layer is equal to the reference, byte by byte/);
  });

  it('explains what took the cycles, in sums that come to them', async () => {
    const { stdout } = await here('run', 'kws_ref_model.tflite', ...small, '--seed', '1', '--explain');
    const [, header = '', ...lines] = /\n( +operator +cycles +=[^\n]*)\n([^]*?)\n\n/.exec(stdout) ?? [];
    const rows = lines.flatMap((text) => text.split('\n'));
    expect(rows.map((row) => row.slice(0, header.indexOf('cycles')).trim().split(/ +/)[0])).toEqual(
      [...Array(10).keys(), 11, 12].map(String),
    );
    const titles = [
      'cycles',
      '= matrix',
      '+ vector',
      '+ load',
      '+ store',
      '+ waits',
      'on array',
      '= full',
      '+ unfilled',
      '+ idle',
    ];
    for (const row of rows) {
      const [cycles, ...parts] = titles.map((title) => {
        const end = header.indexOf(title) + title.length;
        return Number(/[\d,]*$/.exec(row.padEnd(end).slice(0, end))?.[0].replaceAll(',', ''));
      });
      const sum = (from: number, to: number): number => parts.slice(from, to).reduce((all, part) => all + part, 0);
      expect([cycles, parts[5]]).toEqual([sum(0, 5), sum(6, 9)]);
    }
  });

  it('writes a page, whose command makes the same page again', async () => {
    const args = ['run', 'hello_world_int8.tflite', ...small, '--layer', '1', '--stall', '20', '--seed', '5'];
    const ran = await here(...args, '--html', 'run.html');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(ran.stdout).toMatch(/page +run\.html\n/);
    const page = readFileSync(join(folder, 'run.html'), 'utf8');
    const [, command = ''] = /<code id="command">systole ([^<]*)<\/code>/.exec(page) ?? [];
    expect(command.split(' ').sort()).toEqual([...args].sort());
    await here(...command.split(' '), '--html', 'again.html');
    expect(readFileSync(join(folder, 'again.html'), 'utf8')).toBe(page);
  });

  it('tells which layer each unit worked on over time, in as many cycles as the layers say', async () => {
    const { stdout } = await here('run', 'kws_ref_model.tflite', '--seed', '1', '--json');
    const { timeline, layers, cycles }: NetworkMeasurement = JSON.parse(stdout);
    expect(timeline.width * timeline.bins).toBeGreaterThanOrEqual(cycles);
    for (const unit of ['matrix', 'vector'] as const) {
      const own = layers.flatMap(({ by, worked }, layer) => (by === unit ? [{ layer, worked }] : []));
      const found = timeline.units[unit].map(({ layer, runs }) => ({ layer, worked: sumOf(runs) }));
      expect(found).toEqual(expect.arrayContaining(own));
    }
  });

  it.each<[readonly string[], string]>([
    [['--html', 'run.pdf'], 'end it with .html'],
    [['--html', 'none/run.html'], 'cannot write none/run.html: '],
    [['--input', 'in.html', '--html', 'in.html'], '--html in.html is what --input reads, and would destroy it'],
  ])('%j is refused before anything runs', async (flags, message) => {
    writeFileSync(join(folder, 'in.html'), new Uint8Array([200]));
    const { status, stdout, stderr } = await here('run', 'hello_world_int8.tflite', ...flags);
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toContain(message);
  });

  it('takes an input as .npy or as bytes, and writes what every operator made', async () => {
    writeFileSync(join(folder, 'x.bin'), new Uint8Array([200]));
    const one = await here('run', 'hello_world_int8.tflite', ...small, '--input', 'x.bin', '--dump', 'out', '--json');
    expect(one).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['0.npy', '1.npy', '2.npy', 'systole.sha256']);
    const made = readNpyArray(readFileSync(join(folder, 'out', '2.npy')), '2.npy');
    const { outputs }: { outputs: { data: number[] }[] } = JSON.parse(one.stdout);
    expect([made.shape, [...made.data]]).toEqual([[1, 1], outputs[0]?.data]);
  });

  it('knows from its first bytes what comes from stdin', () => {
    const array = npyFile(new Uint8Array(Float32Array.of(1.25).buffer), 'float32', [1, 1]);
    writeFileSync(join(folder, 'angle.npy'), array);
    const args = ['run', 'hello_world_int8.tflite', ...small, '--input', '-', '--json'];
    const { status, stdout } = runWith({ stdin: 'angle.npy' }, ...args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      match: true,
      input: expect.stringMatching(/^stdin, real numbers from 0 to/),
    });
    writeFileSync(join(folder, 'x.bin'), new Uint8Array([200]));
    expect(JSON.parse(runWith({ stdin: 'x.bin' }, ...args).stdout)).toMatchObject({ match: true, input: 'stdin' });
  });

  it('runs one operator alone, on what the reference gives it', async () => {
    const ran = await here('run', 'kws_ref_model.tflite', '--layer', '11', ...small, '--seed', '3', '--json');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).toMatchObject({ match: true, layers: [{ operator: 'FULLY_CONNECTED' }] });
  });

  it.each<[readonly string[], RegExp]>([
    [['nowhere.tflite'], /^systole: cannot read nowhere\.tflite: no such file or directory; check the path/],
    [['x.bin'], /^systole: this is no \.tflite file/],
    [
      ['hello_world_int8.tflite', '--layer', '3'],
      /^systole: there is no operator 3; the network has 3, counted from 0$/,
    ],
    [
      ['hello_world_int8.tflite', '--input', 'kws_ref_model.tflite'],
      /has 53936 bytes, and input '.*' is 1 × 1 int8; give 1 bytes$/,
    ],
    [
      ['kws_ref_model.tflite', '--accumulator-bytes', '256', '--layer', '12'],
      /; make --accumulator-bytes larger, \d+ to be sure$/,
    ],
  ])('%j is told in one line', async (args, line) => {
    writeFileSync(join(folder, 'x.bin'), new Uint8Array([200]));
    const { status, stdout, stderr } = await here('run', ...args, '--dump', 'never');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(line);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it('asks for --dump where --force is given', async () => {
    const { status, stderr } = await here('run', 'hello_world_int8.tflite', '--force');
    expect([status, stderr.trim()]).toEqual([2, 'systole: --force is given without --dump; add it']);
  });
});
