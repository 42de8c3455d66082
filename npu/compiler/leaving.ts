/**
 * How a block of sums leaves once it is complete: as it is, or requantised. A product's last block has no other work
 * beside it: it is requantised in parts of its rows, so that one is stored while the next is requantised, in as many as
 * should take the least time.
 */
import type { NpuConfig } from '../config.ts';
import type { Cost } from './cost.ts';
import { forecast, limitsOf } from './forecast.ts';
import type { Requantise } from './job.ts';
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
  /** Null where all columns have the same scale, or each row its own. */
  readonly scales: Held | null;
  /** Rows that one command requantises: all, or those with the same scale. */
  readonly rows: number;
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
  { by, results: whole, scales, rows: atOnce }: Requantised,
  cost: Cost,
  results: readonly Held[],
): readonly Scheduled[] {
  const { rounding = 'double', zero, low, high } = by;
  const of = (scale: number | Int32Array | Int8Array, row: number): number =>
    typeof scale === 'number' ? scale : scales === null ? (scale[row] ?? 0) : 0;
  const n = block.columns;
  const folds = Math.ceil(n / ofBlock.width);
  return partsOf(block.rows, Math.ceil(block.rows / results.length)).flatMap(({ at: first, size: rows }, part) => {
    const result = results[part] ?? whole;
    const requantising = partsOf(rows, Math.min(rows, atOnce)).map(({ at, size: m }): Scheduled => {
      const row = first + at;
      // From this row of the first fold to the last one of these in the last fold.
      const lines = (folds - 1) * block.rows + m;
      const [multiplier, shift] = [of(by.multiplier, block.row + row), of(by.shift, block.row + row)];
      return {
        unit: 'vector',
        cycles: cost.requantise({ m, k: 1, n }, scales !== null),
        product: null,
        reads: [sums.number, ...(scales === null ? [] : [scales.number])],
        writes: [whole.number, result.number],
        step: (all) =>
          requantiseStep(
            { m, n, multiplier, shift, rounding, zero, low, high },
            { folds, pitch: block.rows },
            {
              from: sums.lines(all, row, lines),
              to: whole.lines(all, row, lines),
              parameters: scales?.lines(all, 0, scaleLines(config, n)) ?? null,
            },
          ),
      };
    });
    const stored = { ...block, row: block.row + first, rows };
    return [...requantising, copied('store', stored, result, ofBlock, cost, { from: first, pitch: block.rows })];
  });
}
