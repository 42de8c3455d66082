/**
 * Functions of a byte as tables of 256 entries, each worked out as TensorFlow Lite's kernel of the operator does it:
 * looking a value up is exact by construction.
 */
import { halved, hyperbolicTangent, rescaled, sigmoid, type ProductRounding } from './fixed-point.ts';
import type { Operator } from './graph.ts';
import { activationRange, awayFromZero, quantisedMultiplier, type Multiplier, type TensorScale } from './scales.ts';

/** Operators whose result depends on one byte. */
export const byteKinds = [
  'logistic',
  'tanh',
  'relu',
  'relu6',
  'reluN1To1',
  'leakyRelu',
  'hardSwish',
  'elu',
  'quantise',
] as const;
export type ByteKind = (typeof byteKinds)[number];

export const isByteOperator = (operator: Operator): operator is Operator<ByteKind> =>
  byteKinds.some((kind) => kind === operator.kind);

/** A tensor of bytes. */
export interface ByteScale extends TensorScale {
  readonly type: 'int8' | 'uint8';
}

/** An operator's result for each byte, by the byte's pattern without a sign; the entries are patterns, too. */
export function byteTable(
  operator: Operator<ByteKind>,
  from: ByteScale,
  to: ByteScale,
  rounding: ProductRounding = 'double',
): Uint8Array {
  return tableOf(from, to, functionOf(operator, from, to, rounding));
}

/** The parts of a function that has a slope of its own for each channel below 0: all above it, and what is below it. */
export function preluTables(
  from: ByteScale,
  to: ByteScale,
): { readonly above: Uint8Array; readonly below: Uint8Array } {
  const factor = quantisedMultiplier(from.scale / to.scale);
  return {
    above: tableOf(from, to, (value) => rescaled(Math.max(0, value), factor, 'double') + to.zero),
    below: tableOf(from, from, (value) => Math.min(0, value) + from.zero),
  };
}

/** @param of a function of a value less its zero point */
function tableOf(from: ByteScale, to: ByteScale, of: (value: number) => number): Uint8Array {
  const { low, high } = activationRange(to, to.type, 'none');
  return Uint8Array.from({ length: 256 }, (_, pattern) => {
    const value = from.type === 'int8' ? (pattern << 24) >> 24 : pattern;
    return Math.max(low, Math.min(high, of(value - from.zero))) & 0xff;
  });
}

/**
 * What a concatenation makes of each byte of an input of uint8 with another scale than its result, in single precision
 * (ConcatenationWithScaling).
 */
export function concatTable(from: TensorScale, to: TensorScale): Uint8Array {
  const scale = Math.fround(Math.fround(from.scale) * Math.fround(1 / Math.fround(to.scale)));
  const bias = Math.fround(-from.zero * scale);
  return Uint8Array.from({ length: 256 }, (_, value) => {
    const real = Math.fround(Math.fround(value * scale) + bias);
    return Math.max(0, Math.min(255, awayFromZero(real) + to.zero));
  });
}

/** Of a value less its zero point. */
function functionOf(
  operator: Operator<ByteKind>,
  from: ByteScale,
  to: ByteScale,
  rounding: ProductRounding,
): (value: number) => number {
  switch (operator.kind) {
    case 'logistic':
      return saturating(from, rounding, (x) => halved(sigmoid(x), 23) - 128);
    case 'tanh':
      return saturating(from, rounding, (x) => halved(hyperbolicTangent(x), 24));
    case 'relu':
    case 'relu6':
    case 'reluN1To1': {
      const { low, high } = activationRange(to, to.type, operator.kind);
      const factor = quantisedMultiplier(from.scale / to.scale);
      return (value) => Math.max(low, Math.min(high, rescaled(value, factor, rounding) + to.zero));
    }
    case 'leakyRelu': {
      const above = quantisedMultiplier(Math.fround(from.scale / to.scale));
      const slope = Math.fround(Math.fround(from.scale * operator.attributes.alpha) / to.scale);
      const below = signedMultiplier(slope);
      return (value) => rescaled(value, value < 0 ? below : above, rounding) + to.zero;
    }
    case 'hardSwish':
      return hardSwish(from, to);
    case 'elu': {
      // In single precision, as the kernel fills its table.
      const [scale, inverse] = [Math.fround(from.scale), Math.fround(1 / Math.fround(to.scale))];
      return (value) => {
        const real = Math.fround(scale * value);
        const result = real < 0 ? Math.fround(Math.fround(Math.exp(real)) - 1) : real;
        return awayFromZero(Math.fround(result * inverse)) + to.zero;
      };
    }
    case 'quantise': {
      const factor = quantisedMultiplier(from.scale / to.scale);
      return (value) => rescaled(value, factor, rounding) + to.zero;
    }
  }
}

function signedMultiplier(factor: number): Multiplier {
  const { multiplier, shift } = quantisedMultiplier(Math.abs(factor));
  return { multiplier: Math.sign(factor) * multiplier, shift };
}

/** A function with 4 bits before its argument's point, at an end of its range for arguments of 15 and more. */
function saturating(from: ByteScale, rounding: ProductRounding, of: (x: number) => number): (value: number) => number {
  const { multiplier, shift } = softened(from.scale * 2 ** 27);
  const radius = Math.floor((15 * 2 ** 27) / 2 ** shift);
  return (value) => {
    if (value <= -radius) return -128;
    return value >= radius ? 127 : of(rescaled(value, { multiplier, shift }, rounding));
  };
}

/** A factor that may be above 2^30. */
function softened(factor: number): Multiplier {
  const { multiplier, shift } = quantisedMultiplier(factor / 2 ** 16);
  return { multiplier, shift: shift + 16 };
}

/** x · relu6(x + 3) / 6, in 16 bits throughout. */
function hardSwish(from: ByteScale, to: ByteScale): (value: number) => number {
  const fine = Math.fround(from.scale / 128);
  const output = quantisedMultiplier(Math.fround(fine / to.scale));
  // Brings 3 to 2^15.
  const gate = softened(Math.fround(fine / Math.fround(3 / 2 ** 15)));
  const [ofOutput, ofGate] = [output, gate].map(({ multiplier }) =>
    Math.min(2 ** 15 - 1, (multiplier + 2 ** 15) >> 16),
  );
  return (value) => {
    const wide = value * 128;
    const identity = highOfTwice16(wide, ofOutput ?? 0);
    // One bit less at first, so that only the last doubling saturates.
    const scaled = highOfTwice16(saturated16(wide * 2 ** Math.max(0, gate.shift - 1)), ofGate ?? 0);
    const reluish = gate.shift > 0 ? saturated16(2 * scaled) : halved(scaled, -gate.shift);
    const opened = (reluish + 2 ** 15) >> 1;
    return halved(Math.trunc((opened * identity) / 2 ** 15), -output.shift) + to.zero;
  };
}

const saturated16 = (value: number): number => Math.max(-(2 ** 15), Math.min(2 ** 15 - 1, value));

/** Twice a product of 16-bit numbers, its high 16 bits, to nearest. */
const highOfTwice16 = (a: number, b: number): number => Math.floor((a * b + 2 ** 14) / 2 ** 15);
