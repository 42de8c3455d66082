/** Where the fields of an operation are in its command. */
import { bitsOf, cat, unpack, type Shape, type UInt } from '../../hdl/index.ts';
import { COMMAND_BITS, FIELDS_AT } from './operations.ts';

export interface FieldPlace { readonly name: string; readonly at: number; readonly width: number; readonly shape: Shape }

/** Each field on a byte boundary after the one before. @throws RangeError where they do not fit a command. */
export function layout(fields: Readonly<Record<string, Shape>>): FieldPlace[] {
  let at = FIELDS_AT;
  return Object.entries(fields).map(([name, shape]) => {
    const width = bitsOf(shape);
    const place = { name, at, width, shape };
    at += Math.ceil(width / 8) * 8;
    if (at > COMMAND_BITS) throw new RangeError(`field ${name} ends at bit ${at}, past the ${COMMAND_BITS} of a command`);
    return place;
  });
}

/** In hardware: the fields of a command as a value of the operation's job. */
export function decode<T, I>(job: Shape<T, I>, fields: Readonly<Record<string, Shape>>, command: UInt<typeof COMMAND_BITS>): T {
  // The job's bits are its fields side by side; the command has gaps between them.
  const parts = layout(fields).map((field) => command.slice(field.at, field.width));
  return unpack(job, cat(...parts.reverse()));
}
