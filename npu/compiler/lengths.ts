/** Into what lengths a product may be cut: few enough to compare all of them, of all magnitudes. */
import { byName } from '../common/records.ts';
import { SUM_BYTES } from '../common/numbers.ts';
import type { NpuConfig } from '../config.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { bufferingOf } from './plan.ts';
import type { Product } from './product.ts';

/** What a DMA command can count in its 16-bit fields. */
const MOST = 0xffff;
/** By how much the number of parts grows from one plan to the next, once it is large. */
const FEWER = 1.3;

/**
 * Lengths of parts: the length in 1, 2, 3 … even parts, ever fewer of these numbers, each part a multiple of `unit` or
 * all there is; shorter ones, down to 1, where `short`.
 */
function partLengths(length: number, unit: number, beat: number, short: boolean): readonly number[] {
  const lengths = new Set([Math.min(length, unit)]);
  for (let parts = 1; parts <= Math.ceil(length / unit); parts = Math.max(parts + 1, Math.floor(parts * FEWER)))
    for (const multiple of [unit, beat])
      lengths.add(Math.min(length, Math.ceil(Math.ceil(length / parts) / multiple) * multiple));
  for (let part = Math.min(unit, length); short && part >= 1; part = Math.floor(part / 2)) lengths.add(part);
  return [...lengths].sort((one, other) => one - other);
}

/** Lengths of parts of each dimension that may be in a plan. */
export type Lengths = Readonly<Record<keyof ProductSize, readonly number[]>>;

/** Parts that leave some of the array idle are for memories that hold no others. */
export function lengthsThatFit(config: NpuConfig, product: Product): Lengths {
  const { tile } = product;
  if (tile !== null) return commandable(config, product, { m: [tile.m], k: [tile.k], n: [tile.n] });
  const usual = lengthsOf(config, product, false);
  return fitsAny(config, product, usual) ? usual : lengthsOf(config, product, true);
}

/** Whether the smallest parts fit. */
function fitsAny(config: NpuConfig, product: Product, { m, k, n }: Lengths): boolean {
  const tile = { m: Math.min(...m), k: Math.min(...k), n: Math.min(...n) };
  return banksFor(config, product).some(
    (banksOfA) => bufferingOf(config, product, { tile, banksOfA, sums: 1 }) !== null,
  );
}

/** How many banks may be those of A. */
export const banksFor = ({ scratchpadBanks }: NpuConfig, { requantise }: Product): readonly number[] =>
  Array.from({ length: scratchpadBanks - (requantise === null ? 1 : 2) }, (_, at) => at + 1);

/** `short`: parts of less than a fold as well. */
function lengthsOf(config: NpuConfig, product: Product, short: boolean): Lengths {
  const { dataflow } = product;
  const { a, b } = matrixEngineOf(config).description.layouts(config, dataflow);
  const unitOf = (dimension: keyof ProductSize): number =>
    [a, b].find(({ across }) => across === dimension)?.width ?? 1;
  const of = (dimension: keyof ProductSize, ofShort: boolean): readonly number[] =>
    partLengths(
      product[dimension],
      unitOf(dimension),
      dimension === 'k' ? config.busBytes : unitOf(dimension),
      ofShort,
    );
  return commandable(config, product, { m: of('m', short), k: of('k', short), n: of('n', false) });
}

/** Those that commands can have. */
function commandable(config: NpuConfig, { dataflow }: Product, lengths: Lengths): Lengths {
  const mostK = matrixEngineOf(config).description.mostK(dataflow);
  const most = { m: MOST, k: Math.min(MOST, mostK), n: Math.floor(MOST / SUM_BYTES) };
  return byName(['m', 'k', 'n'] as const, (name) => lengths[name].filter((length) => length <= most[name]));
}
