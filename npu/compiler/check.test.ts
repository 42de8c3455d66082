import { describe, expect, it } from 'vitest';
import { npuConfig } from '../config.ts';
import type { MatmulJob, Requantise } from './job.ts';
import { matmulProgram } from './matmul.ts';

const config = npuConfig({ rows: 2, cols: 2 });
const good: MatmulJob = { m: 2, k: 3, n: 2, dataflow: 'ws', a: new Int8Array(6), b: new Uint8Array(6) };
const scale: Requantise = { multiplier: 1, shift: 0, zero: 0, low: -128, high: 127 };

/** The program of a job that is changed in any way, as JavaScript would let it be. */
function programOf(change: Readonly<Record<string, unknown>>): unknown {
  const job: MatmulJob = Object.assign({ ...good }, change);
  return matmulProgram(config, job);
}
const requantise = (change: Readonly<Record<string, unknown>>) => ({ requantise: { ...scale, ...change } });

/** What is thrown, as `class: message`. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return String(error);
  }
  return 'nothing';
}

describe('a job is refused in one line', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ["dataflow is 'rs'; give one of ws, os, is", { dataflow: 'rs' }],
    ['tile.m is 1; give a multiple of 2, the rows of a fold, or all 2', { dataflow: 'is', tile: { m: 1, k: 3, n: 1 } }],
    ['dataflow is undefined; give one of ws, os, is', { dataflow: undefined }],
    [
      'a is a Float32Array; give an Int8Array or a Uint8Array: values of other types have to be quantised first',
      { a: new Float32Array(6) },
    ],
    [
      'b is an Array; give an Int8Array or a Uint8Array: Int8Array.from(values) makes one of whole numbers',
      { b: [1, 2, 3, 4, 5, 6] },
    ],
    [
      'b is a Uint8ClampedArray; give an Int8Array or a Uint8Array: values of other types have to be quantised first',
      { b: new Uint8ClampedArray(6) },
    ],
    [
      'a is undefined; give an Int8Array or a Uint8Array: values of other types have to be quantised first',
      { a: undefined },
    ],
    ['aZero is 128; give a whole number from -128 to 127, as a is int8', { aZero: 128 }],
    ['bZero is -1; give a whole number from 0 to 255, as b is uint8', { bZero: -1 }],
    ['bZero is 256; give a whole number from 0 to 255, as b is uint8', { bZero: 256 }],
    ['aZero is NaN; give a whole number from -128 to 127, as a is int8', { aZero: NaN }],
    ["aZero is '3'; give a whole number from -128 to 127, as a is int8", { aZero: '3' }],
    ['aZero is null; give a whole number from -128 to 127, as a is int8', { aZero: null }],
    ['bias is an Array; give an Int32Array, or leave it out', { bias: [1, 2, 3, 4] }],
    ['bias is a Float64Array; give an Int32Array, or leave it out', { bias: new Float64Array(4) }],
    ['bias is null; give an Int32Array, or leave it out', { bias: null }],
    ['requantise is null; give an object, or leave it out', { requantise: null }],
    ['requantise is 5; give an object, or leave it out', { requantise: 5 }],
    ['requantise.shift is 40; give a whole number from -31 to 31', requantise({ shift: 40 })],
    ['requantise.shift is -32; give a whole number from -31 to 31', requantise({ shift: -32 })],
    [
      'requantise.shift is undefined; give a whole number, or an Int8Array with one for each column',
      requantise({ shift: undefined }),
    ],
    [
      'requantise.shift is an Array; give a whole number, or an Int8Array with one for each column',
      requantise({ shift: [1, 2] }),
    ],
    ['requantise.shift[1] is 40; give a whole number from -31 to 31', requantise({ shift: Int8Array.of(1, 40) })],
    [
      'requantise.multiplier is 2147483648; give a whole number from -2147483648 to 2147483647',
      requantise({ multiplier: 2 ** 31 }),
    ],
    [
      'requantise.multiplier is 0.5; give a whole number from -2147483648 to 2147483647',
      requantise({ multiplier: 0.5 }),
    ],
    [
      'requantise.multiplier is a Float32Array; give a whole number, or an Int32Array with one for each column',
      requantise({ multiplier: new Float32Array(2) }),
    ],
    [
      "requantise.rounding is 'half'; give one of double, up, away, even, down, float, or leave it out",
      requantise({ rounding: 'half' }),
    ],
    [
      'requantise.multiplier is 16777217; give a whole number from -16777216 to 16777216',
      requantise({ rounding: 'float', multiplier: 2 ** 24 + 1 }),
    ],
    ['requantise.zero is 256; give a whole number from -128 to 255', requantise({ zero: 256 })],
    ['requantise.low is -129; give a whole number from -128 to 255', requantise({ low: -129 })],
    ['requantise.high is Infinity; give a whole number from -128 to 255', requantise({ high: Infinity })],
    [
      'requantise.low is 9 and requantise.high is 8; give a low that is not above high',
      requantise({ low: 9, high: 8 }),
    ],
  ])('%s', (line, change) => {
    expect(refusal(() => programOf(change))).toBe(`JobError: ${line}`);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['m is 2.5; a product has at least one row, column and element of each', { m: 2.5 }],
    ['n is 0; a product has at least one row, column and element of each', { n: 0 }],
    ['k is -3; a product has at least one row, column and element of each', { k: -3 }],
    ['m is NaN; a product has at least one row, column and element of each', { m: NaN }],
    ["m is '2'; a product has at least one row, column and element of each", { m: '2' }],
    ['a has 5 elements where m × k × n = 2 × 3 × 2 needs 6; give all of them, or other sizes', { a: new Int8Array(5) }],
    [
      'b has 7 elements where m × k × n = 2 × 3 × 2 needs 6; give all of them, or other sizes',
      { b: new Uint8Array(7) },
    ],
    [
      'bias has 3 elements where m × k × n = 2 × 3 × 2 needs 4; give all of them, or other sizes',
      { bias: new Int32Array(3) },
    ],
    [
      'requantise.multiplier has 3 elements for 2 columns; give one for each, or a number for all',
      requantise({ multiplier: new Int32Array(3) }),
    ],
    [
      'requantise.shift has 1 elements for 2 columns; give one for each, or a number for all',
      requantise({ shift: new Int8Array(1) }),
    ],
  ])('%s', (line, change) => {
    expect(refusal(() => programOf(change))).toBe(`ShapeError: ${line}`);
  });

  it.each([1, 65_536, 2.5, NaN])('with a ring of %d entries', (ringEntries) => {
    expect(refusal(() => matmulProgram(config, good, { ringEntries }))).toBe(
      `JobError: ringEntries is ${ringEntries}; give a whole number from 2 to 65535`,
    );
  });
});

it.each<Readonly<Record<string, unknown>>>([
  { aZero: -128, bZero: 255 },
  { a: new Uint8Array(6), aZero: 255 },
  { b: Buffer.alloc(6) },
  { bias: new Int32Array(4) },
  requantise({ shift: 31, multiplier: -(2 ** 31), zero: 255, low: 255, high: 255 }),
  requantise({ shift: Int8Array.of(-31, 31), multiplier: 7 }),
  requantise({ rounding: 'float', multiplier: -(2 ** 24) }),
  requantise({ multiplier: Int32Array.of(1, 2), shift: 3 }),
])('a job at its limits is not: %o', (change) => {
  expect(() => programOf(change)).not.toThrow();
});
