/**
 * Sums and differences that stay in range, against plain arithmetic: every pair of small numbers, the corners of large
 * ones.
 */
import { expect, test } from 'vitest';
import { elaborate, module, sint, uint } from '../../index.ts';
import { reference, wasm } from './engines.ts';

const [Unsigned, Signed] = [
  (width: number) =>
    module(
      'unsigned_saturating',
      {
        in: { a: uint(width), b: uint(width) },
        out: { sum: uint(width), difference: uint(width) },
      },
      ({ a, b }) => ({ sum: a.addSat(b), difference: a.subSat(b) }),
    ),
  (width: number) =>
    module(
      'signed_saturating',
      {
        in: { a: sint(width), b: sint(width) },
        out: { sum: sint(width), difference: sint(width) },
      },
      ({ a, b }) => ({ sum: a.addSat(b), difference: a.subSat(b) }),
    ),
];

const widths = [1, 2, 3, 4, 31, 32, 33, 63, 64, 65, 130];

function values(least: bigint, most: bigint): bigint[] {
  if (most - least < 16n) return Array.from({ length: Number(most - least) + 1 }, (_, i) => least + BigInt(i));
  const middle = (least + most + 1n) / 2n;
  return [least, least + 1n, middle - 1n, middle, middle + 1n, most - 1n, most];
}

test.each(
  widths.flatMap(
    (width) =>
      [
        [width, 'uint'],
        [width, 'sint'],
      ] as const,
  ),
)('%i bits, %s', (width, kind) => {
  const half = 1n << BigInt(width - 1);
  const [least, most] = kind === 'sint' ? [-half, half - 1n] : [0n, 2n * half - 1n];
  const held = (exact: bigint): bigint => (exact < least ? least : exact > most ? most : exact);
  const design = elaborate(kind === 'sint' ? Signed(width) : Unsigned(width));
  for (const sim of [reference(design), wasm(design)]) {
    for (const a of values(least, most)) {
      for (const b of values(least, most)) {
        sim.poke('a', a);
        sim.poke('b', b);
        expect([a, b, sim.peek('sum'), sim.peek('difference')]).toEqual([a, b, held(a + b), held(a - b)]);
      }
    }
  }
});
