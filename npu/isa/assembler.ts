/** Commands as bytes and as text. */
import type { OperationSpec, Range } from '../common/unit.ts';
import { showGiven } from '../common/names.ts';
import { layout, type FieldPlace } from './layout.ts';
import { COMMAND_BYTES, header, operations, reserved, SEMAPHORES, type OperationName } from './operations.ts';
import { UserError } from '../../hdl/messages/user-error.ts';

/** Numbers, bits that may be true or false, or the word of an enumeration. */
export type FieldValue = number | string | boolean;
export type OperationFields<O extends OperationName> = Readonly<
  Record<keyof (typeof operations)[O]['fields'], FieldValue>
>;

export interface Command<O extends OperationName = OperationName> {
  readonly operation: O;
  readonly tag: number;
  /** Semaphores by number, each at most once. */
  readonly wait?: readonly number[];
  readonly signal?: readonly number[];
  readonly fields: OperationFields<O>;
}

/** A command that cannot be encoded. One line: the command, the field, its value and what it may be. */
export class AssemblyError extends UserError {
  override readonly name = 'AssemblyError';
}

const names = Object.keys(operations).filter((name): name is OperationName => name in operations);
const TAGS: Range = { least: 0, most: 2 ** header.tag.width - 1 };
const inRange = (value: unknown, { least, most }: Range): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const wholeNumber = ({ least, most }: Range): string => `give a whole number from ${least} to ${most}`;

/**
 * A command's 64 bytes.
 * @throws AssemblyError for a value that its field cannot have, a field that is missing or that there is not, and a
 * semaphore that there is not, that comes twice, or that the dispatcher itself would have to wait for or signal.
 */
export function assemble<O extends OperationName>(command: Command<O>): Uint8Array {
  const { operation, tag, wait = [], signal = [] } = command;
  const fail = (what: string): never => {
    throw new AssemblyError(`#${String(tag)} ${operation}: ${what}`);
  };
  if (!Object.hasOwn(operations, operation)) fail(`there is no such operation; give one of ${names.join(', ')}`);
  const spec: OperationSpec = operations[operation];
  const bytes = new Uint8Array(COMMAND_BYTES);
  if (!inRange(tag, TAGS)) fail(`tag is ${showGiven(tag)}; ${wholeNumber(TAGS)}`);
  if (spec.unit === 'control' && wait.length + signal.length > 0)
    fail('it neither waits nor signals; leave its semaphores out');
  const mask = (name: string, semaphores: readonly number[]): number => {
    const range = { least: 0, most: SEMAPHORES - 1 };
    const wrong = semaphores.find((s, i) => !inRange(s, range) || semaphores.indexOf(s) !== i);
    if (wrong !== undefined)
      fail(
        `${name} names semaphore ${showGiven(wrong)}` +
          (inRange(wrong, range) ? ' twice; name it once' : `; ${wholeNumber(range)}`),
      );
    return semaphores.reduce((all, s) => all | (1 << s), 0);
  };
  put(bytes, header.operation, spec.code);
  put(bytes, header.tag, tag);
  put(bytes, header.wait, mask('wait', wait));
  put(bytes, header.signal, mask('signal', signal));

  const given: Readonly<Record<string, unknown>> = command.fields;
  const places = layout(operation);
  const unknown = Object.keys(given).find((name) => !places.some((place) => place.name === name));
  if (unknown !== undefined) {
    fail(
      `there is no field ${unknown}; ` +
        (places.length === 0 ? 'it has none' : `its fields are ${places.map(({ name }) => name).join(', ')}`),
    );
  }
  const codes: Record<string, number> = {};
  for (const place of places) {
    const value = given[place.name];
    const code =
      codeOf(place, value) ??
      fail(`${place.name} is ${value === undefined ? 'missing' : showGiven(value)}; ${remedy(place)}`);
    codes[place.name] = code;
    put(bytes, place, code);
  }
  const broken = spec.rule?.(codes) ?? null;
  if (broken !== null) fail(broken);
  return bytes;
}

/** The number that stands for a value in the command; null for a value that the field cannot have. */
function codeOf({ kind, words, range }: FieldPlace, value: unknown): number | null {
  const code =
    kind === 'word' && typeof value === 'string'
      ? words.indexOf(value)
      : kind === 'bit' && typeof value === 'boolean'
        ? Number(value)
        : value;
  return inRange(code, range) ? code : null;
}

const remedy = ({ kind, words, range }: FieldPlace): string =>
  kind === 'word' ? `give one of ${words.join(', ')}` : kind === 'bit' ? 'give 0 or 1' : wholeNumber(range);

interface BitRange {
  readonly at: number;
  readonly width: number;
}

/** Everything in a command begins with a byte, and is 32 bits wide or less. */
function put(bytes: Uint8Array, { at, width }: BitRange, value: number): void {
  const pattern = value < 0 ? value + 2 ** width : value;
  for (let i = 0; i < width; i += 8) bytes[(at + i) / 8] = Math.floor(pattern / 2 ** i) & 0xff;
}

function take(bytes: Uint8Array, { at, width }: BitRange): number {
  let value = 0;
  for (let i = 0; i < width; i += 8) value += (bytes[(at + i) / 8] ?? 0) * 2 ** i;
  return value % 2 ** width;
}

const semaphoresOf = (mask: number): number[] =>
  Array.from({ length: SEMAPHORES }, (_, s) => s).filter((s) => ((mask >> s) & 1) !== 0);

/**
 * The command that 64 bytes are, words as words; null where the dispatcher would call them illegal. Undoes {@link
 * assemble}.
 */
export function decodeCommand(bytes: Uint8Array): Command | null {
  if (bytes.length !== COMMAND_BYTES)
    throw new AssemblyError(`a command is ${COMMAND_BYTES} bytes, not ${bytes.length}`);
  const operation = names.find((name) => operations[name].code === take(bytes, header.operation));
  if (operation === undefined || reserved.some((range) => take(bytes, range) !== 0)) return null;
  const [wait, signal] = [semaphoresOf(take(bytes, header.wait)), semaphoresOf(take(bytes, header.signal))];
  if (operations[operation].unit === 'control' && wait.length + signal.length > 0) return null;
  const fields = Object.fromEntries(
    layout(operation).map((place) => {
      const pattern = take(bytes, place);
      const value = place.kind === 'signed' && pattern >= 2 ** (place.width - 1) ? pattern - 2 ** place.width : pattern;
      return [place.name, place.words[value] ?? value];
    }),
  );
  return { operation, tag: take(bytes, header.tag), wait, signal, fields };
}

/** A command's bytes as one line of text: tag, operation, semaphores, fields; signed fields with their sign. */
export function disassemble(bytes: Uint8Array): string {
  const command = decodeCommand(bytes);
  if (command === null)
    return `#${take(bytes, header.tag)} illegal operation ${take(bytes, header.operation)}, or illegal header`;
  const { operation, tag, wait = [], signal = [] } = command;
  const list = (name: string, semaphores: readonly number[]): string[] =>
    semaphores.length === 0 ? [] : [`${name}=${semaphores.join(',')}`];
  const fields = Object.entries(command.fields).map(([name, value]) => `${name}=${String(value)}`);
  return [`#${tag} ${operation}`, ...list('wait', wait), ...list('signal', signal), ...fields].join(' ');
}
