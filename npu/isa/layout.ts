/** Where the fields of an operation are in its command, and what they can be. */
import type { OperationSpec, Range, UnitSpec } from '../common/unit.ts';
import { bitsOf, cat, constant, scalarTypeOf, select, uint, unpack, type Shape, type UInt } from '../../hdl/index.ts';
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

/** Each field on a byte boundary after the one before. @throws RangeError where they do not fit a command. */
function placed(fields: Readonly<Record<string, Shape>>): BitField[] {
  let at = FIELDS_AT;
  return Object.entries(fields).map(([name, shape]) => {
    const width = bitsOf(shape);
    const place = { name, at, width, shape };
    at += Math.ceil(width / 8) * 8;
    if (at > COMMAND_BITS)
      throw new RangeError(`field ${name} ends at bit ${at}, past the ${COMMAND_BITS} of a command`);
    return place;
  });
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

/** Those of its unit's fields that an operation has. */
const placesOf = ({ unit, fields }: OperationSpec): BitField[] => {
  const all = Object.entries<UnitSpec>(units).find(([name]) => name === unit)?.[1].fields ?? {};
  return placed(all).filter(({ name }) => Object.hasOwn(fields, name));
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

/** In hardware: a unit's command as a value of its job. */
export function decode<T, I>(
  { job, fields, implied = {}, operations: all }: UnitSpec & { readonly job: Shape<T, I> },
  command: UInt<typeof COMMAND_BITS>,
): T {
  // The job's bits are its fields side by side; the command has gaps between them.
  const parts = placed(fields).map((field) => command.slice(field.at, field.width));
  const operation = command.slice(header.operation.at, header.operation.width);
  const following = Object.entries(implied).map(([name, shape]) =>
    Object.values(all).reduce<UInt>(
      (rest, spec) => select(operation.eq(spec.code), constant(uint(bitsOf(shape)), spec.implied?.[name] ?? 0), rest),
      constant(uint(bitsOf(shape)), 0),
    ),
  );
  return unpack(job, cat(...[...parts, ...following].reverse()));
}
