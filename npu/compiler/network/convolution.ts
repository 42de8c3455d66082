/**
 * A convolution as steps of the matrix engine and the vector unit: a product of places of the result × values under a
 * window × channels, in blocks that the accumulator holds, each requantised when it is complete.
 *
 * Loops, from the outermost in: parts of the channels whose weights fit; bands of the result; folds of channels; slices
 * of k (cut.ts). Where not even one fold's weights fit, they come in parts of k, again for each band.
 */
import type { LocalBuffer } from '../allocator.ts';
import type { Run } from '../region.ts';
import type { Band } from './bands.ts';
import type { Builder } from './builder.ts';
import { cutOf, spanOf, weightsOf, type Part, type Slice } from './cut.ts';
import { gatheredOf, gatherRows, gatherWindows, inPlane, overRows } from './gather.ts';
import { planesOf, type ConvolutionLayer } from './layer.ts';
import { lineAt, type Lines } from './lines.ts';
import { noSides, widerSides } from './picture.ts';
import { loadScales, loadWeights } from './loads.ts';
import { scaleBytes, SCALE_LINES } from './weights.ts';

/** Places of which the sums of several folds of channels are one job: fewer take no longer than these. */
const FEW_PLACES = 64;

/** Steps of a convolution. `byFolds`: its input comes fold by fold, so that a job waits for one fold at a time. */
export function emitConvolution(builder: Builder, given: ConvolutionLayer, name: string, byFolds: boolean): void {
  const { config, storage, dram } = builder;
  const { cols, rows } = config;
  const { output, scales } = given;
  const gathered = gatheredOf(config, given, storage.isInDram(given.input.tensor));
  const layer = gathered === 'rows' ? overRows(given) : given;
  // Of places without neighbours, channels can come part by part, where no bank holds them all.
  const isPieced =
    gathered === 'nothing' && given.kernel.every((size) => size === 1) && storage.isTooLarge(given.input);
  const planes = planesOf(layer);
  const cut = cutOf(config, layer, gathered, { byFolds, isPieced });
  const scalesInDram = dram.constant(`${name} scales`, () => scaleBytes(scales, cols));

  // What a tensor needs to be there is loaded when the first job asks for it: after weights, which wait for nobody.
  let pictures: readonly Lines[] | null = null;
  let out: Lines | null = null;
  for (const { folds, depths, weights } of cut.parts) {
    const inDram = { ...weights, tensor: dram.constant(`${name} weights${weights.name}`, weights.bytes) };
    const ownScales = loadScales(builder, scalesInDram, folds);
    const load = (slices: readonly Slice[]): LocalBuffer =>
      loadWeights(builder, inDram, { rows: weightsOf(slices), folds: weights.folds });
    const [all = []] = depths;
    const kept = depths.length === 1 ? load(all) : null;
    for (const band of cut.bands) {
      const windows =
        gathered === 'windows'
          ? planes.map((plane) => gatherWindows(builder, inPlane(given, plane), storage.inDram(given.input), band))
          : null;
      if (gathered === 'rows') pictures ??= gatherRows(builder, given, storage.inDram(given.input));
      // A share may begin after the picture's end; its border has that.
      if (gathered === 'nothing' && !isPieced)
        pictures ??= fill(planes.length, storage.lines(given.input, rows, widerSides(noSides, given.padding)));
      out ??= storage.room(output);
      const open = (slices: readonly Slice[]): Operand => {
        const close = (): void => undefined;
        if (windows !== null) return { walks: (slice) => windows.map((lines) => denseWalk(lines, slice)), close };
        const lines = pictures;
        if (lines === null) return pieceOf(builder, layer, band, spanOf(slices));
        return { walks: (slice) => walksOf(layer, lines, rows, band, slice), close };
      };
      emitBand(builder, { layer, out, band, folds, ownScales, depths, open, kept, load });
      for (const { buffer } of windows ?? []) storage.free(buffer);
    }
    if (kept !== null) storage.free(kept);
    storage.free(ownScales);
  }
  if (gathered === 'rows') for (const buffer of new Set(pictures?.map((lines) => lines.buffer))) storage.free(buffer);
}

const fill = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);

/** A for some slices of k, which is there until it is closed. */
interface Operand {
  /** Where it lies for each plane. */
  readonly walks: (slice: Run) => readonly Walk[];
  readonly close: () => void;
}

/** Some channels of all places. */
function pieceOf({ config, storage }: Builder, layer: ConvolutionLayer, band: Band, { from, to }: Run): Operand {
  const { input } = layer;
  storage.inDram(input);
  const piece = storage.part(input, { ...input.picture, y: 0, x: 0, channel: from, channels: to - from });
  const lines = storage.lines(piece, config.rows);
  return {
    walks: (slice) =>
      walksOf(layer, fill(planesOf(layer).length, lines), config.rows, band, {
        from: slice.from - from,
        to: slice.to - from,
      }),
    close: () => storage.release(piece.tensor),
  };
}

interface BandWork {
  readonly layer: ConvolutionLayer;
  readonly out: Lines;
  readonly band: Band;
  readonly folds: Run;
  readonly ownScales: LocalBuffer;
  readonly depths: Part['depths'];
  readonly open: (slices: readonly Slice[]) => Operand;
  /** The weights of these folds, where they stay; else those of a part of k are loaded. */
  readonly kept: LocalBuffer | null;
  readonly load: (slices: readonly Slice[]) => LocalBuffer;
}

/** All folds of a part of the channels, for one band of the result. */
function emitBand({ config, emitter, storage }: Builder, work: BandWork): void {
  const { layer, out, band, folds, ownScales, depths, open, kept, load } = work;
  const { output, result, inZero } = layer;
  const n = output.picture.channels;
  const m = band.rows * band.columns;
  const planes = planesOf(layer).length;
  const cFold = m * planes;
  const together = Math.max(1, Math.floor(FEW_PLACES / cFold));
  for (let from = folds.from; from < folds.to; from += together) {
    const lanes = Math.min(n - from * config.cols, Math.min(together, folds.to - from) * config.cols);
    const sums = storage.allocate('accumulator', cFold * Math.ceil(lanes / config.cols));
    let isFirst = true;
    for (const slices of depths) {
      const weights = kept ?? load(slices);
      const a = open(slices);
      const own = weightsOf(slices);
      const bFold = own.to - own.from;
      for (const slice of slices) {
        a.walks(slice).forEach((walk, plane) =>
          emitter.emit({
            operation: 'gemm',
            fields: {
              dataflow: 'ws',
              accumulate: !isFirst,
              ...walk,
              b: weights.address + (from - folds.from) * bFold + slice.at - own.from,
              bFold,
              c: sums.address + plane * m,
              cFold,
              m,
              n: lanes,
              k: slice.to - slice.from,
              aZero: inZero,
              bZero: 0,
              aUnsigned: false,
              bUnsigned: false,
            },
          }),
        );
        isFirst = false;
      }
      a.close();
      if (kept === null) storage.free(weights);
    }
    emitter.emit(
      {
        operation: 'requantise',
        fields: {
          from: sums.address,
          fromFold: cFold,
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
          rounding: layer.rounding,
          ...result,
          planes,
          fromPlane: m,
          combine: layer.combine ?? 'largest',
          digit: layer.digit ?? 'none',
        },
      },
      { makes: { view: output, lines: out, band, fold: from, channels: lanes } },
    );
    storage.free(sums);
  }
}

/** Where A lies for a slice of k: its first line, and the walk from there. */
interface Walk {
  readonly a: number;
  readonly aFold: number;
  readonly aWidth: number;
  readonly aStep: number;
  readonly aRow: number;
}

/** By plane, each of its own picture. */
const walksOf = (
  layer: ConvolutionLayer,
  pictures: readonly Lines[],
  rows: number,
  band: Band,
  slice: Run,
): readonly Walk[] =>
  planesOf(layer).flatMap((plane, at) => {
    const lines = pictures[at];
    return lines === undefined ? [] : [walkOf(inPlane(layer, plane), lines, rows, band, slice)];
  });

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
