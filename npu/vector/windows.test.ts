/** Random jobs whose results are made of windows: what they read and write, what they tell, and in how many cycles. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { npuConfig, type NpuConfig } from '../config.ts';
import { faultNames } from '../common/fault.ts';
import type { Command } from '../isa/assembler.ts';
import { reductionNames, roundingNames } from './job.ts';
import { Cost } from '../compiler/cost.ts';
import { filledMemories, sameBanks, vectorBench } from './testing-unit.ts';

const BANK = 2 ** 16;
/** Cycles of a job beside those of its folds: until the first line is asked for, and for the last to come through. */
const AROUND = 5;
const TAPS = 3;

type Operation = 'depthwise' | 'pool';
/** What of a job decides how long it takes. */
interface Shape {
  readonly n: number;
  readonly width: number;
  readonly height: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/** Cycles of a job where nobody is in its way, by the header of the walk. */
function cyclesOf(operation: Operation, shape: Shape, cols: number): number {
  const { width, height, kernelHeight, kernelWidth, strideX, left, outWidth } = shape;
  const groups = Math.ceil(kernelWidth / TAPS);
  const slots = (outWidth - 1) * strideX + 1;
  let [passes, tail] = [0, 0];
  for (let v = 0; v < shape.outHeight; v++) {
    const rows = Array.from({ length: kernelHeight }, (_, ky) => v * shape.strideY - shape.top + ky);
    const inside = rows.filter((y) => y >= 0 && y < height);
    for (let pass = 0; pass < Math.max(1, inside.length) * groups; pass++) {
      const group = pass % groups;
      const empty = Math.max(0, left - TAPS * group);
      passes += slots + Math.max(0, tail - Math.min(empty, slots));
      const taps = Math.min(TAPS, kernelWidth - TAPS * group);
      const last = slots - 1 - left + TAPS * group;
      tail = inside.length === 0 ? 0 : Math.min(Math.max(width - 1 - last, 0), taps - 1);
    }
  }
  const perFold = operation === 'depthwise' ? 3 + kernelHeight * kernelWidth : 0;
  return Math.ceil(shape.n / cols) * (perFold + 1 + passes + 2) + AROUND;
}

const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: most });
const results = (length: number, kernel: number, stride: number, before: number, after: number): number =>
  Math.floor((length + before + after - kernel) / stride) + 1;

/** Windows on a picture of up to so many lines; often with as many results as the picture has places. */
function shapes(cols: number, most: number): fc.Arbitrary<Shape> {
  const axis = fc
    .record({ kernel: size(7), stride: size(3), before: fc.nat(3), after: fc.nat(3), more: fc.nat(6) })
    .chain(({ kernel, before, after, ...rest }) =>
      fc
        .integer({ min: Math.max(1, kernel - before - after), max: Math.max(1, kernel - before - after) + rest.more })
        .map((length) => ({ length, kernel, before, after, ...rest })),
    );
  return fc
    .record({ n: size(3 * cols), y: axis, x: axis })
    .map(({ n, y, x }) => ({
      n,
      height: y.length,
      width: x.length,
      kernelHeight: y.kernel,
      kernelWidth: x.kernel,
      strideY: y.stride,
      strideX: x.stride,
      top: y.before,
      left: x.before,
      outHeight: results(y.length, y.kernel, y.stride, y.before, y.after),
      outWidth: results(x.length, x.kernel, x.stride, x.before, x.after),
    }))
    .filter(
      ({ height, width, outHeight, outWidth }) => Math.max(height, outHeight) * Math.max(width, outWidth) <= most,
    );
}

/** Windows that begin anywhere, also where the picture is not, or no more. */
function anywhere(cols: number): fc.Arbitrary<Shape> {
  return fc.record({
    n: size(2 * cols),
    height: size(6),
    width: size(8),
    kernelHeight: size(5),
    kernelWidth: size(8),
    strideY: size(4),
    strideX: size(5),
    top: fc.nat(9),
    left: fc.nat(9),
    outHeight: size(6),
    outWidth: size(8),
  });
}

/** A command on such a picture: the picture, the kernel and the results in banks of their own, with borders. */
function commands(config: NpuConfig, operation: Operation, shape: Shape): fc.Arbitrary<Command> {
  const { cols, accLines, bankLines } = config;
  const folds = Math.ceil(shape.n / cols);
  const place = (height: number, width: number) =>
    fc.record({ border: fc.nat(2), gap: fc.nat(3) }).chain(({ border, gap }) => {
      const row = width + border;
      const fold = height * row + gap;
      return fc.nat(bankLines - folds * fold).map((first) => ({ first, row, fold }));
    });
  const end = fc.integer({ min: -128, max: 255 });
  return fc
    .record({
      picture: place(shape.height, shape.width),
      result: place(shape.outHeight, shape.outWidth),
      weights: fc.nat(bankLines - folds * shape.kernelHeight * shape.kernelWidth),
      parameters: fc.nat(accLines - 3 * folds),
      unsigned: fc.nat(1),
      zero: fc.integer({ min: 0, max: 255 }),
      rounding: fc.constantFrom(...roundingNames),
      reduction: fc.constantFrom(...reductionNames),
      multiplier: fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }),
      shift: fc.integer({ min: -12, max: 2 }),
      resultZero: end,
      ends: fc.tuple(end, end),
    })
    .map(({ picture, result, weights, parameters, reduction, multiplier, shift, ...rest }): Command => {
      const fields = {
        ...shape,
        from: picture.first,
        fromFold: picture.fold,
        fromRow: picture.row,
        to: 2 * BANK + result.first,
        toFold: result.fold,
        toRow: result.row,
        fromZero: rest.zero - 128 * (1 - rest.unsigned),
        unsigned: rest.unsigned,
        rounding: rest.rounding,
        zero: rest.resultZero,
        low: Math.min(...rest.ends),
        high: Math.max(...rest.ends),
      };
      return operation === 'depthwise'
        ? { operation, tag: 1, fields: { ...fields, weights: BANK + weights, parameters } }
        : { operation, tag: 1, fields: { ...fields, reduction, multiplier, shift } };
    });
}

describe.each([
  { cols: 4, busBytes: 8 },
  { cols: 3, busBytes: 4 },
  { cols: 1, busBytes: 8 },
])('a vector unit of $cols columns', ({ cols, busBytes }) => {
  const config = npuConfig({ rows: 1, cols, busBytes, scratchpadBytes: 6 * 8 * 700, accumulatorBytes: 16 * 80 });
  const unit = vectorBench(config);
  const cost = new Cost(config);
  const jobs = (operation: Operation) =>
    fc
      .oneof({ weight: 2, arbitrary: shapes(cols, 150) }, { weight: 1, arbitrary: anywhere(cols) })
      .chain((shape) => commands(config, operation, shape).map((command) => ({ shape, command })));

  it.each(['depthwise', 'pool'] as const)('does what %s says, in as many cycles as its header', (operation) => {
    fc.assert(
      fc.property(fc.array(jobs(operation), { minLength: 1, maxLength: 2 }), fc.nat(), (drawn, seed) => {
        const model = filledMemories(config, seed);
        const pace = { stall: 0.3, seed };
        const found = unit.run(
          drawn.map(({ command }) => command),
          model,
          pace,
        );
        drawn.forEach(({ shape, command }, at) => {
          model.overflow = 0;
          model.run(command);
          const { banks, fault, wrapped, cycles } = found[at] ?? {};
          expect([fault, wrapped, sameBanks(banks, model.banks)]).toEqual([0, model.overflow === 2, true]);
          expect([cycles, cost.windows(operation, shape)]).toEqual(
            Array.from({ length: 2 }, () => cyclesOf(operation, shape, cols)),
          );
        });
      }),
      { numRuns: runsOf({ few: 30, all: 200 }) },
    );
  });

  it.each(['depthwise', 'pool'] as const)('%s waits for banks that others have', (operation) => {
    fc.assert(
      fc.property(jobs(operation), fc.nat(), fc.constantFrom(0.1, 0.5, 0.9), ({ command }, seed, others) => {
        const model = filledMemories(config, seed);
        const [found] = unit.run([command], model, { stall: 0, seed }, others);
        model.run(command);
        expect([found?.fault, sameBanks(found?.banks, model.banks)]).toEqual([0, true]);
      }),
      { numRuns: runsOf({ few: 10, all: 80 }) },
    );
  });
});

it('both engines work alike', () => {
  const config = npuConfig({ rows: 1, cols: 3, busBytes: 4, scratchpadBytes: 6 * 4 * 400, accumulatorBytes: 16 * 40 });
  const [wasm, reference] = [vectorBench(config), vectorBench(config, 'reference')];
  const job = fc
    .tuple(fc.constantFrom('depthwise' as const, 'pool' as const), fc.oneof(shapes(3, 40), anywhere(3)))
    .chain(([operation, shape]) => commands(config, operation, shape));
  fc.assert(
    fc.property(fc.array(job, { minLength: 1, maxLength: 2 }), fc.nat(), (drawn, seed) => {
      const [memories, pace] = [filledMemories(config, seed), { stall: 0.2, seed }];
      expect(wasm.run(drawn, memories, pace, 0.3)).toEqual(reference.run(drawn, memories, pace, 0.3));
    }),
    { numRuns: runsOf({ few: 3, all: 15 }) },
  );
});

describe('windows of special sizes', () => {
  const cols = 2;
  const config = npuConfig({ rows: 1, cols, busBytes: 4, scratchpadBytes: 6 * 4 * 2 ** 14, accumulatorBytes: 16 * 80 });
  const unit = vectorBench(config);
  const one: Shape = {
    n: 3,
    width: 1,
    height: 1,
    kernelHeight: 1,
    kernelWidth: 1,
    strideY: 1,
    strideX: 1,
    top: 0,
    left: 0,
    outHeight: 1,
    outWidth: 1,
  };
  const commandOf = (operation: Operation, shape: Shape, change: object = {}): Command => {
    const row = Math.max(shape.width, 1);
    const fields = {
      ...shape,
      from: 0,
      fromFold: shape.height * row,
      fromRow: row,
      fromZero: -3,
      unsigned: 0,
      to: 3 * BANK,
      toFold: shape.outHeight * shape.outWidth,
      toRow: shape.outWidth,
      rounding: 'away',
      zero: 4,
      low: -100,
      high: 127,
    } as const;
    return operation === 'depthwise'
      ? { operation, tag: 1, fields: { ...fields, weights: 2 * BANK, parameters: 7, ...change } }
      : { operation, tag: 1, fields: { ...fields, reduction: 'sum', multiplier: 2 ** 30, shift: -9, ...change } };
  };
  const square = (side: number, stride = 1) => ({
    kernelHeight: side,
    kernelWidth: side,
    strideY: stride,
    strideX: stride,
  });

  it.each<[string, Operation, Partial<Shape>]>([
    ['a row of the most results', 'depthwise', { width: 128, outWidth: 128, kernelWidth: 5, left: 2 }],
    [
      'the largest kernel',
      'depthwise',
      { width: 14, height: 18, kernelHeight: 16, kernelWidth: 12, outHeight: 3, outWidth: 3 },
    ],
    ['all of 25 × 5', 'pool', { width: 5, height: 25, kernelHeight: 25, kernelWidth: 5 }],
    ['all of 8 × 8', 'pool', { width: 8, height: 8, ...square(8) }],
    ['a kernel far larger than the picture', 'pool', { width: 2, height: 2, ...square(255), top: 200, left: 200 }],
    [
      'windows that begin where they end before the picture',
      'pool',
      { width: 2, height: 2, ...square(255), top: 255, left: 255, outHeight: 2, outWidth: 2 },
    ],
    [
      'the longest steps',
      'pool',
      { width: 600, height: 3, ...square(2, 255), top: 1, left: 1, outHeight: 3, outWidth: 4 },
    ],
    ['one row below the other', 'pool', { height: 1500, kernelHeight: 2, strideY: 3, outHeight: 500 }],
  ])('%s', (_, operation, change) => {
    const shape = { ...one, ...change };
    const model = filledMemories(config, 3);
    const command = commandOf(operation, shape);
    const [found] = unit.run([command], model, { stall: 0, seed: 1 });
    model.run(command);
    expect([found?.fault, sameBanks(found?.banks, model.banks)]).toEqual([0, true]);
    expect(found?.cycles).toBe(cyclesOf(operation, shape, cols));
  });

  it.each([
    { height: 25, width: 5 },
    { height: 49, width: 10 },
    { height: 48, width: 48 },
  ])('a 3 × 3 kernel over $height × $width keeps at least 90 % of the multipliers at work', ({ height, width }) => {
    const shape = {
      ...one,
      n: 2 * cols,
      height,
      width,
      ...square(3),
      top: 1,
      left: 1,
      outHeight: height,
      outWidth: width,
    };
    const [found] = unit.run([commandOf('depthwise', shape)], filledMemories(config, 3), { stall: 0, seed: 1 });
    const { cycles = 0, multiplying = 0, linesRead = 0 } = found ?? {};
    expect(multiplying / cycles).toBeGreaterThan(0.9);
    // Of the layer's multiplications, as they are counted: those with padding are among them.
    expect((2 * 9 * height * width) / (TAPS * cycles)).toBeGreaterThan(0.9);
    // Each pass reads its row once.
    expect(linesRead).toBe(2 * (9 + (3 * height - 2) * width));
  });

  it.each<[string, Operation, object]>([
    ...['n', 'width', 'height', 'kernelHeight', 'kernelWidth', 'strideY', 'strideX', 'outHeight', 'outWidth'].flatMap(
      (field) =>
        (['depthwise', 'pool'] as const).map((operation): [string, Operation, object] => [
          'zeroLength',
          operation,
          { [field]: 0 },
        ]),
    ),
    ['range', 'depthwise', { outWidth: 129 }],
    ['range', 'pool', { outWidth: 129 }],
    ['range', 'depthwise', { kernelHeight: 17 }],
    ['range', 'depthwise', { kernelWidth: 13 }],
    ['arithmetic', 'depthwise', { fromZero: 128 }],
    ['arithmetic', 'pool', { fromZero: -1, unsigned: 1 }],
    ['range', 'depthwise', { weights: 6 * BANK }],
    ['range', 'depthwise', { weights: 6 * BANK, kernelHeight: 2, kernelWidth: 3 }],
    ['range', 'depthwise', { weights: 5 * BANK + config.bankLines - 5, kernelHeight: 2, kernelWidth: 5 }],
    ['range', 'depthwise', { parameters: config.accLines - 2 }],
    ['range', 'depthwise', { from: 6 * BANK }],
    ['range', 'pool', { to: 3 * BANK + 0xffff }],
    ['range', 'pool', { from: 0xfffff, width: 3, outWidth: 3 }],
    ['range', 'pool', { height: 3, fromRow: 0xffff, strideY: 2, outHeight: 2 }],
    ['range', 'pool', { height: 200, strideY: 64, fromRow: 0x8000, outHeight: 2 }],
    ['range', 'pool', { fromFold: 0xffff }],
    ['range', 'pool', { toFold: 0xffff }],
    ['range', 'pool', { outHeight: 2, toRow: 0xffff }],
  ])('%s: of %s with %o, and the next one is done', (fault, operation, change) => {
    const wrong = commandOf(operation, one, change);
    const good = commandOf(operation, { ...one, width: 3, kernelWidth: 3, left: 1, outWidth: 3 });
    const model = filledMemories(config, 9);
    const [first, second] = unit.run([wrong, good], model, { stall: 0, seed: 1 });
    expect(faultNames[first?.fault ?? 0]).toBe(fault);
    if (fault !== 'range') expect(sameBanks(first?.banks, model.banks)).toBe(true);
    model.run(good);
    expect(second?.fault).toBe(0);
    expect(second?.banks[3]?.subarray(0, 12)).toEqual(model.banks[3]?.subarray(0, 12));
  });
});
