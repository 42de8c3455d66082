/** Pictures in the scratchpad: a place a line, in folds of as many channels as a line has lanes. */
import type { Sides } from '../../graph/graph.ts';
import type { LocalBuffer } from '../allocator.ts';
import { placesOf, type Picture } from './picture.ts';

/** A picture in the scratchpad. */
export interface Lines {
  readonly picture: Picture;
  readonly border: Sides;
  /** Channels of a line. */
  readonly lanes: number;
  readonly buffer: LocalBuffer;
  /** The line of its first place, inside of the border. */
  readonly first: number;
  /** Lines from a row of the picture to the next, and from a fold of channels to the next. */
  readonly row: number;
  readonly fold: number;
}

/** The line of a place. */
export const lineAt = ({ first, row }: Lines, y: number, x: number): number => first + y * row + x;
export const foldsOf = ({ picture, lanes }: Pick<Lines, 'picture' | 'lanes'>): number =>
  Math.ceil(picture.channels / lanes);

export const isNone = ({ top, left, bottom, right }: Sides): boolean => top + left + bottom + right === 0;
export const isAround = (one: Sides, other: Sides): boolean =>
  one.top >= other.top && one.left >= other.left && one.bottom >= other.bottom && one.right >= other.right;

/** Whether lines are those of another picture, too. */
export const isSameInLines = ({ picture, border }: Lines, other: Picture): boolean =>
  picture.channels === other.channels &&
  placesOf(picture) === placesOf(other) &&
  (picture.width === other.width || isNone(border));
export const lookedAtAs = (lines: Lines, picture: Picture): Lines => ({
  ...lines,
  picture,
  row: isNone(lines.border) ? picture.width : lines.row,
});
