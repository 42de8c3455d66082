/** Operands of two dimensions or more that are spread over each other, as pictures of three. */
import type { Picture } from '../picture.ts';
import { distancesOf, type Piece } from '../piece.ts';

type Shape = readonly number[];

/**
 * Pictures of two operands and their result, such that what an operand has less of than the result it has one of: rows,
 * columns or channels. Dimensions next to each other become one where both operands are whole along them, or spread.
 * Null where that leaves more than three.
 */
export function picturesOver(operands: readonly Shape[], result: Shape): readonly Picture[] | null {
  const rank = Math.max(3, result.length);
  const [over, ...shapes] = [result, ...operands].map((shape) => inDimensions(shape, rank));
  if (over === undefined) return null;
  // The last dimension stays the channels, and the one before it the width, where that can be.
  for (let channels = rank - 1; channels > 1; channels--)
    for (let width = channels - 1; width > 0; width--) {
      const cut = (shape: Shape): Shape =>
        [shape.slice(0, width), shape.slice(width, channels), shape.slice(channels)].map((part) =>
          part.reduce((product, size) => product * size, 1),
        );
      const whole = cut(over);
      const parts = shapes.map(cut);
      if (!parts.every((part) => part.every((size, i) => size === 1 || size === whole[i]))) continue;
      return [...parts, whole].map(([height = 1, columns = 1, depth = 1]) => ({
        height,
        width: columns,
        channels: depth,
      }));
    }
  return null;
}

const inDimensions = (shape: Shape, rank: number): Shape => [
  ...Array.from({ length: rank - shape.length }, () => 1),
  ...shape,
];

/** An operand spread over its result, as a move. */
export function spreadOver(operand: Shape, result: Shape): Piece {
  const own = inDimensions(operand, result.length);
  const [from, to] = [distancesOf(own), distancesOf(result)];
  const along = result.map((size, i) => ({ size, from: own[i] === size ? (from[i] ?? 0) : 0, to: to[i] ?? 0 }));
  return { input: 0, from: 0, to: 0, along };
}
