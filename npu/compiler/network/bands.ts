/** A picture in parts that are worked on one after the other. */
import type { Picture } from './picture.ts';

/** Rows and columns of a picture. */
export interface Band {
  readonly y: number;
  readonly x: number;
  readonly rows: number;
  readonly columns: number;
}

/** Whole rows, as many as have `most` places, even in size; parts of a row where one has more. */
export function bandsOf({ height, width }: Picture, most: number): Band[] {
  const split = (length: number, part: number) => {
    const even = Math.ceil(length / Math.ceil(length / part));
    return Array.from({ length: Math.ceil(length / even) }, (_, i) => ({
      from: i * even,
      size: Math.min(even, length - i * even),
    }));
  };
  const columns = split(width, Math.max(1, Math.min(width, most)));
  const rows = split(height, Math.max(1, Math.floor(most / width)));
  return rows.flatMap((down) =>
    columns.map((across) => ({ y: down.from, x: across.from, rows: down.size, columns: across.size })),
  );
}
