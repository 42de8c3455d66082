/** Sizes that a product can have. */
import { showGiven } from '../common/names.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { ShapeError } from './errors.ts';

/** @throws ShapeError for a dimension below 1. */
export function checkSizes({ m, k, n }: ProductSize): void {
  for (const [name, size] of Object.entries({ m, k, n })) {
    if (Number.isInteger(size) && size >= 1) continue;
    const remedy = 'a product has at least one row, column and element of each';
    throw new ShapeError((nameOf) => `${nameOf(name)} is ${showGiven(size)}; ${remedy}`);
  }
}
