/**
 * Random programs: any legal commands on all queues, over each other's data, ordered by as many semaphores as there
 * are.
 */
import fc from 'fast-check';
import { npuConfig, type NpuConfig } from '../../npu/config.ts';
import { type NpuParameters } from '../../npu/parameters.ts';
import type { Command } from '../../npu/isa/assembler.ts';
import { matrixEngineOf } from '../../npu/matrix/engines.ts';
import { denseFields, foldsAcross, type Layouts, type ProductSize, type WalkFields } from '../../npu/matrix/layout.ts';
import { combineNames, digitNames, operatorNames, reductionNames, roundingNames } from '../../npu/vector/job.ts';
import { fieldsOf } from '../../npu/compiler/touches.ts';
import type { Channel } from '../kit/axi/stalls.ts';

/** Plain data: goes to JSON and back unchanged. */
export interface ProgramCase {
  readonly parameters: Partial<NpuParameters>;
  readonly commands: readonly Command[];
  /** See `ordered`. */
  readonly shuffle: readonly number[];
  readonly eager: readonly number[];
  readonly memory: {
    readonly latency: number;
    readonly stall: Readonly<Record<Channel, number>>;
    readonly seed: number;
  };
  /** Chooses what is in the memories at first. */
  readonly seed: number;
}

/** Where commands may touch DRAM: on both sides of a 4 KiB boundary. */
export const DATA = { from: 6144, to: 10_240 };
/** And after it where indices of rows lie, which nobody writes. */
export const LISTS = { from: DATA.to, to: DATA.to + 256 };
/** Rows that these indices are of. */
export const LISTED_ROWS = 8;

const BANK = 2 ** 16;
/** Small memories, so that commands meet; odd shapes. */
const machines: readonly Partial<NpuParameters>[] = [
  {
    rows: 3,
    cols: 4,
    busBytes: 8,
    scratchpadBytes: 6 * 8 * 24,
    accumulatorBytes: 16 * 40,
    maxBurst: 4,
    outstanding: 3,
    queueDepth: 2,
  },
  {
    rows: 5,
    cols: 2,
    busBytes: 4,
    scratchpadBytes: 7 * 8 * 30,
    scratchpadBanks: 7,
    accumulatorBytes: 8 * 50,
    maxBurst: 16,
    outstanding: 1,
    queueDepth: 4,
  },
  {
    matrix: 'single',
    rows: 2,
    cols: 3,
    busBytes: 4,
    scratchpadBytes: 6 * 4 * 44,
    accumulatorBytes: 12 * 40,
    maxBurst: 2,
    outstanding: 2,
    queueDepth: 3,
  },
  {
    rows: 1,
    cols: 9,
    busBytes: 16,
    scratchpadBytes: 6 * 16 * 32,
    accumulatorBytes: 48 * 40,
    maxBurst: 1,
    outstanding: 6,
    queueDepth: 1,
  },
];

const size = (most: number): fc.Arbitrary<number> => fc.integer({ min: 1, max: Math.max(1, most) });
const bit = fc.nat(1);
const tag = fc.nat(0xfeff);
/** The first of `lines` lines of something that has `depth`. */
const first = (lines: number, depth: number): fc.Arbitrary<number> => fc.nat(Math.max(0, depth - lines));

function dmaOf(config: NpuConfig, operation: 'load' | 'store'): fc.Arbitrary<Command> {
  return fc.constantFrom('scratchpad' as const, 'accumulator' as const).chain((space) => {
    const isSums = space === 'accumulator';
    // Whole lanes into the accumulator.
    const unit = isSums ? 4 : 1;
    const [lineBytes, depth] = isSums ? [config.accLanes * 4, config.accLines] : [config.lineBytes, config.bankLines];
    const shape = fc.record({
      lines: size(6),
      lineUnits: size(40 / unit),
      pieceUnits: size(lineBytes / unit),
      lineStep: fc.nat(3),
      pieceStep: fc.nat(3),
      bank: fc.nat(config.scratchpadBanks - 1),
      gap: fc.constantFrom(0, 0, 1, 24),
    });
    return shape.chain(({ lineUnits, pieceUnits, bank, gap, ...steps }) => {
      const pieces = Math.ceil(lineUnits / pieceUnits);
      const span = (steps.lines - 1) * steps.lineStep + (pieces - 1) * steps.pieceStep + 1;
      const stride = lineUnits * unit + gap;
      // Steps that would leave the memory go nowhere.
      const { lineStep, pieceStep } = span <= depth ? steps : { lineStep: 0, pieceStep: 0 };
      const bytes = (steps.lines - 1) * stride + lineUnits * unit;
      return fc
        .record({
          tag,
          local: first(span <= depth ? span : 1, depth),
          onError: fc.constantFrom('abort' as const, 'continue' as const),
          dram: fc.integer({ min: DATA.from, max: DATA.to - bytes }),
        })
        .map(({ local, dram, onError, ...rest }): Command => ({
          ...rest,
          operation,
          fields: {
            dram,
            lines: steps.lines,
            lineBytes: lineUnits * unit,
            stride,
            space,
            local: local + (isSums ? 0 : bank * BANK),
            pieceBytes: pieceUnits * unit,
            lineStep,
            pieceStep,
            onError,
          },
        }));
    });
  });
}

/** Blocks of up to five dimensions, with padding where they are loaded; and lines that are filled. */
function blockOf(config: NpuConfig): fc.Arbitrary<Command> {
  const { bankLines, scratchpadBanks, lineBytes: width } = config;
  const dimensions = fc.record({
    operation: fc.constantFrom('loadBlock' as const, 'storeBlock' as const, 'fill' as const),
    rows: size(3),
    rowLines: size(3),
    runBytes: size(9),
    runsAcross: size(3),
    down: size(3),
    less: fc.nat(8),
    pieceBytes: size(width),
    gaps: fc.tuple(fc.nat(3), fc.nat(20), fc.nat(20), fc.nat(40)),
    lineStep: fc.nat(2),
    rowStep: fc.nat(3),
    bank: fc.nat(scratchpadBanks - 1),
    picture: fc.record({
      top: fc.integer({ min: -3, max: 1 }),
      left: fc.integer({ min: -3, max: 1 }),
      height: fc.nat(5),
      width: fc.nat(5),
      rowDown: fc.nat(2),
      lineAcross: fc.nat(2),
      runDown: fc.nat(2),
      runAcross: fc.nat(2),
    }),
    value: fc.nat(255),
    onError: fc.constantFrom('abort' as const, 'continue' as const),
  });
  return dimensions.chain(({ operation, rows, down, less, gaps, bank, picture, value, onError, ...given }) => {
    const { rowLines, runBytes, runsAcross } = given;
    const lineBytes = Math.max(1, runBytes * runsAcross * down - less);
    const pieces = Math.ceil(lineBytes / given.pieceBytes);
    const span = (rows - 1) * given.rowStep + (rowLines - 1) * given.lineStep + pieces;
    // Steps that would leave the memory go nowhere.
    const fits = span <= bankLines;
    const { lineStep, rowStep } = fits ? given : { lineStep: 0, rowStep: 0 };
    const acrossStride = runBytes + gaps[0];
    const downStride = runsAcross * acrossStride + gaps[1];
    const stride = down * downStride + gaps[2];
    const rowStride = rowLines * stride + gaps[3];
    return fc
      .record({
        tag,
        local: first(fits ? span : 1, bankLines),
        dram: fc.integer({ min: DATA.from, max: DATA.to - Math.min(rows * rowStride, DATA.to - DATA.from) }),
      })
      .map(({ tag: own, local, dram }): Command => {
        const lines = { lines: rows * rowLines, lineBytes, pieceBytes: given.pieceBytes };
        const places = { space: 'scratchpad', local: local + bank * BANK, lineStep, rowStep, rowLines };
        const pieceStep = fits ? 1 : 0;
        if (operation === 'fill') return { operation, tag: own, fields: { ...lines, ...places, pieceStep, value } };
        const inDram = { dram, stride, rowStride, runBytes, runsAcross, acrossStride, downStride, onError };
        const fields = { ...lines, ...places, pieceStep, ...inDram };
        return operation === 'storeBlock'
          ? { operation, tag: own, fields }
          : { operation, tag: own, fields: { ...fields, ...picture, value } };
      });
  });
}

/** Blocks whose bytes become lines. */
function transposedOf(config: NpuConfig): fc.Arbitrary<Command> {
  const { bankLines, scratchpadBanks, lineBytes: width } = config;
  const shape = fc.record({
    lines: size(20),
    lineBytes: size(Math.min(20, bankLines)),
    pieceBytes: size(width),
    lineStep: fc.nat(2),
    pieceStep: fc.nat(3),
    gap: fc.constantFrom(0, 1, 24),
    bank: fc.nat(scratchpadBanks - 1),
  });
  return shape.chain(({ gap, bank, ...block }) => {
    const pieces = Math.ceil(block.lines / block.pieceBytes);
    const span = (block.lineBytes - 1) * block.lineStep + (pieces - 1) * block.pieceStep + 1;
    const steps = span <= bankLines ? {} : { lineStep: 0, pieceStep: 0 };
    const stride = block.lineBytes + gap;
    return fc
      .record({
        tag,
        local: first(span <= bankLines ? span : 1, bankLines),
        dram: fc.integer({ min: DATA.from, max: DATA.to - block.lines * stride }),
        onError: fc.constantFrom('abort' as const, 'continue' as const),
      })
      .map(({ tag: own, local, ...rest }): Command => {
        const fields = { ...rest, ...block, ...steps, stride, space: 'scratchpad', local: local + bank * BANK };
        return { operation: 'loadTransposed', tag: own, fields };
      });
  });
}

/** Rows by a list of indices. */
function gatherOf(config: NpuConfig): fc.Arbitrary<Command> {
  return fc
    .record({ lines: dmaOf(config, 'load'), gap: fc.nat(40), list: fc.nat((LISTS.to - LISTS.from) / 4 - 6) })
    .chain(({ lines: { fields, ...rest }, gap, list }) => {
      const stride = fieldsOf({ fields, ...rest }).number('lineBytes') + gap;
      return fc.integer({ min: DATA.from, max: DATA.to - LISTED_ROWS * stride }).map((dram): Command => ({
        ...rest,
        operation: 'loadGather',
        fields: { ...fields, stride, dram, list: LISTS.from + 4 * list, count: LISTED_ROWS },
      }));
    });
}

/** Without gaps, or with some, over the same lines again, backwards from the end of a row. */
const walks: fc.Arbitrary<WalkFields | null> = fc.option(
  fc.record({
    aFold: fc.nat(10),
    aWidth: fc.nat(4),
    aStep: fc.nat(3),
    aRow: fc.nat(9),
    bFold: fc.nat(10),
    cFold: fc.nat(10),
  }),
);

/** From the first line of each matrix to the last one that a job touches, counted from 1. */
function spans({ a, b, c }: Layouts, size: ProductSize, walk: WalkFields) {
  const width = walk.aWidth || 2 ** 16;
  const ofA = Array.from(
    { length: size[a.along] },
    (_, i) => Math.floor(i / width) * walk.aRow + (i % width) * walk.aStep,
  );
  return {
    a: (foldsAcross(a, size) - 1) * walk.aFold + Math.max(...ofA) + 1,
    b: (foldsAcross(b, size) - 1) * walk.bFold + size[b.along],
    c: (foldsAcross(c, size) - 1) * walk.cFold + size[c.along],
  };
}

function gemmOf(config: NpuConfig): fc.Arbitrary<Command> {
  const { cols, bankLines, accLines, scratchpadBanks } = config;
  const { layouts } = matrixEngineOf(config).description;
  const shape = fc.record({
    dataflow: fc.constantFrom('ws' as const, 'os' as const),
    m: size(8),
    n: size(3 * cols),
    k: size(9),
    aBank: fc.nat(scratchpadBanks - 1),
    further: size(scratchpadBanks - 1),
    walk: walks,
  });
  return shape
    .map(({ walk: drawn, ...job }) => {
      const ofJob = layouts(config, job.dataflow);
      const walk = drawn ?? denseFields(ofJob, job);
      return { job: { ...job, ...walk }, lines: spans(ofJob, job, walk) };
    })
    .filter(({ lines: { a, b, c } }) => a <= bankLines && b <= bankLines && c <= accLines)
    .chain(({ job: { aBank, further, ...job }, lines }) => {
      const zero = fc.oneof(fc.constant(0), fc.integer({ min: -128, max: 127 }));
      return fc
        .record({
          tag,
          accumulate: bit,
          aUnsigned: bit,
          bUnsigned: bit,
          a: first(lines.a, bankLines),
          b: first(lines.b, bankLines),
          c: first(lines.c, accLines),
          aZero: zero,
          bZero: zero,
        })
        .map(({ tag: own, a, b, aZero, bZero, ...rest }): Command => ({
          operation: 'gemm',
          tag: own,
          fields: {
            ...job,
            ...rest,
            a: aBank * BANK + a,
            b: ((aBank + further) % scratchpadBanks) * BANK + b,
            aZero: aZero + 128 * rest.aUnsigned,
            bZero: bZero + 128 * rest.bUnsigned,
          },
        }));
    });
}

/** A picture of lines in something of `depth` lines: how far rows and folds are apart, and its first line. */
function places(
  { folds, rows, width }: { readonly folds: number; readonly rows: number; readonly width: number },
  depth: number,
): fc.Arbitrary<{ readonly first: number; readonly row: number; readonly fold: number }> {
  const span = (row: number, fold: number): number => (rows - 1) * row + (folds - 1) * fold + width;
  return fc.record({ border: fc.nat(2), gap: fc.nat(3), folded: fc.boolean() }).chain(({ border, gap, folded }) => {
    const apart = { row: width + border, fold: folded ? width : rows * (width + border) + gap };
    const dense = { row: width, fold: rows * width };
    const { row, fold } = [apart, dense].find((one) => span(one.row, one.fold) <= depth) ?? { row: 0, fold: 0 };
    return first(span(row, fold), depth).map((line) => ({ first: line, row, fold }));
  });
}

const scaleOf = fc.record({
  ends: fc.tuple(fc.integer({ min: -128, max: 255 }), fc.integer({ min: -128, max: 255 })),
  multiplier: fc.oneof(
    fc.integer({ min: 2 ** 29, max: 2 ** 31 - 1 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  ),
  shift: fc.integer({ min: -31, max: 31 }),
  rounding: fc.constantFrom(...roundingNames),
  zero: fc.integer({ min: -128, max: 255 }),
});

function requantiseOf({ cols, bankLines, accLines, scratchpadBanks }: NpuConfig): fc.Arbitrary<Command> {
  return fc.record({ m: size(8), n: size(3 * cols), width: size(9) }).chain(({ m, n, width }) => {
    const folds = Math.ceil(n / cols);
    const inRow = Math.min(m, width);
    return fc
      .record({
        tag,
        bank: fc.nat(scratchpadBanks - 1),
        sums: places({ folds, rows: 1, width: m }, accLines),
        results: places({ folds, rows: Math.ceil(m / width), width: inRow }, bankLines),
        parameters: first(3 * folds, accLines),
        perChannel: bit,
        planes: size(3),
        apart: fc.nat(m),
        combine: fc.constantFrom(...combineNames),
        digit: fc.constantFrom(...digitNames),
        scale: scaleOf,
      })
      .map(({ tag: own, bank, sums, results, planes, apart, scale: { ends, ...scale }, ...rest }): Command => {
        const [low, high] = [Math.min(...ends), Math.max(...ends)];
        // The last plane's last line is in the accumulator, or there is one plane.
        const last = sums.first + (folds - 1) * sums.fold + m - 1 + (planes - 1) * apart;
        const isIn = last < accLines;
        const from = {
          from: sums.first,
          fromFold: sums.fold,
          planes: isIn ? planes : 1,
          fromPlane: apart,
        };
        const to = { to: bank * BANK + results.first, toFold: results.fold, toRow: results.row };
        return {
          operation: 'requantise',
          tag: own,
          fields: { ...from, ...to, m, n, width, ...scale, low, high, ...rest },
        };
      });
  });
}

/** Depthwise and pool: the picture, what is beside it and the results in banks of their own. */
function windowsOf(config: NpuConfig, operation: 'depthwise' | 'pool'): fc.Arbitrary<Command> {
  const { cols, bankLines, accLines, scratchpadBanks } = config;
  const axis = fc.record({ length: size(4), kernel: size(4), stride: size(2), before: fc.nat(2), results: size(4) });
  return fc
    .record({
      n: size(3 * cols),
      y: axis,
      x: axis,
      bank: fc.nat(scratchpadBanks - 1),
      further: size(scratchpadBanks - 1),
    })
    .map((shape) => ({ ...shape, folds: Math.ceil(shape.n / cols) }))
    .filter(({ folds, y, x }) => {
      const lines = Math.max(y.length * x.length, y.kernel * x.kernel, y.results * x.results);
      return folds * lines <= bankLines && 3 * folds <= accLines;
    })
    .chain(({ n, y, x, bank, further, folds }) => {
      const taps = y.kernel * x.kernel;
      const shape = {
        n,
        height: y.length,
        width: x.length,
        kernelHeight: y.kernel,
        kernelWidth: x.kernel,
        strideY: y.stride,
        strideX: x.stride,
        top: y.before,
        left: x.before,
        outHeight: y.results,
        outWidth: x.results,
      };
      return fc
        .record({
          tag,
          picture: places({ folds, rows: y.length, width: x.length }, bankLines),
          results: places({ folds, rows: y.results, width: x.results }, bankLines),
          weights: first(folds * taps, bankLines),
          parameters: first(3 * folds, accLines),
          unsigned: bit,
          fromZero: fc.integer({ min: -128, max: 127 }),
          reduction: fc.constantFrom(...reductionNames),
          scale: scaleOf,
        })
        .map(({ tag: own, picture, results, unsigned, fromZero, weights, parameters, reduction, scale }): Command => {
          const { ends, multiplier, shift, ...rest } = scale;
          const fields = {
            ...shape,
            ...rest,
            from: bank * BANK + picture.first,
            fromFold: picture.fold,
            fromRow: picture.row,
            to: ((bank + further) % scratchpadBanks) * BANK + results.first,
            toFold: results.fold,
            toRow: results.row,
            unsigned,
            fromZero: fromZero + 128 * unsigned,
            low: Math.min(...ends),
            high: Math.max(...ends),
          };
          return operation === 'pool'
            ? { operation, tag: own, fields: { ...fields, reduction, multiplier, shift } }
            : { operation, tag: own, fields: { ...fields, weights: bank * BANK + weights, parameters } };
        });
    });
}

/** Two pictures element by element, or one by the table; into another bank, or line for line where the first one is. */
function elementsOf({ cols, bankLines, scratchpadBanks }: NpuConfig): fc.Arbitrary<Command> {
  const value = fc.integer({ min: -128, max: 255 });
  const factor = fc.record({
    multiplier: scaleOf.map(({ multiplier }) => multiplier),
    shift: fc.integer({ min: -31, max: 31 }),
  });
  return fc.record({ m: size(8), n: size(3 * cols), width: size(9) }).chain(({ m, n, width }) => {
    const folds = Math.ceil(n / cols);
    const inRow = Math.min(m, width);
    const picture = places({ folds, rows: Math.ceil(m / width), width: inRow }, bankLines);
    /** Whether no two lines of a picture are the same. */
    const isApart = ({ row, fold }: { readonly row: number; readonly fold: number }): boolean => {
      const lines = Array.from({ length: m * folds }, (_, i) => {
        const inFold = i % m;
        return Math.floor(i / m) * fold + Math.floor(inFold / width) * row + (inFold % width);
      });
      return new Set(lines).size === lines.length;
    };
    return fc
      .record({
        tag,
        isLookup: fc.boolean(),
        inPlace: fc.boolean(),
        bank: fc.nat(scratchpadBanks - 1),
        banks: fc.tuple(fc.nat(scratchpadBanks - 2), fc.nat(scratchpadBanks - 2)),
        from: picture,
        other: picture,
        to: picture,
        fields: fc.record({
          fromZero: value,
          otherZero: value,
          unsigned: bit,
          operator: fc.constantFrom(...operatorNames),
          leftShift: fc.oneof(fc.constant(20), fc.nat(30)),
        }),
        first: factor,
        second: factor,
        scale: scaleOf,
      })
      .map(({ tag: own, isLookup, inPlace, bank, banks, from, other, to, ...rest }): Command => {
        const place = (name: 'from' | 'other' | 'to', inBank: number, at: typeof from) => ({
          [name]: inBank * BANK + at.first,
          [`${name}Fold`]: at.fold,
          [`${name}Row`]: at.row,
        });
        const [fromBank, otherBank] = banks.map((one) => (bank + 1 + one) % scratchpadBanks);
        const same = inPlace && isApart(from);
        const lines = {
          ...place('from', same ? bank : (fromBank ?? 0), from),
          ...place('to', bank, same ? from : to),
          m,
          n,
          width,
        };
        if (isLookup) return { operation: 'lookup', tag: own, fields: lines };
        const { ends, ...scale } = rest.scale;
        return {
          operation: 'elementwise',
          tag: own,
          fields: {
            ...lines,
            ...place('other', otherBank ?? 0, other),
            ...rest.fields,
            fromMultiplier: rest.first.multiplier,
            fromShift: rest.first.shift,
            otherMultiplier: rest.second.multiplier,
            otherShift: rest.second.shift,
            ...scale,
            low: Math.min(...ends),
            high: Math.max(...ends),
          },
        };
      });
  });
}

/** Softmax, where the accumulator holds 256 powers: whatever is there. */
function softmaxOf(config: NpuConfig): fc.Arbitrary<Command> {
  const powers = Math.ceil(256 / 2 ** Math.floor(Math.log2(config.cols)));
  return fc
    .record({ lines: elementsOf(config), parameters: first(powers, config.accLines), unsigned: bit, scale: scaleOf })
    .map(({ lines: command, parameters, unsigned, scale: { zero, ends } }): Command => {
      const names = ['from', 'fromFold', 'fromRow', 'to', 'toFold', 'toRow', 'm', 'n', 'width'];
      const lines = Object.fromEntries(names.map((name) => [name, fieldsOf(command).number(name)]));
      const range = { zero, low: Math.min(...ends), high: Math.max(...ends) };
      return { operation: 'softmax', tag: command.tag, fields: { ...lines, unsigned, parameters, ...range } };
    });
}

function tableOf({ cols, bankLines, scratchpadBanks }: NpuConfig): fc.Arbitrary<Command> {
  const lines = Math.ceil(256 / cols);
  const at = fc.record({ bank: fc.nat(scratchpadBanks - 1), line: first(lines, bankLines) });
  return fc.record({ tag, at }).map(({ tag: own, at: { bank, line } }): Command => ({
    operation: 'loadTable',
    tag: own,
    fields: { from: bank * BANK + line },
  }));
}

const powersFit = ({ cols, accLines }: NpuConfig): boolean => 256 / 2 ** Math.floor(Math.log2(cols)) <= accLines;

/** Commands of the vector unit; a table is loaded only where a bank holds one, and likewise powers. */
export function vectorCommandsOf(config: NpuConfig): fc.Arbitrary<Command> {
  return fc.oneof(
    { weight: 3, arbitrary: requantiseOf(config) },
    { weight: 3, arbitrary: elementsOf(config) },
    { weight: 2, arbitrary: windowsOf(config, 'depthwise') },
    { weight: 1, arbitrary: windowsOf(config, 'pool') },
    { weight: Math.ceil(256 / config.cols) <= config.bankLines ? 1 : 0, arbitrary: tableOf(config) },
    { weight: powersFit(config) ? 2 : 0, arbitrary: softmaxOf(config) },
  );
}

const stalls = fc.constantFrom(0, 0, 60, 200, 250);

/** Programs of up to `most` commands (24). */
export function programCases(most = 24): fc.Arbitrary<ProgramCase> {
  return fc.constantFrom(...machines).chain((parameters) => {
    const config = npuConfig(parameters);
    const command = fc.oneof(
      { weight: 3, arbitrary: dmaOf(config, 'load') },
      { weight: 3, arbitrary: dmaOf(config, 'store') },
      { weight: 3, arbitrary: blockOf(config) },
      { weight: 2, arbitrary: transposedOf(config) },
      { weight: 2, arbitrary: gatherOf(config) },
      { weight: 3, arbitrary: gemmOf(config) },
      { weight: 9, arbitrary: vectorCommandsOf(config) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('nop' as const, 'fence' as const)
          .map((operation): Command => ({ operation, tag: 0, fields: {} })),
      },
    );
    return fc.record({
      parameters: fc.constant(parameters),
      commands: fc.array(command, { minLength: 1, maxLength: most, size: 'max' }),
      shuffle: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
      eager: fc.array(fc.nat(most - 1), { maxLength: 8 }),
      seed: fc.nat(0xffff),
      memory: fc.record({
        latency: fc.integer({ min: 2, max: 40 }),
        seed: fc.integer({ min: 1, max: 1000 }),
        stall: fc.tuple(stalls, stalls, stalls, stalls, stalls).map((all) => {
          const [ar, aw, w, r, b] = all;
          return { ar, aw, w, r, b };
        }),
      }),
    });
  });
}
