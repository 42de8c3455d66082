/** How large a part of a product the local memories hold. */
import type { NpuConfig } from '../config.ts';
import { showGiven } from '../common/names.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { ShapeError } from './errors.ts';
import { isPerChannel, type Dataflow, type Requantise } from './job.ts';

/** The largest part of a product that is one job of the matrix engine. */
export type Tile = ProductSize;

const ceil = (a: number, b: number): number => Math.ceil(a / b);

/**
 * Rows of A worth having in a tile before more columns are: each tile costs its commands and the filling of the array.
 */
const STREAM = 16;

/** What a DMA command can count in its 16-bit fields. */
const MOST = 0xffff;

/** @throws ShapeError for a dimension below 1. */
export function checkSizes({ m, k, n }: ProductSize): void {
  for (const [name, size] of Object.entries({ m, k, n })) {
    if (Number.isInteger(size) && size >= 1) continue;
    const remedy = 'a product has at least one row, column and element of each';
    throw new ShapeError((nameOf) => `${nameOf(name)} is ${showGiven(size)}; ${remedy}`);
  }
}

/**
 * The largest tiles that fit: A and B a bank each, a block (with its scales) half of the accumulator, an 8-bit result a
 * bank.
 * @throws ShapeError for a dimension below 1, or local memories too small for any tile.
 */
export function chooseTile(
  config: NpuConfig,
  {
    m,
    k,
    n,
    dataflow,
    requantise = null,
  }: ProductSize & { readonly dataflow: Dataflow; readonly requantise?: Requantise | null },
): Tile {
  checkSizes({ m, k, n });
  const { bankLines, accLines } = config;
  const { layouts, mostK } = matrixEngineOf(config).description;
  const { a, c } = layouts(config, dataflow);
  const cols = c.width;
  const half = Math.floor(accLines / 2);
  const scaleLines = requantise !== null && isPerChannel(requantise) ? 2 : 0;
  // B takes ⌈nt/C⌉·kt lines; a few folds of columns at a time save loading A again for each.
  const wanted = Math.min(ceil(n, cols), 4);
  let kt = Math.min(k, Math.max(Math.floor(bankLines / wanted), Math.min(a.width, bankLines)), mostK(dataflow));
  // Whole folds: a tile that ends in the middle of one would leave rows of the array idle in every tile.
  if (a.across === 'k' && kt < k && kt > a.width) kt -= kt % a.width;
  const folds = Math.max(
    1,
    Math.min(
      ceil(n, cols),
      Math.floor(bankLines / kt),
      Math.floor(half / (Math.min(m, Math.max(a.width, STREAM)) + scaleLines)),
      Math.floor(MOST / (cols * 4)),
    ),
  );
  const nt = Math.min(n, folds * cols);
  const used = ceil(nt, cols);
  const forA = a.across === 'k' ? Math.floor(bankLines / ceil(kt, a.width)) : Math.floor(bankLines / kt) * a.width;
  const forResults = requantise === null ? MOST : Math.floor(bankLines / used);
  let mt = Math.min(m, Math.floor(half / used) - scaleLines, forA, forResults, MOST);
  if (a.across === 'm' && mt < m && mt > a.width) mt -= mt % a.width;
  if (kt < 1 || mt < 1) {
    const { accLanes, accumulatorBytes } = config;
    throw new ShapeError(
      (nameOf) =>
        `a row of sums with its ${scaleLines} lines of scales does not fit half of the accumulator; ` +
        `${nameOf('accumulatorBytes')} is ${accumulatorBytes}, give it at least ${2 * (1 + scaleLines) * accLanes * 4}`,
    );
  }
  return { m: mt, k: kt, n: nt };
}
