import { describe, expect, test } from 'vitest';
import { activationRange, quantisedMultiplier, singleMultiplier } from './scales.ts';

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

describe('factors of single precision', () => {
  test.each([
    [0.5, 2 ** 23, 7],
    [1, 2 ** 23, 8],
    [0.75, 3 * 2 ** 22, 7],
    [Math.fround(0.1), 13_421_773, 4],
    [0.1, 13_421_773, 4],
    [1 - 2 ** -24, 2 ** 24 - 1, 7],
    [2 ** -39, 2 ** 23, -31],
    [2 ** -39 - 2 ** -63, 0, 0],
    [2 ** -149, 0, 0],
    [0, 0, 0],
    [2 ** 24 - 1, 2 ** 24 - 1, 31],
    [2 ** 24, 2 ** 24, 31],
    [2 ** 127, 2 ** 24, 31],
  ])('%d', (factor, multiplier, shift) => {
    expect(singleMultiplier(factor)).toEqual({ multiplier, shift });
  });

  test('are no negative ones, nor what is no number of single precision', () => {
    for (const factor of [-1, 2 ** 128, Infinity, NaN]) expect(() => singleMultiplier(factor)).toThrow(RangeError);
  });
});

test('activations cut the range of a result', () => {
  const scale = { scale: 0.1, zero: -28 };
  expect(activationRange(scale, 'int8', 'none')).toEqual({ zero: -28, low: -128, high: 127 });
  expect(activationRange(scale, 'int8', 'relu')).toEqual({ zero: -28, low: -28, high: 127 });
  expect(activationRange(scale, 'int8', 'relu6')).toEqual({ zero: -28, low: -28, high: 32 });
  expect(activationRange({ scale: 0.1, zero: 100 }, 'uint8', 'reluN1To1')).toEqual({ zero: 100, low: 90, high: 110 });
});
