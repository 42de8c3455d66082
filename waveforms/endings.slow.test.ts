/** What is left of waves whatever ends the process that writes them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readVcd } from './read/read.ts';
import { orderlyEnds, runUntil, suddenEnds, writeWhole } from './testing/endings.ts';

describe('a VCD file that nobody closed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-endings-'));
  const whole = join(folder, 'whole.vcd');
  writeWhole(whole);
  afterAll(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'run.vcd');
  beforeEach(() => writeFileSync(path, 'older'));

  it.each(orderlyEnds)('is whole when %s', (_, end, status) => {
    expect(runUntil(folder, 'run.vcd', end)).toMatchObject({ status });
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual(['run.gtkw', 'run.vcd']);
  });

  it.skipIf(process.platform === 'win32').each(suddenEnds)(
    'holds what was written when the process ends by %s',
    async (signal, end) => {
      expect(runUntil(folder, 'run.vcd', end)).toMatchObject({ status: null, signal });
      const left = readFileSync(path, 'latin1');
      expect(readFileSync(whole, 'latin1').startsWith(left)).toBe(true);
      // At most the last second is lost, in which these are but the last steps.
      expect(left.length).toBeGreaterThan(readFileSync(whole).length / 2);
      expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual(['run.gtkw', 'run.vcd']);
      // Up to its last time it is a file as any other.
      const until = left.slice(0, left.lastIndexOf('\n', left.lastIndexOf('\n#') - 1) + 1);
      writeFileSync(path, `${until}#${Number(/\n#(\d+)\n/.exec(until.slice(until.lastIndexOf('\n#')))?.[1]) + 1}\n`);
      expect((await readVcd(path)).changes.length).toBeGreaterThan(1000);
    },
  );

  it("holds the cycle in which a user's own test failed", async () => {
    const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
    writeFileSync(
      join(folder, 'user.test.ts'),
      `
      import { Counter } from '${here('testing/endings.ts')}';
      import { openWaves } from '${here('waves.ts')}';
      test('fails', () => {
        const trace = new Counter();
        openWaves(trace, 'run.vcd');
        trace.runTo(7);
        trace.set(0, 99n);
        expect(trace.history.length).toBe(8);
      });`,
    );
    const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [vitest, 'run', '--root', folder, '--globals'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stdout + stderr]).toEqual([1, expect.stringContaining('expected 7 to be 8')]);
    const { changes, variables } = await readVcd(path, 16);
    const id = variables.find((variable) => variable.path === 'top.n')?.id;
    expect(changes.filter((change) => change.id === id).at(-1)).toMatchObject({ time: 14, value: 99n });
  });
});
