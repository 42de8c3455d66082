/** Windows that go over a picture: what all layers of them have, and pools. */
import { averageFactor } from '../../../graph/factors.ts';
import type { Pair, Windowed } from '../../../graph/graph.ts';
import type { LayerBody } from '../layer.ts';
import type { Of, Reader } from './reader.ts';

/** Rows and columns of a window that the vector unit has, and of its stride, at the most. */
export const MOST_WINDOW = 255;

export function windowOf(reader: Reader, { stride, padding }: Windowed, kernel: Pair) {
  const [pictures = 1] = reader.shape(0);
  const { zero } = reader.scale(0);
  return { input: reader.view(0), output: reader.result(), kernel, stride, padding, pictures, inZero: zero };
}

export function pool(reader: Reader, { kind, attributes }: Of<'averagePool' | 'maxPool'>): LayerBody[] {
  const { stride, padding, window, activation } = attributes;
  const [from, to] = [reader.scale(0), reader.resultScale()];
  if (from.scale !== to.scale || from.zero !== to.zero)
    throw reader.refuse('has a scale on its result that its input does not have');
  return [
    {
      kind: 'pool',
      ...windowOf(reader, { stride, padding }, window),
      // A mean of what is stored is the mean of what it stands for.
      inZero: 0,
      of: kind === 'maxPool' ? 'max' : 'sum',
      scale: averageFactor,
      rounding: 'away',
      result: { ...reader.range(activation), zero: 0 },
    },
  ];
}
