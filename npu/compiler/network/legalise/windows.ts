/** Windows that go over a picture: what all layers of them have. */
import type { Pair, Windowed } from '../../../graph/graph.ts';
import type { Reader } from './reader.ts';

/** Rows and columns of a window that the vector unit has, and of its stride, at the most. */
export const MOST_WINDOW = 255;

export function windowOf(reader: Reader, { stride, padding }: Windowed, kernel: Pair) {
  const [pictures = 1] = reader.shape(0);
  const { zero } = reader.scale(0);
  return { input: reader.view(0), output: reader.result(), kernel, stride, padding, pictures, inZero: zero };
}
