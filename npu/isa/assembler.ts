/** Commands as bytes and as text. */
import { spaceNames } from '../memory/local.ts';
import { dataflowNames } from '../systolic/job.ts';
import { layout } from './layout.ts';
import { COMMAND_BYTES, header, operations, SEMAPHORES, type OperationName, type OperationSpec } from './operations.ts';

export type OperationFields<O extends OperationName> = Readonly<Record<keyof (typeof operations)[O]['fields'], number | string>>;

export interface Command<O extends OperationName = OperationName> {
  readonly operation: O;
  readonly tag: number;
  /** Semaphores by number. */
  readonly wait?: readonly number[];
  readonly signal?: readonly number[];
  /** Numbers, or the word of an enumeration. */
  readonly fields: OperationFields<O>;
}

/** A command that cannot be encoded: which field, its value and its range. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
}

/** The words of the fields that are enumerations, in the order of their codes. */
const words: Readonly<Record<string, readonly string[]>> = { dataflow: dataflowNames, space: spaceNames };

function mask(semaphores: readonly number[] = []): number {
  for (const s of semaphores) if (!Number.isInteger(s) || s < 0 || s >= SEMAPHORES) throw new AssemblyError(`there is no semaphore ${s}; there are 0 to ${SEMAPHORES - 1}`);
  return semaphores.reduce((all, s) => all | 1 << s, 0);
}

/** A command's 64 bytes. @throws AssemblyError when a field's value does not fit. */
export function assemble<O extends OperationName>(command: Command<O>): Uint8Array {
  const spec: OperationSpec = operations[command.operation];
  let bits = BigInt(spec.code);
  const put = (name: string, at: number, width: number, value: bigint): void => {
    if (value < -(1n << BigInt(width - 1)) || value >= 1n << BigInt(width)) throw new AssemblyError(`${command.operation}.${name} is ${value}, which does not fit its ${width} bits`);
    bits |= BigInt.asUintN(width, value) << BigInt(at);
  };
  put('tag', header.tag.at, header.tag.width, BigInt(command.tag));
  put('wait', header.wait.at, header.wait.width, BigInt(mask(command.wait)));
  put('signal', header.signal.at, header.signal.width, BigInt(mask(command.signal)));
  if (spec.unit === 'control' && (command.wait?.length ?? 0) + (command.signal?.length ?? 0) > 0) throw new AssemblyError(`${command.operation} neither waits nor signals; leave its semaphores out`);
  const given = new Map<string, number | string>(Object.entries(command.fields));
  for (const { name, at, width } of layout(spec.fields)) {
    const value = given.get(name);
    const code = typeof value === 'string' ? words[name]?.indexOf(value) ?? -1 : value;
    if (code === undefined || (typeof value === 'string' && code < 0) || !Number.isInteger(code)) throw new AssemblyError(`${command.operation}.${name} is ${String(value)}${words[name] === undefined ? '' : `; it is one of ${words[name].join(', ')}`}`);
    put(name, at, width, BigInt(code));
  }
  return Uint8Array.from({ length: COMMAND_BYTES }, (_, i) => Number(bits >> BigInt(8 * i) & 0xffn));
}

/** A command's bytes as one line of text: operation, tag, semaphores, fields. */
export function disassemble(bytes: Uint8Array): string {
  const bits = bytes.reduceRight((all, byte) => all << 8n | BigInt(byte), 0n);
  const take = (at: number, width: number): number => Number(bits >> BigInt(at) & (1n << BigInt(width)) - 1n);
  const code = take(header.operation.at, header.operation.width);
  const found = Object.entries<OperationSpec>(operations).find(([, spec]) => spec.code === code);
  if (found === undefined) return `illegal operation ${code}`;
  const [name, spec] = found;
  const list = (value: number): string => Array.from({ length: SEMAPHORES }, (_, s) => s).filter((s) => value >> s & 1).join(',');
  const [wait, signal] = [list(take(header.wait.at, header.wait.width)), list(take(header.signal.at, header.signal.width))];
  const fields = layout(spec.fields).map((field) => {
    const value = take(field.at, field.width);
    return `${field.name}=${words[field.name]?.[value] ?? value}`;
  });
  return [`#${take(header.tag.at, header.tag.width)} ${name}`, wait && `wait=${wait}`, signal && `signal=${signal}`, ...fields].filter(Boolean).join(' ');
}
