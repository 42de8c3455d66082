/** Softmax of the vector unit against the kernel of a network's reference, byte for byte, on the compiler's powers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { softmax } from '../../testbench/reference-network/kernels/softmax.ts';
import { numbersOf } from '../../testbench/reference-network/values.ts';
import { softmaxFields } from '../../testbench/testing-commands.ts';
import { Cost } from '../compiler/cost.ts';
import { npuConfig, type NpuConfig } from '../config.ts';
import { softmaxFactors } from '../graph/factors.ts';
import type { GraphTensor } from '../graph/graph.ts';
import type { Command } from '../isa/assembler.ts';
import { powersOfLine } from './job.ts';
import { filledMemories, vectorBench } from './testing-unit.ts';

const [FROM, TO, POWERS] = [2 ** 16 + 3, 4 * 2 ** 16 + 5, 2];

interface Row {
  readonly scale: number;
  readonly beta: number;
  readonly rows: readonly (readonly number[])[];
}

function unitOf(config: NpuConfig) {
  const { cols, accLanes, lineBytes } = config;
  const unit = vectorBench(config);
  const cost = new Cost(config);
  return ({ scale, beta, rows }: Row) => {
    const n = rows[0]?.length ?? 0;
    const [m, folds] = [rows.length, Math.ceil(n / cols)];
    const model = filledMemories(config, n);
    const { powers } = softmaxFactors({ scale, zero: 0 }, beta);
    const inLine = powersOfLine(cols);
    powers.forEach((power, d) => {
      model.accumulator[(POWERS + Math.floor(d / inLine)) * accLanes + (d % inLine)] = power;
    });
    const placeOf = (bank: number, line: number, i: number, j: number) => ({
      bytes: model.banks[bank],
      at: (line + Math.floor(j / cols) * m + i) * lineBytes + (j % cols),
    });
    rows.forEach((values, i) =>
      values.forEach((value, j) => {
        const { bytes, at } = placeOf(1, 3, i, j);
        if (bytes !== undefined) bytes[at] = value & 0xff;
      }),
    );
    const place = { from: FROM, fromFold: m, fromRow: m, to: TO, toFold: m, toRow: m, width: m };
    const command: Command = {
      operation: 'softmax',
      tag: 0,
      fields: { ...softmaxFields, ...place, m, n, parameters: POWERS },
    };
    const [outcome] = unit.run([command], model, { stall: 0, seed: 1 });
    const found = rows.map((values, i) =>
      values.map((_, j) => {
        const { at } = placeOf(4, 5, i, j);
        return ((outcome?.banks[4]?.[at] ?? 0) << 24) >> 24;
      }),
    );
    // A place takes a cycle less for each leading zero that the sum of its powers has not.
    const most = cost.softmax({ m, n });
    const cycles = outcome?.cycles ?? 0;
    expect([outcome?.fault, cycles <= most, cycles >= most - 12 * m], `${cycles} of ${most}, ${folds} folds`).toEqual([
      0,
      true,
      true,
    ]);
    if (n === 1) expect(cycles).toBe(most);
    return found;
  };
}

/** By the reference. */
function expected({ scale, beta, rows }: Row): number[][] {
  const shape = [rows.length, rows[0]?.length ?? 0];
  const tensor = (name: string, of: number, zero: number): GraphTensor => ({
    name,
    shape,
    type: 'int8',
    quantisation: { scales: [of], zeros: [zero], axis: 0 },
    data: null,
  });
  const input = { tensor: tensor('x', scale, 0), data: Int8Array.from(rows.flat()) };
  const result = tensor('y', 1 / 256, -128);
  const found = numbersOf({ tensor: result, data: softmax(input, result, beta, { rounding: 'double' }) });
  return rows.map((values, i) => values.map((_, j) => found[i * values.length + j] ?? 0));
}

const byte = fc.integer({ min: -128, max: 127 });
const row = (n: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.array(byte, { minLength: n, maxLength: n }),
    fc.array(fc.integer({ min: 90, max: 127 }), { minLength: n, maxLength: n }),
    byte.map((value) => Array.from({ length: n }, () => value)),
    fc.constantFrom(-128, 127).map((first) => Array.from({ length: n }, (_, j) => (j === 0 ? first : -1 - first))),
  );
const cases = (most: number): fc.Arbitrary<Row> =>
  fc.integer({ min: 1, max: most }).chain((n) =>
    fc.record({
      scale: fc.double({ min: -10, max: 1, noNaN: true }).map((power) => Math.fround(2 ** power)),
      beta: fc.constantFrom(1, 1, 0.5, 2),
      rows: fc.array(row(n), { minLength: 1, maxLength: 4 }),
    }),
  );

describe.each([
  { cols: 4, busBytes: 8 },
  { cols: 9, busBytes: 16 },
  { cols: 3, busBytes: 4 },
  { cols: 1, busBytes: 8 },
  { cols: 16, busBytes: 16 },
])('on $cols lanes', ({ cols, busBytes }) => {
  const lineBytes = Math.ceil(cols / busBytes) * busBytes;
  const config = npuConfig({
    rows: 1,
    cols,
    busBytes,
    scratchpadBytes: 6 * lineBytes * 170,
    accumulatorBytes: 4 * lineBytes * 270,
  });
  const run = unitOf(config);

  it('gives what the reference does', () => {
    fc.assert(
      fc.property(cases(2 * cols + 20), (drawn) => {
        expect(run(drawn)).toEqual(expected(drawn));
      }),
      { numRuns: runsOf({ few: 40, all: 300 }) },
    );
  });
});

it('does with powers that are none what its formula says', () => {
  const config = npuConfig({
    rows: 1,
    cols: 8,
    busBytes: 8,
    scratchpadBytes: 6 * 8 * 30,
    accumulatorBytes: 4 * 8 * 40,
  });
  const unit = vectorBench(config);
  const [least, most] = [-(2 ** 31), 2 ** 31 - 1];
  const power = fc.oneof(
    fc.constantFrom(least, least + 1, -(2 ** 30), -6144, -2049, -2048, -1, 0, 1, 2047, 2048, 6144, 2 ** 30, most),
    fc.integer({ min: least, max: most }),
    fc.integer({ min: -20_000, max: 20_000 }),
  );
  const powers = fc.array(power, { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(powers, fc.nat(), fc.integer({ min: 1, max: 20 }), fc.nat(1), (some, seed, n, unsigned) => {
      const model = filledMemories(config, seed);
      model.accumulator.forEach((_, i) => {
        model.accumulator[i] = some[i % some.length] ?? 0;
      });
      const fields = { ...softmaxFields, n, fromFold: 1, toFold: 1, unsigned, zero: 0, low: -128, high: 255 };
      const command: Command = { operation: 'softmax', tag: 0, fields };
      const [outcome] = unit.run([command], model, { stall: 0, seed });
      model.run(command);
      expect([outcome?.fault, outcome?.banks[4]?.slice(0, 24)]).toEqual([0, model.banks[4]?.slice(0, 24)]);
    }),
    { numRuns: runsOf({ few: 100, all: 1000 }) },
  );
});

it('gives parts of 256 that add up, of classes that are alike and of one that stands out', () => {
  const config = npuConfig({
    rows: 1,
    cols: 4,
    busBytes: 4,
    scratchpadBytes: 6 * 4 * 400,
    accumulatorBytes: 4 * 4 * 80,
  });
  const run = unitOf(config);
  const alike = { scale: 0.1, beta: 1, rows: [Array.from({ length: 8 }, () => 5)] };
  expect(run(alike)).toEqual([Array.from({ length: 8 }, () => 32 - 128)]);
  expect(run({ scale: 0.5, beta: 1, rows: [[127, -128, -128]] })).toEqual([[127, -128, -128]]);
  // Of so many classes none has half a part.
  const many = { scale: 0.1, beta: 1, rows: [Array.from({ length: 1100 }, () => 0)] };
  expect(run(many)).toEqual([Array.from({ length: 1100 }, () => -128)]);
  expect(run(many)).toEqual(expected(many));
});
