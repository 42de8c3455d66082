import { describe, expect, test } from 'vitest';
import { activationRange, quantisedMultiplier } from './scales.ts';

describe('factors', () => {
  test.each([
    [0.5, 2 ** 30, 0],
    [1, 2 ** 30, 1],
    [0.25, 2 ** 30, -1],
    [0.75, 3 * 2 ** 29, 0],
    [1 - 2 ** -40, 2 ** 30, 1],
    [2 ** -40, 0, 0],
    [0, 0, 0],
  ])('%d', (factor, multiplier, shift) => {
    expect(quantisedMultiplier(factor)).toEqual({ multiplier, shift });
  });

  test('are no negative ones, nor too large', () => {
    for (const factor of [-1, 2 ** 30, Infinity, NaN]) expect(() => quantisedMultiplier(factor)).toThrow(RangeError);
  });
});

test('activations cut the range of a result', () => {
  const scale = { scale: 0.1, zero: -28 };
  expect(activationRange(scale, 'int8', 'none')).toEqual({ zero: -28, low: -128, high: 127 });
  expect(activationRange(scale, 'int8', 'relu')).toEqual({ zero: -28, low: -28, high: 127 });
  expect(activationRange(scale, 'int8', 'relu6')).toEqual({ zero: -28, low: -28, high: 32 });
  expect(activationRange({ scale: 0.1, zero: 100 }, 'uint8', 'reluN1To1')).toEqual({ zero: 100, low: 90, high: 110 });
});
