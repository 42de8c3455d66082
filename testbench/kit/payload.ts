/** Values of a payload as TypeScript has them, and the ports that carry them. */
import { leavesOf, type Bit, type Enum, type LeafOf, type Shape, type Value } from '../../hdl/index.ts';
import { typeWidth } from '../../hdl/ir/walk.ts';
import { show } from '../../hdl/messages/show.ts';
import type { Level, Signal, Simulator } from '../../hdl/sim/index.ts';
import { BenchError } from './error.ts';

/**
 * What a value of a shape is when it is read: a bit is a boolean, a number a bigint, an enumeration its label, a vector
 * its packed bits, a struct an object.
 */
export type Read<T> = T extends Bit
  ? boolean
  : T extends Enum<infer L>
    ? L
    : T extends Value | { readonly kind: 'vec' }
      ? bigint
      : { readonly [K in keyof T]: Read<T[K]> };

/** What can be given for one: a bit is 0, 1, false or true, a number whole; the rest as it is read. */
export type Given<T> = T extends Bit
  ? boolean | 0 | 1 | 0n | 1n
  : T extends Enum<infer L>
    ? L
    : T extends Value | { readonly kind: 'vec' }
      ? number | bigint
      : { readonly [K in keyof T]: Given<T[K]> };

interface Port extends LeafOf {
  /** As messages call it. */
  readonly name: string;
  readonly signal: Signal;
}

/** The ports of one payload, looked up once. */
export class PayloadPorts<T> {
  readonly #ports: readonly Port[];

  /**
   * @param name of the port, such as `job_payload`
   * @throws SimulationError where the design has no such ports
   */
  constructor(sim: Simulator, name: string, shape: Shape<T, unknown>) {
    this.#ports = leavesOf(shape).map((leaf) => {
      const path = [name, ...leaf.path].join('_');
      return { ...leaf, name: path, signal: sim.signal(path) };
    });
  }

  /**
   * Drives them.
   * @throws BenchError for a field that is missing or a label that there is not; SimulationError for a value that does
   * not fit.
   */
  set(value: Given<T>): void {
    for (const port of this.#ports) port.signal.set(levelOf(port, value));
  }

  /** Turns every bit round: whoever looks at a payload that is not valid shall not find the last one. */
  spoil(): void {
    for (const { kind, signal } of this.#ports) {
      const bits = signal.get();
      signal.set(kind === 'sint' ? ~bits : BigInt.asUintN(typeWidth(signal.type), ~bits));
    }
  }

  /** What they carry now. @throws BenchError for a code without a label. */
  get(): Read<T> {
    const made: Record<string, unknown> = {};
    for (const port of this.#ports) {
      const [last] = port.path.slice(-1);
      // A payload of one value.
      if (last === undefined) return valueOf(port) as Read<T>;
      const within = port.path.slice(0, -1).reduce(inner, made);
      within[last] = valueOf(port);
    }
    return made as Read<T>;
  }

  /** The bits of each: to be compared. */
  bits(): readonly bigint[] {
    return this.#ports.map(({ signal }) => signal.get());
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function inner(record: Record<string, unknown>, field: string): Record<string, unknown> {
  const known = record[field];
  if (isRecord(known)) return known;
  const made: Record<string, unknown> = {};
  record[field] = made;
  return made;
}

function levelOf({ name, path, signal }: Port, value: unknown): Level {
  const given = path.reduce<unknown>((within, field) => (isRecord(within) ? within[field] : undefined), value);
  if (typeof given === 'number' || typeof given === 'bigint' || typeof given === 'boolean') return given;
  if (signal.type.kind !== 'enum') throw new BenchError(`${name} is given ${show(given)}; give it a number`);
  const code = signal.type.labels.findIndex((label) => label === given);
  if (code >= 0) return code;
  throw new BenchError(`${name} is given ${show(given)}; give it one of ${signal.type.labels.join(', ')}`);
}

function valueOf({ name, kind, signal }: Port): bigint | boolean | string {
  const value = signal.get();
  if (kind === 'bit') return value === 1n;
  if (signal.type.kind !== 'enum') return value;
  const label = signal.type.labels[Number(value)];
  if (label === undefined) throw new BenchError(`${name} is ${value}, a code without a label in ${signal.type.name}`);
  return label;
}
