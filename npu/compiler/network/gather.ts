/**
 * How the matrix engine comes by what is under the windows of a convolution, and the loads that lay it out.
 *
 * `nothing` is gathered where the picture lies in the scratchpad as it is: there is a job for each place of the window,
 * whose k is the channels, so that few channels leave rows of the array idle. With `rows`, each line has what is under
 * a row of a window, and there is a job for each row of it; with `windows`, all that is under it. Then more rows of the
 * array are busy, but the DMA copies each byte as often as there are rows, or windows, that it is under.
 */
import type { NpuConfig } from '../../config.ts';
import type { Pair } from '../../graph/graph.ts';
import type { Band } from './bands.ts';
import type { Builder } from './builder.ts';
import { planesOf, type ConvolutionLayer } from './layer.ts';
import { isAround, type Lines } from './lines.ts';
import { elementsOf, noSides, placesOf, type Picture } from './picture.ts';
import { isSparse } from './sparse.ts';
import { everywhere, spanOf, type InDram } from './storage.ts';

export type Gathered = 'nothing' | 'rows' | 'windows';

/** What is gathered of a picture: windows, their places, and what stands for what is outside. */
type Windows = Pick<ConvolutionLayer, 'kernel' | 'stride' | 'dilation' | 'padding' | 'inZero' | 'input'>;

/** Values under a window. */
export const depthOf = ({ kernel: [down, across], input }: Pick<Windows, 'kernel' | 'input'>): number =>
  down * across * input.picture.channels;

/** Cycles of a run of bytes, about, and of storing what is not in DRAM yet. */
const PER_RUN = 1.25;
const STORING = 100;

/** Columns by which planes are apart: those have rows of windows of their own. */
const acrossOf = (layer: ConvolutionLayer): ReadonlySet<number> => new Set(planesOf(layer).map(([, across]) => across));

/** The one that takes the fewest cycles, about. `isInDram`: the picture is there anyway. */
export function gatheredOf(config: NpuConfig, layer: ConvolutionLayer, isInDram: boolean): Gathered {
  // Of what lies as it is, blocks without weights can be left out.
  if (isSparse(config, layer)) return 'nothing';
  const { rows, cols, busBytes, bankLines } = config;
  const { kernel, input, output } = layer;
  const { channels } = input.picture;
  const planes = planesOf(layer).length;
  const folds = Math.ceil(output.picture.channels / cols) * Math.max(placesOf(output.picture) * planes, rows);
  const bytes = elementsOf(input.picture);
  const there = isInDram ? 0 : (2 * bytes) / busBytes + STORING;
  const ways: { readonly way: Gathered; readonly jobs: number; readonly depth: number; readonly runs: number }[] = [
    { way: 'nothing', jobs: kernel[0] * kernel[1], depth: channels, runs: 0 },
  ];
  const inRows = rowsOf(layer);
  if (kernel[1] > 1 && placesOf(inRows) * Math.ceil(inRows.channels / rows) <= bankLines)
    ways.push({ way: 'rows', jobs: kernel[0], depth: inRows.channels, runs: placesOf(inRows) * acrossOf(layer).size });
  if (kernel[0] > 1)
    ways.push({ way: 'windows', jobs: 1, depth: depthOf(layer), runs: placesOf(output.picture) * planes * kernel[0] });
  const cycles = ({ way, jobs, depth, runs }: (typeof ways)[number]): number => {
    const multiplying = jobs * Math.ceil(depth / rows) * folds;
    return way === 'nothing' ? multiplying : Math.max(multiplying, runs * PER_RUN) + (runs * PER_RUN) / 4 + there;
  };
  return ways.reduce((best, way) => (cycles(way) < cycles(best) ? way : best)).way;
}

/** A picture of what is under the rows of windows: places of the result side by side, all rows of the input. */
function rowsOf(layer: ConvolutionLayer): Picture {
  const { kernel, stride, dilation, output, input } = layer;
  const rows = (kernel[0] - 1) * dilation[0] + 1 + Math.max(...planesOf(layer).map(([down]) => down));
  return {
    height: (output.picture.height - 1) * stride[0] + rows,
    width: output.picture.width,
    channels: kernel[1] * input.picture.channels,
  };
}

/** Loads that bring a picture in, so that those who wait for its first rows can begin. */
const LOADS = 4;

/** A convolution as one of what is under the rows of its windows. */
export function overRows(layer: ConvolutionLayer): ConvolutionLayer {
  const { kernel, stride, dilation, input } = layer;
  return {
    ...layer,
    input: { tensor: input.tensor, picture: rowsOf(layer) },
    kernel: [kernel[0], 1],
    stride: [stride[0], 1],
    dilation: [dilation[0], 1],
    padding: noSides,
    planes: planesOf(layer).map(([down]) => [down, 0]),
  };
}

/** A convolution whose windows are as far from where they were as those of a plane. */
export const inPlane = (layer: ConvolutionLayer, [down, across]: Pair): ConvolutionLayer => ({
  ...layer,
  padding: { ...layer.padding, top: layer.padding.top - down, left: layer.padding.left - across },
});

/** Brings what is under the rows of windows into the scratchpad: for each plane, those that begin at its column. */
export function gatherRows(builder: Builder, layer: ConvolutionLayer, source: InDram): readonly Lines[] {
  const found = new Map(
    [...acrossOf(layer)].map((across) => [across, rowsFrom(builder, inPlane(layer, [0, across]), source)]),
  );
  return planesOf(layer).flatMap(([, across]) => found.get(across) ?? []);
}

function rowsFrom(builder: Builder, layer: ConvolutionLayer, source: InDram): Lines {
  const picture = rowsOf(layer);
  const { kernel, stride, dilation } = layer;
  const lines = linesFor(builder, picture);
  const one = { ...layer, kernel: [1, kernel[1]], stride: [1, stride[1]], dilation: [1, dilation[1]] } as const;
  const rows = Math.ceil(picture.height / LOADS);
  for (let y = 0; y < picture.height; y += rows) {
    const band = { y, x: 0, rows: Math.min(rows, picture.height - y), columns: picture.width };
    gather(builder, one, source, band, lines, lines.first + y * lines.row);
  }
  return lines;
}

/** The same of all that is under the windows of a band of the result; the values under one are its channels then. */
export function gatherWindows(builder: Builder, layer: ConvolutionLayer, source: InDram, band: Band): Lines {
  const lines = linesFor(builder, { height: band.rows, width: band.columns, channels: depthOf(layer) });
  gather(builder, layer, source, band, lines, lines.first);
  return lines;
}

function linesFor({ config, storage }: Builder, picture: Picture): Lines {
  const [lanes, fold] = [config.rows, placesOf(picture)];
  const buffer = storage.allocate('scratchpad', fold * Math.ceil(picture.channels / lanes), storage.banks.pictures);
  return { picture, border: noSides, lanes, buffer, first: buffer.address, row: picture.width, fold };
}

/**
 * A line for each window of a band. Where the picture lies in DRAM with what surrounds it, or no window reaches over
 * its edge, a row of a window is one run; else each place of it is one, and the DMA pads.
 */
function gather(
  { config, emitter }: Builder,
  windows: Windows,
  source: InDram,
  band: Band,
  { fold }: Lines,
  local: number,
): void {
  const { kernel, stride, dilation, padding, input, inZero } = windows;
  const { channels, height, width } = input.picture;
  const isInside = isAround(source.border, padding);
  const [top, left] = [band.y * stride[0] - padding.top, band.x * stride[1] - padding.left];
  const isRow = isInside && dilation[1] === 1;
  const picture = {
    top,
    left,
    height,
    width,
    rowDown: stride[0],
    lineAcross: stride[1],
    runDown: dilation[0],
    runAcross: dilation[1],
    value: inZero & 0xff,
  };
  emitter.emit(
    {
      operation: 'loadBlock',
      dram: { tensor: source.tensor, offset: source.offset + top * source.row + left * source.place },
      fields: {
        lines: band.rows * band.columns,
        lineBytes: depthOf(windows),
        stride: stride[1] * source.place,
        space: 'scratchpad',
        local,
        pieceBytes: config.rows,
        lineStep: 1,
        pieceStep: fold,
        onError: 'abort',
        rowLines: band.columns,
        rowStride: stride[0] * source.row,
        rowStep: band.columns,
        runBytes: isRow ? kernel[1] * channels : channels,
        runsAcross: isRow ? 1 : kernel[1],
        acrossStride: dilation[1] * source.place,
        downStride: dilation[0] * source.row,
        ...(isInside ? everywhere : picture),
      },
    },
    { extent: { place: { tensor: source.tensor, offset: source.offset }, bytes: spanOf(source, input.picture) } },
  );
}
