/** Where two files differ first. */
import type { Bits, VcdVariable } from './parser.ts';
import type { Change, VcdFile } from './stream.ts';

/** A variable of one path in both files. */
export interface Pair {
  readonly a: VcdVariable;
  readonly b: VcdVariable;
}

export interface Differing extends Pair {
  readonly values: readonly [Bits, Bits];
}

export interface FirstDifference {
  /** In the finer of the two files' time units. */
  readonly time: bigint;
  /** All that differ at that time, in the order of the first file. */
  readonly signals: readonly Differing[];
}

/** The variables of each file by path; of those that share one, the first. */
export function pairs(a: readonly VcdVariable[], b: readonly VcdVariable[]) {
  const byPath = (all: readonly VcdVariable[]) => new Map(all.toReversed().map((one) => [one.path, one]));
  const [left, right] = [byPath(a), byPath(b)];
  const inOrder = (all: readonly VcdVariable[], mine: typeof left) => all.filter((one) => mine.get(one.path) === one);
  return {
    both: inOrder(a, left).flatMap((one): Pair[] => {
      const other = right.get(one.path);
      return other === undefined ? [] : [{ a: one, b: other }];
    }),
    onlyA: inOrder(a, left).filter(({ path }) => !right.has(path)),
    onlyB: inOrder(b, right).filter(({ path }) => !left.has(path)),
  };
}

/** One file on its way: values by identifier, and the next change. */
class Side {
  readonly #changes: Iterator<Change, void>;
  readonly #scale: bigint;
  readonly #values = new Map<string, Bits>();
  #next: Change | undefined;

  constructor(file: VcdFile, ids: ReadonlySet<string>, unit: bigint) {
    this.#changes = file.changes(ids);
    this.#scale = file.unit / unit;
    this.#advance();
  }

  /** When it changes next; null at its end. */
  get time(): bigint | null {
    return this.#next === undefined ? null : this.#next.time * this.#scale;
  }

  /** Takes the changes of a time; `touched` is told their identifiers. */
  take(time: bigint, touched: (id: string) => void): void {
    for (let one = this.#next; one !== undefined && this.time === time; one = this.#next) {
      this.#values.set(one.id, one);
      touched(one.id);
      this.#advance();
    }
  }

  /** Before its first value every bit of a variable is x. */
  of({ id, width }: VcdVariable): Bits {
    return this.#values.get(id) ?? { value: 0n, unknown: (1n << BigInt(width)) - 1n };
  }

  stop(): void {
    this.#changes.return?.();
  }

  #advance(): void {
    const { done, value } = this.#changes.next();
    this.#next = done === true ? undefined : value;
  }
}

/**
 * The first time at which variables of two files have other values, compared in time, whatever their units are; null
 * where they never do. A file that has ended keeps its values. It reads no further than that.
 * @throws WaveformError where a file was cut or is damaged before
 */
export function firstDifference(a: VcdFile, b: VcdFile, both: readonly Pair[]): FirstDifference | null {
  const unit = finerUnit(a, b);
  const sides = [
    { side: new Side(a, new Set(both.map((pair) => pair.a.id)), unit), users: usersOf(both.map((pair) => pair.a.id)) },
    { side: new Side(b, new Set(both.map((pair) => pair.b.id)), unit), users: usersOf(both.map((pair) => pair.b.id)) },
  ];
  try {
    for (;;) {
      const times = sides.flatMap(({ side: { time } }) => (time === null ? [] : [time]));
      const [first] = times;
      if (first === undefined) return null;
      const time = times.reduce((least, one) => (one < least ? one : least), first);
      const touched = new Set<number>();
      for (const { side, users } of sides)
        side.take(time, (id) => users.get(id)?.forEach((index) => touched.add(index)));
      const signals = [...touched]
        .sort((one, other) => one - other)
        .flatMap((index): Differing[] => {
          const pair = both[index];
          const [left, right] = sides.map(({ side }) => side);
          if (pair === undefined || left === undefined || right === undefined) return [];
          const values = [left.of(pair.a), right.of(pair.b)] as const;
          return isSame(...values) ? [] : [{ ...pair, values }];
        });
      if (signals.length > 0) return { time, signals };
    }
  } finally {
    for (const { side } of sides) side.stop();
  }
}

export const finerUnit = (a: VcdFile, b: VcdFile): bigint => (a.unit < b.unit ? a.unit : b.unit);

const isSame = (a: Bits, b: Bits): boolean => a.value === b.value && a.unknown === b.unknown;

function usersOf(ids: readonly string[]): ReadonlyMap<string, number[]> {
  const users = new Map<string, number[]>();
  ids.forEach((id, index) => {
    const list = users.get(id);
    if (list === undefined) users.set(id, [index]);
    else list.push(index);
  });
  return users;
}
