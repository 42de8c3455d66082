/** Shapes that hold others: structs, and of ports streams and shapes of another clock domain. */
import { current, identifierHelp, isIdentifier, report } from './builder.ts';
import { Node, placesOf, type Given, type Use } from './node.ts';
import { describeGiven, noteOf, remedyFor } from './operand.ts';
import { noShape, PortShapeImpl, ScalarShape, ShapeImpl, shapeOf, type Leaf } from './shape.ts';
import { Scalar } from './signal.ts';
import { isLater } from '../messages/show.ts';
import type { Shape } from './types.ts';
import { VecSignal } from './vector.ts';

export class StructShape extends ShapeImpl {
  readonly fields: readonly (readonly [name: string, shape: ShapeImpl])[];
  readonly leaves: readonly Leaf[];
  constructor(fields: readonly (readonly [name: string, shape: ShapeImpl])[]) {
    super();
    this.fields = fields;
    this.leaves = fields.flatMap(([name, shape]) =>
      shape.leaves.map((leaf) => ({ path: [name, ...leaf.path], type: leaf.type })),
    );
  }
  get name(): string {
    return `{${this.fields.map(([name, shape]) => `${name}: ${shape.name}`).join(', ')}}`;
  }
  wrap(nodes: readonly Node[]): unknown {
    let at = 0;
    return Object.fromEntries(
      this.fields.map(([name, shape]) => [name, shape.wrap(nodes.slice(at, (at += shape.leaves.length)))]),
    );
  }
  unwrap(given: Given, use: Use): Node[] {
    const builder = current('an expression');
    if (!isRecord(given)) {
      builder.report({
        code: 'E0002',
        message: use(describeGiven(given)),
        help: remedyFor(given, `a bundle ${this.name} is expected`),
        places: placesOf('used here', given),
      });
      return this.zeros();
    }
    const record = new Map(Object.entries(given));
    const names = this.fields.map(([name]) => name);
    const known = new Set(names);
    const unknown = [...record.keys()].filter((key) => !known.has(key));
    const missing = names.filter((name) => record.get(name) === undefined);
    if (unknown.length + missing.length > 0) {
      const faults = [
        ...(unknown.length > 0 ? [`with ${unknown.join(', ')}`] : []),
        ...(missing.length > 0 ? [`without ${missing.join(', ')}`] : []),
      ];
      builder.report({
        code: 'E0011',
        message: use(`a bundle ${faults.join(' and ')}`),
        help: `its fields are ${names.join(', ')}`,
      });
    }
    if (missing.length > 0) return this.zeros();
    return this.fields.flatMap(([name, shape]) =>
      shape.unwrap(record.get(name), (seen) => `${use(seen)} in field ${name}`),
    );
  }
}

/**
 * Whether `given` is an object of named parts: no signal, vector, array, promise, or other thing of the language or
 * host.
 */
export function isRecord(given: Given): given is object {
  return (
    typeof given === 'object' &&
    given !== null &&
    !(given instanceof Node) &&
    noteOf(given) === null &&
    !isLater(given) &&
    Object.prototype.toString.call(given) === '[object Object]'
  );
}

/**
 * E0012 for fields whose names are no identifiers. Whole numbers are the worst: JavaScript puts them before all other
 * keys.
 */
function checkFields(names: readonly string[]): void {
  for (const name of names.filter((one) => !isIdentifier(one))) {
    const moved = `; JavaScript moves names such as ${name} before all others, and the order of fields is that of their bits`;
    const order = /^\d+$/.test(name) ? moved : '';
    report({
      code: 'E0012',
      message: `a field called '${name}', which is no identifier${order}`,
      help: /^\d/.test(name) ? `write _${name}, or make it a vector: vec(n, …)` : identifierHelp,
    });
  }
}

/** A ready/valid bundle of a port. */
export class StreamShapeImpl extends PortShapeImpl {
  readonly payload: ShapeImpl;
  readonly remedy = 'a stream is a port of its own; it cannot be part of a struct, a vector, a register or a memory';
  constructor(payload: ShapeImpl) {
    super();
    this.payload = payload;
  }
  get name(): string {
    return `stream of ${this.payload.name}`;
  }
}

/** A port in another clock domain than its module's first. */
export class DomainShape extends PortShapeImpl {
  readonly inner: ShapeImpl | StreamShapeImpl;
  readonly clock: string;
  constructor(inner: ShapeImpl | StreamShapeImpl, clock: string) {
    super();
    this.inner = inner;
    this.clock = clock;
  }
  get name(): string {
    return `${this.inner.name} in domain '${this.clock}'`;
  }
  get remedy(): string {
    return `a whole port is in a domain, as in inDomain('${this.clock}', struct({ … })); a register is in that of inClock('${this.clock}', …)`;
  }
}

/** The shape of a value that a designer holds; E0002 where it is no value of signals. */
export function shapeOfValue(value: Given): ShapeImpl {
  if (value instanceof Scalar) return new ScalarShape(value.type, value.kind);
  if (value instanceof VecSignal) return value.shape;
  // Streams and other objects with methods are no bundles.
  if (isRecord(value) && Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length > 0) {
    checkFields(Object.keys(value));
    return new StructShape(Object.entries(value).map(([name, field]) => [name, shapeOfValue(field)] as const));
  }
  report({
    code: 'E0002',
    message: `${describeGiven(value)} where a signal, a vector or a bundle of them is expected`,
    help: remedyFor(value, 'give literals a type: constant(uint(8), 5)'),
  });
  return noShape;
}

/**
 * Fields by name as a struct; E0004 where there are none, E0012 where one would hide what registers are assigned by.
 */
export function structOf(fields: Readonly<Record<string, Shape>>): ShapeImpl {
  if (!isRecord(fields)) {
    report({
      code: 'E0004',
      message: `struct of ${describeGiven(fields)}`,
      help: 'give it its fields: struct({ x: uint(8), y: bit })',
    });
    return noShape;
  }
  checkFields(Object.keys(fields));
  const made = Object.entries(fields).map(([name, shape]) => [name, shapeOf(shape)] as const);
  if (made.length === 0)
    report({ code: 'E0004', message: 'a struct without fields', help: 'give it at least one field' });
  if ('next' in fields)
    report({
      code: 'E0012',
      message: 'a field called next',
      help: 'give it another name: registers are assigned by next',
    });
  return new StructShape(made);
}
