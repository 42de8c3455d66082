/** Tests that fail, run by a real Vitest in a project with a blank in its path; and what they leave in GTKWave. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askGtkwave, startDisplay, type Display } from '../../waveforms/testing/gtkwave.ts';
import { project } from './testing/project.ts';
import { HANG, needs } from '../../waveforms/testing/tools.ts';

const tools = needs('gtkwave', 'Xvfb');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

interface Told {
  readonly title: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

function run(folder: string, env: NodeJS.ProcessEnv = {}): readonly Told[] {
  const { error } = spawnSync(process.execPath, [vitest, 'run', '--reporter=json', '--outputFile=told.json'], {
    cwd: folder,
    timeout: HANG,
    env: { ...process.env, VITEST: undefined, ...env },
  });
  if (error !== undefined) throw error;
  const told = JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8')) as {
    testResults: { assertionResults: Told[] }[];
  };
  return told.testResults.flatMap(({ assertionResults }) => assertionResults);
}

describe.skipIf(tools.skip)(`what a failing test leaves${tools.note}`, () => {
  const folder = tools.skip ? '' : project();
  let display: Display | null = null;
  let told: readonly Told[] = [];
  beforeAll(async () => {
    display = await startDisplay();
    told = run(folder);
  });
  afterAll(() => {
    display?.close();
    rmSync(dirname(folder), { recursive: true });
  });
  const messages = (title: string): readonly string[] =>
    told.filter((one) => one.title === title).flatMap(({ failureMessages }) => failureMessages);
  /** The command in a message: the two paths. */
  const files = (message: string): readonly string[] =>
    /^ {2}waves: gtkwave (\S+\.vcd) (\S+\.gtkw)$/m.exec(message)?.slice(1) ?? [];
  const opened = (message: string, times: readonly number[] = []): ReturnType<typeof askGtkwave> => {
    const [wave = '', view = ''] = files(message).map((path) => join(folder, path));
    if (display === null) throw new Error('no display');
    return askGtkwave(display, wave, view, times);
  };

  it('is a drawing, and waves that open at the failed check with its instance', () => {
    const [message = ''] = messages('a check of the design');
    expect(message).toContain('n is never 55');
    expect(message).toMatch(/^ {2}cycle .* 54 +55$/m);
    expect(message).toMatch(/^ {2}n .*│0x36 │0x37$/m);
    const { cursor, traces } = opened(message, [110]);
    expect(cursor).toBe(110);
    expect(traces.slice(4, 8).map(({ name, values }) => [name, ...values])).toEqual([
      ['failed: n is never 55', ''],
      ['inner/go', '0'],
      ['inner/n', '37'],
      ['failed: n is never 55', ''],
    ]);
  });

  it('is of an expectation the ports of the design in the cycle in which the run stands', () => {
    const all = messages('expects / "much" ../..');
    expect(all).toHaveLength(2);
    for (const message of all) {
      expect(message).toMatch(/^ {2}n .*│9 +│0xa$/m);
      expect(opened(message).cursor).toBe(20);
    }
    // Tests of one name have files of their own.
    expect(new Set(all.flatMap(files)).size).toBe(4);
  });

  it('is of a hang the streams that wait, at the last activity', () => {
    const [message = ''] = messages('hangs');
    expect(message).toMatch(/HangError: no end after 200 steps/);
    // Not the last cycles, in which nothing happens.
    expect(message).toMatch(/─┐\n {2}words_ready/);
    const { cursor, traces, window } = opened(message);
    expect(cursor).toBeLessThan(2 * 20);
    expect(window[0]).toBeLessThan(cursor);
    expect(window[1]).toBeGreaterThan(cursor);
    expect(traces.map(({ name }) => name)).toContain('last activity: waits for all parts of the bench');
    expect(traces.map(({ name }) => name)).toContain('words_ready');
  });

  it('is of many simulations that of the smallest case that a check has stopped', () => {
    const [message = ''] = messages('a property');
    expect(message).toContain('Counterexample: [56]');
    expect(opened(message).cursor).toBe(110);
  });

  it('is of its own for tests side by side, and for each attempt', () => {
    const [one = '', two = ''] = [...messages('one'), ...messages('two')];
    expect([opened(one).cursor, opened(two).cursor]).toEqual([6, 14]);
    const again = messages('again').flatMap(files);
    expect(new Set(again).size).toBe(4);
    expect(again.every((path) => existsSync(join(folder, path)))).toBe(true);
  });

  it('is in a folder that git ignores, and nothing of tests that pass', () => {
    expect(told.filter(({ status }) => status === 'passed').map(({ title }) => title)).toEqual([
      'passes',
      'depends on the seed',
      'without its context',
    ]);
    expect(readFileSync(join(folder, '.systole', '.gitignore'), 'utf8')).toBe('*\n');
    const named = readdirSync(join(folder, '.systole', 'waves'));
    expect(named.filter((name) => !/^failing-[\w-]+-[0-9a-f]{8}\.(vcd|gtkw)$/.test(name))).toEqual([]);
    expect(named.filter((name) => name.includes('passes'))).toEqual([]);
  });

  it('is everything, of passing tests too, where it is asked for', () => {
    const all = run(folder, { SYSTOLE_WAVES: '1', SYSTOLE_SEED: '7' });
    const named = readdirSync(join(folder, '.systole', 'waves'));
    expect(named.some((name) => /^failing-passes-seed7-[0-9a-f]{8}\.vcd$/.test(name))).toBe(true);
    const [message = ''] = all
      .filter(({ title }) => title === 'hangs')
      .flatMap(({ failureMessages }) => failureMessages);
    expect(files(message)[0]).toContain('-seed7-');
    expect(opened(message).cursor).toBeLessThan(2 * 20);
  });
});
