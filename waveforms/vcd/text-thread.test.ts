/** Files so long that a thread writes them. */
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { all, bit, cat, delay, elaborate, fromWest, grid, module, uint } from '../../hdl/language/index.ts';
import { simulate, type Simulator } from '../../hdl/sim/index.ts';
import { runScript } from '../testing/script.ts';
import { VcdStream } from './stream.ts';
import { writeVcd } from './write.ts';

const N: number = 20;
/** Of every kind of text: one bit, one word, several words. */
const cell = module(
  'cell',
  { in: { step: uint(32), west: uint(32) }, out: { east: uint(32), wide: uint(100), low: bit } },
  ({ step, west }) => {
    const x = delay('x', west.add(step));
    const wide = delay('wide', cat(x, x.not(), west, x.slice(0, 4)).expectWidth(100));
    return { east: x, wide, low: delay('low', x.bit(3)) };
  },
);
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
    const here = new VcdStream(
      sim.trace(),
      {
        write: (bytes) => {
          pieces.push(Buffer.from(bytes));
        },
        open: null,
      },
      {},
    );
    const path = join(folder, 'long.vcd');
    const writer = writeVcd(sim.trace(), path);
    run(sim, 100);
    pause();
    run(sim, 500);
    const held = here.finish('memory');
    const summary = writer.close();
    const file = readFileSync(path);
    expect(summary).toEqual({ path, bytes: file.length, ...held });
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
      const stream = new VcdStream(sim.trace(), { write: () => undefined, open: { fd, failure } }, {});
      const forEver = (): void => {
        for (;;) {
          run(sim, 100);
          pause();
        }
      };
      expect(forEver).toThrow(
        expect.objectContaining({ message: 'not written', cause: expect.objectContaining({ code: 'EBADF' }) }),
      );
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

  it('is written where threads cannot be started', () => {
    // Only once everything is loaded: some versions of Node need a thread to load TypeScript.
    const { status, output } = runScript(
      folder,
      `
      import { createRequire, syncBuiltinESMExports } from 'node:module';
      import { HandTrace, signal, uint, vec } from '#/waveforms/testing/hand-trace.ts';
      import { writeVcd } from '#/waveforms/index.ts';
      let asked = 0;
      createRequire(import.meta.url)('node:worker_threads').Worker = class { constructor() { asked++; throw new Error('no threads'); } };
      syncBuiltinESMExports();
      const trace = new HandTrace([signal('top.v', vec(400, uint(32)))]);
      const waves = writeVcd(trace, 'run.vcd');
      for (let n = 1n; n < 600n; n++) {
        trace.set(0, (1n << 12800n) / (2n * n + 1n));
        trace.edge();
      }
      console.log(JSON.stringify([waves.close().bytes, asked]));`,
    );
    expect(status, output).toBe(0);
    const bytes = readFileSync(join(folder, 'run.vcd')).length;
    expect(JSON.parse(output)).toEqual([bytes, 1]);
    expect(bytes).toBeGreaterThan(1_000_000);
  });
});
