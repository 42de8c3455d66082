/** The points of a sweep, as charts and tables read them. */
import type { Column, SweepData } from '../chart-data.ts';
import { count } from './numbers.ts';

export class Points {
  readonly data: SweepData;
  readonly count: number;
  readonly inFront: ReadonlySet<number>;
  readonly #errors: ReadonlyMap<number, string>;

  constructor(data: SweepData) {
    this.data = data;
    this.count = data.columns[0]?.values.length ?? 0;
    this.inFront = new Set(data.front);
    this.#errors = new Map(data.errors);
  }

  column(name: string): Column | undefined {
    return this.data.columns.find((column) => column.name === name);
  }

  text({ values, words }: Column, point: number): string {
    const value = values[point] ?? null;
    if (value === null) return '–';
    return words === null
      ? count(Number.isInteger(value) ? value : Number(value.toPrecision(4)))
      : (words[value] ?? '');
  }

  /** The line that repeats it. */
  command(point: number): string {
    const flags = this.data.columns.flatMap(({ flag, values, words }) => {
      const value = values[point] ?? null;
      return flag === null || value === null ? [] : [`${flag} ${words === null ? value : (words[value] ?? '')}`];
    });
    return [this.data.command, ...flags].join(' ');
  }

  /** All that is known of it. */
  told(point: number): string {
    const all = this.data.columns.map((column) => `${column.title} ${this.text(column, point)}`).join(' · ');
    const error = this.#errors.get(point);
    return error === undefined ? all : `${all} · ${error}`;
  }

  /** All points by a column; those without a value come last either way. */
  sorted({ values, words }: Column, descending: boolean): readonly number[] {
    const order = Array.from({ length: this.count }, (_, i) => i);
    // Words by the alphabet.
    const ranks = words?.map((word) => words.filter((other) => other < word).length);
    const of = (point: number): number => {
      const value = values[point] ?? null;
      if (value === null) return Infinity;
      return (ranks?.[value] ?? value) * (descending ? -1 : 1);
    };
    return order.sort((a, b) => {
      const [x, y] = [of(a), of(b)];
      return x === y ? a - b : x - y;
    });
  }
}
