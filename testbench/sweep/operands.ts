/** Operands that a seed chooses. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface RandomOperands {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly a: Int8Array;
  readonly b: Int8Array;
}

/** A, then B, row by row, each element anything that an int8 can be. */
export function randomOperands(asked: {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly seed: number;
}): RandomOperands {
  const { m, k, n, seed } = asked;
  const generator = xoroshiro128plus(seed | 0);
  const random = (length: number): Int8Array => Int8Array.from({ length }, () => uniformInt(generator, -128, 127));
  return { m, k, n, a: random(m * k), b: random(k * n) };
}
