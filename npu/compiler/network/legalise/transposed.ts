/**
 * Transposed convolutions, as convolutions of the picture itself. Of the rows of the result that are a stride apart all
 * are made of the same rows of the filter, one after another; places of such a row that are a stride apart likewise, so
 * that those next to each other are channels of one place. What a convolution makes for one of the rows lies as it has
 * to, and a move puts the rows between each other.
 */
import type { ChannelFactors } from '../../../graph/factors.ts';
import type { ConvolutionLayer, LayerBody } from '../layer.ts';
import { distancesOf, type Piece } from '../piece.ts';
import type { Of, Reader } from './reader.ts';

/** Along one dimension: result y gets tap r + stride · j from place q − j, with y + before = stride · q + r. */
interface Along {
  readonly stride: number;
  readonly taps: number;
  readonly before: number;
  readonly size: number;
  readonly results: number;
}

export function transposed(
  reader: Reader,
  { attributes: { stride, padding, activation } }: Of<'transposeConv'>,
): LayerBody[] {
  const [out = 0, downTaps = 0, acrossTaps = 0, depth = 0] = reader.shape(0);
  const [pictures = 1, height = 1, width = 1] = reader.shape(1);
  const result = reader.resultTensor();
  const [, rows = 1, columns = 1] = result.shape;
  const down = { stride: stride[0], taps: downTaps, before: padding.top, size: height, results: rows };
  const across = { stride: stride[1], taps: acrossTaps, before: padding.left, size: width, results: columns };
  // All places of a row that begin or end within the result.
  const row = span(across, 0, across.stride - 1);
  const isWhole = down.stride === 1 && across.stride === 1;
  const weights = reader.weights(0);
  const scales = repeated(reader.factors(false, 1, 0), across.stride);
  const convolutions: ConvolutionLayer[] = [];
  const pieces: Piece[] = [];
  for (let first = 0; first < down.stride; first++) {
    const column = span(down, first, first);
    if (column.count < 1) continue;
    const shape = [pictures, column.count, row.count, across.stride * out];
    const output = isWhole ? reader.result() : reader.between('rows of it', result, shape);
    const vertical = tapsOf(down, first, column.window);
    const horizontal = Array.from({ length: across.stride }, (_, phase) => tapsOf(across, phase, row.window));
    const filter = new Int8Array(column.window * row.window * depth * across.stride * out);
    let at = 0;
    for (const y of vertical)
      for (let u = 0; u < row.window; u++)
        for (let channel = 0; channel < depth; channel++)
          for (const taps of horizontal) {
            const x = taps[u] ?? null;
            for (let to = 0; to < out; to++, at++)
              if (y !== null && x !== null)
                filter[at] = weights[((to * downTaps + y) * acrossTaps + x) * depth + channel] ?? 0;
          }
    pieces.push({
      input: convolutions.length,
      from: (padding.left - row.from * across.stride) * out,
      to: (column.from * down.stride + first - padding.top) * columns * out,
      along: [
        { size: pictures, from: distancesOf(shape)[0] ?? 0, to: rows * columns * out },
        { size: column.count, from: distancesOf(shape)[1] ?? 0, to: down.stride * columns * out },
        { size: columns * out, from: 1, to: 1 },
      ],
    });
    convolutions.push({
      kind: 'convolution',
      input: reader.view(1),
      output,
      kernel: [column.window, row.window],
      stride: [1, 1],
      dilation: [1, 1],
      padding: { top: column.before, left: row.before, bottom: column.after, right: row.after },
      pictures,
      inZero: reader.scale(1).zero,
      filter,
      scales,
      rounding: 'double',
      result: reader.range(activation),
    });
  }
  if (isWhole) return convolutions;
  const inputs = convolutions.map(({ output }) => output);
  return [...convolutions, { kind: 'move', inputs, output: reader.result(), pieces, fill: 0 }];
}

/** Of results with r from `least` to `most`: their places q, the window over those, and how far it reads beyond. */
function span({ stride, taps, before, size, results }: Along, least: number, most: number) {
  const from = Math.max(0, Math.ceil((before - most) / stride));
  const count = Math.floor((results - 1 + before - least) / stride) - from + 1;
  // Where a stride is more than the taps some results have none: one of 0 stands for it.
  const window = Math.max(1, Math.ceil((taps - least) / stride));
  return { from, count, window, before: window - 1 - from, after: Math.max(0, from + count - size) };
}

/** Which tap each place of a window has for results with this r; null where it has none. */
const tapsOf = ({ stride, taps }: Along, r: number, window: number): readonly (number | null)[] =>
  Array.from({ length: window }, (_, t) => {
    const tap = r + stride * (window - 1 - t);
    return tap < taps ? tap : null;
  });

/** The same again for each of so many groups of channels. */
function repeated({ bias, multiplier, shift }: ChannelFactors, times: number): ChannelFactors {
  const again = (values: Iterable<number>): number[] => Array.from({ length: times }, () => [...values]).flat();
  return {
    bias: Int32Array.from(again(bias)),
    multiplier: Int32Array.from(again(multiplier)),
    shift: Int8Array.from(again(shift)),
  };
}
