/** Shapes: how the designer's types map to the ir's, and back. */
import type { NodeId, ScalarType, Type } from '../ir/types.ts';
import { DesignError } from '../diagnostics/diagnostic.ts';
import { sameType, typeName, typeWidth } from '../ir/walk.ts';
import { here } from './place.ts';
import { current, type ModuleBuilder } from './builder.ts';
import { indexNode, local, Node, packed, Scalar, scalarOf, type Given, type Kind } from './signal.ts';
import { surface } from './surface.ts';
import type { Add, Bit, BitIn, Enum, InputsOf, Literal, Shape, Shapes, SignalsOf, SInt, Stream, StreamShape, UInt, Value, Vec } from './types.ts';

/** One node that a value of a shape consists of. `path` names it within the value. */
export interface Leaf { readonly path: readonly string[]; readonly type: Type }

type Use = (given: string) => string;

/** The run-time side of {@link Shape}. */
export abstract class ShapeImpl {
  abstract readonly name: string;
  abstract readonly leaves: readonly Leaf[];
  /** The designer's value over one node per leaf. */
  abstract wrap(nodes: readonly Node[]): unknown;
  /** Checks a given value against this shape; one node per leaf, in order. */
  abstract unwrap(given: Given, use: Use): Node[];
}

class ScalarShape extends ShapeImpl {
  readonly type: ScalarType;
  readonly kind: Kind;
  readonly leaves: readonly Leaf[];
  constructor(type: ScalarType, kind: Kind) {
    super();
    this.type = type;
    this.kind = kind;
    this.leaves = [{ path: [], type }];
  }
  get name(): string { return this.kind === 'bit' ? 'bit' : typeName(this.type); }
  wrap([node]: readonly Node[]): Scalar {
    if (node === undefined) throw new RangeError('a scalar has one node');
    return new Scalar(node.builder, node.id, this.type, this.kind);
  }
  unwrap(given: Given, use: Use): Node[] {
    const builder = current('an expression');
    return [new Node(builder, scalarOf(this.type, this.kind, given, use), this.type)];
  }
}

class StructShape extends ShapeImpl {
  readonly fields: readonly (readonly [string, ShapeImpl])[];
  readonly leaves: readonly Leaf[];
  constructor(fields: Readonly<Record<string, Shape>>) {
    super();
    this.fields = Object.entries(fields).map(([name, shape]) => [name, shapeOf(shape)] as const);
    this.leaves = this.fields.flatMap(([name, shape]) => shape.leaves.map((leaf) => ({ path: [name, ...leaf.path], type: leaf.type })));
  }
  get name(): string { return `{${this.fields.map(([name, shape]) => `${name}: ${shape.name}`).join(', ')}}`; }
  wrap(nodes: readonly Node[]): unknown {
    let at = 0;
    return Object.fromEntries(this.fields.map(([name, shape]) => [name, shape.wrap(nodes.slice(at, at += shape.leaves.length))]));
  }
  unwrap(given: Given, use: Use): Node[] {
    const record = typeof given === 'object' && given !== null && !(given instanceof Node) && !(given instanceof VecSignal) ? new Map(Object.entries(given)) : null;
    const unknown = record === null ? [] : [...record.keys()].filter((key) => !this.fields.some(([name]) => name === key));
    if (record === null || unknown.length > 0) {
      const builder = current('an expression');
      builder.report(unknown.length > 0
        ? { code: 'E0011', message: use(`a bundle with ${unknown.join(', ')}`), help: `the fields are ${this.fields.map(([name]) => name).join(', ')}` }
        : { code: 'E0002', message: use(describe(given)), help: `a bundle ${this.name} is expected` });
    }
    return this.fields.flatMap(([name, shape]) => shape.unwrap(record?.get(name), (seen) => `${use(seen)} in field ${name}`));
  }
}

class VecShape extends ShapeImpl {
  readonly length: number;
  readonly element: ShapeImpl;
  readonly leaves: readonly Leaf[];
  constructor(length: number, element: ShapeImpl) {
    super();
    this.length = length;
    this.element = element;
    this.leaves = element.leaves.map((leaf) => ({ path: leaf.path, type: { kind: 'vec', length, element: leaf.type } }));
  }
  get name(): string { return `vec<${this.length}, ${this.element.name}>`; }
  wrap(nodes: readonly Node[]): VecSignal { return new VecSignal(this, nodes); }
  unwrap(given: Given, use: Use): Node[] {
    const builder = current('an expression');
    if (given instanceof VecSignal) {
      given.nodes.forEach(local);
      const fits = given.nodes.length === this.leaves.length && this.leaves.every((leaf, i) => sameType(leaf.type, given.nodes[i]?.type ?? leaf.type));
      if (fits) return [...given.nodes];
    } else if (Array.isArray(given) && given.length === this.length) {
      const elements = given.map((element: Given, i) => this.element.unwrap(element, (seen) => `${use(seen)} at element ${i}`));
      return this.leaves.map((leaf, i) => new Node(builder, collected(builder, leaf.type, elements.map((nodes) => nodes[i]?.id ?? 0)), leaf.type));
    }
    builder.report({ code: given instanceof VecSignal ? 'E0001' : 'E0002', message: use(describe(given)), help: `${this.name} is expected` });
    return this.leaves.map((leaf) => new Node(builder, builder.constant(leaf.type, 0n), leaf.type));
  }
}

/** Elements as one vector; constants make a constant, however many they are. */
function collected(builder: ModuleBuilder, type: Type, elements: readonly NodeId[]): NodeId {
  const values = elements.map((id) => constantPattern(builder, id));
  const width = typeWidth(type) / elements.length;
  if (values.every((value) => value !== null)) return builder.constant(type, sideBySide(values, width));
  return builder.op('vec', type, elements);
}

/** Patterns of one width as one, the first in the least significant bits: by halves, because long vectors make long numbers. */
function sideBySide(patterns: readonly bigint[], width: number): bigint {
  if (patterns.length <= 1) return patterns[0] ?? 0n;
  const half = patterns.length >> 1;
  return sideBySide(patterns.slice(0, half), width) | (sideBySide(patterns.slice(half), width) << BigInt(half * width));
}

/** The value of a constant node, or of copies of one; null for everything else. */
function constantPattern(builder: ModuleBuilder, id: NodeId): bigint | null {
  const node = builder.nodes[id];
  if (node?.kind === 'const') return node.value;
  if (node?.kind !== 'op' || node.op !== 'fill' || node.type.kind !== 'vec') return null;
  const [one] = node.args;
  const value = one === undefined ? null : constantPattern(builder, one);
  return value === null ? null : sideBySide(Array.from({ length: node.type.length }, () => value), typeWidth(node.type.element));
}

function describe(given: Given): string {
  if (given instanceof Node) return given.description;
  if (given instanceof VecSignal) return given.shape.name;
  if (Array.isArray(given)) return `an array of ${given.length}`;
  return given === undefined ? 'nothing' : typeof given === 'object' ? 'a bundle' : String(given);
}

function leafOf(shape: VecShape, index: number): { readonly type: Type; readonly element: Type } {
  const [leaf, element] = [shape.leaves[index], shape.element.leaves[index]];
  if (leaf === undefined || element === undefined) throw new RangeError(`${shape.name} has no leaf ${index}`);
  return { type: leaf.type, element: element.type };
}

/** Several elements of one shape: one vector node per leaf of the element (a vector of structs is a struct of vectors inside). */
export class VecSignal {
  readonly kind = 'vec';
  readonly shape: VecShape;
  readonly nodes: readonly Node[];
  constructor(shape: VecShape, nodes: readonly Node[]) {
    this.shape = shape;
    this.nodes = nodes;
  }
  get length(): number { return this.shape.length; }
  #check(index: Given): void {
    if (typeof index === 'number' && index >= this.length) {
      current('an expression').report({ code: 'E0004', message: `element ${index} of ${this.shape.name}`, help: `elements are 0 to ${this.length - 1}` });
    }
  }
  at(index: Given): unknown {
    this.#check(index);
    return this.shape.element.wrap(this.nodes.map((node, i) => {
      const builder = local(node).builder;
      const type = this.shape.element.leaves[i]?.type ?? node.type;
      return new Node(builder, builder.op('index', type, [node.id, indexNode(builder, index)]), type);
    }));
  }
  with(index: Given, element: Given): VecSignal {
    this.#check(index);
    const parts = this.shape.element.unwrap(element, (seen) => `${seen} as an element of ${this.shape.name}`);
    return new VecSignal(this.shape, this.nodes.map((node, i) => {
      const builder = local(node).builder;
      return new Node(builder, builder.op('update', node.type, [node.id, indexNode(builder, index), parts[i]?.id ?? node.id]), node.type);
    }));
  }
  slice(start: number, count: number): VecSignal {
    if (!Number.isInteger(start) || !Number.isInteger(count) || start < 0 || count < 1 || start + count > this.length) {
      current('an expression').report({ code: 'E0004', message: `${count} elements from ${start} of ${this.shape.name}`, help: `take at least one of the elements 0 to ${this.length - 1}` });
      return this;
    }
    const shape = new VecShape(count, this.shape.element);
    return new VecSignal(shape, this.nodes.map((node, i) => {
      const builder = local(node).builder;
      const { type, element } = leafOf(shape, i);
      const width = typeWidth(element);
      const bits = builder.op('slice', { kind: 'uint', width: width * count }, [node.id], width * start);
      return new Node(builder, builder.op('cast', type, [bits]), type);
    }));
  }
  eq(other: Given): Scalar {
    const nodes = this.shape.unwrap(other, (seen) => `${this.shape.name} eq ${seen}`);
    const equal = this.nodes.map((node, i) => {
      const builder = local(node).builder;
      return new Scalar(builder, builder.op('eq', { kind: 'uint', width: 1 }, [node.id, nodes[i]?.id ?? node.id]), { kind: 'uint', width: 1 }, 'bit');
    });
    return equal.reduce((all, one) => all.and(one));
  }
  *[Symbol.iterator](): Iterator<unknown> { for (let i = 0; i < this.length; i++) yield this.at(i); }
  map<R>(f: (element: unknown, index: number) => R): R[] { return Array.from({ length: this.length }, (_, i) => f(this.at(i), i)); }
}

/** A ready/valid bundle of a port. Only `module` looks inside. */
export class StreamShapeImpl extends ShapeImpl {
  readonly payload: ShapeImpl;
  readonly leaves: readonly Leaf[] = [];
  constructor(payload: ShapeImpl) { super(); this.payload = payload; }
  get name(): string { return `stream of ${this.payload.name}`; }
  wrap(): unknown { return notNested(); }
  unwrap(): Node[] { return notNested(); }
}

function notNested(): never { throw new TypeError('a stream is a port of its own; it cannot be part of a struct, a vector or a register'); }

/** A shape in another clock domain than its module's first. */
export class DomainShape extends ShapeImpl {
  readonly inner: ShapeImpl;
  readonly clock: string;
  constructor(inner: ShapeImpl, clock: string) { super(); this.inner = inner; this.clock = clock; }
  get name(): string { return this.inner.name; }
  get leaves(): readonly Leaf[] { return this.inner.leaves; }
  wrap(nodes: readonly Node[]): unknown { return this.inner.wrap(nodes); }
  unwrap(given: Given, use: Use): Node[] { return this.inner.unwrap(given, use); }
}

export function shapeOf(shape: Shape): ShapeImpl {
  if (shape instanceof ShapeImpl) return shape;
  throw new TypeError('a shape is expected here: bit, uint(n), sint(n), enumeration(…), struct({…}), vec(n, …) or stream(…)');
}

/** The shape of a value that a designer holds. */
export function shapeOfValue(value: Given): ShapeImpl {
  if (value instanceof Scalar) return new ScalarShape(value.type, value.kind);
  if (value instanceof VecSignal) return value.shape;
  if (typeof value === 'object' && value !== null) {
    return new StructShape(Object.fromEntries(Object.entries(value).map(([name, field]) => [name, surface<Shape>(shapeOfValue(field))])));
  }
  throw new TypeError('a signal, a vector or a bundle of them is expected here');
}

/** @throws DesignError (E0004): shapes are made outside of modules too, where nothing collects mistakes. */
function sized(size: number, what: string): number {
  if (Number.isInteger(size) && size >= 1) return size;
  throw new DesignError([{
    code: 'E0004', message: `${what}(${size})`, path: [], places: [{ what: 'here', place: here() }], help: 'use a whole number of at least 1',
  }]);
}

/** One bit: a condition. */
export const bit: Shape<Bit, BitIn> = surface(new ScalarShape({ kind: 'uint', width: 1 }, 'bit'));

/** An unsigned number of `width` bits, at least 1. */
export function uint<const W extends number>(width: W): Shape<UInt<W>, Value<'uint', W> | Literal> {
  return surface(new ScalarShape({ kind: 'uint', width: sized(width, 'uint') }, 'uint'));
}

/** A two's-complement number of `width` bits, at least 1. */
export function sint<const W extends number>(width: W): Shape<SInt<W>, Value<'sint', W> | Literal> {
  return surface(new ScalarShape({ kind: 'sint', width: sized(width, 'sint') }, 'sint'));
}

/** A value that is one of `labels`, coded 0, 1, … in just enough bits; waveforms show the words. */
export function enumeration<const L extends string>(name: string, labels: readonly L[]): Shape<Enum<L>, Enum<L> | L> {
  const width = Math.max(1, Math.ceil(Math.log2(labels.length)));
  return surface(new ScalarShape({ kind: 'enum', width, name, labels: [...labels] }, 'enum'));
}

/** Named fields side by side. */
export function struct<const S extends Shapes>(fields: S): Shape<SignalsOf<S>, InputsOf<S>> {
  return surface(new StructShape(fields));
}

/** `length` elements of one shape. */
export function vec<T, I, const N extends number>(length: N, element: Shape<T, I>): Shape<Vec<T, N, I>, Vec<T, N, I> | readonly I[]> {
  return surface(new VecShape(sized(length, 'vec'), shapeOf(element)));
}

/** A port that carries `payload` under valid and ready; see {@link Stream} for its rules. */
export function stream<T, I>(payload: Shape<T, I>): StreamShape<T, I> {
  return surface(new StreamShapeImpl(shapeOf(payload)));
}

/** A port that belongs to another of the module's clocks than the first. */
export function inDomain<S extends Shape>(clock: string, shape: S): S {
  return surface(new DomainShape(shapeOf(shape), clock));
}

/** How many bits a value of `shape` has. */
export function bitsOf(shape: Shape): number {
  return shapeOf(shape).leaves.reduce((sum, leaf) => sum + typeWidth(leaf.type), 0);
}

/** A value's bits side by side, its first field (element 0 of a vector) in the least significant ones. */
export function pack<W extends number = number>(value: unknown): UInt<W> {
  return surface(packNodes(shapeOfValue(value).unwrap(value, (seen) => `packing ${seen}`)));
}

export function packNodes(nodes: readonly Node[]): Scalar {
  const parts = nodes.map(packed);
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const builder = current('pack');
  const type: ScalarType = { kind: 'uint', width: parts.reduce((sum, part) => sum + part.width, 0) };
  return new Scalar(builder, builder.op('cat', type, parts.map((part) => part.id).reverse()), type, 'uint');
}

/** The inverse of {@link pack}: reads `bits`, as wide as the shape, as a value of it. */
export function unpack<T, I>(shape: Shape<T, I>, bits: Value<'uint'>): T {
  const impl = shapeOf(shape);
  const builder = current('unpack');
  const whole = new Scalar(builder, scalarOf({ kind: 'uint', width: bitsOf(shape) }, 'uint', bits, (seen) => `${seen} as ${impl.name}`), { kind: 'uint', width: bitsOf(shape) }, 'uint');
  let low = 0;
  return surface(impl.wrap(impl.leaves.map((leaf) => {
    const width = typeWidth(leaf.type);
    const part = width === whole.width ? whole : whole.slice(low, width);
    low += width;
    const id = leaf.type.kind === 'uint' ? part.id : builder.op('cast', leaf.type, [part.id]);
    return new Node(builder, id, leaf.type);
  })));
}

/** A constant of `shape`. */
export function constant<T, I>(shape: Shape<T, I>, value: I): T {
  const impl = shapeOf(shape);
  return surface(impl.wrap(impl.unwrap(value, (seen) => `${seen} as a constant`)));
}

/** A vector whose elements are all `value`. */
export function fill<T, I, const N extends number>(length: N, element: Shape<T, I>, value: I): Vec<T, N, I> {
  const shape = new VecShape(sized(length, 'fill'), shapeOf(element));
  const builder = current('fill');
  const parts = shape.element.unwrap(value, (seen) => `${seen} as an element`);
  return surface(shape.wrap(shape.leaves.map((leaf, i) => new Node(builder, builder.op('fill', leaf.type, [parts[i]?.id ?? 0]), leaf.type))));
}

/** Bits side by side, the first argument in the most significant ones. */
export function cat(...parts: readonly (Value<'uint'> | Value<'sint'> | Value<'bit', 1>)[]): UInt {
  const nodes = parts.map((part) => {
    if (part instanceof Scalar) return local(part);
    throw new TypeError('cat joins signals; give literals a width: constant(uint(3), 5)');
  });
  return surface(packNodes([...nodes].reverse()));
}

/** The elements of `low`, then those of `high`: two vectors of one shape of elements. */
export function concat<T, I, const N extends number, const M extends number>(low: Vec<T, N, I>, high: Vec<NoInfer<T>, M, I>): Vec<T, Add<N, M>, I> {
  const [a, b]: readonly unknown[] = [low, high];
  if (!(a instanceof VecSignal) || !(b instanceof VecSignal)) throw new TypeError('concat joins vectors of signals');
  const element = a.shape.element;
  const rest = new VecShape(b.length, element).unwrap(b, (seen) => `concat of ${a.shape.name} and ${seen}`);
  const shape = new VecShape(a.length + b.length, element);
  return surface(shape.wrap(a.nodes.map((node, i) => {
    const builder = local(node).builder;
    const { type } = leafOf(shape, i);
    const bits = packNodes([node, rest[i] ?? node]);
    return new Node(builder, builder.op('cast', type, [bits.id]), type);
  })));
}

/** A reset value as one bit pattern per leaf. */
export function patterns(shape: ShapeImpl, given: Given): bigint[] {
  if (given === undefined) return shape.leaves.map(() => 0n);
  const builder = current('a reset value');
  return shape.unwrap(given, (seen) => `${seen} as a reset value`).map((node) => {
    const value = constantPattern(node.builder, node.id);
    if (value === null) builder.report({ code: 'E0003', message: `${node.description} as a reset value`, help: 'a reset value is a number, a label, or an array or record of them' });
    return value ?? 0n;
  });
}
