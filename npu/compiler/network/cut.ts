/**
 * How a convolution is cut up so that weights, sums and rows of A find room: parts of the channels of the result, each
 * with slices of k; bands of places.
 */
import type { NpuConfig } from '../../config.ts';
import type { Run } from '../region.ts';
import { bandsOf, type Band } from './bands.ts';
import { depthOf, type Gathered } from './gather.ts';
import { planesOf, type ConvolutionLayer } from './layer.ts';
import { placesOf } from './picture.ts';
import { blockBytes, blocksOf, isSparse } from './sparse.ts';
import { foldLanes, inFolds, SCALE_LINES } from './weights.ts';

/** Blocks of sums that the accumulator has room for: computed, requantised, and two that are begun. */
const BLOCKS = 4;
/** Bands of a picture whose windows are gathered, at the least: one is loaded while another is multiplied. */
const GATHERED_BANDS = 4;

/** A run of k that is one job, and where its weights begin among those of its part. */
export interface Slice extends Run {
  readonly at: number;
}

/** Weights of a part: rows, fold by fold of so many channels. */
interface PartWeights {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  readonly rows: number;
  readonly channels: number;
  /** The part's folds among those that these weights have. */
  readonly folds: Run;
}

/** Some folds of the result's channels. */
export interface Part {
  readonly folds: Run;
  /** Parts of k whose weights are there together. */
  readonly depths: readonly (readonly Slice[])[];
  readonly weights: PartWeights;
}

export interface Cut {
  readonly parts: readonly Part[];
  readonly bands: readonly Band[];
}

/** @param layer with channels of what is gathered */
export function cutOf(
  config: NpuConfig,
  layer: ConvolutionLayer,
  gathered: Gathered,
  { byFolds, isPieced }: { readonly byFolds: boolean; readonly isPieced: boolean },
): Cut {
  const { rows, cols, bankLines, accLines } = config;
  const { input, output } = layer;
  const n = output.picture.channels;
  const depth = depthOf(layer);
  // Half of a bank: the next weights come in meanwhile. Of pieces, those of A are to fit as well.
  const half = Math.max(1, Math.floor(bankLines / 2));
  const mostLines = isPieced ? Math.max(1, Math.min(half, Math.floor(half / placesOf(input.picture)) * rows)) : half;
  const ofPlace = gathered === 'windows' ? depth : input.picture.channels;
  const mostOfSlice = byFolds ? Math.min(rows, mostLines) : mostLines;
  const allFolds = Math.ceil(n / cols);
  const parts = isSparse(config, layer)
    ? runs(allFolds, 1).map((folds) => sparsePart(config, layer, folds, mostLines))
    : denseParts(
        config,
        layer,
        slicesOf(depth, ofPlace, Math.max(1, Math.floor(mostOfSlice / rows)) * rows),
        mostLines,
      );
  const together = Math.max(...parts.map(({ folds }) => folds.to - folds.from));
  const planes = planesOf(layer).length;
  const mostPlaces = Math.max(1, Math.floor((accLines - 2 * SCALE_LINES * together) / BLOCKS / planes));
  const { height, width } = output.picture;
  const gatheredPlaces = Math.min(
    Math.floor(bankLines / 2 / Math.ceil(depth / rows) / planes),
    Math.max(rows, Math.ceil((height * width) / GATHERED_BANDS)),
  );
  return {
    parts,
    bands: bandsOf(
      output.picture,
      gathered === 'windows' ? Math.max(1, Math.min(mostPlaces, gatheredPlaces)) : mostPlaces,
    ),
  };
}

/** As many folds together as their weights fit. */
function denseParts({ cols }: NpuConfig, layer: ConvolutionLayer, slices: readonly Slice[], mostLines: number): Part[] {
  const channels = layer.output.picture.channels;
  const depth = depthOf(layer);
  const allFolds = Math.ceil(channels / cols);
  const depths = grouped(slices, mostLines);
  const folds = depths.length > 1 ? 1 : Math.max(1, Math.min(allFolds, Math.floor(mostLines / depth)));
  const weights = { name: '', bytes: () => inFolds(layer.filter, channels, cols), rows: depth, channels };
  return runs(allFolds, folds).map((run) => ({ folds: run, depths, weights: { ...weights, folds: run } }));
}

/** A fold by itself, with weights for what of k is not all 0. */
function sparsePart(config: NpuConfig, layer: ConvolutionLayer, folds: Run, mostLines: number): Part {
  const { channels } = layer.output.picture;
  let rows = 0;
  const slices = blocksOf(config, layer, folds.from).map((block): Slice => {
    const at = rows;
    rows += block.to - block.from;
    return { ...block, at };
  });
  return {
    folds,
    depths: grouped(slices, mostLines),
    weights: {
      name: ` of fold ${folds.from}`,
      bytes: () => blockBytes(config, layer, folds.from, slices),
      rows,
      channels: foldLanes(channels, config.cols, folds.from),
      folds: { from: 0, to: 1 },
    },
  };
}

/** 0 to `length` in runs of at most `most`. */
const runs = (length: number, most: number): Run[] =>
  Array.from({ length: Math.ceil(length / most) }, (_, i) => ({
    from: i * most,
    to: Math.min((i + 1) * most, length),
  }));

/** k in runs of at most `most`, none of them across two places of a window. */
const slicesOf = (depth: number, ofPlace: number, most: number): Slice[] =>
  runs(depth, ofPlace).flatMap(({ from, to }) =>
    runs(to - from, most).map((part) => ({ from: from + part.from, to: from + part.to, at: from + part.from })),
  );

/** From the first of k to the last. */
export const spanOf = (slices: readonly Slice[]): Run => ({ from: slices[0]?.from ?? 0, to: slices.at(-1)?.to ?? 0 });

/** The rows of the weights of slices that follow each other. */
export function weightsOf(slices: readonly Slice[]): Run {
  const [first, last] = [slices[0], slices.at(-1)];
  return first === undefined || last === undefined
    ? { from: 0, to: 0 }
    : { from: first.at, to: last.at + last.to - last.from };
}

/** Slices that follow each other, as many as fit together. */
function grouped(slices: readonly Slice[], most: number): Slice[][] {
  const groups: Slice[][] = [];
  for (const slice of slices) {
    const last = groups.at(-1);
    if (last !== undefined && slice.at + slice.to - slice.from - weightsOf(last).from <= most) last.push(slice);
    else groups.push([slice]);
  }
  return groups;
}
