/** Programs that are longer than the ring. */
import { describe, expect, it } from 'vitest';
import type { Simulator } from '../hdl/sim/index.ts';
import { npuConfig } from '../npu/config.ts';
import { matmulProgram } from '../npu/compiler/matmul.ts';
import { Host } from './host.ts';
import { exportSystem } from './verilog/export.ts';
import { referenceMatmul } from './reference.ts';
import { runMatmul, type RunResult } from './run.ts';

// Memories of a few lines: many small tiles.
const config = npuConfig({ rows: 2, cols: 3, busBytes: 8, scratchpadBytes: 1024, accumulatorBytes: 256 });
const [m, k, n] = [11, 45, 10];
const job = (dataflow: 'ws' | 'os') => ({
  m,
  k,
  n,
  dataflow,
  a: Int8Array.from({ length: m * k }, (_, i) => 37 * i),
  b: Int8Array.from({ length: k * n }, (_, i) => 53 * i),
});
const commands = matmulProgram(config, job('ws')).commands.length;

describe('a program that is longer than the ring', () => {
  const run = (ringEntries: number, dataflow: 'ws' | 'os', onProgress?: () => void): RunResult => {
    let sim: Simulator | undefined;
    const done = runMatmul(config, job(dataflow), {
      ringEntries,
      monitors: true,
      onStart: (started) => {
        sim = started;
      },
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const all = done.program.commands.length;
    expect([...done.result]).toEqual([...referenceMatmul(job(dataflow))]);
    if (sim === undefined) throw new Error('the run did not start');
    expect([new Host(sim).read('head'), done.counters.commands]).toEqual([all % ringEntries, all]);
    return done;
  };

  it.each([2, 7, commands])('goes through a ring of %d entries', (entries) => {
    expect(commands).toBeGreaterThan(40);
    const { program } = run(entries, 'ws');
    expect(program.ring).toEqual({ base: 0, entries, tail: entries - 1 });
  });

  it('takes the same cycles whether or not somebody is told of them', () => {
    let told = 0;
    expect(
      run(5, 'os', () => {
        told++;
      }).counters,
    ).toEqual(run(5, 'os').counters);
    expect(told).toBeGreaterThan(0);
  });

  it('is made for products of more commands than the largest ring has entries', () => {
    const small = npuConfig({ rows: 1, cols: 1, busBytes: 4, scratchpadBytes: 1024, accumulatorBytes: 256 });
    const side = 190;
    const operand = new Int8Array(side ** 2);
    const cube = { m: side, k: side, n: side, dataflow: 'ws', a: operand, b: operand } as const;
    const { ring, commands: all, code, image } = matmulProgram(small, cube);
    expect(all.length).toBeGreaterThan(0xffff);
    expect([ring, code.length]).toEqual([{ base: 0, entries: 0xffff, tail: 0xfffe }, all.length * 64]);
    expect(Buffer.compare(image.subarray(0, 0xfffe * 64), code.subarray(0, 0xfffe * 64))).toBe(0);
  });

  it('is not written as Verilog, whose bench rings the doorbell once', () => {
    const refused = `the product takes ${commands} commands, more than the 8 that the ring holds`;
    expect(() => exportSystem(config, job('ws'), { ringEntries: 9 })).toThrow(refused);
  });
});
