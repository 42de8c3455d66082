import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { readVcd } from '../read/read.ts';
import { expected, found } from '../testing/compare.ts';
import { Counter, orderlyEnds, runUntil, suddenEnds, writeWhole } from '../testing/endings.ts';
import { HandTrace, signal, uint } from '../testing/hand-trace.ts';
import { randomTrace, runRandom } from '../testing/random-trace.ts';
import { runSmallNpu, smallNpu } from '../testing/small-npu.ts';
import { writeVcd } from '../vcd/write.ts';
import { HANG, needs } from '../testing/tools.ts';
import { fstState } from './blocks.ts';
import { writeFst, type FstWriter } from './write.ts';

const tools = needs('vcd2fst', 'fst2vcd', 'mkfifo');

describe.skipIf(tools.skip)(`FST files${tools.note}`, () => {
  const folder = tools.skip ? '' : mkdtempSync(join(tmpdir(), 'systole-fst-'));
  const path = join(folder, 'run.fst');
  afterAll(() => rmSync(folder, { recursive: true }));
  afterEach(() => vi.unstubAllEnvs());

  it('hold, read by another program, what the signals did', async () => {
    await fc.assert(
      fc.asyncProperty(randomTrace, async (plan) => {
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
      }),
      { numRuns: 25 },
    );
  });

  it('have tables of their enumerations, and everything else as before', async () => {
    const trace = smallNpu();
    const writer = writeFst(trace, path);
    const plain = writeVcd(trace, join(folder, 'plain.vcd'));
    runSmallNpu(trace, 60);
    plain.close();
    await writer.close();
    expect(fstState(path)).toBe('whole');
    const text = execFileSync('fst2vcd', ['-e', '-f', path], { encoding: 'latin1' });
    expect(text).toContain('$attrbegin misc 07 Mode 2 WEIGHTS OUTPUTS 0 1 2 $end\n');
    expect(text).toMatch(/^\$attrbegin misc 07 "" 1 \$end\n\$var reg 3 \S+ state \[2:0\] \$end$/m);
    expect(text).toMatch(/^\$attrbegin misc 07 "" 2 \$end\n\$var reg 1 \S+ mode \$end$/m);
    // Without them it is what the converter makes of the VCD.
    execFileSync('vcd2fst', ['-v', join(folder, 'plain.vcd'), '-f', join(folder, 'plain.fst')], { stdio: 'ignore' });
    expect(fstText(path)).toBe(fstText(join(folder, 'plain.fst')));
  });

  it('are not there, with the converter named, when it is missing or fails', async () => {
    const trace = new HandTrace([signal('top.a', uint(3))]);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(execFileSync('which', ['mkfifo'], { encoding: 'utf8' }).trim(), join(bin, 'mkfifo'));
    const converter = (text: string): void =>
      writeFileSync(join(bin, 'vcd2fst'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', bin);
    expect(() => writeFst(trace, path)).toThrow(
      new RegExp(
        '^cannot write waves to .*: FST needs the program vcd2fst ' +
          '\\(Debian: apt install gtkwave\\), which is not on the PATH; install it or write a \\.vcd file instead$',
      ),
    );
    writeFileSync(path, 'older');
    // At once, after the first line, at the end; and as it does on a full disk.
    converter('echo no room >&2; exit 3');
    await expect(writeFst(trace, path).close()).rejects.toThrow(
      /^cannot write waves to .*: vcd2fst .*no room; no waves are left$/,
    );
    converter('read line; echo no room >&2; exit 3');
    await expect(writeFst(trace, path).close()).rejects.toThrow(
      /^cannot write waves to .*: vcd2fst .*no room; no waves are left$/,
    );
    converter('while read line; do :; done; echo no room >&2; exit 3');
    await expect(writeFst(trace, path).close()).rejects.toThrow(
      /: vcd2fst failed: it ended with 3: no room; no waves are left$/,
    );
    converter('while read line; do :; done; echo half > "$4"');
    await expect(writeFst(trace, path).close()).rejects.toThrow(
      /: vcd2fst left a broken file; is the disk full\? .*; no waves are left$/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it('are what the converter has got when it fails in the middle', async () => {
    const bin = join(folder, 'early');
    mkdirSync(bin);
    const real = execFileSync('which', ['vcd2fst'], { encoding: 'utf8' }).trim();
    writeFileSync(join(bin, 'vcd2fst'), `#!/bin/sh\nhead -n 3000 | ${real} "$@"\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    const trace = new Counter();
    const writer = writeFst(trace, path);
    expect(() => trace.runTo(100_000)).toThrow(
      /^cannot write waves to .*: vcd2fst stopped reading .*; the waves end early$/,
    );
    await expect(writer.close()).rejects.toThrow(/; the waves end early$/);
    expect(fstText(path)).toContain('#500\n');
  });

  it('leave an older one until the first step', async () => {
    writeFileSync(path, 'older');
    const trace = new HandTrace([signal('top.a', uint(3))]);
    const writer = writeFst(trace, path, { start: 1 });
    trace.edge();
    expect(readFileSync(path, 'utf8')).toBe('older');
    trace.edge();
    const { bytes } = await writer.close();
    expect(readFileSync(path)).toHaveLength(bytes);
    expect(() => writeFst(trace, path, { start: 5, end: 5 })).toThrow(/is empty/);
    await expect(writeFst(trace, path, { start: 100 }).close()).rejects.toThrow(
      /the run ended in cycle 2, before cycle 100/,
    );
    expect(readFileSync(path)).toHaveLength(bytes);
  });

  it('are gone when they are not wanted any more', async () => {
    rmSync(path, { force: true });
    const trace = new HandTrace([signal('top.a', uint(3))]);
    const writer = writeFst(trace, path);
    trace.edge();
    writer.discard();
    await vi.waitFor(() => expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual([]));
    await expect(writer.close()).rejects.toThrow(/were discarded$/);
  });

  const ends = [
    ...orderlyEnds.map(([name, end, status]) => [name, end, { status }] as const),
    ...suddenEnds.map(([signal, end]) => [signal, end, { signal }] as const),
  ];
  it.each(ends)('are whole, with what was written, when nobody closed them: %s', async (_, end, outcome) => {
    const names = (): string[] =>
      readdirSync(folder)
        .filter((name) => name.startsWith('run'))
        .toSorted();
    rmSync(path, { force: true });
    expect(runUntil(folder, 'run.fst', end)).toMatchObject(outcome);
    // The converter ends after the process.
    await vi.waitFor(() => expect([names(), fstState(path)]).toEqual([['run.fst', 'run.gtkw'], 'whole']), {
      timeout: HANG,
    });
    writeWhole(join(folder, 'whole.vcd'));
    execFileSync('vcd2fst', ['-v', join(folder, 'whole.vcd'), '-f', join(folder, 'whole.fst')], { stdio: 'ignore' });
    const [left, all] = [fstText(path), fstText(join(folder, 'whole.fst'))];
    expect('signal' in outcome ? all.startsWith(left) : left === all).toBe(true);
    expect(left.length).toBeGreaterThan(all.length / 2);
  });
});

/** As VCD, without the date. */
function fstText(path: string): string {
  const text = execFileSync('fst2vcd', ['-f', path], { encoding: 'latin1', maxBuffer: 2 ** 28 });
  return text.slice(text.indexOf('$timescale'));
}

async function closed(writer: FstWriter | null): Promise<{ end: number }> {
  if (writer === null) throw new Error('not opened');
  return writer.close();
}
