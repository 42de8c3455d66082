/** Readers of parts of a manifest: each gives a value of its type, or says what is wrong where. */
import { namesOf, recordOf } from '../../common/records.ts';
import { damaged } from './error.ts';

/** @throws ArtefactError for another value; `where` names it */
export type Reader<T> = (value: unknown, where: string) => T;

const MOST = 2 ** 32;

/** A whole number; of addresses and sizes at least 0. */
export const whole =
  (least = 0): Reader<number> =>
  (value, where) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value < MOST
      ? value
      : damaged(`${where} in its manifest is no whole number from ${least} on`);

export const real: Reader<number> = (value, where) =>
  typeof value === 'number' ? value : damaged(`${where} in its manifest is no number`);

export const text: Reader<string> = (value, where) =>
  typeof value === 'string' ? value : damaged(`${where} in its manifest is no text`);

export const oneOf =
  <const W extends string>(words: readonly W[]): Reader<W> =>
  (value, where) =>
    words.find((word) => word === value) ?? damaged(`${where} in its manifest is none of ${words.join(', ')}`);

export const orNull =
  <T>(one: Reader<T>): Reader<T | null> =>
  (value, where) =>
    value === null ? null : one(value, where);

export const listOf =
  <T>(one: Reader<T>): Reader<readonly T[]> =>
  (value, where) =>
    Array.isArray(value)
      ? value.map((element: unknown, index) => one(element, `${where}[${index}]`))
      : damaged(`${where} in its manifest is no list`);

/** The fields of an object. */
export const fieldsOf: Reader<ReadonlyMap<string, unknown>> = (value, where) =>
  typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value))
    : damaged(`${where} in its manifest is no object`);

/** An object with at least these fields. */
export const record =
  <R extends object>(readers: { readonly [F in keyof R & string]: Reader<R[F]> }): Reader<R> =>
  (value, where) => {
    const given = fieldsOf(value, where);
    return recordOf<R>(namesOf(readers), (name) => readers[name](given.get(name), `${where}.${name}`));
  };
