/** One value in a module under construction: what signals, vectors and bundles are made of. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { NodeId, ScalarType, Type } from '../ir/types.ts';
import { typeName } from '../ir/walk.ts';
import { current, type ModuleBuilder, type Problem } from './builder.ts';
import { textOf } from './describe.ts';
import { here } from './place.ts';

/** The designer's view of a scalar: a `bit` is a `uint<1>` in the ir. */
export type Kind = 'bit' | 'uint' | 'sint' | 'enum';

/** Anything a designer can hand in where a signal is expected. */
export type Given = unknown;

/** What is being done with a given value, for the message: `sum (sint<32>) add …`. */
export type Use = (given: string) => string;

/** Widths, lengths and counts of bits: more would be numbers that no host can hold. */
export const MOST_BITS = 2 ** 24;
export function isSize(given: unknown): given is number {
  return typeof given === 'number' && Number.isInteger(given) && given >= 1 && given <= MOST_BITS;
}

export const bitType: ScalarType = { kind: 'uint', width: 1 };

export class Node {
  readonly builder: ModuleBuilder;
  readonly id: NodeId;
  readonly type: Type;
  constructor(builder: ModuleBuilder, id: NodeId, type: Type) {
    this.builder = builder;
    this.id = id;
    this.type = type;
  }

  /** The designer's name for it, else the expression that it is. */
  get text(): string {
    return textOf(this.builder.nodes, this.id);
  }
  get typeText(): string {
    return typeName(this.type);
  }
  /** For messages: `sum (sint<32>)`. */
  get description(): string {
    return `${this.text} (${this.typeText})`;
  }
}

/** A node with the designer's view of it. */
export class ScalarNode extends Node {
  readonly kind: Kind;
  readonly width: number;
  override readonly type: ScalarType;
  constructor(builder: ModuleBuilder, id: NodeId, type: ScalarType, kind: Kind) {
    super(builder, id, type);
    this.type = type;
    this.kind = kind;
    this.width = type.width;
  }
  override get typeText(): string {
    return scalarName(this.type, this.kind);
  }
}

export function scalarName(type: ScalarType, kind: Kind): string {
  return kind === 'bit' ? 'bit' : typeName(type);
}

/** The low `width` bits of a value as a pattern. */
export function pattern(value: bigint, width: number): bigint {
  return BigInt.asUintN(width, value);
}

/** The least and the largest value. */
export function rangeOf(kind: Kind, width: number): readonly [bigint, bigint] {
  return kind === 'sint'
    ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n]
    : [0n, (1n << BigInt(width)) - 1n];
}

/** The places of a message: the call that is running, then those of the values involved. */
export function placesOf(what: string, ...nodes: readonly Given[]): Diagnostic['places'] {
  const involved = nodes.flatMap((node) => {
    const place = node instanceof Node ? (node.builder.nodes[node.id]?.place ?? null) : null;
    return node instanceof Node && place !== null ? [{ what: node.description, place }] : [];
  });
  return [{ what, place: here() }, ...involved];
}

/**
 * Reports what is wrong with the values involved, unless something already was with one of them: one mistake gives one
 * message.
 */
export function complain(problem: Omit<Problem, 'places'>, what: string, ...involved: readonly Given[]): void {
  if (involved.some((one) => one instanceof Node && one.builder.isDoubtful(one.id))) return;
  current('an expression').report({ ...problem, places: placesOf(what, ...involved) });
}

/**
 * The node's id for use in the body that is running; E0016 (once for each node) and a zero where it belongs to another
 * module's.
 */
export function local(node: Node): NodeId {
  const builder = current('an expression');
  if (node.builder === builder) return node.id;
  if (builder.firstTime(`${node.builder.name} %${node.id}`)) {
    builder.report({
      code: 'E0016',
      message: `${node.description} belongs to module ${node.builder.name}, and is used in ${builder.name}`,
      help: `pass it through a port of ${builder.name}`,
      places: placesOf(`used in ${builder.name}`, node),
    });
  }
  return builder.standIn(node.type);
}
