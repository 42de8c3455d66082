/** The jobs of the matrix engine of a product: what each does of it, when that was expected, and when it was done. */
import type { Span } from '../npu/compiler/forecast.ts';
import type { Schedule } from '../npu/compiler/program.ts';
import { turnedSize } from '../npu/matrix/dataflow.ts';
import type { ProductSize } from '../npu/matrix/layout.ts';
import type { CommandTimes } from './command-times.ts';

export interface TileTimes {
  /** The first row, place in k and column, and how many of each. */
  readonly at: ProductSize;
  readonly size: ProductSize;
  /** Cycles in which all multipliers together could do it. */
  readonly least: number;
  /** In cycles from the first command's fetching on: from when the engine has it until it is done. */
  readonly expected: Span;
  readonly taken: Span;
}

export function tilesOf(
  { works, spans, turned }: Pick<Schedule, 'works' | 'spans' | 'turned'>,
  multipliers: number,
  { began, starts, ends }: CommandTimes,
): TileTimes[] {
  const turn = (size: ProductSize): ProductSize => (turned ? turnedSize(size) : size);
  return works.flatMap(({ product }, command) => {
    const expected = spans[command];
    if (product === null || expected === undefined) return [];
    const { m, k, n } = product.shape;
    const since = (cycle: number | undefined): number => (cycle ?? Infinity) - began();
    return [
      {
        at: turn(product.at),
        size: turn(product.shape),
        least: Math.ceil((m * k * n) / multipliers),
        expected,
        taken: { start: since(starts[command]), end: since(ends[command]) },
      },
    ];
  });
}
