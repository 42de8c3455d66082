/**
 * Every addition that can wrap is told: the flag is up just where the reference says that a partial sum passed 32
 * bits.
 */
import { describe, expect, it } from 'vitest';
import { npuConfig } from '../npu/config.ts';
import type { Command } from '../npu/isa/assembler.ts';
import { bank } from '../npu/compiler/allocator.ts';
import { expectedWraps, runCase, type MatmulCase } from './case.ts';
import { programOf } from './program.ts';
import { runProgram } from './run.ts';

const memory = { latency: 2, stall: 0, seed: 1 };
const plain = { aUnsigned: true, bUnsigned: true, aZero: 0, bZero: 0, bias: null, requantise: null, memory };
const MOST = 2 ** 31 - 1;

describe('a product tells of sums that wrap', () => {
  it('that come back in the end, where the array adds them up in parts', () => {
    const back = (dataflow: 'ws' | 'os'): MatmulCase => ({
      ...plain,
      parameters: { rows: 1, cols: 1, busBytes: 4 },
      dataflow,
      m: 1,
      k: 2,
      n: 1,
      aUnsigned: false,
      a: [1, -1],
      b: [255, 255],
      bias: [MOST],
    });
    expect(runCase(back('ws')).wraps.sums).toBe(true);
    expect(runCase(back('os')).wraps.sums).toBe(false);
    const once = (dataflow: 'ws' | 'os') => ({ shape: { m: 1, k: 2, n: 1 }, at: { m: 0, k: 0, n: 0 }, dataflow });
    const expected = (dataflow: 'ws' | 'os'): boolean =>
      expectedWraps(back(dataflow), [{ product: once(dataflow) }]).sums;
    expect([expected('ws'), expected('os')]).toEqual([true, false]);
  });

  it('and of those that are shifted left to be requantised, by column', () => {
    for (const shift of [
      [7, 30],
      [7, 28],
    ]) {
      const drawn: MatmulCase = {
        ...plain,
        parameters: { rows: 1, cols: 3, busBytes: 8 },
        dataflow: 'ws',
        m: 1,
        k: 1,
        n: 2,
        a: [0],
        b: [0, 0],
        bias: [1 << 23, 4],
        requantise: { rounding: 'double', multiplier: [1, 1], shift, zero: 0, low: -128, high: 127 },
      };
      expect(runCase(drawn).wraps).toEqual({ sums: false, shifts: shift[1] === 30 });
    }
  });
});

describe('a command', () => {
  const config = npuConfig({ rows: 2, cols: 1, busBytes: 4, scratchpadBytes: 6 * 4 * 2 ** 16, accumulatorBytes: 1024 });
  const DATA = 4096;
  const load = {
    dram: DATA,
    lines: 1,
    lineBytes: 4,
    stride: 4,
    space: 'scratchpad',
    local: 0,
    pieceBytes: 4,
    lineStep: 1,
    pieceStep: 1,
    onError: 'abort',
  };
  const gemm = {
    dataflow: 'os',
    accumulate: 1,
    a: 0,
    b: bank(2),
    c: 0,
    m: 1,
    n: 1,
    k: 1,
    aZero: 0,
    bZero: 0,
    aUnsigned: 1,
    bUnsigned: 1,
    aFold: 1,
    aWidth: 0,
    aStep: 1,
    aRow: 0,
    bFold: 1,
    cFold: 1,
  };
  const end: Command[] = [
    { operation: 'fence', tag: 98, fields: {} },
    { operation: 'interrupt', tag: 99, fields: {} },
  ];
  const run = (commands: readonly Command[], sum = 0) => {
    const data = new Uint8Array(Int32Array.of(sum, -1).buffer);
    return runProgram(config, programOf([...commands, ...end], 8192, data, DATA), 300_000, { monitors: true });
  };

  it('that accumulates tells it as well', () => {
    const command = (number: number): Command[] => [
      { operation: 'load', tag: 0, fields: { ...load, space: 'accumulator' } },
      { operation: 'load', tag: 1, fields: { ...load, dram: DATA + 4 } },
      { operation: 'load', tag: 2, signal: [0], fields: { ...load, dram: DATA + 4, local: bank(2) } },
      ...Array.from({ length: number }, (_, i): Command => ({
        operation: 'gemm',
        tag: 3 + i,
        ...(i === 0 ? { wait: [0] } : {}),
        fields: gemm,
      })),
    ];
    expect(run(command(2), MOST - 2 * 255 * 255).wraps.sums).toBe(false);
    expect(run(command(3), MOST - 2 * 255 * 255).wraps.sums).toBe(true);
  });
});
