import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roundingNames, type Rounding } from './job.ts';
import { outputs, type Case } from './testing-lane.ts';
import { runsOf } from '../../hdl/testing-runs.ts';

const [FIRST, LAST] = [-(2n ** 31n), 2n ** 31n - 1n];
const sumOf = ({ x, bias = 0 }: Case): bigint => BigInt.asIntN(32, BigInt(x) + BigInt(bias));

/** Double rounding as gemmlowp writes it, step by step, in whole numbers without a width. */
function roundedTwice(v: bigint, multiplier: bigint, shift: number): bigint {
  const left = BigInt.asIntN(32, v * 2n ** BigInt(Math.max(shift, 0)));
  const product = left * multiplier;
  const nudge = product >= 0n ? 2n ** 30n : 1n - 2n ** 30n;
  // BigInt's division truncates toward zero, as C's does.
  const doubled = left === FIRST && multiplier === FIRST ? LAST : (product + nudge) / 2n ** 31n;
  const exponent = Math.max(-shift, 0);
  const mask = 2n ** BigInt(exponent) - 1n;
  const threshold = mask / 2n + (doubled < 0n ? 1n : 0n);
  return (doubled >> BigInt(exponent)) + ((doubled & mask) > threshold ? 1n : 0n);
}

/** The magnitude of a fraction rounded in whole and rest, by the sign that it has. */
function roundedOnce(product: bigint, unit: bigint, rounding: Rounding): bigint {
  const [isNegative, size] = [product < 0n, product < 0n ? -product : product];
  const [whole, rest] = [size / unit, size % unit];
  const isTie = 2n * rest === unit;
  const further: Readonly<Record<Rounding, boolean>> = {
    double: false,
    up: !isNegative,
    away: true,
    even: whole % 2n === 1n,
    float: whole % 2n === 1n,
    down: false,
  };
  const outwards = rounding === 'down' ? isNegative && rest > 0n : isTie ? further[rounding] : 2n * rest > unit;
  const rounded = whole + (outwards ? 1n : 0n);
  const value = isNegative ? -rounded : rounded;
  return value < FIRST ? FIRST : value > LAST ? LAST : value;
}

/** To 24 significant bits, of two as near the even one. */
function single(value: bigint): bigint {
  const size = value < 0n ? -value : value;
  const unit = 2n ** BigInt(Math.max(size.toString(2).length - 24, 0));
  const [whole, rest] = [size / unit, size % unit];
  const isUp = 2n * rest > unit || (2n * rest === unit && whole % 2n === 1n);
  const rounded = (whole + (isUp ? 1n : 0n)) * unit;
  return value < 0n ? -rounded : rounded;
}

/** By the machine's own single precision where it has the multiplier, a significand; else by its definition. */
function singleProduct(v: bigint, multiplier: bigint): bigint {
  if (multiplier >= -(2n ** 24n) && multiplier <= 2n ** 24n)
    return BigInt(Math.fround(Math.fround(Number(v)) * Number(multiplier)));
  const most = single(v);
  return single((most > LAST ? LAST : most) * multiplier);
}

function requantised(one: Case): bigint {
  const { shift, rounding = 'double', zero, low, high } = one;
  const [v, multiplier] = [sumOf(one), BigInt(one.multiplier)];
  const rounded =
    rounding === 'double'
      ? roundedTwice(v, multiplier, shift)
      : roundedOnce(
          rounding === 'float' ? singleProduct(v, multiplier) : v * multiplier,
          2n ** BigInt(31 - shift),
          rounding,
        );
  const result = rounded + BigInt(zero);
  return result < BigInt(low) ? BigInt(low) : result > BigInt(high) ? BigInt(high) : result;
}

const through = (cases: readonly Case[]): bigint[] => outputs(cases).map(({ y }) => y);

const pattern = (value: bigint): bigint => BigInt.asUintN(8, value);
/** Whether the sum, or its shift to the left, in whole numbers without a width, passes 32 bits. */
function passes(one: Case): boolean {
  const { x, bias = 0, shift, rounding = 'double' } = one;
  const sum = BigInt(x) + BigInt(bias);
  const shifted = rounding === 'double' ? sumOf(one) << BigInt(Math.max(shift, 0)) : 0n;
  return sum !== sumOf(one) || BigInt.asIntN(32, shifted) !== shifted;
}
const matches = (given: readonly Case[], rounding: Rounding = 'double'): void => {
  const cases = given.map((one) => ({ ...one, rounding }));
  const expected = cases.map((one) => ({ y: pattern(requantised(one)), wrapped: passes(one) }));
  expect(outputs(cases, rounding)).toEqual(expected);
  // With a gap after each third one.
  const apart = cases.flatMap((one, at) => (at % 3 === 0 ? [one, null] : [one]));
  expect(outputs(apart, rounding)).toEqual(expected);
};

const int8 = { zero: 0, low: -128, high: 127 };
const [least, most] = [-(2 ** 31), 2 ** 31 - 1];
const corners = [
  least,
  least + 1,
  -(2 ** 30) - 1,
  -(2 ** 30),
  -3,
  -2,
  -1,
  0,
  1,
  2,
  3,
  2 ** 30 - 1,
  2 ** 30,
  2 ** 30 + 1,
  most - 1,
  most,
];

describe('double rounding', () => {
  test('the known vector, where single rounding gives 11', () => {
    expect(through([{ x: 7984, multiplier: 1_583_594_044, shift: -9, ...int8 }])).toEqual([12n]);
  });

  test('corner values at every shift', () => {
    const shifts = Array.from({ length: 63 }, (_, i) => i - 31);
    matches(
      corners.flatMap((x) =>
        corners.flatMap((multiplier) => shifts.map((shift) => ({ x, multiplier, shift, ...int8 }))),
      ),
    );
  });

  test('the one product that saturates', () => {
    const given = { x: least, multiplier: least, shift: -24, ...int8 };
    expect(through([given, { ...given, multiplier: least + 1 }, { ...given, shift: -25 }])).toEqual([127n, 127n, 64n]);
  });

  test('ties go away from zero in the division, up in the multiplication', () => {
    const half = 2 ** 30;
    const tied = [1, 3, 5, -1, -3, -5].map((x) => ({ x, multiplier: half, shift: 0, ...int8 }));
    expect(through(tied)).toEqual([1n, 2n, 3n, 0n, -1n, -2n].map(pattern));
    const divided = [2, 6, 10, -2, -6, -10].map((x) => ({ x: x * 2, multiplier: half, shift: -2, ...int8 }));
    expect(through(divided)).toEqual([1n, 2n, 3n, -1n, -2n, -3n].map(pattern));
  });
});

describe.each(roundingNames.filter((name) => name !== 'double'))('rounding once: %s', (rounding) => {
  test('every tie, and what is beside it, at every shift that leaves something', () => {
    // e = x · 2^(shift − 1), so that an odd x at a shift of 0 is a tie; of larger halves what is beside it.
    const ties = Array.from({ length: 16 }, (_, i) => i - 15).flatMap((shift) =>
      Array.from({ length: 65 }, (_, i) => i - 32).flatMap((quarter) =>
        [-1, 0, 1].map((beside) => ({
          x: quarter * 2 ** Math.max(-shift - 1, 0) + beside,
          multiplier: 2 ** 30,
          shift,
          ...int8,
        })),
      ),
    );
    matches(ties, rounding);
  });

  test('corner values at every shift', () => {
    const shifts = Array.from({ length: 63 }, (_, i) => i - 31);
    matches(
      corners.flatMap((x) =>
        corners.flatMap((multiplier) => shifts.map((shift) => ({ x, multiplier, shift, ...int8 }))),
      ),
      rounding,
    );
  });

  test('ties of small numbers, by hand', () => {
    const halves = [-5, -3, -1, 1, 3, 5].map((x) => ({ x, multiplier: 2 ** 30, shift: 0, ...int8 }));
    const expected: Readonly<Record<Rounding, readonly bigint[]>> = {
      double: [],
      up: [-2n, -1n, 0n, 1n, 2n, 3n],
      away: [-3n, -2n, -1n, 1n, 2n, 3n],
      even: [-2n, -2n, 0n, 0n, 2n, 2n],
      float: [-2n, -2n, 0n, 0n, 2n, 2n],
      down: [-3n, -2n, -1n, 0n, 1n, 2n],
    };
    expect(outputs(halves, rounding).map(({ y }) => y)).toEqual(expected[rounding].map(pattern));
  });

  test('the known vector, where double rounding gives 12', () => {
    const [{ y } = { y: 0n }] = outputs([{ x: 7984, multiplier: 1_583_594_044, shift: -9, ...int8 }], rounding);
    expect(y).toBe(11n);
  });
});

test.each(roundingNames)('all that fast-check finds: %s', (rounding) => {
  const range = fc
    .tuple(fc.integer({ min: -128, max: 255 }), fc.integer({ min: -128, max: 255 }))
    .map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
  const factor = fc.oneof(
    fc.constantFrom(...corners),
    fc.integer({ min: least, max: most }),
    fc.integer({ min: -5000, max: 5000 }),
  );
  // Multipliers of real layers have their highest bit set, and shifts that bring the result near 8 bits.
  const scale = fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 2 ** 30, max: most }) },
    { weight: 1, arbitrary: factor },
  );
  const one = fc
    .record({
      x: fc.oneof(factor, fc.integer({ min: -(2 ** 20), max: 2 ** 20 })),
      bias: fc.oneof(fc.constant(0), factor),
      multiplier: scale,
      shift: fc.oneof(fc.integer({ min: -31, max: 31 }), fc.integer({ min: -16, max: 1 })),
      zero: fc.integer({ min: -128, max: 255 }),
      range,
    })
    .map(({ range: ends, ...rest }) => ({ ...rest, ...ends }));
  fc.assert(
    fc.property(fc.array(one, { minLength: 200, maxLength: 300 }), (cases) => {
      matches(cases, rounding);
    }),
    { numRuns: runsOf({ few: 15, all: 40 }) },
  );
});

test('uint8 and int8 ranges, and activations that clamp inside them', () => {
  const given = { multiplier: 2 ** 30, shift: 1 };
  const cases = [
    { x: 300, zero: 0, low: 0, high: 255 },
    { x: -5, zero: 0, low: 0, high: 255 },
    { x: 100, zero: 128, low: 0, high: 255 },
    { x: 300, zero: -128, low: -128, high: 127 },
    { x: -1, zero: -128, low: -128, high: 127 },
    { x: 50, zero: -10, low: -10, high: 30 },
    { x: -50, zero: -10, low: -10, high: 30 },
  ];
  expect(through(cases.map((one) => ({ ...given, ...one })))).toEqual([
    255n,
    0n,
    228n,
    127n,
    pattern(-128n),
    30n,
    pattern(-10n),
  ]);
});

test('shifts that the software must not give spoil only their own result', () => {
  const given = { x: 123_456, multiplier: most, ...int8, zero: 5 };
  const shifts = [-128, -100, -32, 32, 64, 127, -10];
  expect(through(shifts.map((shift) => ({ ...given, shift })))).toEqual([5n, 5n, 5n, 5n, 5n, 5n, 126n]);
  expect(through([{ ...given, x: least, shift: -128 }])).toEqual([4n]);
  const told = outputs(shifts.map((shift) => ({ ...given, shift }))).map(({ wrapped }) => wrapped);
  expect(told).toEqual(shifts.map((shift) => shift > 0));
});
