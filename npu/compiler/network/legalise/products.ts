/** Sums of products with weights: convolutions of all kinds, and fully connected layers. */
import type { Pair, Sides } from '../../../graph/graph.ts';
import { mostKernel } from '../../../vector/job.ts';
import type { LayerBody } from '../layer.ts';
import { elementsOf, noSides, type View } from '../picture.ts';
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

/** rows × columns to columns × rows. */
export function turned(matrix: Int8Array, rows: number, columns: number): Int8Array {
  const to = new Int8Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = matrix[row * columns + column] ?? 0;
  return to;
}
