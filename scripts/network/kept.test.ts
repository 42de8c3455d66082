import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { packed, unpacked } from '../../npu/compiler/artefact/container.ts';
import { readArtefact } from '../../npu/compiler/artefact/index.ts';
import { compileNetwork } from '../../npu/compiler/network/compile.ts';
import { ConfigError, npuConfig } from '../../npu/config.ts';
import { importTflite } from '../../npu/importers/tflite/index.ts';
import { sumOf } from '../../testbench/timeline/timeline.ts';
import { runGraph } from '../../testbench/reference-network/run-graph.ts';
import { describeFailure } from '../describe-failure.ts';
import { UsageError } from '../failure.ts';
import { Output } from '../files.ts';
import { keptIn } from '../kept.ts';
import { networkPage } from '../page/network-page.ts';
import { commandLine } from '../testing-command-line.ts';
import { waveFlags, Waves } from '../wave-flags.ts';
import { npuParametersOf, type NetworkFailure } from './kept.ts';
import { networkReport } from './report.ts';
import { simulate } from './simulate.ts';

const { folder, here, remove } = commandLine();
afterAll(remove);
afterEach(() => vi.restoreAllMocks());
const models = fileURLToPath(new URL('../../examples/models', import.meta.url));
const small = ['--rows', '4', '--cols', '4', '--bus-bytes', '8'];
const inFolder = (name: string): string => join(folder, name);
const textIn = (name: string): string => readFileSync(inFolder(name), 'utf8');

let printed = '';
beforeAll(async () => {
  copyFileSync(join(models, 'hello_world_int8.tflite'), inFolder('hello.tflite'));
  const ran = await here(
    'run',
    'hello.tflite',
    ...small,
    '--seed',
    '5',
    '--stall',
    '9',
    '--json',
    '--html',
    'run.html',
  );
  printed = ran.stdout;
  writeFileSync(inFolder('run.json'), printed);
});

describe('a run of a network that was kept', () => {
  it('has the same page again, and the same text', async () => {
    expect(await here('report', 'run.json', '--html', 'again.html')).toMatchObject({ status: 0, stderr: '' });
    expect(textIn('again.html')).toBe(textIn('run.html'));
    const text = (stdout: string): string => stdout.replaceAll(/(compiled|simulated) .*\n/g, '');
    const { stdout } = await here('run', 'hello.tflite', ...small, '--seed', '5', '--stall', '9');
    expect(text((await here('report', 'run.json')).stdout)).toBe(text(stdout));
  });

  it('says what repeats it', async () => {
    const { command, parameters }: Readonly<Record<string, unknown>> = JSON.parse(printed);
    expect(parameters).toMatchObject({ rows: 4, busBytes: 8, stall: 9, latency: 2, matrix: 'systolic' });
    const again = await here(...String(command).split(' ').slice(1), '--json');
    const measured = ({ stdout }: { readonly stdout: string }): unknown => ({ ...JSON.parse(stdout), seconds: null });
    expect(measured(again)).toEqual(measured({ stdout: printed }));
  });

  it('is compared with others, layer by layer', async () => {
    writeFileSync(inFolder('wide.json'), (await here('run', 'hello.tflite', '--seed', '5', '--json')).stdout);
    const { status, stdout } = await here('compare', 'run.json', 'wide.json');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}rows +4 +16$/m);
    expect(stdout).toMatch(/^ {2}cycles +\d+ +\d+ +−\d/m);
    expect(stdout).toMatch(/^ {2}1 FULLY_CONNECTED\.worked +\d+ +\d+ +−\d/m);
  });
});

describe('a network that is wrong', () => {
  it('fails, with its page and its object all the same', async () => {
    await here('compile', 'hello.tflite', '-o', 'hello.systole', ...small);
    const bytes = readFileSync(inFolder('hello.systole'));
    const parts = unpacked(bytes);
    const image = parts.image.slice();
    // Other weights than the reference's.
    const { tensors } = readArtefact(bytes).program;
    for (const { role, type, address, bytes: size } of Object.values(tensors))
      if (role === 'constant' && type !== 'int32')
        for (let at = address; at < address + size; at++) image[at] = (image[at] ?? 0) ^ 0x55;
    writeFileSync(inFolder('wrong.systole'), packed({ ...parts, image }));

    const ran = await here('run', 'wrong.systole', '--seed', '1', '--html', 'wrong.html', '--dump', 'wrong', '--json');
    expect([ran.status, ran.stderr]).toEqual([1, '']);
    expect(JSON.parse(ran.stdout)).toMatchObject({ match: false });
    expect(textIn('wrong.html')).toMatch(/Differs from the reference: \d+ bytes? of layer 0/);
    writeFileSync(inFolder('wrong.json'), ran.stdout);
    expect((await here('report', 'wrong.json')).stdout).toMatch(/result +WRONG: \d+ bytes? of layer 0/);
    const { status, stdout } = await here('run', 'wrong.systole', '--seed', '1');
    expect([status, /result +WRONG: \d+ bytes? of layer 0/.test(stdout)]).toEqual([1, true]);
  });
});

describe('a network that does not come to its end', () => {
  it('has its page and its object, with what was worked on until then', async () => {
    const config = npuConfig({ rows: 4, cols: 4, busBytes: 8 });
    const graph = importTflite(readFileSync(inFolder('hello.tflite')));
    const program = compileNetwork(config, graph);
    const values = runGraph(graph, [Int8Array.of(3)]);
    const flags = Object.fromEntries(Object.keys(waveFlags).map((flag) => [flag, undefined]));
    const setting = {
      model: 'hello.tflite',
      input: 'three',
      seed: 77,
      parameters: { ...npuParametersOf(config), latency: 2, stall: 0 },
      command: 'systole run hello.tflite',
    };
    const asked = {
      setting,
      html: new Output(inFolder('hung.html')),
      waves: new Waves({ ...flags, waves: inFolder('hung.vcd') } as ConstructorParameters<typeof Waves>[0]),
      json: true,
      explain: false,
    };
    let object = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      object += String(text);
      return true;
    });
    const ended = await simulate({ config, graph, program, values, options: { limit: 150 } }, asked).then(
      () => null,
      describeFailure,
    );
    vi.restoreAllMocks();
    expect(ended?.status).toBe(1);
    expect(ended?.text).toMatch(
      /\nin cycle \d+ of the run with seed 77\nwaves until then: .*hung\.vcd.*\npage: .*hung\.html$/,
    );

    const failure = JSON.parse(object) as NetworkFailure;
    expect(failure).toMatchObject({
      ...setting,
      status: 'hung',
      error: expect.stringMatching(/^no end after 150 steps/),
    });
    expect(failure.layers.map(({ operator, by }) => `${operator} ${by}`)).toEqual(
      Array(3).fill('FULLY_CONNECTED matrix'),
    );
    expect(failure.timeline.units.load.reduce((sum, { runs }) => sum + sumOf(runs), 0)).toBeGreaterThan(20);
    expect(textIn('hung.html')).toContain(`Ended by: hung, in cycle ${failure.cycle}, seed 77`);
    expect(textIn('hung.html')).toContain('no end after 150 steps');
    writeFileSync(inFolder('hung.json'), object);
    expect(await here('report', 'hung.json', '--html', 'later.html')).toMatchObject({ status: 0, stderr: '' });
    expect(textIn('later.html')).toBe(textIn('hung.html'));
    expect((await here('report', 'hung.json')).stdout).toMatch(/ended by +hung\n +error +no end after 150 steps/);
  });
});

/** Every place in an object, as the names that lead there. */
const placesIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])])
    : [];

/** An object with another value at a place. */
function changed(value: unknown, [first, ...rest]: readonly string[], to: unknown): unknown {
  if (first === undefined || typeof value !== 'object' || value === null) return to;
  const entries = Object.entries(value).map(([key, inner]) => [key, key === first ? changed(inner, rest, to) : inner]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

it('an object with anything else in it is told in one line, or shown', () => {
  const whole: unknown = JSON.parse(printed);
  const odd = fc.constantFrom<unknown>(null, -1, 0.5, 1e12, 'text', '', [], {}, [null], true);
  fc.assert(
    fc.property(fc.constantFrom(...placesIn(whole)), odd, (place, value) => {
      try {
        const kept = keptIn(JSON.stringify(changed(whole, place, value)), 'a.json');
        if (!('network' in kept)) throw new Error('is no network');
        networkReport(kept.network);
        networkPage(kept.network);
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof ConfigError)) throw error;
        expect(error.message).not.toMatch(/\n/);
      }
    }),
    { numRuns: runsOf({ few: 300, all: 5000 }) },
  );
});
