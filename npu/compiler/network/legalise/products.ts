/** Sums of products with weights: convolutions of all kinds, and fully connected layers. */
import type { Pair, Sides } from '../../../graph/graph.ts';
import { mostKernel } from '../../../vector/job.ts';
import type { LayerBody } from '../layer.ts';
import { elementsOf, noSides, type View } from '../picture.ts';
import { apartOf } from '../piece.ts';
import type { Of, Reader } from './reader.ts';
import { windowOf } from './windows.ts';

export function convolution(reader: Reader, { attributes }: Of<'conv2d'>): LayerBody[] {
  const [out = 0, down = 0, across = 0, channels = 0] = reader.shape(1);
  const filter = turned(reader.weights(1), out, down * across * channels);
  return [onArray(reader, attributes, [down, across], filter)];
}

export function depthwise(reader: Reader, { attributes }: Of<'depthwiseConv2d'>): LayerBody[] {
  const [, down = 0, across = 0, out = 0] = reader.shape(1);
  const weights = reader.weights(1);
  const { channels } = reader.view(0).picture;
  const { stride, padding, dilation, activation } = attributes;
  const isSmall = down <= mostKernel.rows && across <= mostKernel.columns;
  if (channels === out && dilation[0] === 1 && dilation[1] === 1 && isSmall) {
    const window = windowOf(reader, { stride, padding }, [down, across]);
    const result = reader.range(activation);
    return [{ kind: 'depthwise', ...window, filter: weights, scales: reader.factors(), rounding: 'double', result }];
  }
  // What the vector unit has no windows for: a filter that is 0 where channels do not meet.
  const filter = new Int8Array(down * across * channels * out);
  const each = out / channels;
  for (let tap = 0; tap < down * across; tap++) {
    for (let to = 0; to < out; to++) {
      const from = Math.floor(to / each);
      filter[(tap * channels + from) * out + to] = weights[tap * out + to] ?? 0;
    }
  }
  return [onArray(reader, attributes, [down, across], filter)];
}

/** On the matrix engine, by a filter of (down, across, in) × out. */
function onArray(
  reader: Reader,
  { stride, padding, dilation, activation }: Of<'conv2d' | 'depthwiseConv2d'>['attributes'],
  kernel: Pair,
  filter: Int8Array,
): LayerBody {
  return {
    kind: 'convolution',
    ...windowOf(reader, { stride, padding }, kernel),
    dilation,
    filter,
    scales: reader.factors(),
    rounding: 'double',
    result: reader.range(activation),
  };
}

/** As a convolution of places without neighbours: each row of the input is one, with all its values as channels. */
export function fullyConnected(reader: Reader, { attributes }: Of<'fullyConnected'>): LayerBody[] {
  const [out = 0, depth = 0] = reader.shape(1);
  const [input, output] = [reader.view(0), reader.result()];
  const rows = elementsOf(input.picture) / depth;
  if (!Number.isInteger(rows)) throw reader.refuse(`has inputs of ${depth} values, and a tensor that is no multiple`);
  const placed = (view: View, channels: number): View => ({ ...view, picture: { height: 1, width: rows, channels } });
  return [
    {
      kind: 'convolution',
      input: placed(input, depth),
      output: placed(output, out),
      ...onePlace,
      pictures: 1,
      inZero: reader.scale(0).zero,
      filter: turned(reader.weights(1), out, depth),
      scales: reader.factors(true),
      rounding: 'double',
      result: reader.range(attributes.activation),
    },
  ];
}

/** A window that is one place of the picture. */
export const onePlace: {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Sides;
} = { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], padding: noSides };

/** As a convolution, by the filter turned round, of the picture with zeros between its places. */
export function transposed(
  reader: Reader,
  { attributes: { stride, padding, activation } }: Of<'transposeConv'>,
): LayerBody[] {
  const [out = 0, down = 0, across = 0, depth = 0] = reader.shape(0);
  const [top, left] = [down - 1 - padding.top, across - 1 - padding.left];
  if (top < 0 || left < 0) return reader.onHost();
  const [pictures = 1, height = 1, width = 1] = reader.shape(1);
  const [rowsApart, columnsApart] = [(height - 1) * stride[0] + 1, (width - 1) * stride[1] + 1];
  const shapeApart = [pictures, rowsApart, columnsApart, depth];
  const apart = reader.between('its picture apart', reader.tensor(1), shapeApart);
  const [, rows = 1, columns = 1] = reader.resultTensor().shape;
  const inZero = reader.scale(1).zero;
  return [
    {
      kind: 'move',
      inputs: [reader.view(1)],
      output: apart,
      pieces: [apartOf(reader.shape(1), shapeApart, stride)],
      fill: inZero,
    },
    {
      kind: 'convolution',
      input: apart,
      output: reader.result(),
      kernel: [down, across],
      stride: [1, 1],
      dilation: [1, 1],
      padding: {
        top,
        left,
        bottom: Math.max(0, rows + down - 1 - top - rowsApart),
        right: Math.max(0, columns + across - 1 - left - columnsApart),
      },
      pictures,
      inZero,
      filter: turned(turnedRound(reader.weights(0), down * across, depth), out, down * across * depth),
      scales: reader.factors(false, 1, 0),
      rounding: 'double',
      result: reader.range(activation),
    },
  ];
}

/** The taps of each filter of a transposed convolution from the last to the first. */
function turnedRound(weights: Int8Array, taps: number, depth: number): Int8Array {
  const round = new Int8Array(weights.length);
  for (let from = 0; from < weights.length; from += depth) {
    const tap = (from / depth) % taps;
    round.set(weights.subarray(from, from + depth), from + (taps - 1 - 2 * tap) * depth);
  }
  return round;
}

/** rows × columns to columns × rows. */
export function turned(matrix: Int8Array, rows: number, columns: number): Int8Array {
  const to = new Int8Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = matrix[row * columns + column] ?? 0;
  return to;
}
