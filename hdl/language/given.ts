/** Checks of what a designer hands in that the compiler makes too: for those who go around it. All end the elaboration. */
import { refuse } from './builder.ts';
import { isRecord } from './bundle.ts';
import { placesOf, type Given } from './node.ts';
import { describeGiven, remedyFor } from './operand.ts';
import { surface } from './surface.ts';

/** `given` as a record of parts; E0002 where it is none. */
export function recordGiven(given: Given, what: string, help: string): Readonly<Record<string, unknown>> {
  if (isRecord(given)) return surface<Readonly<Record<string, unknown>>>(given);
  return refuse({ code: 'E0002', message: `${what} takes ${describeGiven(given)} where a record is expected`, help: remedyFor(given, help), places: placesOf('used here', given) });
}

/** Likewise, where nothing stands for no options. */
export function optionsGiven(given: Given, what: string, help: string): Readonly<Record<string, unknown>> {
  return given === undefined ? {} : recordGiven(given, what, help);
}

/** `given` as a list; E0002 where it is none. */
export function listGiven(given: Given, what: string, help: string): readonly unknown[] {
  if (Array.isArray(given)) return given;
  return refuse({ code: 'E0002', message: `${what} takes ${describeGiven(given)} where an array is expected`, help: remedyFor(given, help), places: placesOf('used here', given) });
}

/** `given` as a text, such as a message; E0002 where it is none. */
export function textGiven(given: Given, what: string, help: string): string {
  if (typeof given === 'string') return given;
  return refuse({ code: 'E0002', message: `${what} takes ${describeGiven(given)} where a text is expected`, help: remedyFor(given, help), places: placesOf('used here', given) });
}

/** `given` as one of some words; E0002 where it is none of them. */
export function wordGiven<const W extends string>(given: Given, words: readonly W[], what: string): W {
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  return refuse({ code: 'E0002', message: `${what} is ${describeGiven(given)}`, help: `use ${words.map((one) => `'${one}'`).join(', ').replace(/, ([^,]*)$/, ' or $1')}` });
}
