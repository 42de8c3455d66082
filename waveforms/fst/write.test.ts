import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { HandTrace, signal, uint } from '../testing/hand-trace.ts';
import { writeFst } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-nofst-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const trace = new HandTrace([signal('top.a', uint(3))]);

describe('writeFst', () => {
  it('names the program that is missing, and leaves no file', () => {
    // mkfifo is in /bin wherever it is in /usr/bin; vcd2fst is not.
    vi.stubEnv('PATH', folder);
    expect(() => writeFst(trace, join(folder, 'run.fst'))).toThrow(/^cannot write waves to .*run\.fst: .*write a \.vcd file instead$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a path that cannot be written before it starts anything', () => {
    expect(() => writeFst(trace, join(folder, 'no', 'run.fst'))).toThrow(/its directory does not exist/);
  });

  it('leaves devices alone', () => {
    expect(() => writeFst(trace, '/dev/null')).toThrow(/^cannot write waves to \/dev\/null: FST needs a plain file; give its name$/);
  });
});
