import type { Code } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Module, NodeId, Place, Port, Type } from '../ir/types.ts';
import { describeNode, findPort, typeName, typeWidth } from '../ir/walk.ts';
import { mismatch, type TypeProblem } from './operation-types.ts';

const help: Partial<Readonly<Record<Code, string>>> = {
  E0001: 'say the change of width: .extend(n) or .truncate(n)',
  E0002: 'say the change of kind: .asUint(), .asSint()',
  E0003: 'use a value that the type can hold',
  E0004: 'use sizes that fit',
  E0011: 'use the names of the module’s ports',
  E0012: 'give one of them another name',
  E0019: 'use a size and a neighbour’s port that fit',
  E0020: 'build the design with the language, or mend its text',
};

/** Collects what is wrong with one module's form. */
export class Validator {
  readonly module: Module;
  readonly found: Diagnostic[] = [];
  readonly #path: () => readonly string[];

  constructor(module: Module, path: () => readonly string[]) {
    this.module = module;
    this.#path = path;
  }

  report(code: Code, message: string, what: string, place: Place | null): void {
    this.found.push({
      code,
      message,
      places: [{ what, place }],
      path: this.#path(),
      help: help[code] ?? 'mend the design',
    });
  }

  problem(problem: TypeProblem | null, what: string, place: Place | null): void {
    if (problem !== null) this.report(problem.code, `${what}: ${problem.message}`, what, place);
  }

  /** The type of a node that is referred to; an absent one is reported. */
  typeOf(id: NodeId, what: string, place: Place | null): Type | undefined {
    const node = this.module.nodes[id];
    if (node === undefined) this.report('E0020', `${what} refers to %${id}, which does not exist`, what, place);
    return node?.type;
  }

  /** A node that is referred to must have `wanted`; `role` says what it is there. */
  expectType(id: NodeId, wanted: Type, role: string, what: string, place: Place | null): void {
    const found = this.typeOf(id, what, place);
    if (found !== undefined)
      this.problem(mismatch(`${role} (${describeNode(this.module, id)})`, found, wanted), what, place);
  }

  expectKind(id: NodeId, kind: Type['kind'], role: string, what: string, place: Place | null): void {
    const found = this.typeOf(id, what, place);
    if (found !== undefined && found.kind !== kind)
      this.report('E0002', `${what}: ${role} is ${typeName(found)}, not ${kind}`, what, place);
  }

  clock(name: string, what: string, place: Place | null): void {
    if (!this.module.clocks.some((clock) => clock.name === name))
      this.report('E0020', `${what} is on clock ${name}, which ${this.module.name} does not have`, what, place);
  }

  /** A bit pattern must be one of `type`. */
  fits(value: bigint, type: Type, what: string, place: Place | null): void {
    if (value < 0n || value >> BigInt(typeWidth(type)) !== 0n)
      this.report('E0003', `${what}: ${value} is no pattern of ${typeName(type)}`, what, place);
  }

  type(type: Type, what: string, place: Place | null): void {
    const size = type.kind === 'vec' ? type.length : type.width;
    const labels =
      type.kind !== 'enum' ||
      (type.labels.length > 0 && BigInt(type.labels.length) <= 1n << BigInt(Math.max(0, type.width)));
    if (!Number.isInteger(size) || size < 1 || !labels)
      this.report(
        'E0004',
        `${what} is ${typeName(type)}${labels ? '' : `, which has ${type.kind === 'enum' ? type.labels.length : 0} labels`}`,
        what,
        place,
      );
    if (type.kind === 'vec') this.type(type.element, what, place);
  }

  /** A port of `owner`; an absent one or one in the other direction is reported. */
  port(owner: Module, name: string, direction: Port['direction'], what: string, place: Place | null): Port | undefined {
    const port = findPort(owner, name);
    if (port?.direction === direction) return port;
    this.report(
      'E0011',
      `${what}: ${owner.name} has no ${direction === 'in' ? 'input' : 'output'} ${name}`,
      what,
      place,
    );
    return undefined;
  }

  distinct(things: readonly { readonly name: string | null; readonly place: Place | null }[], what: string): void {
    const seen = new Set<string>();
    for (const { name, place } of things) {
      if (name === null) continue;
      if (seen.has(name)) this.report('E0012', `two ${what} of ${this.module.name} are called ${name}`, name, place);
      seen.add(name);
    }
  }
}
