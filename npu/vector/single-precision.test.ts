/**
 * The rounding `float` against the machine's own single precision, step by step as ONNX Runtime's kernels do it: a sum
 * becomes a number of single precision, is multiplied by one, and that goes to the nearest whole number.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runsOf } from '../../hdl/testing-runs.ts';
import { referenceRound } from '../../testbench/reference.ts';
import { singleMultiplier } from '../graph/scales.ts';
import { outputs } from './testing-lane.ts';

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };
const range = { zero: 0, low: -128, high: 255 };

interface Product {
  readonly x: number;
  readonly factor: number;
}

/** The nearest whole number, of two the even one. */
function nearest(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

const expected = ({ x, factor }: Product): number => nearest(Math.fround(Math.fround(x) * factor));
const ofRange = (value: number): number => Math.min(Math.max(value, range.low), range.high) & 0xff;

function matches(products: readonly Product[]): void {
  const cases = products.map(({ x, factor }) => ({ x, ...singleMultiplier(factor), ...range }));
  const found = outputs(cases, 'float').map(({ y }) => Number(y));
  expect(found).toEqual(products.map((one) => ofRange(expected(one))));
}

/** Numbers of single precision, by their patterns: all that are neither negative nor infinite. */
const anySingle = fc.nat(0x7f7f_ffff).map((bits) => new Float32Array(Uint32Array.of(bits).buffer).at(0) ?? NaN);
/** Those of networks: a sum of thousands becomes one of tens. */
const usual = fc
  .record({ significand: fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }), exponent: fc.integer({ min: -40, max: 2 }) })
  .map(({ significand, exponent }) => significand * 2 ** (exponent - 23));
const simple = fc
  .record({ eighths: fc.integer({ min: 1, max: 15 }), exponent: fc.integer({ min: -36, max: 8 }) })
  .map(({ eighths, exponent }) => eighths * 2 ** exponent);
const anyFactor = fc.oneof(usual, simple, anySingle);

/** Sums whose products are at a tie, or as near to one as sums come. */
const atTies = fc
  .record({
    factor: anyFactor,
    whole: fc.integer({ min: -300, max: 300 }),
    beside: fc.integer({ min: -2, max: 2 }),
  })
  .map(({ factor, whole, beside }) => {
    const x = Math.round((whole + 0.5) / factor) + beside;
    return { factor, x: Math.min(Math.max(Number.isNaN(x) ? 0 : x, INT32.min), INT32.max) };
  });
/** Sums that lose bits: at ties of their own, and next to the ends of 32 bits. */
const longSums = fc.oneof(
  fc
    .record({ odd: fc.integer({ min: 2 ** 23, max: 2 ** 24 }), by: fc.integer({ min: 1, max: 7 }), beside: fc.nat(2) })
    .map(({ odd, by, beside }) => Math.min((2 * odd + 1) * 2 ** (by - 1) + beside - 1, INT32.max)),
  fc.integer({ min: INT32.max - 200, max: INT32.max }),
);
const anySum = fc.oneof(
  fc.integer(INT32),
  fc.integer({ min: -(2 ** 20), max: 2 ** 20 }),
  longSums,
  longSums.map((x) => -x - 1),
);
const anyProduct = fc.oneof(fc.record({ x: anySum, factor: anyFactor }), atTies);

test('any sum and factor', () => {
  fc.assert(fc.property(fc.array(anyProduct, { minLength: 1500, maxLength: 2000 }), matches), {
    numRuns: runsOf({ few: 20, all: 80 }),
  });
});

test('every tie of small sums and factors, and what is beside it', () => {
  const products = [1, 3, 5, 7, 9, 11, 13, 15].flatMap((odd) =>
    Array.from({ length: 9 }, (_, shift) => shift).flatMap((shift) =>
      Array.from({ length: 128 }, (_, i) => ({ x: i - 64, factor: odd / 2 ** shift })),
    ),
  );
  matches(products);
  expect(products.filter(({ x, factor }) => Math.abs((x * factor) % 1) === 0.5).length).toBeGreaterThan(500);
});

test('products that only single precision makes a tie, by hand', () => {
  const half = 2 ** 24;
  matches([
    { x: half + 1, factor: 2 ** -25 },
    { x: half + 2, factor: 2 ** -25 },
    { x: 3 * half + 1, factor: 2 ** -25 },
    { x: 3 * half - 1, factor: 2 ** -25 },
    { x: -3 * half + 1, factor: 2 ** -25 },
  ]);
  // Sums of 25 bits lose their last one: what is just above a half is a half, which is 0.
  expect([half + 1, 3 * half - 1].map((x) => expected({ x, factor: 2 ** -25 }))).toEqual([0, 2]);
  expect([half + 1, 3 * half - 1].map((x) => nearest(x * 2 ** -25))).toEqual([1, 1]);
});

test('the reference of products is the same arithmetic', () => {
  fc.assert(
    fc.property(anyProduct, (one) => {
      const { multiplier, shift } = singleMultiplier(one.factor);
      // Where factors are larger the result is past 24 bits.
      fc.pre(one.factor < 2 ** 24);
      const found = referenceRound(one.x, multiplier, shift, 'float');
      expect(found).toBe(Math.min(Math.max(expected(one), INT32.min), INT32.max) + 0);
    }),
    { numRuns: runsOf({ few: 20_000, all: 120_000 }) },
  );
});
