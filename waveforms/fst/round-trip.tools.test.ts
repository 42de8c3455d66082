import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readVcd } from '../read/read.ts';
import { expected, found } from '../testing/compare.ts';
import { HandTrace, signal, uint } from '../testing/hand-trace.ts';
import { randomTrace, runRandom } from '../testing/random-trace.ts';
import { needs } from '../testing/tools.ts';
import { writeFst, type FstWriter } from './write.ts';

const tools = needs('vcd2fst', 'fst2vcd', 'mkfifo');

describe.skipIf(tools.skip)(`FST files${tools.note}`, () => {
  const folder = tools.skip ? '' : mkdtempSync(join(tmpdir(), 'systole-fst-'));
  const path = join(folder, 'run.fst');
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  it('hold, read by another program, what the signals did', async () => {
    await fc.assert(fc.asyncProperty(randomTrace, async (plan) => {
      let writer: FstWriter | null = null;
      const trace = runRandom(plan, (source) => {
        const opened = writeFst(source, path);
        writer = opened;
        return { close: () => undefined };
      });
      const { end } = await closed(writer);
      const back = join(folder, 'back.vcd');
      execFileSync('fst2vcd', ['-f', path, '-o', back]);
      // fst2vcd puts the end in a line of its own too, unless nothing changed there; then it is missing.
      if (!readFileSync(back, 'latin1').endsWith(`#${end}\n`)) appendFileSync(back, `#${end}\n`);
      expect(found(await readVcd(back, end), trace)).toEqual(expected(trace.whole(), trace));
    }), { numRuns: 25 });
  });

  it('are not there, with the converter named, when it is missing or fails', async () => {
    const trace = new HandTrace([signal('top.a', uint(3))]);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(execFileSync('which', ['mkfifo'], { encoding: 'utf8' }).trim(), join(bin, 'mkfifo'));
    vi.stubEnv('PATH', bin);
    expect(() => writeFst(trace, path)).toThrow(/^cannot write waves to .*: FST needs the program vcd2fst \(Debian: apt install gtkwave\), which is not on the PATH; install it or write a \.vcd file instead$/);
    writeFileSync(join(bin, 'vcd2fst'), '#!/bin/sh\nread line < "$2"; echo no room >&2; exit 3\n', { mode: 0o755 });
    await expect(writeFst(trace, path).close()).rejects.toThrow(/^cannot write waves to .*: vcd2fst .*no room$/);
    // As it does on a full disk.
    writeFileSync(join(bin, 'vcd2fst'), '#!/bin/sh\nwhile read line; do :; done < "$2"; echo half > "$4"\n', { mode: 0o755 });
    await expect(writeFst(trace, path).close()).rejects.toThrow(/^cannot write waves to .*: vcd2fst left a broken file; is the disk full\?/);
  });

  it('are whole or not there', async () => {
    rmSync(path, { force: true });
    const trace = new HandTrace([signal('top.a', uint(3))]);
    const writer = writeFst(trace, path);
    trace.edge();
    writer.discard();
    await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual([]));
    await expect(writeFst(trace, path, { start: 100 }).close()).rejects.toThrow(/the run ended in cycle 1, before cycle 100/);
    await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual([]));
  });
});

async function closed(writer: FstWriter | null): Promise<{ end: number }> {
  if (writer === null) throw new Error('not opened');
  return writer.close();
}
