/** Every operation, for all values at small widths, against plain number arithmetic. */
import { describe, expect, test } from 'vitest';
import type { Operation, Type } from '../../ir/types.ts';
import { meaningOf } from './operations.ts';

const widths = [1, 2, 3, 4];
const uint = (width: number): Type => ({ kind: 'uint', width });
const sint = (width: number): Type => ({ kind: 'sint', width });
const vec = (length: number, element: Type): Type => ({ kind: 'vec', length, element });
const label = (width: number): Type => ({ kind: 'enum', width, name: 'state', labels: ['idle', 'run'] });
const bit = uint(1);

const patterns = (width: number): number[] => Array.from({ length: 2 ** width }, (_, i) => i);
const wrap = (value: number, width: number): number => ((value % 2 ** width) + 2 ** width) % 2 ** width;
const number = (type: Type, pattern: number): number =>
  type.kind === 'sint' && pattern >= 2 ** (type.width - 1) ? pattern - 2 ** type.width : pattern;

function apply(op: Operation, result: Type, args: readonly (readonly [Type, number])[], low = 0): number {
  return Number(
    meaningOf(op, { result, args: args.map(([type]) => type), low })(...args.map(([, pattern]) => BigInt(pattern))),
  );
}

/** Holds `op` on two values of one type against `expected`, for all types and values. */
function binary(
  op: Operation,
  result: (type: Type, width: number) => Type,
  expected: (a: number, b: number, width: number, type: Type) => number,
  kinds = [uint, sint],
): void {
  for (const kind of kinds)
    for (const width of widths) {
      const type = kind(width);
      for (const a of patterns(width))
        for (const b of patterns(width)) {
          expect(
            apply(op, result(type, width), [
              [type, a],
              [type, b],
            ]),
            `${op} ${type.kind}<${width}> ${a} ${b}`,
          ).toBe(expected(a, b, width, type));
        }
    }
}

const same = (type: Type): Type => type;
const toBit = (): Type => bit;
const bits = (a: number, width: number): number[] =>
  Array.from({ length: width }, (_, i) => Math.floor(a / 2 ** i) % 2);
const fromBits = (list: readonly number[]): number => list.reduce((sum, b, i) => sum + b * 2 ** i, 0);
const bitwise =
  (f: (x: number, y: number) => number) =>
  (a: number, b: number, width: number): number =>
    fromBits(bits(a, width).map((x, i) => f(x, bits(b, width)[i] ?? 0)));

describe('arithmetic', () => {
  test('add wraps', () => binary('add', same, (a, b, width) => wrap(a + b, width)));
  test('sub wraps', () => binary('sub', same, (a, b, width) => wrap(a - b, width)));
  test('mul is the whole product, also of unequal widths', () => {
    for (const kind of [uint, sint])
      for (const wa of widths)
        for (const wb of widths) {
          for (const a of patterns(wa))
            for (const b of patterns(wb)) {
              const [ta, tb] = [kind(wa), kind(wb)];
              expect(
                apply('mul', kind(wa + wb), [
                  [ta, a],
                  [tb, b],
                ]),
              ).toBe(wrap(number(ta, a) * number(tb, b), wa + wb));
            }
        }
  });
});

describe('bits', () => {
  test('and', () =>
    binary(
      'and',
      same,
      bitwise((x, y) => x * y),
    ));
  test('or', () =>
    binary(
      'or',
      same,
      bitwise((x, y) => Math.max(x, y)),
    ));
  test('xor', () =>
    binary(
      'xor',
      same,
      bitwise((x, y) => (x + y) % 2),
    ));
  test('not, extend, truncate, cast, reductions of all values', () => {
    for (const kind of [uint, sint])
      for (const width of widths)
        for (const a of patterns(width)) {
          const type = kind(width);
          const ofA = bits(a, width);
          expect(apply('not', type, [[type, a]])).toBe(2 ** width - 1 - a);
          for (const more of [0, 1, 3])
            expect(apply('extend', kind(width + more), [[type, a]])).toBe(wrap(number(type, a), width + more));
          for (const less of widths.filter((w) => w <= width))
            expect(apply('truncate', kind(less), [[type, a]])).toBe(a % 2 ** less);
          for (const to of [uint(width), sint(width), label(width), vec(width, bit)])
            expect(apply('cast', to, [[type, a]])).toBe(a);
          expect(apply('orReduce', bit, [[type, a]])).toBe(Math.max(...ofA));
          expect(apply('andReduce', bit, [[type, a]])).toBe(Math.min(...ofA));
          expect(apply('xorReduce', bit, [[type, a]])).toBe(ofA.reduce((x, y) => x + y, 0) % 2);
        }
  });
  test('slice, of scalars and vectors', () => {
    for (const type of [uint(6), sint(6), vec(3, uint(2))])
      for (const a of patterns(6)) {
        for (let low = 0; low < 6; low++)
          for (let width = 1; low + width <= 6; width++) {
            expect(apply('slice', uint(width), [[type, a]], low)).toBe(Math.floor(a / 2 ** low) % 2 ** width);
          }
      }
  });
  test('cat puts its first argument highest', () => {
    for (const a of patterns(2))
      for (const b of patterns(1))
        for (const c of patterns(3)) {
          expect(
            apply('cat', uint(6), [
              [sint(2), a],
              [bit, b],
              [uint(3), c],
            ]),
          ).toBe(a * 16 + b * 8 + c);
        }
    expect(apply('cat', uint(2), [[uint(2), 3]])).toBe(3);
  });
  test('patterns wider than a number', () => {
    const wide = uint(200);
    const high = 1n << 199n;
    expect(meaningOf('add', { result: wide, args: [wide, wide], low: 0 })(high, high + 5n)).toBe(5n);
    expect(meaningOf('shr', { result: sint(200), args: [sint(200), wide], low: 0 })(high, high)).toBe(
      (1n << 200n) - 1n,
    );
  });
});

describe('shifts', () => {
  test('all values and amounts, past the width too', () => {
    for (const kind of [uint, sint])
      for (const width of widths)
        for (const a of patterns(width))
          for (const n of patterns(3)) {
            const type = kind(width);
            expect(
              apply('shl', type, [
                [type, a],
                [uint(3), n],
              ]),
            ).toBe(wrap(a * 2 ** n, width));
            expect(
              apply('shr', type, [
                [type, a],
                [uint(3), n],
              ]),
            ).toBe(wrap(Math.floor(number(type, a) / 2 ** n), width));
          }
  });
});

describe('comparisons', () => {
  const ordered =
    (holds: (a: number, b: number) => boolean) =>
    (a: number, b: number, _width: number, type: Type): number =>
      Number(holds(number(type, a), number(type, b)));
  test('lt', () =>
    binary(
      'lt',
      toBit,
      ordered((a, b) => a < b),
    ));
  test('le', () =>
    binary(
      'le',
      toBit,
      ordered((a, b) => a <= b),
    ));
  test('gt', () =>
    binary(
      'gt',
      toBit,
      ordered((a, b) => a > b),
    ));
  test('ge', () =>
    binary(
      'ge',
      toBit,
      ordered((a, b) => a >= b),
    ));
  const all = [uint, sint, label, (width: number) => vec(width, bit)];
  test('eq, of every kind', () => binary('eq', toBit, (a, b) => Number(a === b), all));
  test('ne, of every kind', () => binary('ne', toBit, (a, b) => Number(a !== b), all));
});

describe('choice and vectors', () => {
  test('mux', () => {
    for (const type of [uint(2), sint(2), label(2), vec(2, bit)])
      for (const a of patterns(2))
        for (const b of patterns(2)) {
          expect(
            apply('mux', type, [
              [bit, 1],
              [type, a],
              [type, b],
            ]),
          ).toBe(a);
          expect(
            apply('mux', type, [
              [bit, 0],
              [type, a],
              [type, b],
            ]),
          ).toBe(b);
        }
  });
  test('vec puts element 0 lowest; index and update find it again', () => {
    for (const element of [uint(2), sint(2), vec(2, bit)])
      for (const a of patterns(2))
        for (const b of patterns(2))
          for (const c of patterns(2)) {
            const type = vec(3, element);
            const list = [a, b, c];
            const packed = a + b * 4 + c * 16;
            expect(
              apply(
                'vec',
                type,
                list.map((x) => [element, x] as const),
              ),
            ).toBe(packed);
            for (const i of patterns(3)) {
              expect(
                apply('index', element, [
                  [type, packed],
                  [uint(3), i],
                ]),
              ).toBe(list[i] ?? 0);
              const updated = list.map((x, at) => (at === i ? 3 - x : x));
              expect(
                apply('update', type, [
                  [type, packed],
                  [uint(3), i],
                  [element, 3 - (list[i] ?? 0)],
                ]),
              ).toBe(fromBits(updated.flatMap((x) => bits(x, 2))));
            }
          }
  });
  test('fill', () => {
    for (const width of widths)
      for (const length of widths)
        for (const a of patterns(width)) {
          expect(apply('fill', vec(length, uint(width)), [[uint(width), a]])).toBe(
            fromBits(Array.from({ length }, () => bits(a, width)).flat()),
          );
        }
  });
  test('a shape that breaks the rules is refused', () => {
    expect(() =>
      apply('index', uint(2), [
        [uint(4), 0],
        [uint(1), 0],
      ]),
    ).toThrow(RangeError);
    expect(() => apply('lt', bit, [])).toThrow(RangeError);
  });
});
