/**
 * Checks of what a designer hands in that the compiler makes too, for those who go around it. All end the elaboration.
 */
import { refuse } from './builder.ts';
import { isRecord } from './bundle.ts';
import { placesOf, type Given } from './node.ts';
import { describeGiven, remedyFor } from './operand.ts';
import { surface } from './surface.ts';

/** E0002: `what` takes something that is not what is expected. */
function refuseGiven(given: Given, what: string, expected: string, help: string): never {
  return refuse({
    code: 'E0002',
    message: `${what} takes ${describeGiven(given)} where ${expected} is expected`,
    help: remedyFor(given, help),
    places: placesOf('used here', given),
  });
}

/** `given` as a record of parts; E0002 where it is none. */
export function recordGiven(given: Given, what: string, help: string): Readonly<Record<string, unknown>> {
  return isRecord(given)
    ? surface<Readonly<Record<string, unknown>>>(given)
    : refuseGiven(given, what, 'a record', help);
}

/** Likewise, where nothing stands for no options. */
export function optionsGiven(given: Given, what: string, help: string): Readonly<Record<string, unknown>> {
  return given === undefined ? {} : recordGiven(given, what, help);
}

/** `given` as a list; E0002 where it is none. */
export function listGiven(given: Given, what: string, help: string): readonly unknown[] {
  return Array.isArray(given) ? given : refuseGiven(given, what, 'an array', help);
}

/** `given` as a text, such as a message; E0002 where it is none. */
export function textGiven(given: Given, what: string, help: string): string {
  return typeof given === 'string' ? given : refuseGiven(given, what, 'a text', help);
}

/** `given` as one of some words; E0002 where it is none of them. */
export function wordGiven<const W extends string>(given: Given, words: readonly W[], what: string): W {
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  const choice = words
    .map((one) => `'${one}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
  return refuse({ code: 'E0002', message: `${what} is ${describeGiven(given)}`, help: `use ${choice}` });
}
