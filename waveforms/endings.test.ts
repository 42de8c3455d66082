/** What is left of waves whatever ends the process that writes them. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual(['run.vcd']);
  });

  it.skipIf(process.platform === 'win32').each(suddenEnds)('holds what was written when the process ends by %s', async (signal, end) => {
    expect(runUntil(folder, 'run.vcd', end)).toMatchObject({ status: null, signal });
    const left = readFileSync(path, 'latin1');
    expect(readFileSync(whole, 'latin1').startsWith(left)).toBe(true);
    expect(left.length).toBeGreaterThan(readFileSync(whole).length / 2);
    expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual(['run.vcd']);
    // Up to its last time it is a file as any other.
    const until = left.slice(0, left.lastIndexOf('\n', left.lastIndexOf('\n#') - 1) + 1);
    writeFileSync(path, `${until}#${Number(/#(\d+)\n[^#]*$/.exec(until)?.[1]) + 1}\n`);
    expect((await readVcd(path)).changes.length).toBeGreaterThan(1000);
  });
});
