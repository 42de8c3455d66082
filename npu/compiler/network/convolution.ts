/**
 * A convolution as steps of the matrix engine and the vector unit: a product of places of the result × values under a
 * window × channels, in blocks that the accumulator holds, each requantised when it is complete.
 *
 * Loops, from the outermost in: parts of the channels whose weights fit; bands of the result; folds of channels; slices
 * of k. Where not even one fold's weights fit, they come in parts of k, again for each band.
 */
import type { NpuConfig } from '../../config.ts';
import type { LocalBuffer } from '../allocator.ts';
import type { Run } from '../region.ts';
import { bandsOf, type Band } from './bands.ts';
import type { Builder } from './builder.ts';
import { depthOf, gatheredOf, gatherRows, gatherWindows, overRows, type Gathered } from './gather.ts';
import type { ConvolutionLayer } from './layer.ts';
import { lineAt, type Lines } from './lines.ts';
import { placesOf } from './picture.ts';
import { loadScales, loadWeights } from './loads.ts';
import { inFolds, scaleBytes, SCALE_LINES } from './weights.ts';

/** Blocks of sums that the accumulator has room for: computed, requantised, and two that are begun. */
const BLOCKS = 4;
/** Places of which the sums of several folds of channels are one job: fewer take no longer than these. */
const FEW_PLACES = 64;
/** Bands of a picture whose windows are gathered, at the least: one is loaded while another is multiplied. */
const GATHERED_BANDS = 4;

/** How a layer is cut up. */
interface Cut {
  /** Parts of k, each of slices that are one job. */
  readonly depths: readonly (readonly Run[])[];
  readonly folds: readonly Run[];
  readonly bands: readonly Band[];
}

/** Steps of a convolution. `byFolds`: its input comes fold by fold, so that a job waits for one fold at a time. */
export function emitConvolution(builder: Builder, given: ConvolutionLayer, name: string, byFolds: boolean): void {
  const { config, storage, dram } = builder;
  const { cols, rows } = config;
  const { output, filter, scales } = given;
  const n = output.picture.channels;
  const gathered = gatheredOf(config, given, storage.isInDram(given.input.tensor));
  const layer = gathered === 'rows' ? overRows(given) : given;
  // Of places without neighbours, channels can come part by part, where no bank holds them all.
  const isPieced =
    gathered === 'nothing' && given.kernel.every((size) => size === 1) && storage.isTooLarge(given.input);
  const cut = cutOf(config, layer, gathered, { byFolds, isPieced });
  const weights = {
    tensor: dram.constant(`${name} weights`, () => inFolds(filter, n, cols)),
    rows: depthOf(given),
    channels: n,
  };
  const scalesInDram = dram.constant(`${name} scales`, () => scaleBytes(scales, cols));
  const [all = []] = cut.depths;

  // What a tensor needs to be there is loaded when the first job asks for it: after weights, which wait for nobody.
  let picture: Lines | null = null;
  let out: Lines | null = null;
  for (const folds of cut.folds) {
    const ownScales = loadScales(builder, scalesInDram, folds);
    const load = (slices: readonly Run[]): LocalBuffer =>
      loadWeights(builder, weights, { rows: spanOf(slices), folds });
    const kept = cut.depths.length === 1 ? load(all) : null;
    for (const band of cut.bands) {
      const windows = gathered === 'windows' ? gatherWindows(builder, given, storage.inDram(given.input), band) : null;
      if (gathered === 'rows') picture ??= gatherRows(builder, given, storage.inDram(given.input));
      if (gathered === 'nothing' && !isPieced) picture ??= storage.lines(given.input, rows, given.padding);
      out ??= storage.room(output);
      const lines = windows ?? picture;
      const open = (slices: readonly Run[]): Operand => {
        if (lines === null) return pieceOf(builder, layer, band, spanOf(slices));
        const walk = (slice: Run): Walk =>
          windows === null ? walkOf(layer, lines, rows, band, slice) : denseWalk(lines, slice);
        return { walk, close: () => undefined };
      };
      emitBand(builder, { layer, out, band, folds, ownScales, depths: cut.depths, open, kept, load });
      if (windows !== null) storage.free(windows.buffer);
    }
    if (kept !== null) storage.free(kept);
    storage.free(ownScales);
  }
  if (gathered === 'rows' && picture !== null) storage.free(picture.buffer);
}

/** A for some slices of k, which is there until it is closed. */
interface Operand {
  readonly walk: (slice: Run) => Walk;
  readonly close: () => void;
}

/** Some channels of all places. */
function pieceOf({ config, storage }: Builder, layer: ConvolutionLayer, band: Band, { from, to }: Run): Operand {
  const { input } = layer;
  storage.inDram(input);
  const piece = storage.part(input, { ...input.picture, y: 0, x: 0, channel: from, channels: to - from });
  const lines = storage.lines(piece, config.rows);
  return {
    walk: (slice) => walkOf(layer, lines, config.rows, band, { from: slice.from - from, to: slice.to - from }),
    close: () => storage.release(piece.tensor),
  };
}

interface BandWork {
  readonly layer: ConvolutionLayer;
  readonly out: Lines;
  readonly band: Band;
  readonly folds: Run;
  readonly ownScales: LocalBuffer;
  readonly depths: Cut['depths'];
  readonly open: (slices: readonly Run[]) => Operand;
  /** The weights of these folds, where they stay; else those of a part of k are loaded. */
  readonly kept: LocalBuffer | null;
  readonly load: (slices: readonly Run[]) => LocalBuffer;
}

/** All folds of a part of the channels, for one band of the result. */
function emitBand({ config, emitter, storage }: Builder, work: BandWork): void {
  const { layer, out, band, folds, ownScales, depths, open, kept, load } = work;
  const { output, result, inZero } = layer;
  const n = output.picture.channels;
  const m = band.rows * band.columns;
  const together = Math.max(1, Math.floor(FEW_PLACES / m));
  for (let from = folds.from; from < folds.to; from += together) {
    const lanes = Math.min(n - from * config.cols, Math.min(together, folds.to - from) * config.cols);
    const sums = storage.allocate('accumulator', m * Math.ceil(lanes / config.cols));
    for (const slices of depths) {
      const weights = kept ?? load(slices);
      const a = open(slices);
      const span = spanOf(slices);
      const bFold = span.to - span.from;
      for (const slice of slices) {
        emitter.emit({
          operation: 'gemm',
          fields: {
            dataflow: 'ws',
            accumulate: slice.from > 0,
            ...a.walk(slice),
            b: weights.address + (from - folds.from) * bFold + slice.from - span.from,
            bFold,
            c: sums.address,
            cFold: m,
            m,
            n: lanes,
            k: slice.to - slice.from,
            aZero: inZero,
            bZero: 0,
            aUnsigned: false,
            bUnsigned: false,
          },
        });
      }
      a.close();
      if (kept === null) storage.free(weights);
    }
    emitter.emit(
      {
        operation: 'requantise',
        fields: {
          from: sums.address,
          fromFold: m,
          to: lineAt(out, band.y, band.x) + from * out.fold,
          toFold: out.fold,
          toRow: out.row,
          width: band.columns,
          m,
          n: lanes,
          perChannel: true,
          parameters: ownScales.address + (from - folds.from) * SCALE_LINES,
          multiplier: 0,
          shift: 0,
          rounding: 'double',
          ...result,
        },
      },
      { makes: { view: output, lines: out, band, fold: from, channels: lanes } },
    );
    storage.free(sums);
  }
}

/** How a layer is cut up so that weights, sums and rows of A find room. */
function cutOf(
  config: NpuConfig,
  layer: ConvolutionLayer,
  gathered: Gathered,
  { byFolds, isPieced }: { readonly byFolds: boolean; readonly isPieced: boolean },
): Cut {
  const { rows, cols, bankLines, accLines } = config;
  const { picture } = layer.input;
  const { channels } = picture;
  const depth = depthOf(layer);
  // Half of a bank: the next weights come in meanwhile. Of pieces, those of A are to fit as well.
  const half = Math.max(1, Math.floor(bankLines / 2));
  const mostLines = isPieced ? Math.max(1, Math.min(half, Math.floor(half / placesOf(picture)) * rows)) : half;
  const ofPlace = gathered === 'windows' ? depth : channels;
  const mostOfSlice = byFolds ? Math.min(rows, mostLines) : mostLines;
  const slices = slicesOf(depth, ofPlace, Math.max(1, Math.floor(mostOfSlice / rows)) * rows);
  const depths = grouped(slices, mostLines);
  const allFolds = Math.ceil(layer.output.picture.channels / cols);
  const folds = depths.length > 1 ? 1 : Math.max(1, Math.min(allFolds, Math.floor(mostLines / depth)));
  const mostPlaces = Math.max(1, Math.floor((accLines - 2 * SCALE_LINES * folds) / BLOCKS));
  const { height, width } = layer.output.picture;
  const gatheredPlaces = Math.min(
    Math.floor(bankLines / 2 / Math.ceil(depth / rows)),
    Math.max(rows, Math.ceil((height * width) / GATHERED_BANDS)),
  );
  return {
    depths,
    folds: runs(allFolds, folds),
    bands: bandsOf(
      layer.output.picture,
      gathered === 'windows' ? Math.max(1, Math.min(mostPlaces, gatheredPlaces)) : mostPlaces,
    ),
  };
}

/** 0 to `length` in runs of at most `most`. */
const runs = (length: number, most: number): Run[] =>
  Array.from({ length: Math.ceil(length / most) }, (_, i) => ({
    from: i * most,
    to: Math.min((i + 1) * most, length),
  }));

/** k in runs of at most `most`, none of them across two places of a window. */
const slicesOf = (depth: number, ofPlace: number, most: number): Run[] =>
  runs(depth, ofPlace).flatMap(({ from, to }) =>
    runs(to - from, most).map((part) => ({ from: from + part.from, to: from + part.to })),
  );

const spanOf = (slices: readonly Run[]): Run => ({ from: slices[0]?.from ?? 0, to: slices.at(-1)?.to ?? 0 });

/** Slices that follow each other, as many as fit together. */
function grouped(slices: readonly Run[], most: number): Run[][] {
  const groups: Run[][] = [];
  for (const slice of slices) {
    const last = groups.at(-1);
    if (last !== undefined && slice.to - spanOf(last).from <= most) last.push(slice);
    else groups.push([slice]);
  }
  return groups;
}

/** Where A lies for a slice of k: its first line, and the walk from there. */
interface Walk {
  readonly a: number;
  readonly aFold: number;
  readonly aWidth: number;
  readonly aStep: number;
  readonly aRow: number;
}

/** The lines under one place of the window, for a band of the result. */
function walkOf(layer: ConvolutionLayer, lines: Lines, rows: number, band: Band, slice: Run): Walk {
  const { kernel, stride, dilation, padding, input } = layer;
  const { channels } = input.picture;
  const place = Math.floor(slice.from / channels);
  const [down, across] = [Math.floor(place / kernel[1]), place % kernel[1]];
  const y = band.y * stride[0] + down * dilation[0] - padding.top;
  const x = band.x * stride[1] + across * dilation[1] - padding.left;
  const fold = Math.floor((slice.from % channels) / rows);
  return {
    a: lineAt(lines, y, x) + fold * lines.fold,
    aFold: lines.fold,
    aWidth: band.columns,
    aStep: stride[1],
    aRow: stride[0] * lines.row,
  };
}

/** The windows of a band one after another. */
const denseWalk = ({ first, fold, lanes }: Lines, { from }: Run): Walk => ({
  a: first + (from / lanes) * fold,
  aFold: fold,
  aWidth: 0,
  aStep: 1,
  aRow: 0,
});
