/** How a strip of a block of sums leaves once it is complete: as it is, or requantised. */
import type { NpuConfig } from '../config.ts';
import type { Cost } from './cost.ts';
import type { Requantise } from './job.ts';
import { partsOf, scaleLines, type Part } from './plan.ts';
import { copied, type Held, type Scheduled } from './scheduled.ts';
import { requantiseStep, type Block, type Lines } from './step.ts';

/** A strip of complete sums: rows of a block, where they lie in the block's buffers, and where they go. */
export interface Complete {
  readonly block: Block;
  readonly rows: Part;
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

export function leaving(config: NpuConfig, complete: Complete, cost: Cost): readonly Scheduled[] {
  const { block, rows: strip, lines: ofBlock, sums, requantised } = complete;
  const stored = { ...block, row: block.row + strip.at, rows: strip.size };
  const lying = { from: strip.at, pitch: block.rows };
  if (requantised === null) return [copied('store', stored, sums, ofBlock, cost, lying)];
  const { by, results, scales, rows: atOnce } = requantised;
  const { rounding = 'double', zero, low, high } = by;
  const of = (scale: number | Int32Array | Int8Array, row: number): number =>
    typeof scale === 'number' ? scale : scales === null ? (scale[row] ?? 0) : 0;
  const n = block.columns;
  const folds = Math.ceil(n / ofBlock.width);
  const requantising = partsOf(strip.size, Math.min(strip.size, atOnce)).map(({ at, size: m }): Scheduled => {
    const row = strip.at + at;
    // From this row of the first fold to the last one of these in the last fold.
    const lines = (folds - 1) * block.rows + m;
    const [multiplier, shift] = [of(by.multiplier, block.row + row), of(by.shift, block.row + row)];
    return {
      unit: 'vector',
      cycles: cost.requantise({ m, k: 1, n }, scales !== null),
      product: null,
      reads: [...sums.numbers, ...(scales?.numbers ?? [])],
      writes: results.numbers,
      step: (all) =>
        requantiseStep(
          { m, n, multiplier, shift, rounding, zero, low, high },
          { folds, pitch: block.rows },
          {
            from: sums.lines(all, row, lines),
            to: results.lines(all, row, lines),
            parameters: scales?.lines(all, 0, scaleLines(config, n)) ?? null,
          },
        ),
    };
  });
  return [...requantising, copied('store', stored, results, ofBlock, cost, lying)];
}
