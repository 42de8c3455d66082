/** Files so long that a thread writes them. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { all, bit, cat, delay, elaborate, fromWest, grid, module, uint } from '../../hdl/language/index.ts';
import { simulate, type Simulator } from '../../hdl/sim/index.ts';
import { streamVcd, writeVcd } from './write.ts';

const N: number = 20;
/** Of every kind of text: one bit, one word, several words. */
const cell = module('cell', { in: { step: uint(32), west: uint(32) }, out: { east: uint(32), wide: uint(100), low: bit } }, ({ step, west }) => {
  const x = delay('x', west.add(step));
  const wide = delay('wide', cat(x, x.not(), west, x.slice(0, 4)).expectWidth(100));
  return { east: x, wide, low: delay('low', x.bit(3)) };
});
const busy = module('busy', { in: { step: uint(32) }, out: { y: uint(32) } }, ({ step }) => {
  const x = delay('start', step.add(0x9e37_79b9));
  const cells = grid('cells', { rows: N, cols: N, cell, inputs: { step: all(x), west: fromWest('east', all(x)) } });
  return { y: cells.east('east').at(0) };
});

function start(): Simulator {
  return simulate(elaborate(busy));
}

function run(sim: Simulator, cycles: number): void {
  for (let cycle = 0; cycle < cycles; cycle++) {
    sim.poke('step', (cycle * 2_654_435_761) % 2 ** 32);
    sim.step();
  }
}

/** Gives the thread the time to start. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
}

describe('a long file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'systole-thread-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('has the same bytes as what is written by one thread', () => {
    const sim = start();
    const pieces: Buffer[] = [];
    const here = streamVcd(sim.trace(), { write: (bytes) => { pieces.push(Buffer.from(bytes)); }, open: null }, {});
    const path = join(folder, 'long.vcd');
    const writer = writeVcd(sim.trace(), path);
    run(sim, 100);
    pause();
    run(sim, 500);
    const end = here.finish('memory');
    const summary = writer.close();
    const file = readFileSync(path);
    expect(summary).toEqual({ path, bytes: file.length, end });
    expect(file.length).toBeGreaterThan(20_000_000);
    expect(file.equals(Buffer.concat(pieces))).toBe(true);
  });

  it('stops the run when it cannot be written', () => {
    const sim = start();
    const path = join(folder, 'closed');
    writeFileSync(path, '');
    // What a thread writes to this fails, as it would on a full disk.
    const fd = openSync(path, 'r');
    try {
      const failure = (cause: unknown): Error => new Error('not written', { cause });
      const stream = streamVcd(sim.trace(), { write: () => undefined, open: { fd, failure } }, {});
      const forEver = (): void => {
        for (;;) {
          run(sim, 100);
          pause();
        }
      };
      expect(forEver).toThrow(expect.objectContaining({ message: 'not written', cause: expect.objectContaining({ code: 'EBADF' }) }));
      stream.stop();
    } finally {
      closeSync(fd);
    }
  });

  it('leaves nothing when it is not wanted any more', () => {
    const sim = start();
    const writer = writeVcd(sim.trace(), join(folder, 'unwanted.vcd'));
    run(sim, 100);
    pause();
    run(sim, 100);
    writer.discard();
    expect(readdirSync(folder).filter((name) => name.startsWith('unwanted'))).toEqual([]);
  });

  /** Runs a script of its own that writes waves long enough for a thread, in `folder`; what it prints, and how it ends. */
  function script(body: string, options: readonly string[] = []): { readonly status: number | null; readonly output: string } {
    const sources = new URL('../../', import.meta.url);
    const text = `
      import { writeFileSync } from 'node:fs';
      import { elaborate, module, uint, vec, fill, delay } from '${new URL('hdl/language/index.ts', sources).href}';
      import { simulate } from '${new URL('hdl/sim/index.ts', sources).href}';
      import { writeVcd } from '${new URL('waveforms/index.ts', sources).href}';
      const Unit = module('unit', { in: { x: uint(32) }, out: { y: vec(400, uint(32)) } }, ({ x }) => ({ y: delay('y', fill(400, uint(32), delay('x1', x))) }));
      const sim = simulate(elaborate(Unit));
      const run = (cycles) => { for (let i = 0; i < cycles; i++) { sim.poke('x', (sim.cycle * 2654435761) % 2 ** 32); sim.step(); } };
      const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      const waves = writeVcd(sim.trace(), 'run.vcd');
      ${body}`;
    const file = join(folder, 'script.mts');
    writeFileSync(file, text);
    const run = spawnSync(process.execPath, [...options, '--import', import.meta.resolve('tsx'), file], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    return { status: run.status, output: run.stdout + run.stderr };
  }

  it('that nobody closed is gone when the process ends, and other files are left alone', () => {
    const { status, output } = script(`
      run(1500); pause(); run(1500);
      process.on('exit', () => writeFileSync('report.txt', 'done'));
      process.exit(3);`);
    expect({ status, output }).toEqual({ status: 3, output: '' });
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toBe('done');
    expect(readdirSync(folder).filter((name) => name.startsWith('run.vcd'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('is gone when the process is killed', async () => {
    const { status } = script("run(1500); pause(); run(1500); process.kill(process.pid, 'SIGKILL'); pause();");
    expect(status).toBe(null);
    await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('run.vcd')), { timeout: 5000 }).toEqual([]);
  });

  it('does not keep a process that ends by itself', () => {
    expect(script('run(1500); pause(); run(100);')).toEqual({ status: 0, output: '' });
    expect(readdirSync(folder).filter((name) => name.startsWith('run.vcd'))).toEqual([]);
  });

  it('is written where threads cannot be started', () => {
    const preload = join(folder, 'no-threads.cjs');
    writeFileSync(preload, "require('node:worker_threads').Worker = class { constructor() { throw new Error('no threads'); } };\nrequire('node:module').syncBuiltinESMExports();");
    const { status, output } = script("run(1500); pause(); run(1500); console.log(waves.close().bytes);", ['--require', preload]);
    expect(status, output).toBe(0);
    expect(readFileSync(join(folder, 'run.vcd')).length).toBe(Number(output));
    expect(Number(output)).toBeGreaterThan(1_000_000);
  });
});
