/** Runs that fail, and runs whose waves fail. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import type { Failure } from '../testbench/measurement.ts';
import { runMatmulInTurns } from '../testbench/run.ts';
import { sumOf } from '../testbench/timeline/timeline.ts';
import { readVcd } from '../waveforms/read/read.ts';
import { describeFailure } from './describe-failure.ts';
import { Output } from './files.ts';
import { withWaves } from './run.ts';
import { commandLine } from './testing-command-line.ts';
import { waveFlags, Waves } from './wave-flags.ts';

const { folder, program, remove } = commandLine();
afterAll(remove);
afterEach(() => vi.restoreAllMocks());

const config = npuConfig({ rows: 2, cols: 2 });
const asked = {
  config,
  preset: null,
  dataflow: 'ws',
  m: 4,
  k: 4,
  n: 4,
  origin: 'random',
  seed: 77,
  engine: 'wasm',
  memory: { latency: 2, stall: 0 },
} as const;
const job = { m: 4, k: 4, n: 4, preset: null, dataflow: 'ws', a: new Int8Array(16), b: new Int8Array(16) } as const;
const noFlags = Object.fromEntries(Object.keys(waveFlags).map((flag) => [flag, undefined])) as ConstructorParameters<
  typeof Waves
>[0];

describe('a run that fails', () => {
  it('is told with seed and cycle, and as an object for programs; its waves show where', async () => {
    const wave = join(folder, 'hung.vcd');
    let printed = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      printed += String(text);
      return true;
    });
    const waves = new Waves({ ...noFlags, waves: wave });
    const ended = await withWaves(waves, asked, { json: true, watch: false }, async (options, signal) =>
      runMatmulInTurns(config, job, { ...options, limit: 50 }, signal),
    ).then(() => null, describeFailure);
    vi.restoreAllMocks();
    expect(ended?.status).toBe(1);
    expect(ended?.text).toMatch(
      /^systole: no end after 50 steps \(cycle \d+\), waiting for system\.irq\n[^]*\nin cycle \d+ of the run with seed 77\nwaves until then: gtkwave .*hung\.vcd .*hung\.gtkw$/,
    );
    const failure: unknown = JSON.parse(printed);
    expect(failure).toMatchObject({
      status: 'hung',
      error: expect.stringMatching(/^no end after 50 steps/),
      cycle: expect.any(Number),
      seed: 77,
      rows: 2,
      cols: 2,
      dataflow: 'ws',
      m: 4,
      version: 1,
      parameters: { rows: 2, queueDepth: 4, latency: 2, preset: null },
    });
    const { cycle } = failure as { cycle: number };
    await readVcd(wave, 2 * (cycle + 1));
    expect(readFileSync(join(folder, 'hung.gtkw'), 'utf8')).toMatch(/^\[markername\] \wlast activity$/m);
  });
});

it('a run that fails has its page, with what the units were at until then; the object has that where it is asked for', async () => {
  const html = new Output(join(folder, 'hung.html'));
  let printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const ended = await withWaves(
    new Waves(noFlags),
    { ...asked, html, timeline: true },
    { json: true, watch: false },
    async (options, signal) => runMatmulInTurns(config, job, { ...options, limit: 50 }, signal),
  ).then(() => null, describeFailure);
  vi.restoreAllMocks();
  expect(ended?.text).toMatch(/\npage: .*hung\.html$/);
  const page = readFileSync(html.path, 'utf8');
  expect(page).toContain('Ended by: hung, in cycle');
  expect(page).toContain('no end after 50 steps');
  expect(page).toContain('"kind":"timeline"');
  const { timeline } = JSON.parse(printed) as Failure;
  // All cycles from the first command on: it hung while it was at work.
  expect(sumOf(timeline?.active ?? [])).toBeGreaterThan(20);
});

describe.skipIf(process.platform === 'win32')('a run whose waves do not fit the disk', () => {
  it.each(['run.vcd', 'run.fst'])('has its report and its result, and says what became of %s', async (wave) => {
    const args = [
      '--rows',
      '4',
      '--cols',
      '4',
      '--m',
      '32',
      '--k',
      '32',
      '--n',
      '32',
      '--out',
      'C.npy',
      '--waves',
      wave,
    ];
    // In blocks of 512 or 1,024 bytes.
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 600; exec "$@"', 'sh', process.execPath, program, 'matmul', ...args],
      { cwd: folder, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/result +equal to the reference[^]*written to +C\.npy/);
    expect(readFileSync(join(folder, 'C.npy')).length).toBeGreaterThan(1024);
    expect(stderr).toMatch(/^systole: cannot write waves to run\.\w+: .*\n$/);
    expect(status).toBe(2);
    if (wave === 'run.vcd')
      expect((await readVcd(join(folder, wave))).end).toBe(
        Number(/the waves end early, at time (\d+)/.exec(stderr)?.[1]),
      );
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });
});
