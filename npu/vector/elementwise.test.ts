/** Pictures of two bytes in a lane each, in as many lanes as there are bytes: all pairs of them in a few steps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { operatorNames, roundingNames } from './job.ts';
import { VectorLanes } from './lanes.ts';

type Operator = (typeof operatorNames)[number];
type Rounding = (typeof roundingNames)[number];
interface Scale {
  readonly operator: Operator;
  readonly unsigned: boolean;
  readonly fromZero: number;
  readonly otherZero: number;
  readonly leftShift: number;
  readonly fromMultiplier: number;
  readonly fromShift: number;
  readonly otherMultiplier: number;
  readonly otherShift: number;
  readonly rounding: Rounding;
  readonly multiplier: number;
  readonly shift: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

const BYTES = 256;
const [FIRST, LAST] = [-(2n ** 31n), 2n ** 31n - 1n];

/** To 24 significant bits, of two as near the even one. */
function toSingle(value: bigint): bigint {
  const size = value < 0n ? -value : value;
  const last = BigInt(Math.max(size.toString(2).length - 24, 0));
  const [halves, whole] = [(2n * size) >> last, size >> last];
  const hasMore = halves << last !== 2n * size;
  const isUp = halves % 2n === 1n && (hasMore || whole % 2n === 1n);
  const rounded = (whole + (isUp ? 1n : 0n)) << last;
  return value < 0n ? -rounded : rounded;
}

/** What a value of 32 bits is, scaled, and whether it lost bits on the way: without a width, from the definitions. */
function scaled(
  v: bigint,
  factor: number,
  shift: number,
  how: Rounding,
): { readonly y: bigint; readonly lost: boolean } {
  const multiplier = BigInt(factor);
  if (how === 'double') {
    // gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT, as TensorFlow Lite calls them.
    const left = v << BigInt(Math.max(shift, 0));
    const kept = BigInt.asIntN(32, left);
    const product = kept * multiplier;
    const nudge = product >= 0n ? 2n ** 30n : 1n - 2n ** 30n;
    const high = kept === FIRST && multiplier === FIRST ? LAST : (product + nudge) / 2n ** 31n;
    const unit = 2n ** BigInt(Math.max(-shift, 0));
    const size = high < 0n ? -high : high;
    const quotient = (2n * size + unit) / (2n * unit);
    return { y: high < 0n ? -quotient : quotient, lost: kept !== left };
  }
  const unit = 2n ** BigInt(31 - shift);
  const most = (value: bigint): bigint => (value > LAST ? LAST : value);
  const product = how === 'float' ? toSingle(most(toSingle(v)) * multiplier) : v * multiplier;
  const floor = (of: bigint): bigint => (of - (((of % unit) + unit) % unit)) / unit;
  const below = floor(product);
  const twice = 2n * (product - below * unit);
  const isUp: Readonly<Record<Exclude<Rounding, 'double'>, boolean>> = {
    up: twice >= unit,
    away: twice > unit || (twice === unit && product > 0n),
    even: twice > unit || (twice === unit && below % 2n !== 0n),
    float: twice > unit || (twice === unit && below % 2n !== 0n),
    down: false,
  };
  const nearest = below + (isUp[how] ? 1n : 0n);
  return { y: nearest < FIRST ? FIRST : nearest > LAST ? LAST : nearest, lost: false };
}

/** What two bytes come to. */
function resultOf(a: number, b: number, of: Scale): { readonly y: number; readonly wrapped: number } {
  const centred = (byte: number, zero: number): bigint =>
    BigInt((of.unsigned || byte < 128 ? byte : byte - 256) - zero);
  const [x, y] = [centred(a, of.fromZero), centred(b, of.otherZero)];
  let [v, lost] = [0n, false];
  if (of.operator === 'add' || of.operator === 'sub') {
    const [left, right] = [
      { v: x << BigInt(of.leftShift), multiplier: of.fromMultiplier, shift: of.fromShift },
      { v: y << BigInt(of.leftShift), multiplier: of.otherMultiplier, shift: of.otherShift },
    ].map((one) => {
      const kept = BigInt.asIntN(32, one.v);
      const out = scaled(kept, one.multiplier, one.shift, of.rounding);
      lost ||= out.lost || kept !== one.v;
      return out.y;
    });
    const total = of.operator === 'add' ? (left ?? 0n) + (right ?? 0n) : (left ?? 0n) - (right ?? 0n);
    v = BigInt.asIntN(32, total);
    lost ||= v !== total;
  } else v = of.operator === 'mul' ? x * y : (of.operator === 'min') === x < y ? x : y;
  const out = scaled(v, of.multiplier, of.shift, of.rounding);
  const value = Number(out.y) + of.zero;
  return { y: Math.min(Math.max(value, of.low), of.high) & 0xff, wrapped: Number(lost || out.lost) };
}

/** As many lanes as there are bytes. */
const sim = simulate(elaborate(VectorLanes(BYTES)));

const wordOf = (bytes: readonly number[]): bigint => bytes.reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n);
const bytesOf = (word: bigint): number[] =>
  Array.from({ length: BYTES }, (_, i) => Number((word >> BigInt(8 * i)) & 0xffn));
const bitsOf = (word: bigint): number[] => Array.from({ length: BYTES }, (_, i) => Number((word >> BigInt(i)) & 1n));

/**
 * Sends pictures through the lanes: in three cycles each, or with gaps where `gap` says so; what comes out of each, and
 * which lanes say that something was lost.
 */
function through(
  pictures: readonly (readonly [readonly number[], readonly number[]])[],
  of: Scale,
  gap: () => boolean,
) {
  sim.reset();
  const found: { readonly y: readonly number[]; readonly wrapped: readonly number[] }[] = [];
  const constants = {
    unsigned: of.unsigned,
    operator: operatorNames.indexOf(of.operator),
    leftShift: of.leftShift,
    rounding: roundingNames.indexOf(of.rounding),
    zero: of.zero,
    least: of.low - of.zero,
    most: of.high - of.zero,
  };
  for (const [name, value] of Object.entries(constants)) sim.poke(name, value);
  /** Whether the cycles before had a step, the latest first; `result` where it was one. */
  let before: readonly (null | 'operand' | 'result')[] = [null, null];
  function cycle(step: null | 'first' | 'second' | 'result', bytes: readonly number[] = []): void {
    for (const name of ['first', 'second', 'result']) sim.poke(name, name === step);
    if (step === 'first' || step === 'second') sim.poke('elements', wordOf(bytes));
    const scale = {
      first: { centre: of.fromZero, multiplier: of.fromMultiplier, shift: of.fromShift },
      second: {
        centre: of.otherZero,
        multiplier: of.otherMultiplier,
        shift: of.operator === 'mul' ? 0 : of.otherShift,
      },
      result: { multiplier: of.multiplier, shift: of.shift },
    };
    if (step !== null) for (const [name, value] of Object.entries(scale[step])) sim.poke(name, value);
    if (before[1] === 'result') found.push({ y: bytesOf(sim.peek('y')), wrapped: bitsOf(sim.peek('wrapped')) });
    sim.step();
    before = [step === null ? null : step === 'result' ? 'result' : 'operand', before[0] ?? null];
  }
  pictures.forEach(([a, b], at) => {
    while (gap()) cycle(null);
    cycle('first', a);
    while (gap()) cycle(null);
    cycle('second', b);
    cycle(at === 0 ? null : 'result');
  });
  for (const step of [null, 'result', null, null, null] as const) cycle(step);
  return found;
}

const bytes = Array.from({ length: BYTES }, (_, i) => i);
const never = (): boolean => false;

/** All pairs of bytes, each compared with its definition. */
function matchesAll(of: Scale): void {
  const pictures = bytes.map((b) => [bytes, bytes.map(() => b)] as const);
  const found = through(pictures, of, never);
  expect(found.length).toBe(BYTES);
  for (const b of bytes) {
    const expected = bytes.map((a) => resultOf(a, b, of));
    expect([b, ...(found[b]?.y ?? [])]).toEqual([b, ...expected.map(({ y }) => y)]);
    expect([b, ...(found[b]?.wrapped ?? [])]).toEqual([b, ...expected.map(({ wrapped }) => wrapped)]);
  }
}

/** A factor as a multiplier and a shift. */
function quantised(factor: number): { readonly multiplier: number; readonly shift: number } {
  const shift = Math.floor(Math.log2(factor)) + 1;
  return { multiplier: Math.min(Math.round((factor / 2 ** shift) * 2 ** 31), 2 ** 31 - 1), shift };
}
const plain: Scale = {
  operator: 'add',
  unsigned: false,
  fromZero: 0,
  otherZero: 0,
  leftShift: 0,
  fromMultiplier: 2 ** 30,
  fromShift: 1,
  otherMultiplier: 2 ** 30,
  otherShift: 1,
  rounding: 'double',
  multiplier: 2 ** 30,
  shift: 1,
  zero: 0,
  low: -128,
  high: 127,
};
/** An addition as TensorFlow Lite prepares it. */
function addition(fromScale: number, otherScale: number, scale: number): Partial<Scale> {
  const twice = 2 * Math.max(fromScale, otherScale);
  const [from, other, out] = [fromScale / twice, otherScale / twice, twice / (2 ** 20 * scale)].map(quantised);
  return {
    leftShift: 20,
    fromMultiplier: from?.multiplier ?? 0,
    fromShift: from?.shift ?? 0,
    otherMultiplier: other?.multiplier ?? 0,
    otherShift: other?.shift ?? 0,
    multiplier: out?.multiplier ?? 0,
    shift: out?.shift ?? 0,
  };
}

describe('all pairs of bytes', () => {
  it.each<[string, Partial<Scale>]>([
    ['a sum of a residual network', { ...addition(0.0457, 0.0712, 0.0631), fromZero: -4, otherZero: 5, zero: -128 }],
    ['a sum with a range', { ...addition(0.02, 0.5, 0.4), fromZero: 3, otherZero: -128, zero: 10, low: 10, high: 90 }],
    ['a difference', { operator: 'sub', ...addition(0.3, 0.1, 0.15), fromZero: -1, otherZero: 7, zero: 2 }],
    [
      'a sum of bytes without a sign',
      { ...addition(0.01, 0.02, 0.025), unsigned: true, fromZero: 128, otherZero: 3, zero: 120, low: 0, high: 255 },
    ],
    ['a product', { operator: 'mul', ...quantised(0.0123), fromZero: -3, otherZero: 11, zero: 4 }],
    ['a product that is not shifted', { operator: 'mul', leftShift: 7, shift: -6, zero: -1 }],
    ['a product of bytes without a sign', { operator: 'mul', unsigned: true, ...quantised(0.004), low: 0, high: 255 }],
    ['the lesser one', { operator: 'min' }],
    ['the greater one', { operator: 'max' }],
    ['the greater one, without a sign, in a range', { operator: 'max', unsigned: true, low: 20, high: 250 }],
    [
      'the lesser one above a zero point each, scaled',
      { operator: 'min', fromZero: 9, otherZero: -7, shift: 0, zero: 5 },
    ],
    ['sums that wrap', { leftShift: 30, fromShift: 0, otherShift: 0, shift: -24 }],
    [
      'a difference that wraps',
      { operator: 'sub', leftShift: 24, fromShift: 0, otherShift: 1, shift: -22, fromZero: -256 },
    ],
  ])('%s', (_, change) => {
    matchesAll({ ...plain, ...change });
  });

  it.each(roundingNames)('every tie of halves, of both operands and of the result: %s', (rounds) => {
    for (const made of ['add', 'sub'] as const)
      for (const shift of [0, -1]) {
        const half = { fromShift: shift, otherShift: shift, shift, leftShift: 1 };
        matchesAll({ ...plain, ...half, operator: made, rounding: rounds });
      }
    matchesAll({ ...plain, operator: 'mul', shift: -7, rounding: rounds });
    matchesAll({ ...plain, operator: 'max', shift: -1, rounding: rounds });
  });
});

it('any scales, with gaps between the steps', () => {
  const word = fc.oneof(
    fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  );
  const shift = fc.oneof(fc.integer({ min: -31, max: 31 }), fc.integer({ min: -8, max: 1 }));
  const byte = fc.integer({ min: -128, max: 255 });
  const scale: fc.Arbitrary<Scale> = fc
    .record({
      operator: fc.constantFrom(...operatorNames),
      unsigned: fc.boolean(),
      fromZero: fc.integer({ min: -256, max: 255 }),
      otherZero: fc.integer({ min: -256, max: 255 }),
      leftShift: fc.oneof(fc.constant(20), fc.nat(31)),
      fromMultiplier: word,
      fromShift: shift,
      otherMultiplier: word,
      otherShift: shift,
      rounding: fc.constantFrom(...roundingNames),
      multiplier: word,
      shift,
      zero: byte,
      ends: fc.tuple(byte, byte),
    })
    .map(({ ends: [one, other], ...rest }) => ({ ...rest, low: Math.min(one, other), high: Math.max(one, other) }));
  const picture = fc.array(fc.nat(255), { minLength: BYTES, maxLength: BYTES });
  const pictures = fc.array(fc.tuple(picture, picture), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(scale, pictures, fc.infiniteStream(fc.constantFrom(false, false, true)), (of, drawn, gaps) => {
      const found = through(drawn, of, () => gaps.next().value === true);
      const expected = drawn.map(([a, b]) => {
        const pairs = a.map((one, at) => resultOf(one, b[at] ?? 0, of));
        return { y: pairs.map(({ y }) => y), wrapped: pairs.map(({ wrapped }) => wrapped) };
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: runsOf({ few: 40, all: 300 }) },
  );
});
