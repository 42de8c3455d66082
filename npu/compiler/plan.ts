/** How a product is cut up, in which order its parts are worked on, and what stays in the local memories meanwhile. */
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import { linesOf, type ProductSize } from '../matrix/layout.ts';
import type { Product } from './product.ts';

/** The largest part of a product that is one job of the matrix engine. */
export type Tile = ProductSize;

export interface Plan {
  readonly tile: Tile;
  /** Blocks of C follow each other along this dimension, to and fro, before the other one goes on. */
  readonly inner: 'm' | 'n';
  /** Banks of the scratchpad that hold tiles of A; a last one holds 8-bit results, and the others tiles of B. */
  readonly banksOfA: number;
  /** Blocks of sums at the most: one that is computed, others that leave the array, wait for the bus or are stored. */
  readonly sums: number;
  /** The first blocks, up to as many as have sums of their own, go along k together. */
  readonly together: number;
  /** Where nothing else would keep the units at work, the first tiles come in so many slices of k: see loops.ts. */
  readonly slices: number;
  /** And sums leave in so many strips of rows. */
  readonly strips: number;
}

/** In how many parts a buffer is waited for: what takes one of them need not wait for the others. */
export const partsOfBuffer = ({ slices, strips }: Pick<Plan, 'slices' | 'strips'>): number => Math.max(slices, strips);

/** A part of a dimension: where it begins, and how long it is. */
export interface Part {
  readonly at: number;
  readonly size: number;
}

/** A dimension in parts of a length, or what is left of it. */
export const partsOf = (length: number, part: number): Part[] =>
  Array.from({ length: Math.ceil(length / part) }, (_, i) => ({
    at: i * part,
    size: Math.min(part, length - i * part),
  }));

/** What a product's parts are, and the buffers that they need. */
export interface Buffering {
  /** Parts of each dimension. */
  readonly parts: ProductSize;
  /** Lines of a buffer of each kind. */
  readonly lines: Readonly<Record<Kind, number>>;
  /** How many there are. */
  readonly buffers: Readonly<Record<Kind, number>>;
  /** Of the scratchpad, from the first one on. */
  readonly banks: Readonly<Record<'a' | 'b' | 'results', { readonly from: number; readonly to: number }>>;
}
/** How many of the first blocks go along k together. */
export const togetherOf = ({ together }: Pick<Plan, 'together'>, { parts, buffers }: Buffering): number =>
  Math.min(together, buffers.sums, parts.m * parts.n);

/** Buffers of 8-bit results are there where a product requantises, of scales where it does so by channel. */
export type Kind = 'a' | 'b' | 'sums' | 'scales' | 'results';

/** Lines of scales for as many columns: one of biases, one of multipliers and one of shifts for each fold. */
export const scaleLines = ({ cols }: NpuConfig, columns: number): number => 3 * Math.ceil(columns / cols);

/** Null for a plan that the local memories have no room for. */
export function bufferingOf(
  config: NpuConfig,
  product: Product,
  plan: Pick<Plan, 'tile' | 'banksOfA' | 'sums'>,
): Buffering | null {
  const { scratchpadBanks, bankLines, accLines } = config;
  const { tile, banksOfA, sums } = plan;
  const layouts = matrixEngineOf(config).description.layouts(config, product.dataflow);
  const parts = {
    m: Math.ceil(product.m / tile.m),
    k: Math.ceil(product.k / tile.k),
    n: Math.ceil(product.n / tile.n),
  };
  const blocks = parts.m * parts.n;
  const ofSums = linesOf(layouts.c, tile);
  const perChannel = product.scales !== null;
  const lines: Buffering['lines'] = {
    a: linesOf(layouts.a, tile),
    b: linesOf(layouts.b, tile),
    sums: ofSums,
    scales: perChannel ? scaleLines(config, tile.n) : 0,
    results: product.requantise === null ? 0 : ofSums,
  };
  const last = product.requantise === null ? scratchpadBanks : scratchpadBanks - 1;
  const banks = {
    a: { from: 0, to: banksOfA },
    b: { from: banksOfA, to: last },
    results: { from: last, to: scratchpadBanks },
  };
  const inBanks = ({ from, to }: { readonly from: number; readonly to: number }, each: number): number =>
    each === 0 ? 0 : (to - from) * Math.floor(bankLines / each);
  const complete = Math.min(sums, blocks, Math.floor(accLines / (lines.sums + lines.scales)));
  const buffers: Buffering['buffers'] = {
    a: Math.min(inBanks(banks.a, lines.a), parts.m * parts.k),
    b: Math.min(inBanks(banks.b, lines.b), parts.k * parts.n),
    sums: complete,
    scales: perChannel ? complete : 0,
    results: Math.min(inBanks(banks.results, lines.results), complete),
  };
  const fits = buffers.a > 0 && buffers.b > 0 && complete > 0 && (lines.results === 0 || buffers.results > 0);
  return fits ? { parts, lines, buffers, banks } : null;
}
