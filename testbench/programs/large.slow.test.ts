/** Commands as large as they can be, so that a counter, an address or a size with a bit too few is seen. */
import { describe, expect, it } from 'vitest';
import type { MemoryView } from '../../hdl/sim/index.ts';
import { npuConfig } from '../../npu/config.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import type { JobDataflow } from '../../npu/matrix/job.ts';
import { arrayLayouts, denseFields } from '../../npu/matrix/layout.ts';
import { cyclesOfJob } from '../../npu/matrix/systolic/cycles.ts';
import { accumulatorLines, scratchpadBank } from '../local-lines.ts';
import { programOf } from '../program.ts';
import { runProgram } from '../run.ts';
import {
  depthwiseFields,
  elementwiseFields,
  lookupFields,
  poolFields,
  requantiseFields,
  softmaxFields,
} from '../testing-commands.ts';
import { MemoryModel } from './model.ts';

/** The smallest array with the largest banks and accumulator that local addresses reach. */
const config = npuConfig({
  rows: 1,
  cols: 1,
  busBytes: 4,
  scratchpadBytes: 6 * 4 * 2 ** 16,
  accumulatorBytes: 4 * 2 ** 16,
});
const BANK = 2 ** 16;
const MOST = 2 ** 16 - 1;
const BYTES = 2 ** 20;
const LIMIT = 4_000_000;
const DATA = 2 ** 18;

const noise = (count: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: count }, (_, i) => Math.imul(i + seed, 0x9e37_79b1) >>> 23);
const end: Command[] = [
  { operation: 'fence', tag: 0, fields: {} },
  { operation: 'interrupt', tag: 1, fields: {} },
];

const gemm = ({
  dataflow = 'ws',
  ...fields
}: {
  readonly dataflow?: JobDataflow;
  readonly a?: number;
  readonly c?: number;
  readonly m?: number;
  readonly n?: number;
  readonly k?: number;
  readonly aWidth?: number;
}): Command => ({
  operation: 'gemm',
  tag: 7,
  fields: {
    ...denseFields(arrayLayouts(config, dataflow), { m: 1, n: 1, k: 1, ...fields }),
    dataflow,
    accumulate: 0,
    a: 0,
    b: BANK,
    c: 0,
    m: 1,
    n: 1,
    k: 1,
    aZero: 0,
    bZero: 0,
    aUnsigned: 1,
    bUnsigned: 0,
    ...fields,
  },
});
const requantise = (fields: object): Command => ({
  operation: 'requantise',
  tag: 8,
  fields: { ...requantiseFields, to: 5 * BANK, shift: -3, zero: 3, ...fields },
});
const elementwise = (fields: object): Command => ({
  operation: 'elementwise',
  tag: 8,
  fields: { ...elementwiseFields, to: 5 * BANK, shift: -3, ...fields },
});
const softmax = (fields: object): Command => ({
  operation: 'softmax',
  tag: 8,
  fields: { ...softmaxFields, to: 5 * BANK, ...fields },
});
const pool = (fields: object): Command => ({
  operation: 'pool',
  tag: 8,
  fields: { ...poolFields, to: 5 * BANK, shift: -3, ...fields },
});
const depthwise = (fields: object): Command => ({
  operation: 'depthwise',
  tag: 8,
  fields: { ...depthwiseFields, to: 5 * BANK, ...fields },
});
const copy = (operation: 'load' | 'store', fields: object): Command => ({
  operation,
  tag: 9,
  fields: {
    dram: DATA,
    lines: 1,
    lineBytes: 4,
    stride: 4,
    space: 'scratchpad',
    local: 2 * BANK,
    pieceBytes: 4,
    lineStep: 1,
    pieceStep: 1,
    onError: 'abort',
    ...fields,
  },
});

describe('a command of the largest size', () => {
  it.each<[string, Command]>([
    ['rows, weights stationary', gemm({ m: MOST })],
    ['rows, in a row of as many', gemm({ m: MOST, aWidth: MOST, a: 1 })],
    ['columns, weights stationary', gemm({ n: MOST })],
    ['elements, weights stationary', gemm({ k: MOST })],
    ['rows, outputs stationary', gemm({ dataflow: 'os', m: MOST, c: 1 })],
    ['columns, outputs stationary', gemm({ dataflow: 'os', n: MOST })],
    ['elements, outputs stationary', gemm({ dataflow: 'os', k: 2 ** 15 - 1, a: 2 ** 15 })],
    ['rows to requantise', requantise({ m: MOST, width: MOST })],
    ['channels to requantise', requantise({ n: MOST, to: 5 * BANK + 1 })],
    ['channels to requantise, each with a scale', requantise({ n: 20_000, perChannel: 1 })],
    ['rows and folds apart', requantise({ m: 2, n: 2, fromFold: MOST - 1, toRow: MOST - 1, toFold: 1 })],
    ['rows of windows', pool({ height: MOST, outHeight: MOST })],
    ['the largest window', pool({ height: 250, width: 255, fromRow: 255, kernelHeight: 255, kernelWidth: 255 })],
    ['columns far apart', pool({ width: MOST, strideX: 255, outWidth: 128 })],
    ['rows far apart', pool({ height: 2, fromRow: MOST, kernelHeight: 2 })],
    ['windows that leave the picture', pool({ height: 3, strideY: 255, top: 255, outHeight: MOST, toRow: 0 })],
    ['elements of rows', elementwise({ m: MOST, width: MOST })],
    ['elements of channels', elementwise({ n: MOST, operator: 'mul', from: 1, to: 5 * BANK + 1 })],
    ['elements far apart', elementwise({ m: 2, otherRow: MOST, fromRow: MOST - 1, toRow: 3, n: 4, fromFold: 1 })],
    ['bytes to look up', { operation: 'lookup', tag: 8, fields: { ...lookupFields, m: MOST, width: MOST, to: BANK } }],
    ['places of a softmax', softmax({ m: 8000, width: 8000, n: 2, parameters: MOST - 255 })],
    ['channels of a softmax', softmax({ n: 20_000, fromRow: MOST, m: 2 })],
    ['channels, each with a kernel', depthwise({ n: 20_000 })],
    ['lines side by side', copy('load', { lines: MOST })],
    ['lines side by side, from the accumulator', copy('store', { lines: MOST, space: 'accumulator', local: 0 })],
    [
      'lines that are apart',
      copy('store', { lines: MOST, lineBytes: 1, pieceBytes: 1, stride: 3, local: 2 * BANK + 1 }),
    ],
    ['one line', copy('load', { lineBytes: MOST, pieceBytes: 1, stride: 0 })],
    [
      'one line, to the accumulator',
      copy('load', { lineBytes: MOST - 3, pieceBytes: 4, space: 'accumulator', local: 40_000 }),
    ],
    ['steps from line to line', copy('store', { lines: 2, lineStep: MOST })],
    ['steps from piece to piece', copy('load', { lineBytes: 8, pieceStep: MOST })],
    ['strides', copy('load', { lines: 4, stride: 2 ** 17 + 3 })],
  ])('does what it says: %s', (_, command) => {
    const program = programOf([command, ...end], BYTES, noise(BYTES - DATA, 5), DATA);
    const model = new MemoryModel(config, program.image);
    model.banks.forEach((bank, i) => {
      bank.set(noise(bank.length, i));
    });
    new Uint8Array(model.accumulator.buffer).set(noise(model.accumulator.byteLength, 77));
    // Scales that leave something of a sum.
    const isOwn =
      command.operation === 'requantise' &&
      Object.entries(command.fields).some(([name, value]) => name === 'perChannel' && value === 1);
    if (isOwn)
      model.accumulator.forEach((lane, i) => {
        model.accumulator[i] = i % 2 === 0 ? lane : -(i % 29);
      });
    const { sim, counters } = runProgram(config, program, LIMIT, {
      onStart(started) {
        model.banks.forEach((bank, i) => {
          scratchpadBank(started, config, i).load(bank);
        });
        accumulatorLines(started, config).load(new Uint8Array(model.accumulator.buffer));
      },
    });
    model.run(command);
    const same = (memory: MemoryView, bytes: Uint8Array): boolean =>
      Buffer.compare(memory.dump(bytes.length), bytes) === 0;
    expect(model.banks.map((bank, i) => same(scratchpadBank(sim, config, i), bank))).toEqual(
      model.banks.map(() => true),
    );
    const sums = new Uint8Array(model.accumulator.buffer);
    expect(same(accumulatorLines(sim, config), sums), 'the accumulator').toBe(true);
    expect(same(sim.memory('memory.dram'), model.dram), 'DRAM').toBe(true);
    expect(counters.overflow).toBe(model.overflow);
    if (command.operation !== 'gemm') return;
    const { m, n, k, dataflow } = { m: 0, n: 0, k: 0, dataflow: '', ...command.fields };
    expect(counters.matrixBusy).toBeGreaterThan(2 ** 15);
    expect(counters.arrayActive).toBe(cyclesOfJob(config, { m, n, k }, dataflow === 'os' ? 'os' : 'ws'));
  });
});

describe('the ring', () => {
  const nop = (tag: number): Command => ({ operation: 'nop', tag, fields: {} });

  it('gives more than 1024 commands, each from its own entry', () => {
    const commands = Array.from({ length: 1100 }, (_, i) => nop(i));
    const { counters } = runProgram(config, programOf([...commands, ...end], BYTES), LIMIT, { monitors: true });
    expect(counters.commands).toBe(1102);
  });

  it('goes up to its last possible entry, and on to the first', () => {
    const entries = MOST;
    const at = entries - 3;
    const interrupt: Command = { operation: 'interrupt', tag: 4242, fields: {} };
    // Entries from `at` on, then the first two.
    const { image } = programOf([nop(4), interrupt], 2 ** 23);
    image.set(programOf([nop(1), nop(2), nop(3)], 4096, new Uint8Array(), 0).image.subarray(0, 3 * 64), at * 64);
    const { sim, counters } = runProgram(config, { image, ring: { base: 0, entries, tail: 2 } }, LIMIT);
    expect([Number(sim.peek('npu.fetch.head')), counters.commands]).toEqual([2, 2]);
    sim.poke('npu.fetch.head', at);
    sim.poke('npu.fetch.next', at);
    sim.runUntil('npu.fetch.head', LIMIT);
    sim.step(400);
    expect([Number(sim.peek('npu.fetch.head')), Number(sim.peek('npu.csr.commands'))]).toEqual([2, 7]);
  });
});
