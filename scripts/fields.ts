/** Objects that come from JSON. */

export type Given = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether `value` is an object in which all of these are of a type. */
export const has = (value: unknown, type: 'number' | 'string', names: readonly string[]): boolean =>
  isRecord(value) && names.every((name) => typeof value[name] === type);

/** Everything in `value` that is no object, by where it stands: what is in an object is `object.field`. */
export function flatFields(value: unknown, name = ''): readonly (readonly [name: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null) return [[name, value]];
  return Object.entries(value).flatMap(([key, inner]) => flatFields(inner, name === '' ? key : `${name}.${key}`));
}
