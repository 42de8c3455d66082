/** A picture in parts that are worked on one after the other. */
import type { Picture } from './picture.ts';

/** Rows and columns of a picture. */
export interface Band {
  readonly y: number;
  readonly x: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Places of a band, where nothing limits it: what is around a job hardly counts, and others can begin early; a picture
 * of 16 × 16 is two.
 */
export const PLACES = 192;

/**
 * Whole rows, as many as have `most` places, even in size; parts of a row where one has more than those, or than
 * `mostColumns`.
 */
export function bandsOf(
  { height, width }: Pick<Picture, 'height' | 'width'>,
  most = PLACES,
  mostColumns = Infinity,
): Band[] {
  const columns = evenly(width, Math.max(1, Math.min(width, most, mostColumns)));
  const rows = evenly(height, Math.max(1, Math.floor(most / width)));
  return rows.flatMap((down) =>
    columns.map((across) => ({ y: down.from, x: across.from, rows: down.size, columns: across.size })),
  );
}

/** A length in parts of at most so much, even in size. */
export function evenly(length: number, most: number) {
  const size = Math.ceil(length / Math.ceil(length / most));
  return Array.from({ length: Math.ceil(length / size) }, (_, i) => ({
    from: i * size,
    size: Math.min(size, length - i * size),
  }));
}
