/** Where the fields of an operation are in its command, and what they can be. */
import type { OperationSpec, Range, UnitSpec } from '../common/unit.ts';
import {
  bit,
  bitsOf,
  cat,
  constant,
  scalarTypeOf,
  select,
  uint,
  unpack,
  type Bit,
  type Shape,
  type UInt,
} from '../../hdl/index.ts';
import { COMMAND_BITS, FIELDS_AT, header, operations, type OperationName } from './operations.ts';
import { units } from './units.ts';

interface BitField {
  readonly name: string;
  readonly at: number;
  readonly width: number;
  readonly shape: Shape;
}

export interface FieldPlace extends BitField {
  readonly kind: 'unsigned' | 'signed' | 'bit' | 'word';
  readonly range: Range;
  /** Of a word, in the order of their codes. */
  readonly words: readonly string[];
}

const BYTE = 8;

/**
 * Each field on a byte boundary, at the lowest place that no field before it has with which it stands in an operation.
 * @throws RangeError where they do not fit a command
 */
export function placed({ fields, operations: all }: Pick<UnitSpec, 'fields' | 'operations'>): readonly BitField[] {
  const together = (one: string, other: string): boolean =>
    Object.values(all).some(({ fields: own }) => Object.hasOwn(own, one) && Object.hasOwn(own, other));
  const places: BitField[] = [];
  const end = ({ at, width }: BitField): number => at + Math.ceil(width / BYTE) * BYTE;
  const meet = (one: BitField, other: BitField): boolean => one.at < end(other) && other.at < end(one);
  for (const [name, shape] of Object.entries(fields)) {
    const taken = places.filter((place) => together(name, place.name));
    let place = { name, at: FIELDS_AT, width: bitsOf(shape), shape };
    for (let met = null; met !== undefined;) {
      met = taken.find((other) => meet(place, other));
      if (met !== undefined) place = { ...place, at: end(met) };
    }
    if (end(place) > COMMAND_BITS)
      throw new RangeError(`field ${name} ends at bit ${end(place)}, past the ${COMMAND_BITS} of a command`);
    places.push(place);
  }
  return places;
}

/** What a value of the field's type can be. */
function typed(place: BitField, limit: Range | undefined): FieldPlace {
  const type = scalarTypeOf(place.shape);
  const half = 2 ** (type.width - 1);
  if (type.kind === 'enum')
    return { ...place, kind: 'word', words: type.labels, range: { least: 0, most: type.labels.length - 1 } };
  const range = limit ?? (type.kind === 'sint' ? { least: -half, most: half - 1 } : { least: 0, most: 2 * half - 1 });
  return { ...place, kind: type.kind === 'sint' ? 'signed' : type.width === 1 ? 'bit' : 'unsigned', words: [], range };
}

/** Those of its unit's fields that an operation has, in the order in which they stand in its command. */
const placesOf = ({ unit, fields }: OperationSpec): readonly BitField[] => {
  const spec = Object.entries<UnitSpec>(units).find(([name]) => name === unit)?.[1];
  const places = spec === undefined ? [] : placed(spec).filter(({ name }) => Object.hasOwn(fields, name));
  return places.toSorted((one, other) => one.at - other.at);
};

const layouts = new Map(
  Object.entries<OperationSpec>(operations).map(
    ([name, spec]) => [name, placesOf(spec).map((place) => typed(place, spec.limits?.[place.name]))] as const,
  ),
);

/** The fields of an operation, in the order in which they stand in its command. */
export const layout = (operation: string): readonly FieldPlace[] => layouts.get(operation) ?? [];

/** What a field can be. */
export function rangeOf<O extends OperationName>(operation: O, field: keyof (typeof operations)[O]['fields']): Range {
  const found = layout(operation).find(({ name }) => name === field);
  if (found === undefined) throw new RangeError(`${operation} has no field ${String(field)}`);
  return found.range;
}

/** In hardware: a unit's command as a value of its job. Fields that its operation does not have are 0. */
export function decode<T, I>(unit: UnitSpec & { readonly job: Shape<T, I> }, command: UInt<typeof COMMAND_BITS>): T {
  const { job, implied = {}, operations: all } = unit;
  const operation = command.slice(header.operation.at, header.operation.width);
  const has = (name: string): Bit | null => {
    const having = Object.values(all).filter(({ fields }) => Object.hasOwn(fields, name));
    if (having.length === Object.keys(all).length) return null;
    return having.reduce((others, { code }) => others.or(operation.eq(code)), constant(bit, 0));
  };
  // The job's bits are its fields side by side; the command has gaps between them.
  const parts = placed(unit).map(({ name, at, width }) => {
    const [own, given] = [has(name), command.slice<number>(at, width)];
    return own === null ? given : select(own, given, 0);
  });
  const following = Object.entries(implied).map(([name, shape]) =>
    Object.values(all).reduce<UInt>(
      (rest, spec) => select(operation.eq(spec.code), constant(uint(bitsOf(shape)), spec.implied?.[name] ?? 0), rest),
      constant(uint(bitsOf(shape)), 0),
    ),
  );
  return unpack(job, cat(...[...parts, ...following].reverse()));
}
