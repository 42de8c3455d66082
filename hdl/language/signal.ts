/** The run-time side of scalar signals: one class behind the interfaces of types.ts. */
import { formatPlace } from '../diagnostics/diagnostic.ts';
import type { NodeId, Operation, ScalarType, Type } from '../ir/types.ts';
import { typeName, typeWidth } from '../ir/walk.ts';
import { current, type ModuleBuilder } from './builder.ts';
import { here } from './place.ts';

export type Kind = 'bit' | 'uint' | 'sint' | 'enum';

/** Anything a designer can hand in where a signal is expected. */
export type Given = unknown;

/** One node of one module. `kind` is the designer's view: a `bit` is a `uint<1>` in the ir. */
export class Node {
  readonly builder: ModuleBuilder;
  readonly id: NodeId;
  readonly type: Type;
  constructor(builder: ModuleBuilder, id: NodeId, type: Type) {
    this.builder = builder;
    this.id = id;
    this.type = type;
  }

  /** For messages: the designer's name, else what the node is. */
  get description(): string {
    const node = this.builder.nodes[this.id];
    const what = node === undefined ? 'signal' : node.name ?? (node.kind === 'input' ? node.port : node.kind === 'op' ? `${node.op}(…)` : node.kind === 'const' ? String(node.value) : node.kind);
    return `${what} (${typeName(this.type)}${node?.place ? `, ${formatPlace(node.place).replace(/:\d+$/, '')}` : ''})`;
  }
}

/** The low `width` bits of a value as a pattern. */
export function pattern(value: bigint, width: number): bigint { return BigInt.asUintN(width, value); }

export const bitType: ScalarType = { kind: 'uint', width: 1 };

function rangeOf(kind: Kind, width: number): readonly [bigint, bigint] {
  return kind === 'sint' ? [-(1n << BigInt(width - 1)), (1n << BigInt(width - 1)) - 1n] : [0n, (1n << BigInt(width)) - 1n];
}

/** Checks that a node belongs to the module whose body is running (E0016). */
export function local<N extends Node>(node: N): N {
  const builder = current('an expression');
  if (node.builder !== builder) {
    builder.report({
      code: 'E0016', message: `${node.description} belongs to module ${node.builder.name}, and is used in ${builder.name}`,
      help: `pass it through a port of ${builder.name}`,
    });
    return node;
  }
  return node;
}

/** A number as a constant of a type; E0003 where it does not fit, E0002 where it is no whole number. */
export function literal(builder: ModuleBuilder, kind: Kind, type: ScalarType, value: number | bigint | boolean): NodeId {
  const [least, most] = rangeOf(kind, type.width);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    builder.report({ code: 'E0003', message: `${value} is not a whole number of at most 53 bits`, help: 'write it as a bigint, or round it' });
    return builder.constant(type, 0n);
  }
  const whole = BigInt(value);
  if (whole < least || whole > most) {
    builder.report({
      code: 'E0003', message: `${whole} does not fit ${kind === 'bit' ? 'a bit' : typeName(type)} (${least} to ${most})`,
      help: 'use a number in that range, or a wider type',
    });
  }
  return builder.constant(type, pattern(whole, type.width));
}

function kindOf(type: ScalarType, kind: Kind): string { return kind === 'bit' ? 'bit' : typeName(type); }

export class Scalar extends Node {
  readonly kind: Kind;
  readonly width: number;
  override readonly type: ScalarType;

  constructor(builder: ModuleBuilder, id: NodeId, type: ScalarType, kind: Kind) {
    super(builder, id, type);
    this.type = type;
    this.kind = kind;
    this.width = type.width;
  }

  get labels(): readonly string[] { return this.type.kind === 'enum' ? this.type.labels : []; }

  /** JavaScript's operators see an object; the ones that try to make a number or string of it end here. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(`${this.description} is a signal, not a JavaScript value: use add, eq, lt, and, select, …`);
  }

  #make(type: ScalarType, kind: Kind, op: Operation, args: readonly NodeId[], low = 0): Scalar {
    const builder = local(this).builder;
    return new Scalar(builder, builder.op(op, type, args, low), type, kind);
  }
  #bit(op: Operation, args: readonly NodeId[]): Scalar { return this.#make(bitType, 'bit', op, args); }

  /** The other operand as a node of exactly this type. */
  #same(other: Given, operation: string): NodeId {
    return scalarOf(this.type, this.kind, other, (given) => `${this.description} ${operation} ${given}`);
  }

  #binary(op: Operation, other: Given): Scalar { return this.#make(this.type, this.kind, op, [this.id, this.#same(other, op)]); }
  #compare(op: Operation, other: Given): Scalar { return this.#bit(op, [this.id, this.#same(other, op)]); }

  add(other: Given): Scalar { return this.#binary('add', other); }
  sub(other: Given): Scalar { return this.#binary('sub', other); }
  addGrow(other: Given): Scalar { return this.extend(this.width + 1).add(this.#operand(other, 'addGrow').extend(this.width + 1)); }
  subGrow(other: Given): Scalar { return this.extend(this.width + 1).sub(this.#operand(other, 'subGrow').extend(this.width + 1)); }
  #operand(other: Given, name: string): Scalar { return new Scalar(this.builder, this.#same(other, name), this.type, this.kind); }

  addSat(other: Given): Scalar { return this.#saturated(this.addGrow(other)); }
  subSat(other: Given): Scalar { return this.#saturated(this.subGrow(other), true); }

  /** `grown` (one bit wider) held at this type's ends; `below` says that an unsigned result can only have gone below 0. */
  #saturated(grown: Scalar, below = false): Scalar {
    const [least, most] = rangeOf(this.kind, this.width);
    const constant = (value: bigint): Scalar => new Scalar(this.builder, literal(this.builder, this.kind, this.type, value), this.type, this.kind);
    const result = grown.truncate(this.width);
    if (this.kind === 'sint') {
      const negative = grown.bit(this.width);
      const overflow = negative.xor(grown.bit(this.width - 1));
      return choose(overflow, choose(negative, constant(least), constant(most)), result);
    }
    return choose(grown.bit(this.width), constant(below ? least : most), result);
  }

  mul(other: Given): Scalar {
    const factor = other instanceof Scalar ? local(other) : this.#operand(other, 'mul');
    if (factor.kind !== this.kind) {
      this.builder.report({ code: 'E0002', message: `${this.description} mul ${factor.description}`, help: 'make both signed or both unsigned: .asSint(), .asUint(), .extend(…).asSint()' });
    }
    const width = this.width + factor.width;
    return this.#make({ kind: this.kind === 'sint' ? 'sint' : 'uint', width }, this.kind, 'mul', [this.id, factor.id]);
  }

  and(other: Given): Scalar { return this.#binary('and', other); }
  or(other: Given): Scalar { return this.#binary('or', other); }
  xor(other: Given): Scalar { return this.#binary('xor', other); }
  not(): Scalar { return this.#make(this.type, this.kind, 'not', [this.id]); }
  shl(amount: Given): Scalar { return this.#make(this.type, this.kind, 'shl', [this.id, indexNode(this.builder, amount)]); }
  shr(amount: Given): Scalar { return this.#make(this.type, this.kind, 'shr', [this.id, indexNode(this.builder, amount)]); }

  eq(other: Given): Scalar { return this.#compare('eq', other); }
  ne(other: Given): Scalar { return this.#compare('ne', other); }
  lt(other: Given): Scalar { return this.#compare('lt', other); }
  le(other: Given): Scalar { return this.#compare('le', other); }
  gt(other: Given): Scalar { return this.#compare('gt', other); }
  ge(other: Given): Scalar { return this.#compare('ge', other); }
  is(label: string): Scalar { return this.#compare('eq', label); }

  extend(width: number): Scalar { return this.#resize('extend', width, width >= this.width); }
  truncate(width: number): Scalar { return this.#resize('truncate', width, width <= this.width && width >= 1); }
  #resize(op: 'extend' | 'truncate', width: number, fits: boolean): Scalar {
    if (!Number.isInteger(width) || !fits) {
      this.builder.report({ code: 'E0004', message: `${this.description}.${op}(${width})`, help: op === 'extend' ? 'extend to at least as many bits; truncate(…) drops bits' : 'truncate to between 1 and as many bits; extend(…) adds bits' });
      return this;
    }
    const type: ScalarType = { kind: this.kind === 'sint' ? 'sint' : 'uint', width };
    if (width === this.width) return new Scalar(this.builder, this.id, type, this.kind);
    return this.#make(type, this.kind, op, [this.id]);
  }

  bit(index: Given): Scalar {
    if (typeof index === 'number') return this.#slice(index, 1, 'bit');
    // A right shift by an amount past the width gives 0 for uint, as the language promises.
    return this.asUint().shr(index).#slice(0, 1, 'bit');
  }
  slice(low: number, width: number): Scalar { return this.#slice(low, width, 'uint'); }
  #slice(low: number, width: number, kind: Kind): Scalar {
    if (!Number.isInteger(low) || !Number.isInteger(width) || low < 0 || width < 1 || low + width > this.width) {
      this.builder.report({ code: 'E0004', message: `bits ${low} to ${low + width - 1} of ${this.description}`, help: `take bits between 0 and ${this.width - 1}` });
      return new Scalar(this.builder, this.builder.constant({ kind: 'uint', width: Math.max(1, Math.trunc(width) || 1) }, 0n), { kind: 'uint', width: Math.max(1, Math.trunc(width) || 1) }, kind);
    }
    return this.#make({ kind: 'uint', width }, kind, 'slice', [this.id], low);
  }

  asUint(): Scalar { return this.#cast('uint'); }
  asSint(): Scalar { return this.#cast('sint'); }
  #cast(kind: 'uint' | 'sint'): Scalar {
    const type: ScalarType = { kind, width: this.width };
    if (this.type.kind === kind) return new Scalar(local(this).builder, this.id, type, kind);
    return this.#make(type, kind, 'cast', [this.id]);
  }

  any(): Scalar { return this.#bit('orReduce', [this.id]); }
  all(): Scalar { return this.#bit('andReduce', [this.id]); }
  parity(): Scalar { return this.#bit('xorReduce', [this.id]); }

  expectWidth(width: number): Scalar {
    if (width !== this.width) {
      this.builder.report({ code: 'E0001', message: `${this.description} where ${width} bits are expected`, help: `.extend(${width}) or .truncate(${width})` });
    }
    return this;
  }
}

/**
 * `given` as a node of exactly one scalar type: a signal of that type, a number in its range, or a label of its enumeration.
 * `use` says, for the message, what was being done.
 */
export function scalarOf(type: ScalarType, kind: Kind, given: Given, use: (given: string) => string): NodeId {
  const builder = current('an expression');
  if (given instanceof Scalar) {
    local(given);
    if (given.kind !== kind || (kind === 'enum' && typeName(given.type) !== typeName(type))) {
      const help = kind === 'bit' ? 'a bit comes from eq, lt, any(), bit(i), …'
        : kind === 'enum' || given.kind === 'enum' ? 'compare and assign enumerations only with their own values; .asUint() gives the code'
          : given.kind === 'bit' ? '.asUint().extend(…) makes a number of a bit'
            : kind === 'sint' ? '.asSint() reads the same bits as signed; .extend(n + 1).asSint() keeps the value' : '.asUint() reads the same bits as unsigned';
      builder.report({ code: 'E0002', message: use(given.description), help: `${kindOf(type, kind)} expected: ${help}` });
      return builder.constant(type, 0n);
    }
    if (given.width !== type.width) {
      const help = given.width < type.width ? `.extend(${type.width}) on ${given.description}` : `.truncate(${type.width}) on ${given.description}, or a wider target`;
      builder.report({ code: 'E0001', message: use(given.description), help, places: [{ what: 'here', place: here() }, ...placeOf(given)] });
      return builder.constant(type, 0n);
    }
    return given.id;
  }
  if (typeof given === 'string' && type.kind === 'enum') {
    const index = type.labels.indexOf(given);
    if (index >= 0) return builder.constant(type, BigInt(index));
    builder.report({ code: 'E0013', message: `${type.name} has no value '${given}'`, help: `one of ${type.labels.join(', ')}` });
    return builder.constant(type, 0n);
  }
  if (kind !== 'enum' && (typeof given === 'number' || typeof given === 'bigint' || (typeof given === 'boolean' && kind === 'bit'))) {
    return literal(builder, kind, type, given);
  }
  const seen = given instanceof Node ? given.description : given === null ? 'null' : typeof given === 'object' ? 'a bundle' : String(given);
  builder.report({ code: 'E0002', message: use(seen), help: `a ${kindOf(type, kind)} is expected` });
  return builder.constant(type, 0n);
}

function placeOf(node: Node): { what: string; place: NonNullable<ReturnType<typeof here>> }[] {
  const place = node.builder.nodes[node.id]?.place;
  return place ? [{ what: node.description, place }] : [];
}

/** An amount of a shift or an index: an unsigned signal, or a number (made a constant just wide enough). */
export function indexNode(builder: ModuleBuilder, given: Given): NodeId {
  if (given instanceof Scalar) {
    local(given);
    if (given.kind === 'uint') return given.id;
    builder.report({ code: 'E0002', message: `${given.description} as an index or amount`, help: 'an unsigned signal is expected: .asUint()' });
    return builder.constant({ kind: 'uint', width: 1 }, 0n);
  }
  if (typeof given !== 'number' || !Number.isSafeInteger(given) || given < 0) {
    builder.report({ code: 'E0003', message: `${String(given)} as an index or amount`, help: 'use a whole number from 0, or an unsigned signal' });
    return builder.constant({ kind: 'uint', width: 1 }, 0n);
  }
  return builder.constant({ kind: 'uint', width: Math.max(1, given.toString(2).length) }, BigInt(given));
}

/** `condition ? then : otherwise` for two scalars of one type. */
export function choose(condition: Scalar, then: Scalar, otherwise: Scalar): Scalar {
  const builder = local(condition).builder;
  return new Scalar(builder, builder.op('mux', then.type, [condition.id, then.id, otherwise.id]), then.type, then.kind);
}

/** The bits of a vector's or scalar's node, as one unsigned scalar. */
export function packed(node: Node): Scalar {
  const width = typeWidth(node.type);
  const type: ScalarType = { kind: 'uint', width };
  const builder = local(node).builder;
  return new Scalar(builder, node.type.kind === 'uint' ? node.id : uncast(builder, node.id) ?? builder.op('cast', type, [node.id]), type, 'uint');
}

/** The unsigned number that a node is only another reading of. */
function uncast(builder: ModuleBuilder, id: NodeId): NodeId | null {
  const node = builder.nodes[id];
  const [from] = node?.kind === 'op' && node.op === 'cast' && node.name === null ? node.args : [];
  return from !== undefined && builder.nodes[from]?.type.kind === 'uint' ? from : null;
}
