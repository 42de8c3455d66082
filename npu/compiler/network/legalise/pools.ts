/** Pools: the mean or the largest of what is under each window. */
import { averageFactor } from '../../../graph/factors.ts';
import type { LayerBody } from '../layer.ts';
import type { Of, Reader } from './reader.ts';
import { largestAlong, totalAlong } from './reductions.ts';
import { MOST_WINDOW, windowOf } from './windows.ts';

export function pool(reader: Reader, { kind, attributes }: Of<'averagePool' | 'maxPool'>): LayerBody[] {
  const { stride, padding, window, activation } = attributes;
  const [from, to] = [reader.scale(0), reader.resultScale()];
  if (from.scale !== to.scale || from.zero !== to.zero)
    throw reader.refuse('has a scale on its result that its input does not have');
  // A mean of what is stored is the mean of what it stands for.
  const how = { inZero: 0, rounding: 'away', result: { ...reader.range(activation), zero: 0 } } as const;
  const sides = Object.values(padding);
  if ([...window, ...stride, ...sides].every((size) => size <= MOST_WINDOW)) {
    const windows = windowOf(reader, { stride, padding }, window);
    return [{ kind: 'pool', ...windows, of: kind === 'maxPool' ? 'max' : 'sum', scale: averageFactor, ...how }];
  }
  // A window that is larger than the vector unit has them can be all of a picture.
  const [, height, width] = reader.shape(0);
  const isWhole = window[0] === height && window[1] === width && sides.every((size) => size === 0);
  if (!isWhole) return reader.onHost();
  const scale = averageFactor(window[0] * window[1]);
  return kind === 'maxPool' ? largestAlong(reader, [1, 2], how) : totalAlong(reader, [1, 2], { ...how, scale });
}
