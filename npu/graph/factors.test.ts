import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multiplierOf, exponential, scaled } from '../../testbench/reference-network/fixed-point.ts';
import { averageFactor, channelFactors, meanFactor, productFactor, softmaxFactors, sumFactors } from './factors.ts';
import { halved, highOfTwice, rescaled } from './fixed-point.ts';
import { quantisedMultiplier, type Multiplier } from './scales.ts';

const real = fc
  .tuple(fc.integer({ min: 2 ** 23, max: 2 ** 24 - 1 }), fc.integer({ min: -12, max: 3 }))
  .map(([mantissa, exponent]) => (mantissa / 2 ** 23) * 2 ** exponent);
const at = (scale: number) => ({ scale, zero: 0 });

describe('arithmetic', () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

  test('the high half of a product is its rounded quotient', () => {
    fc.assert(
      fc.property(int32, int32, (a, b) => {
        fc.pre(a !== -(2 ** 31) || b !== a);
        expect(highOfTwice(a, b)).toBe(Number((BigInt(a) * BigInt(b) + 2n ** 30n) >> 31n));
      }),
      { numRuns: 5000 },
    );
  });

  test('halves go away from zero', () => {
    for (let value = -20; value <= 20; value += 1) {
      for (let power = 0; power < 5; power += 1) {
        const expected = Math.sign(value) * Math.floor(Math.abs(value) / 2 ** power + 0.5);
        expect(halved(value, power)).toBe(expected + 0);
      }
    }
  });

  test('a small value times a factor is that of the reference kernels', () => {
    const shifts = fc.integer({ min: -31, max: 20 });
    fc.assert(
      fc.property(
        fc.integer({ min: -510, max: 510 }),
        fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
        shifts,
        (x, m, s) => {
          for (const rounding of ['double', 'single'] as const) {
            const factor = { multiplier: m, shift: s };
            expect(rescaled(x, factor, rounding)).toBe(scaled(x, factor, rounding));
          }
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe('factors', () => {
  test('are what the reference kernels multiply by', () => {
    fc.assert(
      fc.property(real, (factor) => {
        expect(quantisedMultiplier(factor)).toEqual(multiplierOf(factor, 'double'));
      }),
      { numRuns: 5000 },
    );
  });

  test('of channels: one for each, in double precision; in single precision of dense layers with one scale', () => {
    const filter = { scales: [0.1, 0.2].map(Math.fround), zeros: [0, 0], axis: 0 };
    const [input, result] = [at(Math.fround(0.3)), at(Math.fround(0.7))];
    const bias = Int32Array.of(5, -6);
    const each = channelFactors(input, filter, bias, result, 2, true);
    const expected = filter.scales.map((scale) => multiplierOf((input.scale * scale) / result.scale, 'double'));
    expect(each.bias).toBe(bias);
    expect([...each.multiplier]).toEqual(expected.map(({ multiplier }) => multiplier));
    expect([...each.shift]).toEqual(expected.map(({ shift }) => shift));

    const single = { scales: [Math.fround(0.1)], zeros: [0], axis: 0 };
    const scale = input.scale * Math.fround(0.1);
    const [dense, convolved] = [true, false].map((isDense) => channelFactors(input, single, null, result, 3, isDense));
    expect(dense?.multiplier[2]).toBe(multiplierOf(Math.fround(scale) / result.scale, 'double').multiplier);
    expect(convolved?.multiplier[2]).toBe(multiplierOf(scale / result.scale, 'double').multiplier);
    expect(dense?.multiplier[0]).not.toBe(convolved?.multiplier[0]);
    expect([...(dense?.bias ?? [])]).toEqual([0, 0, 0]);
  });

  test('of sums bring both inputs to the result’s scale', () => {
    fc.assert(
      fc.property(real, real, real, (a, b, c) => {
        for (const kind of ['add', 'sub'] as const) {
          const { leftShift, first, second, result } = sumFactors(kind, at(a), at(b), at(c));
          // What is smaller than 2^−32 is 0.
          fc.pre(result.multiplier !== 0);
          const of = ({ multiplier, shift }: { multiplier: number; shift: number }) => multiplier * 2 ** (shift - 31);
          const whole = 2 ** leftShift * of(result) * c;
          expect((whole * of(first)) / a).toBeCloseTo(1, 5);
          expect((whole * of(second)) / b).toBeCloseTo(1, 5);
        }
      }),
    );
  });

  test('of products and means', () => {
    expect(productFactor(at(0.5), at(0.25), at(0.125))).toEqual({ multiplier: 2 ** 30, shift: 1 });
    // 1/3 with 31 bits, rounded down.
    expect(meanFactor(at(1), at(1), 3)).toEqual({ multiplier: Math.floor(2 ** 31 / 3), shift: 0 });
    expect(meanFactor(at(1), at(1), 64)).toEqual({ multiplier: 2 ** 30, shift: -5 });
  });

  test('of a softmax: powers of e of every difference', () => {
    fc.assert(
      fc.property(real, (scale) => {
        const { exponent, leastDifference, powers } = softmaxFactors(at(scale), 1);
        for (let size = 0; size < 256; size += 1) {
          const expected = -size < leastDifference ? 0 : exponential(scaled(-size, exponent, 'double'), 5);
          expect(powers[size]).toBe(expected);
          expect(Math.abs((powers[size] ?? 0) / 2 ** 31 - Math.exp(-size * scale))).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 60 },
    );
  });
});

test('a mean by its factor is the quotient to the nearest, ties away from zero, for any sum of bytes', () => {
  const mean = (sum: number, { multiplier, shift }: Multiplier): bigint => {
    const [size, power] = [BigInt(Math.abs(sum)) * BigInt(multiplier), BigInt(31 - shift)];
    return BigInt(Math.sign(sum)) * ((size + (1n << (power - 1n))) >> power);
  };
  for (let count = 1; count <= 300; count++) {
    const factor = averageFactor(count);
    expect(factor.multiplier).toBeLessThan(2 ** 31);
    for (let sum = -128 * count; sum <= 127 * count; sum += count > 40 ? 7 : 1) {
      const exact = Math.sign(sum) * Math.floor((Math.abs(sum) + count / 2) / count);
      if (mean(sum, factor) !== BigInt(exact)) expect([count, sum, mean(sum, factor)]).toEqual([count, sum, exact]);
    }
  }
});
