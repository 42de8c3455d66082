/** A sweep as a table: a row for each point, a column for each field; what is inside an object is `object.field`. */
import type { Line } from '../../testbench/sweep/point.ts';
import { flatFields } from '../fields.ts';

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);

/** RFC 4180. */
const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function csvOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => new Map(flatFields(line).map(([name, value]) => [name, textOf(value)])));
  const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  return [names, ...rows.map((row) => names.map((name) => row.get(name) ?? ''))]
    .map((cells) => `${cells.map(cell).join(',')}\n`)
    .join('');
}
