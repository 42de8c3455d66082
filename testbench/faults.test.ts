import { describe, expect, it } from 'vitest';
import type { Simulator } from '../hdl/sim/index.ts';
import { npuConfig } from '../npu/config.ts';
import { bank } from '../npu/compiler/allocator.ts';
import type { Command } from '../npu/isa/assembler.ts';
import { faultNames } from '../npu/common/fault.ts';
import { accumulatorLines, scratchpadBank } from './local-lines.ts';
import { Host } from './host.ts';
import { programOf } from './program.ts';
import { runProgram, type RunOptions } from './run.ts';
import { copyFields, endCommands, gemmFields, requantiseFields } from './testing-commands.ts';

const config = npuConfig({ rows: 3, cols: 4, busBytes: 8, scratchpadBytes: 6 * 8 * 32, accumulatorBytes: 16 * 32 });
const DATA = 8192;
const LIMIT = 5000;

const load = { ...copyFields, dram: DATA };
const store = { ...load, dram: DATA + 1024 };
const data = Uint8Array.from({ length: 64 }, (_, i) => i + 1);

const run = (commands: readonly (Command | Uint8Array)[], options?: RunOptions) =>
  runProgram(config, programOf([...commands, ...endCommands], 16384, data), LIMIT, { monitors: true, ...options });

describe('commands with mistakes', () => {
  it.each<[string, Command | Uint8Array, string]>([
    [
      'a load of no lines',
      { operation: 'load', tag: 7, fields: { ...load, lines: 0 } },
      'command 7 with fault zeroLength',
    ],
    [
      'a store of no bytes',
      { operation: 'store', tag: 8, fields: { ...store, lineBytes: 0 } },
      'command 8 with fault zeroLength',
    ],
    [
      'a product without columns',
      { operation: 'gemm', tag: 9, fields: { ...gemmFields, n: 0 } },
      'command 9 with fault zeroLength',
    ],
    [
      'nothing to requantise',
      { operation: 'requantise', tag: 10, fields: { ...requantiseFields, m: 0 } },
      'command 10 with fault zeroLength',
    ],
    [
      'both operands in one bank',
      { operation: 'gemm', tag: 11, fields: { ...gemmFields, b: 4 } },
      'command 11 with fault bank',
    ],
    [
      'a load past the end of a bank',
      { operation: 'load', tag: 12, fields: { ...load, local: 31 } },
      'command 12 with fault range',
    ],
    [
      'a load past the last bank',
      { operation: 'load', tag: 13, fields: { ...load, local: bank(6) } },
      'command 13 with fault range',
    ],
    [
      'a load past the accumulator',
      { operation: 'load', tag: 14, fields: { ...load, space: 'accumulator', local: 31 } },
      'command 14 with fault range',
    ],
    [
      'operands past the end of a bank',
      { operation: 'gemm', tag: 15, fields: { ...gemmFields, a: 31 } },
      'command 15 with fault range',
    ],
    [
      'results past the accumulator',
      { operation: 'gemm', tag: 16, fields: { ...gemmFields, c: 31 } },
      'command 16 with fault range',
    ],
    [
      'requantised bytes past the last bank',
      { operation: 'requantise', tag: 17, fields: { ...requantiseFields, to: bank(6) } },
      'command 17 with fault range',
    ],
    [
      'an accumulator line above 2^16',
      { operation: 'load', tag: 21, fields: { ...load, space: 'accumulator', local: 1 << 16 } },
      'command 21 with fault range',
    ],
    [
      'a load of pieces longer than a line',
      { operation: 'load', tag: 22, fields: { ...load, lineBytes: 24, pieceBytes: 24, stride: 24 } },
      'command 22 with fault range',
    ],
    [
      'a load of pieces longer than any line',
      { operation: 'load', tag: 23, fields: { ...load, lineBytes: 8192, pieceBytes: 8192, stride: 0, lines: 1 } },
      'command 23 with fault range',
    ],
    [
      'a load of half a lane',
      { operation: 'load', tag: 24, fields: { ...load, space: 'accumulator', lineBytes: 6 } },
      'command 24 with fault alignment',
    ],
    [
      'a store from past the end of a bank',
      { operation: 'store', tag: 25, fields: { ...store, local: 31 } },
      'command 25 with fault range',
    ],
    [
      'a store from past the last bank',
      { operation: 'store', tag: 26, fields: { ...store, local: bank(6) } },
      'command 26 with fault range',
    ],
    [
      'a store from past the accumulator',
      { operation: 'store', tag: 27, fields: { ...store, space: 'accumulator', local: 31 } },
      'command 27 with fault range',
    ],
    [
      'a store from an accumulator line above 2^16',
      { operation: 'store', tag: 28, fields: { ...store, space: 'accumulator', local: 1 << 16 } },
      'command 28 with fault range',
    ],
    [
      'a store of pieces longer than a line',
      {
        operation: 'store',
        tag: 29,
        fields: { ...store, space: 'accumulator', lineBytes: 24, pieceBytes: 24, stride: 24 },
      },
      'command 29 with fault range',
    ],
    [
      'results above 2^16',
      { operation: 'gemm', tag: 30, fields: { ...gemmFields, c: 1 << 16 } },
      'command 30 with fault range',
    ],
    [
      'results past the last address',
      { operation: 'gemm', tag: 31, fields: { ...gemmFields, c: 0xfffff } },
      'command 31 with fault range',
    ],
    [
      'rows of no lines to requantise',
      { operation: 'requantise', tag: 36, fields: { ...requantiseFields, width: 0 } },
      'command 36 with fault zeroLength',
    ],
    [
      'a row of requantised bytes past the end of a bank',
      { operation: 'requantise', tag: 37, fields: { ...requantiseFields, m: 2, toRow: 32 } },
      'command 37 with fault range',
    ],
    [
      'a fold of sums past the accumulator',
      { operation: 'requantise', tag: 38, fields: { ...requantiseFields, n: 5, fromFold: 32 } },
      'command 38 with fault range',
    ],
    [
      'a fold of requantised bytes past the end of a bank',
      { operation: 'requantise', tag: 39, fields: { ...requantiseFields, n: 5, toFold: 32 } },
      'command 39 with fault range',
    ],
    [
      'a plane of sums past the end of the accumulator',
      { operation: 'requantise', tag: 41, fields: { ...requantiseFields, planes: 3, fromPlane: 16 } },
      'command 41 with fault range',
    ],
    [
      'no planes of sums',
      { operation: 'requantise', tag: 42, fields: { ...requantiseFields, planes: 0 } },
      'command 42 with fault zeroLength',
    ],
    [
      'sums to requantise above 2^16',
      { operation: 'requantise', tag: 32, fields: { ...requantiseFields, from: 1 << 16 } },
      'command 32 with fault range',
    ],
    [
      'scales above 2^16',
      { operation: 'requantise', tag: 33, fields: { ...requantiseFields, perChannel: 1, parameters: 1 << 16 } },
      'command 33 with fault range',
    ],
    [
      'a line of the scales past the accumulator',
      { operation: 'requantise', tag: 34, fields: { ...requantiseFields, perChannel: 1, parameters: 30 } },
      'command 34 with fault range',
    ],
    [
      'a product whose sums could wrap unseen',
      { operation: 'gemm', tag: 35, fields: { ...gemmFields, aZero: 128 } },
      'command 35 with fault arithmetic',
    ],
    [
      'an unknown operation',
      Uint8Array.from({ length: 64 }, (_, i) => (i === 0 ? 77 : i === 2 ? 18 : 0)),
      'command 18 with fault illegal',
    ],
    [
      'an address past the end of DRAM',
      { operation: 'load', tag: 19, fields: { ...load, dram: 1 << 20 } },
      'command 19 with fault busRead, bus address 0x100000',
    ],
  ])('%s stops its queue and names the command', (_, command, message) => {
    expect(() => run([command])).toThrow(message);
  });

  it('reports bus errors with the address of the burst', () => {
    const errors = [
      { address: DATA + 8, length: 8, response: 'slverr', on: 'read' },
      { address: DATA + 1024, length: 8, response: 'decerr', on: 'write' },
    ] as const;
    expect(() => run([{ operation: 'load', tag: 1, fields: load }], { memory: { errors } })).toThrow(
      'command 1 with fault busRead, bus address 0x2000',
    );
    expect(() => run([{ operation: 'store', tag: 2, fields: store }], { memory: { errors } })).toThrow(
      'command 2 with fault busWrite, bus address 0x2400',
    );
  });

  it.each<[string, Command]>([
    ['a load', { operation: 'load', tag: 3, wait: [3], fields: { ...load, space: 'accumulator', local: 1 << 16 } }],
    [
      'a load that starts at the last address',
      { operation: 'load', tag: 3, wait: [3], fields: { ...load, space: 'accumulator', local: 0xfffff, lines: 2 } },
    ],
    ['a product', { operation: 'gemm', tag: 3, wait: [3], fields: { ...gemmFields, c: 1 << 16 } }],
    [
      'a product that starts at the last address',
      { operation: 'gemm', tag: 3, wait: [3], fields: { ...gemmFields, c: 0xfffff, m: 3 } },
    ],
    [
      'a requantised block',
      {
        operation: 'requantise',
        tag: 3,
        wait: [3],
        fields: { ...requantiseFields, to: 0xfffff, m: 3, width: 3, low: 5 },
      },
    ],
    [
      'a block requantised with scales that are not there',
      {
        operation: 'requantise',
        tag: 3,
        wait: [3],
        fields: { ...requantiseFields, perChannel: 1, parameters: 30, m: 3, width: 3, low: 5 },
      },
    ],
  ])('%s out of range does not land at another address', (_, command) => {
    let memories: (() => bigint[]) | undefined;
    expect(() =>
      run(
        [
          { operation: 'load', tag: 1, fields: load },
          { operation: 'load', tag: 2, signal: [3], fields: { ...load, local: bank(1) } },
          command,
        ],
        {
          onStart: (sim) => {
            const sums = accumulatorLines(sim, config);
            memories = () => [
              ...Array.from({ length: config.accLines }, (__, line) => sums.read(line)),
              ...[0, 4].flatMap((from) =>
                Array.from({ length: config.bankLines - 2 }, (__, line) =>
                  scratchpadBank(sim, config, from).read(line + 2),
                ),
              ),
              ...[0, 1].map((line) => scratchpadBank(sim, config, 4).read(line)),
            ];
          },
        },
      ),
    ).toThrow('command 3 with fault range');
    expect(memories?.().every((line) => line === 0n)).toBe(true);
  });

  it('an operand that runs on into the next bank is told', () => {
    const long = npuConfig({ rows: 1, cols: 1, busBytes: 4, scratchpadBytes: 6 * 4 * 2 ** 16 });
    const program = programOf([
      {
        operation: 'gemm',
        tag: 5,
        fields: { ...gemmFields, a: 2 ** 16 - 1, b: bank(1), m: 3, k: 3, aFold: 3, bFold: 3, cFold: 3 },
      },
      ...endCommands,
    ]);
    expect(() => runProgram(long, program, LIMIT)).toThrow('command 5 with fault range');
  });

  it('does not signal for a faulty command, so that what waits for it never runs', () => {
    let sim: Parameters<NonNullable<RunOptions['onStart']>>[0] | undefined;
    expect(() =>
      run(
        [
          { operation: 'load', tag: 1, signal: [0], fields: { ...load, lines: 0 } },
          { operation: 'store', tag: 2, wait: [0], fields: store },
        ],
        {
          onStart: (started) => {
            sim = started;
          },
        },
      ),
    ).toThrow('command 1 with fault zeroLength');
    sim?.step(500);
    expect(sim?.peek('npu.dispatch.store_queue_count')).toBe(1n);
    expect([...(sim?.memory('memory.dram').dump(16, (DATA + 1024) / 8) ?? [])]).toEqual(
      Array.from({ length: 16 }, () => 0),
    );
  });

  it('overflows a semaphore with an error that names the command', () => {
    const signals = Array.from({ length: 17 }, (_, tag): Command => ({
      operation: 'load',
      tag: 100 + tag,
      signal: [3],
      fields: { ...load, lines: 1 },
    }));
    expect(() => run(signals)).toThrow('command 115 with fault semaphore');
  });

  it('says where commands could not be read', () => {
    const errors = [{ address: 64, length: 8, response: 'slverr', on: 'read' }] as const;
    expect(() => run([{ operation: 'nop', tag: 1, fields: {} }], { memory: { errors } })).toThrow(
      'command 0 with fault busRead, bus address 0x40',
    );
  });

  it('can be forgotten: control bit 0 low, wait until idle, and any program runs', () => {
    const ended: Simulator[] = [];
    expect(() =>
      run(
        [
          { operation: 'load', tag: 1, signal: [2], fields: load },
          { operation: 'gemm', tag: 2, signal: [3], fields: { ...gemmFields, n: 0 } },
          ...Array.from({ length: 4 }, (): Command => ({ operation: 'gemm', tag: 3, signal: [3], fields: gemmFields })),
          { operation: 'store', tag: 4, wait: [3], fields: store },
        ],
        {
          onStart: (sim) => {
            ended.push(sim);
          },
        },
      ),
    ).toThrow('command 2 with fault zeroLength');
    const [sim] = ended;
    if (sim === undefined) throw new Error('the run did not start');
    sim.step(500);
    const host = new Host(sim);
    expect(host.read('status') & 0x100).toBe(0);
    host.write('control', 0);
    for (let reads = 0; (host.read('status') & 0x100) === 0; reads++) expect(reads).toBeLessThan(20);
    host.write('irqStatus', 3);
    // The first command waits for a signal of its own; what semaphore 2 was given before counts no more.
    const { image, ring } = programOf(
      [
        { operation: 'load', tag: 11, signal: [3], fields: { ...load, dram: DATA + 16 } },
        { operation: 'gemm', tag: 12, wait: [3], signal: [4], fields: gemmFields },
        { operation: 'store', tag: 13, wait: [4], fields: store },
        ...endCommands,
      ],
      16384,
      data,
    );
    sim.memory('memory.dram').load(image);
    host.write('ringEntries', ring.entries);
    host.write('tail', ring.tail);
    host.write('control', 1);
    sim.runUntil('irq', LIMIT);
    expect([host.read('irqStatus'), host.read('irqTag'), host.read('commands')]).toEqual([1, 99, 5]);
    expect([...sim.memory('memory.dram').dump(16, (DATA + 1024) / 8)]).toEqual([...data.subarray(16, 32)]);
    expect(Number(sim.peek('npu.dispatch.semaphore_2'))).toBe(0);
  });
});

describe('commands without', () => {
  it('copies through the scratchpad and the accumulator, in the order that semaphores say', () => {
    const { sim, counters } = run([
      { operation: 'load', tag: 0, signal: [1], fields: load },
      { operation: 'store', tag: 1, wait: [1], fields: store },
      { operation: 'load', tag: 2, signal: [2], fields: { ...load, dram: DATA + 3, space: 'accumulator', local: 5 } },
      {
        operation: 'store',
        tag: 3,
        wait: [2],
        fields: { ...store, dram: DATA + 2048 + 5, space: 'accumulator', local: 5 },
      },
    ]);
    const bytes = sim.memory('memory.dram').dump(64, (DATA + 1024) / 8);
    expect([...bytes.subarray(0, 16)]).toEqual([...data.subarray(0, 16)]);
    expect([
      ...sim
        .memory('memory.dram')
        .dump(24, (DATA + 2048) / 8)
        .subarray(5, 21),
    ]).toEqual([...data.subarray(3, 19)]);
    expect(counters.commands).toBe(6);
  });

  it('counts no unit busy for longer than there were cycles', () => {
    const { counters } = run([
      { operation: 'load', tag: 0, fields: load },
      { operation: 'nop', tag: 1, fields: {} },
    ]);
    for (const busy of [counters.loadBusy, counters.storeBusy, counters.matrixBusy, counters.vectorBusy])
      expect(busy).toBeLessThanOrEqual(counters.cycles);
    expect(counters.loadBusy).toBeGreaterThan(0);
  });

  it('a tail that the ring does not have starts nothing, and neither does the NPU run on', () => {
    const { image, ring } = programOf([{ operation: 'store', tag: 1, fields: store }, ...endCommands]);
    for (const tail of [ring.entries, ring.entries + 1, 0xffff, 0x1_0001]) {
      const started: Simulator[] = [];
      const runs = (): unknown =>
        runProgram(config, { image, ring: { ...ring, tail } }, LIMIT, {
          onStart: (sim) => {
            started.push(sim);
          },
        });
      expect(runs).toThrow(`the NPU refused ${tail} as tail`);
      const [sim] = started;
      if (sim === undefined) throw new Error('the run did not start');
      sim.step(500);
      const host = new Host(sim);
      const error = [host.read('irqStatus'), faultNames[host.read('errorCode')], host.read('errorAddress')];
      expect(error).toEqual([2, 'ring', tail]);
      const untouched = ['tail', 'head', 'commands', 'readBeats', 'cycles'] as const;
      expect(untouched.map((name) => host.read(name))).toEqual([0, 0, 0, 0, 0]);
      // It is as before: the right tail runs the program.
      host.write('irqStatus', 2);
      host.write('tail', ring.tail);
      sim.runUntil('irq', LIMIT);
      expect([host.read('irqStatus'), host.read('irqTag'), host.read('commands')]).toEqual([1, 99, 3]);
    }
  });

  it('wraps the ring', () => {
    const interrupt = (tag: number): Command => ({ operation: 'interrupt', tag, fields: {} });
    const { sim } = runProgram(
      config,
      { ...programOf([interrupt(1), interrupt(2), interrupt(3)]), ring: { base: 0, entries: 3, tail: 2 } },
      LIMIT,
    );
    sim.runUntil('npu.dispatch.idle', LIMIT);
    const host = new Host(sim);
    expect([host.read('irqTag'), host.read('head')]).toEqual([2, 2]);
    // The doorbell again, past the end: the last entry, and the first once more.
    host.write('irqStatus', 1);
    expect(sim.peek('irq')).toBe(0n);
    host.write('tail', 1);
    sim.step(200);
    expect([host.read('irqTag'), host.read('head'), host.read('commands'), sim.peek('irq')]).toEqual([1, 1, 4, 1n]);
  });
});
