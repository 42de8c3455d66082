/** How messages show a value of the host language: what is not the same never looks the same. */

const LONGEST = 40;

/**
 * `5`, `5n`, `'5'`, `-0`, `NaN`, `true`, `nothing` (undefined), `null`, `an array of 3`, `a promise`, `a Map`,
 * `a function`.
 */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value);
    case 'bigint':
      return `${short(String(value))}n`;
    case 'boolean':
      return String(value);
    case 'string':
      return `'${short(
        JSON.stringify(value)
          .slice(1, -1)
          .replaceAll(String.raw`\"`, '"'),
      )}'`;
    case 'undefined':
      return 'nothing';
    case 'symbol':
      return 'a symbol';
    case 'function':
      return kindOf(value) === 'AsyncFunction' ? 'an async function' : 'a function';
    case 'object':
      return showObject(value);
  }
}

/** Whether it only comes to its end later: a promise, or the steps of a generator. */
export function isLater(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (['Promise', 'Generator', 'AsyncGenerator'].includes(kindOf(value))) return true;
  return 'then' in value && typeof value.then === 'function';
}

function showObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const kind = kindOf(value);
  if (kind === 'Generator' || kind === 'AsyncGenerator') return 'the steps of a generator';
  if (isLater(value)) return 'a promise';
  const made: unknown = Object.getPrototypeOf(value)?.constructor;
  const name = typeof made === 'function' && made !== Object ? made.name : '';
  if (name === '') return 'an object';
  return `${/^[AEIOU]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function short(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}
