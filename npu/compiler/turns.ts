/** The order of a product's loops: which block of C is worked on when, with which part of k. */
import type { ProductSize } from '../matrix/layout.ts';
import { partsOf, type Part, type Plan } from './plan.ts';

export interface Indexed extends Part {
  readonly index: number;
}

/** Where a block of C is. */
export interface Place {
  readonly rows: Indexed;
  readonly columns: Indexed;
}

/** When a part of k of a block's products is added up: the `step`th one. */
export interface Turn<Block> {
  readonly block: Block;
  readonly part: Part;
  readonly step: number;
}

/** The blocks of C in order: along the inner dimension to and fro, so that at each turn what was just used is again. */
export function blocksOf({ m, n }: ProductSize, { tile, inner }: Pick<Plan, 'tile' | 'inner'>): readonly Place[] {
  const [rows, columns] = [indexed(partsOf(m, tile.m)), indexed(partsOf(n, tile.n))];
  return inner === 'm'
    ? toAndFro(columns, rows, (column, row) => ({ rows: row, columns: column }))
    : toAndFro(rows, columns, (row, column) => ({ rows: row, columns: column }));
}

/** Block by block along k; the first few of them together. */
export function inTurns<Block>(
  blocks: readonly Block[],
  alongK: readonly Part[],
  together: number,
): readonly Turn<Block>[] {
  const first = alongK.flatMap((part, step) => blocks.slice(0, together).map((block) => ({ block, part, step })));
  return [...first, ...blocks.slice(together).flatMap((block) => alongK.map((part, step) => ({ block, part, step })))];
}

const indexed = (parts: readonly Part[]): readonly Indexed[] => parts.map((part, index) => ({ ...part, index }));

function toAndFro<O, I, R>(outer: readonly O[], inner: readonly I[], of: (outer: O, inner: I) => R): readonly R[] {
  const back = inner.toReversed();
  return outer.flatMap((one, turn) => (turn % 2 === 0 ? inner : back).map((other) => of(one, other)));
}
