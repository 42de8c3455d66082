/**
 * How a block of sums leaves once it is complete: as it is, or requantised. A product's last block has no other work
 * beside it: it is requantised in parts of its rows, so that one is stored while the next is requantised, in as many as
 * should take the least time.
 */
import type { NpuConfig } from '../config.ts';
import type { Cost } from './cost.ts';
import { forecast, limitsOf } from './forecast.ts';
import { isPerChannel, type Requantise } from './job.ts';
import { partsOf, scaleLines } from './plan.ts';
import { copied, type Held, type Scheduled } from './scheduled.ts';
import { requantiseStep, type Block, type Lines } from './step.ts';

/** A complete block of sums: where it goes and where it lies. */
export interface Complete {
  readonly block: Block;
  readonly lines: Lines;
  readonly sums: Held;
  readonly requantised: Requantised | null;
}
export interface Requantised {
  readonly by: Requantise;
  readonly results: Held;
  /** Null where all columns have the same scale. */
  readonly scales: Held | null;
}

/** Into how many parts a last block is tried to be cut; of more each has a store that a slow memory has to answer. */
const PARTS = [2, 4];

/** @param last numbers for parts of results, from this one on, where it is the last block; else null */
export function leaving(config: NpuConfig, complete: Complete, cost: Cost, last: number | null): readonly Scheduled[] {
  const { block, lines, sums, requantised } = complete;
  if (requantised === null) return [copied('store', block, sums, lines, cost)];
  const whole = inParts(config, complete, requantised, cost, [requantised.results]);
  if (last === null) return whole;
  const limits = limitsOf(config, cost);
  const end = (way: readonly Scheduled[]): number => forecast(way, limits).at(-1)?.end ?? 0;
  return PARTS.filter((count) => count <= block.rows)
    .map((count) => Array.from({ length: count }, (_, part) => ({ ...requantised.results, number: last + part })))
    .map((parts) => inParts(config, complete, requantised, cost, parts))
    .reduce((best, way) => (end(way) < end(best) ? way : best), whole);
}

/** In as many parts as there are `results`: one for each, all of them in the same buffer. */
function inParts(
  config: NpuConfig,
  { block, lines: ofBlock, sums }: Complete,
  { by, results: whole, scales }: Requantised,
  cost: Cost,
  results: readonly Held[],
): readonly Scheduled[] {
  const { rounding = 'double', zero, low, high } = by;
  const forAll = (scale: number | Int32Array | Int8Array): number => (typeof scale === 'number' ? scale : 0);
  const scale = { multiplier: forAll(by.multiplier), shift: forAll(by.shift), rounding, zero, low, high };
  const n = block.columns;
  const folds = Math.ceil(n / ofBlock.width);
  return partsOf(block.rows, Math.ceil(block.rows / results.length)).flatMap(({ at: row, size: m }, part) => {
    const result = results[part] ?? whole;
    // From this row of the first fold to the last one of this part in the last fold.
    const lines = (folds - 1) * block.rows + m;
    const requantising: Scheduled = {
      unit: 'vector',
      cycles: cost.requantise({ m, k: 1, n }, isPerChannel(by)),
      product: null,
      reads: [sums.number, ...(scales === null ? [] : [scales.number])],
      writes: [whole.number, result.number],
      step: (all) =>
        requantiseStep(
          { m, n, ...scale },
          { folds, pitch: block.rows },
          {
            from: sums.lines(all, row, lines),
            to: whole.lines(all, row, lines),
            parameters: scales?.lines(all, 0, scaleLines(config, n)) ?? null,
          },
        ),
    };
    const stored = { ...block, row: block.row + row, rows: m };
    return [requantising, copied('store', stored, result, ofBlock, cost, { from: row, pitch: block.rows })];
  });
}
