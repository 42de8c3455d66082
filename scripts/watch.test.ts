import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import { runMatmul } from '../testbench/run.ts';
import { needs } from '../waveforms/testing/tools.ts';
import { startWatch, type Watched } from './watch.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** What is written while a product runs, if three seconds pass between two looks. */
function written(isTTY: boolean): { readonly texts: readonly string[]; readonly cycles: number } {
  vi.useFakeTimers({ toFake: ['performance'] });
  const texts: string[] = [];
  let watched: Watched | null = null;
  let program: Watched['program'] | null = null;
  const watch = startWatch(() => watched, { isTTY, write: (text) => texts.push(text) });
  const job = { m: 40, k: 40, n: 40, dataflow: 'ws' } as const;
  const { counters } = runMatmul(
    npuConfig({ rows: 4, cols: 4 }),
    { ...job, a: new Int8Array(1600), b: new Int8Array(1600) },
    {
      onProgram: (made) => {
        program = made;
      },
      onStart: (sim) => {
        watched = program === null ? null : { sim, program };
      },
      onProgress: (cycle) => {
        vi.advanceTimersByTime(3000);
        watch.at(cycle);
      },
    },
  );
  watch.end();
  return { texts, cycles: counters.cycles };
}

it('says a line at a time where there is no terminal', () => {
  const { texts } = written(false);
  expect(texts.length).toBeGreaterThan(3);
  const line = /^cycle [\d,]+ of about [\d,]+ \(\d+ %\), [\d,.]+ cycles\/s, [\d.]+ s left, command \d+ of \d+; load /;
  for (const text of texts) {
    expect(text).toMatch(line);
    expect(text.split('\n')).toHaveLength(2);
  }
  expect(texts.join('')).toMatch(/matrix runs/);
  expect(texts.join('')).toMatch(/store waits for a semaphore/);
});

it('draws over itself in a terminal, and leaves nothing', () => {
  const { texts } = written(true);
  const [first = '', second = ''] = texts;
  expect(first.split('\n')).toHaveLength(6);
  expect(second.startsWith('\x1b[5F\x1b[J')).toBe(true);
  expect(texts.at(-1)).toBe('\x1b[5F\x1b[J');
});

const script = needs('script');
describe.skipIf(script.skip)(`a real terminal${script.note}`, () => {
  it('shows units while a product runs, and its report in the end', () => {
    const systole = fileURLToPath(new URL('systole.ts', import.meta.url));
    const command = `'${process.execPath}' --import '${import.meta.resolve('tsx')}' '${systole}' matmul --m 300 --k 300 --n 300 --watch --engine wasm`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
    expect(stdout).toMatch(/cycle [\d,]+ of about [\d,]+ \(\d+ %\)/);
    expect(stdout).toContain('\x1b[5F\x1b[J');
    expect(stdout).toContain('equal to the reference');
  });
});
