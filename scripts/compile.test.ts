import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from './testing-command-line.ts';

const { folder, here, run, runWith, remove } = commandLine();
afterAll(remove);
const models = fileURLToPath(new URL('../examples/models', import.meta.url));
for (const name of ['hello_world_int8', 'micro_speech_quantized', 'kws_ref_model'])
  copyFileSync(join(models, `${name}.tflite`), join(folder, `${name}.tflite`));
const small = ['--rows', '4', '--cols', '4', '--bus-bytes', '8'];
const changed = (name: string, change: (bytes: Uint8Array) => Uint8Array): void =>
  writeFileSync(join(folder, name), change(new Uint8Array(readFileSync(join(folder, 'hello.systole')))));

beforeAll(async () => {
  await here('compile', 'hello_world_int8.tflite', '-o', 'hello.systole', ...small);
  changed('cut.systole', (bytes) => bytes.slice(0, -1));
  changed('begun.systole', (bytes) => bytes.slice(0, 3));
  changed('flipped.systole', (bytes) => bytes.with(1000, (bytes[1000] ?? 0) ^ 1));
  changed('newer.systole', (bytes) => bytes.with(8, 2));
});

/** What a run says of itself, but for the time that it took and the file that was run. */
function told(stdout: string): unknown {
  const { seconds, model, command, ...measured }: Readonly<Record<string, unknown>> = JSON.parse(stdout);
  expect([seconds, model, command]).toEqual([expect.any(Object), expect.any(String), expect.any(String)]);
  return measured;
}

describe('an artefact', () => {
  it.each([
    ['hello_world_int8', small],
    ['micro_speech_quantized', ['--latency', '20']],
    ['kws_ref_model', ['--preset', 'gemmini', '--cols', '24']],
  ])('of %s runs as the network that it was made of', async (name, flags) => {
    expect(await here('compile', `${name}.tflite`, '--out', `${name}.systole`, ...flags)).toMatchObject({ status: 0 });
    const [whole, kept] = [
      await here('run', `${name}.tflite`, ...flags, '--seed', '7', '--json'),
      await here('run', `${name}.systole`, '--seed', '7', '--json'),
    ];
    expect([kept.status, kept.stderr]).toEqual([0, '']);
    expect(told(kept.stdout)).toEqual(told(whole.stdout));
  });

  it('is told with what is in it', async () => {
    const { status, stdout, stderr } = await here('compile', 'hello_world_int8.tflite', '-o', 'told.systole', ...small);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/commands +22\n[^]*cycles +\d+ expected\n[^]*written to +told\.systole, /);
  });

  it('takes an input and writes layers and waves, as a network does', async () => {
    writeFileSync(join(folder, 'x.bin'), new Uint8Array([200]));
    const made = ['--input', 'x.bin', '--dump', 'out', '--waves', 'run.vcd', ...small];
    const { status, stdout } = await here('run', 'hello.systole', ...made);
    expect(status).toBe(0);
    expect(stdout).toMatch(/0 {2}FULLY_CONNECTED {2}1 × 16 {2}matrix/);
    expect(stdout).toMatch(/compiled +before: this is an artefact\n/);
    expect(['out/2.npy', 'run.vcd', 'run.gtkw'].filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  });

  it('has a page, whose command needs no more than the artefact', async () => {
    const ran = await here('run', 'hello.systole', '--seed', '3', '--html', 'artefact.html');
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    const page = readFileSync(join(folder, 'artefact.html'), 'utf8');
    expect(page).toContain('<code id="command">systole run hello.systole --seed 3</code>');
  });

  it('comes from stdin as well', () => {
    expect(run('compile', 'hello_world_int8.tflite', '-o', 'again.systole', ...small)).toMatchObject({ status: 0 });
    const { status, stdout } = runWith({ stdin: 'again.systole' }, 'run', '-', '--seed', '1', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ match: true });
  });

  it.each<[string, RegExp]>([
    ['cut.systole', /^systole: this is no intact artefact: it is cut short, \d+ bytes of \d+; compile the/],
    ['begun.systole', /^systole: this is no artefact; give a file that systole compile wrote$/],
    ['flipped.systole', /^systole: this is no intact artefact: its bytes are not those of its checksum; compile the/],
    ['newer.systole', /^systole: this artefact is of version 2 of the format, and version 1 can be read; compile/],
    ['hello.systole --rows 5', /^systole: --rows is 5, and the artefact was compiled for 4; leave the flag out, or /],
    ['hello.systole --preset edge', /^systole: --preset edge has rows 16, and the artefact was compiled for 4; leave/],
    ['hello.systole --layer 1', /^systole: --layer is given with an artefact, .*; give the \.tflite file$/],
    ['hello.systole --fallback host', /^systole: --fallback is given with an artefact, .*; give it to systole compile/],
  ])('run %s is told in one line', async (args, line) => {
    const { status, stdout, stderr } = await here('run', ...args.split(' '), '--dump', 'never');
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim()).toMatch(line);
    expect(existsSync(join(folder, 'never'))).toBe(false);
  });

  it.each<[string, string]>([
    ['hello_world_int8.tflite', '--out is missing; name the file to write: -o model.systole'],
    ['hello.systole -o never.systole', 'this is an artefact already; give the .tflite file'],
    [
      'hello_world_int8.tflite -o never.txt',
      '--out is never.txt, and .txt is no format that it can be written in; end it with .systole',
    ],
    [
      'hello.systole -o hello.systole',
      '--out hello.systole is what MODEL reads, and would destroy it; give --out a file of its own',
    ],
  ])('compile %s is told in one line', async (args, line) => {
    expect(await here('compile', ...args.split(' '))).toEqual({ status: 2, stdout: '', stderr: `systole: ${line}\n` });
    expect(existsSync(join(folder, 'never.systole'))).toBe(false);
  });
});
