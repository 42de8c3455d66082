/** What statements can assign. */
import type { Sort } from './sorts.ts';
import { surface } from '../../language/surface.ts';

export interface Target {
  readonly sort: Sort;
  /** The registers or wires that it consists of; two targets that share one are not both assigned for certain. */
  readonly leaves: readonly string[];
  readonly assign: (value: unknown) => void;
}

/** A register or wire, and each field of a bundle. */
export function targetsOf(name: string, sort: Sort, value: unknown): readonly Target[] {
  const assign = (given: unknown): void => {
    surface<{ next: unknown }>(value).next = given;
  };
  if (sort.kind !== 'struct') return [{ sort, leaves: [name], assign }];
  const record = surface<Readonly<Record<string, unknown>>>(value);
  const inner = sort.fields.map(([field, own]) => targetsOf(`${name}_${field}`, own, record[field]));
  return [{ sort, leaves: inner.flatMap(([whole]) => whole?.leaves ?? []), assign }, ...inner.flat()];
}
