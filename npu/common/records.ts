/** Records whose names come from a table. Here, and only here, their type is claimed rather than checked. */

type Intersection<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void ? All : never;

/** A record whose fields `make` makes one by one, in the order of their names; each has to be of its field's type. */
export function recordOf<R extends object>(
  names: readonly (keyof R & string)[],
  make: (name: keyof R & string, index: number) => R[keyof R],
): R {
  return Object.fromEntries(names.map((name, index) => [name, make(name, index)])) as R;
}

/** A value for each name, in their order. */
export const byName = <const N extends string, T>(
  names: readonly N[],
  make: (name: N, index: number) => T,
): Readonly<Record<N, T>> => recordOf<Record<N, T>>(names, make);

/**
 * All entries of all records, in their order.
 * @throws RangeError for a name that two of them have
 */
export function merged<R extends Readonly<Record<string, unknown>>>(records: readonly R[]): Intersection<R> {
  const entries = records.flatMap((record) => Object.entries(record));
  const twice = entries.find(([name], at) => entries.findIndex(([other]) => other === name) !== at);
  if (twice !== undefined) throw new RangeError(`${twice[0]} stands in two of the records`);
  return Object.fromEntries(entries) as Intersection<R>;
}

/** The names of a record, in their order. */
export function namesOf<R extends Readonly<Record<string, unknown>>>(record: R): readonly (keyof R & string)[] {
  return Object.keys(record);
}
