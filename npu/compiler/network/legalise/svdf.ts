/**
 * The singular value decomposition filter (SVDF, TensorFlow Lite's svdf.cc and TensorFlow Lite Micro's svdf.cc): each
 * filter makes a feature of the input, which enters a state of the newest few; a unit is the sum of `rank` filters'
 * states times weights of time.
 *
 * A run of a network begins with a state that is all zero points, so that the newest features alone count (see
 * docs/decisions.md). Features are a product; units one of the features and the last weights of time, by a filter that
 * is 0 where filters and units do not meet. Features of 16 bits, and such weights, are digits in base 256: products of
 * digits that weigh the same are places of one window, and a plane each; the vector unit combines the planes.
 */
import { svdfFactors } from '../../../graph/factors.ts';
import type { GraphTensor } from '../../../graph/graph.ts';
import type { Multiplier } from '../../../graph/scales.ts';
import type { ConvolutionLayer, LayerBody } from '../layer.ts';
import type { View } from '../picture.ts';
import type { Piece } from '../piece.ts';
import { onePlace, turned } from './products.ts';
import type { Of, Reader } from './reader.ts';

const BASE = 256;
/** By what the low digit that is stored is less than the one meant. */
const LOW_ZERO = 128;
const MOST_BYTE = 127;

export function svdf(reader: Reader, { attributes: { rank } }: Of<'svdf'>): LayerBody[] {
  const [batches = 1, depth = 1] = reader.shape(0);
  const [filters = 1] = reader.shape(1);
  const units = filters / rank;
  const state = reader.tensor(4);
  const stateZero = reader.scale(4).zero;
  const isWide = state.type === 'int16';
  if (isWide && stateZero !== 0) return reader.onHost();
  const factors = svdfFactors(reader.scale(0), reader.scale(1), reader.scale(2), reader.scale(4), reader.resultScale());

  const feature = (what: string, digit: Pick<ConvolutionLayer, 'digit'>): LayerBody & { readonly output: View } => ({
    kind: 'convolution',
    input: { ...reader.view(0), picture: { height: 1, width: batches, channels: depth } },
    output: reader.between(what, plain(reader.tensor(0), stateZero), [batches, filters]),
    ...onePlace,
    pictures: 1,
    inZero: reader.scale(0).zero,
    filter: turned(reader.weights(1), filters, depth),
    scales: { bias: new Int32Array(filters), ...each(factors.feature, filters) },
    rounding: 'double',
    result: { zero: stateZero, low: -128, high: 127 },
    ...digit,
  });
  const features = isWide
    ? [feature('low digits of features', { digit: 'low' }), feature('high digits of features', { digit: 'high' })]
    : [feature('features', {})];

  const newest = newestOf(reader);
  const { taps, weighs } = tapsOf(newest);
  // From the products that weigh the most down; where a digit does not exist, its place in the window is empty.
  const weights = Array.from({ length: features.length + Math.max(...weighs) }, (_, at) => at).toReversed();
  const places = weights.flatMap((weight) => weighs.map((own) => features[weight - own] ?? null));
  const across = places.length;
  const window = reader.between('windows of features', plain(reader.tensor(0), stateZero), [batches, across, filters]);
  const bias = Int32Array.from({ length: units }, (_, unit) => {
    const own = newest.slice(unit * rank, (unit + 1) * rank).reduce((sum, weight) => sum + weight, 0);
    return (reader.bias(3)?.[unit] ?? 0) + (isWide ? LOW_ZERO * own : 0);
  });
  const gathered: LayerBody = {
    kind: 'move',
    inputs: features.map(({ output }) => output),
    output: window,
    pieces: places.flatMap((from, place): Piece[] => {
      if (from === null) return [];
      const along = [
        { size: batches, from: filters, to: across * filters },
        { size: filters, from: 1, to: 1 },
      ];
      return [{ input: features.indexOf(from), from: 0, to: place * filters, along }];
    }),
    fill: isWide ? 0 : stateZero,
  };
  return [
    ...features,
    gathered,
    {
      kind: 'convolution',
      input: { ...window, picture: { height: 1, width: batches * across, channels: filters } },
      output: { ...reader.result(), picture: { height: 1, width: batches, channels: units } },
      ...onePlace,
      kernel: [1, taps.length],
      stride: [1, across],
      pictures: 1,
      inZero: isWide ? 0 : stateZero,
      filter: spread(taps, rank),
      scales: { bias, ...each(factors.unit, units) },
      rounding: 'double',
      result: reader.range('none'),
      planes: weights.map((_, plane) => [0, plane * taps.length]),
      combine: 'digits',
    },
  ];
}

/** Bytes between layers, which are less their zero point. */
const plain = (like: GraphTensor, zero: number): GraphTensor => ({
  ...like,
  quantisation: { scales: [1], zeros: [zero], axis: 0 },
});

const each = ({ multiplier, shift }: Multiplier, channels: number) => ({
  multiplier: new Int32Array(channels).fill(multiplier),
  shift: new Int8Array(channels).fill(shift),
});

/** Of each filter the weight of the newest feature. */
function newestOf(reader: Reader): readonly number[] {
  const { data, shape } = reader.tensor(2);
  if (!(data instanceof Int8Array || data instanceof Int16Array))
    throw reader.refuse('has weights of time that are no constants of int8 or int16');
  const [filters = 1, memory = 1] = shape;
  return Array.from({ length: filters }, (_, filter) => data[(filter + 1) * memory - 1] ?? 0);
}

/**
 * Weights as bytes that add up to them, and how much each of these weighs, as a power of 256. Low digits have a sign,
 * as bytes have; under the largest high digit there may be more of them than one.
 */
function tapsOf(weights: readonly number[]): { readonly taps: readonly Int8Array[]; readonly weighs: number[] } {
  const isByte = weights.every((weight) => weight >= -MOST_BYTE - 1 && weight <= MOST_BYTE);
  const highs = weights.map((weight) => (isByte ? 0 : Math.min(Math.floor((weight + BASE / 2) / BASE), MOST_BYTE)));
  const taps = isByte ? [] : [Int8Array.from(highs)];
  const weighs = isByte ? [] : [1];
  let rests = weights.map((weight, at) => weight - BASE * (highs[at] ?? 0));
  do {
    const digits = rests.map((rest) => Math.min(rest, MOST_BYTE));
    rests = rests.map((rest, at) => rest - (digits[at] ?? 0));
    taps.push(Int8Array.from(digits));
    weighs.push(0);
  } while (rests.some((rest) => rest !== 0));
  return { taps, weighs };
}

/** A filter of (tap, in) × out in which `rank` inputs after another meet an output each. */
function spread(taps: readonly Int8Array[], rank: number): Int8Array {
  const [filters = 0] = taps.map(({ length }) => length);
  const units = filters / rank;
  const filter = new Int8Array(taps.length * filters * units);
  taps.forEach((weights, tap) =>
    weights.forEach((weight, from) => {
      filter[(tap * filters + from) * units + Math.floor(from / rank)] = weight;
    }),
  );
  return filter;
}
