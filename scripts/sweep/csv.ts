/** A sweep as a table: a row for each point, a column for each field; what is inside an object is `object.field`. */
import type { Line } from '../../testbench/sweep/point.ts';

function flat(value: unknown, name: string): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null)
    return [[name, typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, name === '' ? key : `${name}.${key}`));
}

/** RFC 4180. */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function csvOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => new Map(flat(line, '')));
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return [names, ...rows.map((row) => names.map((name) => row.get(name) ?? ''))]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');
}
