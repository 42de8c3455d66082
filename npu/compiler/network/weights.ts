/** Weights and scales of a layer in DRAM, in the order in which lines of the local memories have them. */
import type { ChannelFactors } from '../../graph/factors.ts';
import { wordBytes } from './dram.ts';

/** Channels of a fold: as many as a line has lanes, or those that are left. */
export const foldLanes = (channels: number, lanes: number, fold: number): number =>
  Math.min(lanes, channels - fold * lanes);

/** rows × channels, as fold by fold of channels row by row. */
export function inFolds(matrix: Int8Array, channels: number, lanes: number): Uint8Array {
  const rows = matrix.length / channels;
  const bytes = new Uint8Array(matrix.length);
  let at = 0;
  for (let from = 0; from < channels; from += lanes) {
    const to = Math.min(from + lanes, channels);
    for (let row = 0; row < rows; row++)
      for (let channel = from; channel < to; channel++) bytes[at++] = matrix[row * channels + channel] ?? 0;
  }
  return bytes;
}

/** Lines of the accumulator that a fold's scales take: bias, multiplier and shift of each lane. */
export const SCALE_LINES = 3;

/** The scales of all folds as lines of words. */
export function scaleBytes({ bias, multiplier, shift }: ChannelFactors, lanes: number): Uint8Array {
  const folds = Math.ceil(bias.length / lanes);
  const words = new Int32Array(folds * SCALE_LINES * lanes);
  [bias, multiplier, shift].forEach((values, line) =>
    values.forEach((value, channel) => {
      words[(Math.floor(channel / lanes) * SCALE_LINES + line) * lanes + (channel % lanes)] = value;
    }),
  );
  return wordBytes(words);
}
