import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { HandTrace, signal, uint } from '../testing/hand-trace.ts';
import { runScript } from '../testing/script.ts';
import { writeFst } from './write.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-nofst-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const trace = new HandTrace([signal('top.a', uint(3))]);

describe('writeFst', () => {
  it('names the program that is missing, and leaves no file', () => {
    vi.stubEnv('PATH', folder);
    expect(() => writeFst(trace, join(folder, 'run.fst'))).toThrow(
      /^cannot write waves to .*run\.fst: .*write a \.vcd file instead$/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('signals nobody when a program is not there or does not start', () => {
    const [bin, locked] = [join(folder, 'bin'), join(folder, 'locked')];
    [bin, locked].forEach((one) => mkdirSync(one));
    // Programs that the system refuses to start.
    for (const name of ['mkfifo', 'vcd2fst']) {
      writeFileSync(join(locked, name), '#!/nowhere\n', { mode: 0o755 });
      writeFileSync(join(bin, name), '\0', { mode: 0o755 });
    }
    chmodSync(locked, 0o000);
    const paths = ['', folder, bin, locked, `${locked}:${bin}`];
    const { status, output } = runScript(
      folder,
      `
      import { ChildProcess } from 'node:child_process';
      import { HandTrace, signal, uint } from '#/waveforms/testing/hand-trace.ts';
      import { openWaves } from '#/waveforms/index.ts';
      const signals = [];
      for (const one of [process, ChildProcess.prototype]) one['ki' + 'll'] = (...given) => { signals.push(given); };
      for (const path of ${JSON.stringify(paths)}) {
        process.env.PATH = path;
        const trace = new HandTrace([signal('top.a', uint(3))]);
        let said = 'nothing';
        try {
          const waves = openWaves(trace, 'run.fst');
          trace.edge();
          await waves.close();
        } catch (error) {
          said = error.message;
        }
        console.log(said);
      }
      process.on('exit', () => console.log(JSON.stringify(signals)));`,
    );
    chmodSync(locked, 0o700);
    const said = output.trim().split('\n');
    expect(
      said
        .slice(0, paths.length)
        .filter((line) => !/^cannot write waves to run\.fst: .*write a \.vcd file instead/.test(line)),
    ).toEqual([]);
    expect([status, said.slice(paths.length)]).toEqual([0, ['[]']]);
    expect(readdirSync(folder).filter((name) => name.startsWith('run'))).toEqual([]);
  });

  it('refuses a path that cannot be written before it starts anything', () => {
    expect(() => writeFst(trace, join(folder, 'no', 'run.fst'))).toThrow(/its directory does not exist/);
  });

  it('leaves devices alone', () => {
    expect(() => writeFst(trace, '/dev/null')).toThrow(
      /^cannot write waves to \/dev\/null: FST needs a plain file; give its name$/,
    );
  });
});
