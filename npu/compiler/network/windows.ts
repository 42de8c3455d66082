/** Windows that the vector unit moves over a picture: parts of its result, and what of the picture they see. */
import type { Pair, Sides } from '../../graph/graph.ts';
import type { Band } from './bands.ts';
import { lineAt, type Lines } from './lines.ts';
import type { Picture, View } from './picture.ts';

interface Window {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Sides;
}

/** What a part of the result sees: the picture from a place on, and how far its first window reaches over that. */
export interface Seen {
  readonly y: number;
  readonly x: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
}

export function seenBy({ stride, padding }: Window, { height, width }: Picture, band: Band): Seen {
  const along = (first: number, step: number, before: number, length: number) => {
    const from = first * step - before;
    const at = Math.min(Math.max(from, 0), length - 1);
    return { at, length: length - at, before: Math.max(-from, 0) };
  };
  const down = along(band.y, stride[0], padding.top, height);
  const across = along(band.x, stride[1], padding.left, width);
  return {
    y: down.at,
    x: across.at,
    height: down.length,
    width: across.length,
    top: down.before,
    left: across.before,
  };
}

/** The fields that all operations on windows have, for a fold of a band of the result. */
export function windowFields(
  layer: Window & { readonly input: View; readonly inZero: number },
  picture: Lines,
  out: Lines,
  { band, fold, channels }: { readonly band: Band; readonly fold: number; readonly channels: number },
) {
  const { y, x, ...seen } = seenBy(layer, layer.input.picture, band);
  return {
    from: lineAt(picture, y, x) + fold * picture.fold,
    fromFold: picture.fold,
    fromRow: picture.row,
    ...seen,
    fromZero: layer.inZero,
    unsigned: false,
    to: lineAt(out, band.y, band.x) + fold * out.fold,
    toFold: out.fold,
    toRow: out.row,
    n: channels,
    kernelHeight: layer.kernel[0],
    kernelWidth: layer.kernel[1],
    strideY: layer.stride[0],
    strideX: layer.stride[1],
    outHeight: band.rows,
    outWidth: band.columns,
  };
}

/** Parts of the result whose windows all have as many places in the picture, and how many that is. */
export function evenParts(
  { kernel, stride, padding }: Window,
  from: Picture,
  to: Picture,
): { readonly band: Band; readonly count: number }[] {
  const downs = evenRanges(to.height, kernel[0], stride[0], padding.top, from.height);
  const acrosses = evenRanges(to.width, kernel[1], stride[1], padding.left, from.width);
  return downs.flatMap((down) =>
    acrosses.map((across) => ({
      band: { y: down.from, x: across.from, rows: down.size, columns: across.size },
      count: down.count * across.count,
    })),
  );
}

/** Rows of a picture that the windows of so many results have in them, counted again for each window. */
export const rowsSeen = (results: number, kernel: number, stride: number, before: number, size: number): number =>
  evenRanges(results, kernel, stride, before, size).reduce(
    (sum, range) => sum + range.size * Math.max(0, range.count),
    0,
  );

function evenRanges(length: number, kernel: number, stride: number, before: number, size: number) {
  const ranges: { from: number; size: number; count: number }[] = [];
  for (let at = 0; at < length; at++) {
    const first = at * stride - before;
    const count = Math.min(first + kernel, size) - Math.max(first, 0);
    const last = ranges.at(-1);
    if (last?.count === count) last.size++;
    else ranges.push({ from: at, size: 1, count });
  }
  return ranges;
}
