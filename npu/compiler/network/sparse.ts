/**
 * Filters that are mostly 0, as those are by which channels meet few others: convolutions by channel that the vector
 * unit has no windows for. Blocks of a filter that are all 0 are left out, of as many rows as the matrix engine has and
 * a fold of channels.
 */
import type { NpuConfig } from '../../config.ts';
import type { Run } from '../region.ts';
import type { ConvolutionLayer } from './layer.ts';
import { foldLanes } from './weights.ts';

/** Of all blocks those that are left, at the most: fewer jobs are worth that each has less to do. */
const MOST_LEFT = 0.5;

type Filtered = Pick<ConvolutionLayer, 'filter' | 'input' | 'output'>;

/** Runs of k with their weights for a fold of channels, where one is not 0; one run at least. */
export function blocksOf(config: NpuConfig, layer: Filtered, fold: number): readonly Run[] {
  const blocks = allBlocks(config, layer);
  const found = blocks.filter((block) => isAny(config, layer, fold, block));
  return found.length > 0 ? found : blocks.slice(0, 1);
}

export function isSparse(config: NpuConfig, layer: Filtered): boolean {
  const folds = Math.ceil(layer.output.picture.channels / config.cols);
  const all = allBlocks(config, layer).length * folds;
  let left = 0;
  for (let fold = 0; fold < folds; fold++) left += blocksOf(config, layer, fold).length;
  return left <= MOST_LEFT * all;
}

/** The rows of blocks, as bytes one after another. */
export function blockBytes(config: NpuConfig, layer: Filtered, fold: number, blocks: readonly Run[]): Uint8Array {
  const all = layer.output.picture.channels;
  const [first, lanes] = [fold * config.cols, foldLanes(all, config.cols, fold)];
  const rows = blocks.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
  const bytes = new Uint8Array(rows.length * lanes);
  rows.forEach((row, at) => {
    for (let lane = 0; lane < lanes; lane++) bytes[at * lanes + lane] = layer.filter[row * all + first + lane] ?? 0;
  });
  return bytes;
}

/** k in runs of as many as the array has rows, none of them across two places of a window. */
function allBlocks({ rows }: NpuConfig, { filter, input, output }: Filtered): readonly Run[] {
  const { channels } = input.picture;
  const depth = filter.length / output.picture.channels;
  const blocks: Run[] = [];
  for (let place = 0; place < depth; place += channels)
    for (let from = place; from < place + channels; from += rows)
      blocks.push({ from, to: Math.min(from + rows, place + channels) });
  return blocks;
}

function isAny({ cols }: NpuConfig, { filter, output }: Filtered, fold: number, { from, to }: Run): boolean {
  const all = output.picture.channels;
  const first = fold * cols;
  const lanes = foldLanes(all, cols, fold);
  for (let row = from; row < to; row++)
    for (let lane = 0; lane < lanes; lane++) if (filter[row * all + first + lane] !== 0) return true;
  return false;
}
