/**
 * Means, sums and extremes along any dimensions: as pools whose windows lie side by side, or where the last dimension
 * goes as well, as products with weights of one.
 */
import { meanFactor, totalFactor } from '../../../graph/factors.ts';
import type { Pair, Sides } from '../../../graph/graph.ts';
import type { Multiplier } from '../../../graph/scales.ts';
import type { LayerBody, PoolLayer } from '../layer.ts';
import { noSides, pictureOf, type Picture, type View } from '../picture.ts';
import { turnedOf } from '../piece.ts';
import { onePlace } from './products.ts';
import { anyByte, unscaled, type Of, type Reader } from './reader.ts';
import { MOST_WINDOW } from './windows.ts';

type Shape = readonly number[];

/** How a sum becomes a byte. */
interface Scaled extends Pick<PoolLayer, 'inZero' | 'rounding' | 'result'> {
  readonly scale: Multiplier;
}

export function mean(reader: Reader, { attributes: { axes } }: Of<'mean'>): LayerBody[] {
  const count = productOf(reader.shape(0).filter((_, axis) => axes.includes(axis)));
  return sum(reader, axes, meanFactor(reader.scale(0), reader.resultScale(), count));
}

export const sumAlong = (reader: Reader, { attributes: { axes } }: Of<'sum'>): LayerBody[] =>
  sum(reader, axes, totalFactor(reader.scale(0), reader.resultScale()));

const sum = (reader: Reader, axes: readonly number[], scale: Multiplier): LayerBody[] =>
  totalAlong(reader, axes, { scale, inZero: reader.scale(0).zero, rounding: 'double', result: reader.range('none') });

/** A sum, scaled. */
export function totalAlong(reader: Reader, axes: readonly number[], { scale, ...how }: Scaled): LayerBody[] {
  const shape = reader.shape(0);
  const [input, output] = [reader.view(0), reader.result()];
  const turns = inTurn(shape, axes);
  const windows = turns.length % 2 === 1 ? windowsOf(shape, axes) : null;
  if (windows !== null) return [pooled(input, output, windows, { of: 'sum', scale: () => scale, ...how })];
  const places = productOf(shape.filter((_, axis) => !axes.includes(axis)));
  const depth = productOf(shape) / places;
  const scales = {
    bias: new Int32Array(1),
    multiplier: Int32Array.of(scale.multiplier),
    shift: Int8Array.of(scale.shift),
  };
  const summed = (of: View, picture: Picture): LayerBody => ({
    kind: 'convolution',
    input: { ...of, picture },
    output: { ...output, picture: { ...picture, channels: 1 } },
    ...onePlace,
    pictures: 1,
    filter: new Int8Array(depth).fill(1),
    scales,
    ...how,
  });
  const flat = { height: 1, width: places, channels: depth };
  // Where only the last dimension goes, the picture is as whoever made it has it.
  if (turns.length === 2) return [summed(input, depth === shape.at(-1) ? pictureOf(shape) : flat)];
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...kept, ...axes];
  const turned = reader.between('its input turned', reader.tensor(0), [places, depth]);
  const pieces = [turnedOf(shape, order)];
  return [{ kind: 'move', inputs: [input], output: turned, pieces, fill: 0 }, summed(turned, flat)];
}

const bytes = { inZero: 0, rounding: 'double', result: anyByte } as const;

/** The largest element, or the least: the largest of bytes turned round. */
export function extremeAlong(
  reader: Reader,
  { kind, attributes: { axes } }: Of<'reduceMax' | 'reduceMin'>,
): LayerBody[] {
  if (kind === 'reduceMax') return largestAlong(reader, axes, bytes);
  const shape = reader.shape(0);
  const table = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);
  const inverse = reader.between('its input turned round', reader.tensor(0), shape);
  const found = reader.between('its largest', reader.resultTensor(), reader.resultTensor().shape);
  return [
    { kind: 'lookup', input: reader.view(0), output: inverse, table },
    ...largest(reader, { input: inverse, output: found, shape, axes }, bytes),
    { kind: 'lookup', input: found, output: reader.result(), table },
  ];
}

/** The largest byte, in a range. */
export const largestAlong = (reader: Reader, axes: readonly number[], how: Omit<Scaled, 'scale'>): LayerBody[] =>
  largest(reader, { input: reader.view(0), output: reader.result(), shape: reader.shape(0), axes }, how);

interface Along {
  readonly input: View;
  readonly output: View;
  /** Of the input. */
  readonly shape: Shape;
  readonly axes: readonly number[];
}

/**
 * The largest byte by one pool; where that cannot be, the largest along the last dimensions that go, or of as many of
 * them as a window has, comes first.
 */
function largest(reader: Reader, along: Along, how: Omit<Scaled, 'scale'>): LayerBody[] {
  const { input, output, shape, axes } = along;
  const windows = windowsOf(shape, axes);
  const of = { of: 'max', scale: () => unscaled } as const;
  if (windows !== null) return [pooled(input, output, windows, { ...of, ...how })];
  const turns = inTurn(shape, axes);
  const last = turns.length - (turns.length % 2 === 0 ? 1 : 2);
  const [size = 1, channels = 1] = turns.slice(last);
  const across = Math.min(size, MOST_WINDOW);
  const left = turns.with(last, Math.ceil(size / across));
  const some = reader.between('the largest of some', reader.tensor(0), left);
  const picture = { height: productOf(turns.slice(0, last)), width: size, channels };
  const padding = { ...noSides, right: (left[last] ?? 1) * across - size };
  const first = pooled(input, some, { picture, kernel: [1, across], padding }, { ...of, ...bytes });
  const others = turns.map((_, axis) => axis).filter((axis) => axis % 2 === 1);
  return [first, ...largest(reader, { input: some, output, shape: left, axes: others }, how)];
}

type Pooling = Pick<PoolLayer, 'of' | 'inZero' | 'scale' | 'rounding' | 'result'>;

/** Windows side by side, which make one element each of a channel. */
interface Windows {
  readonly picture: Picture;
  readonly kernel: Pair;
  /** What the last of them have beside the picture. */
  readonly padding?: Sides;
}

const pooled = (
  input: View,
  output: View,
  { picture, kernel, padding = noSides }: Windows,
  how: Pooling,
): LayerBody => ({
  kind: 'pool',
  input: { ...input, picture },
  output: {
    ...output,
    picture: {
      ...picture,
      height: (picture.height + padding.bottom) / kernel[0],
      width: (picture.width + padding.right) / kernel[1],
    },
  },
  kernel,
  stride: kernel,
  padding,
  pictures: 1,
  ...how,
});

const productOf = (sizes: Shape): number => sizes.reduce((product, size) => product * size, 1);

/**
 * A shape as sizes that are kept and reduced in turn: dimensions next to each other of which the same becomes are one.
 * The first is kept, perhaps of size 1.
 */
function inTurn(shape: Shape, axes: readonly number[]): Shape {
  const turns = [1];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const isTurn = (turns.length - 1) % 2 !== (axes.includes(axis) ? 1 : 0);
    turns.push(size * (isTurn ? 1 : (turns.pop() ?? 1)));
  });
  return turns;
}

/** A tensor as a picture of such windows; null where there is none. */
function windowsOf(shape: Shape, axes: readonly number[]): Windows | null {
  const turns = inTurn(shape, axes);
  const [before = 1, down = 1, between = 1, across = 1, after = 1, ...more] = turns;
  const fits = (windows: Windows): Windows | null =>
    more.length === 0 && windows.kernel.every((size) => size <= MOST_WINDOW) ? windows : null;
  if (turns.length === 1) return { picture: pictureOf(shape), kernel: [1, 1] };
  if (turns.length > 3) {
    const picture = { height: before * down, width: between * across, channels: after };
    return fits({ picture, kernel: [down, across] });
  }
  const last = shape.findLastIndex((size) => size > 1);
  const channels = turns.length === 3 ? (shape[last] ?? 1) : 1;
  // The last dimension stays the channels, and the one before it the width.
  if (between > channels) {
    const picture = { height: before * down, width: between / channels, channels };
    return fits({ picture, kernel: [down, 1] });
  }
  const inner = shape[axes.findLast((axis) => (shape[axis] ?? 1) > 1) ?? -1] ?? 1;
  const ways = [inner, ...Array.from({ length: MOST_WINDOW }, (_, i) => MOST_WINDOW - i)];
  const columns = ways.find((size) => down % size === 0 && size <= MOST_WINDOW && down / size <= MOST_WINDOW);
  if (columns === undefined) return null;
  const rows = down / columns;
  return { picture: { height: before * rows, width: columns, channels }, kernel: [rows, columns] };
}
