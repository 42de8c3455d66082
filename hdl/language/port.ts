/** How the ports of a module are made of its record of shapes, seen from inside and from outside. */
import type { NodeId, Place, Port, Type } from '../ir/types.ts';
import { refuse, report, type ModuleBuilder } from './builder.ts';
import { here } from './place.ts';
import { DomainShape, isRecord, StreamShapeImpl } from './bundle.ts';
import { bitType, complain, Node, placesOf, type Given, type Use } from './node.ts';
import { describeGiven, note, remedyFor, type Note } from './operand.ts';
import { ScalarShape, ShapeImpl, shapeOf } from './shape.ts';
import { Scalar } from './signal.ts';
import { assign, leafName, makeWire, type Assignable } from './state.ts';
import type { Shapes } from './types.ts';

const shapeOfBit = new ScalarShape(bitType, 'bit');

/** A key of the record: a plain bundle of nodes, or a stream. */
export interface PortSpec {
  readonly key: string;
  readonly shape: ShapeImpl;
  /** The domain asked for; null: the module's first. */
  readonly clock: string | null;
  readonly stream: boolean;
}

/** @throws DesignError E0011, saying `otherwise`, where the record of shapes is none. */
export function portSpecs(shapes: Shapes | undefined, otherwise: string): PortSpec[] {
  if (!isRecord(shapes)) {
    report({
      code: 'E0011',
      message: otherwise,
      help: 'module(name, { in: { a: uint(8) }, out: { b: uint(8) } }, ({ a }) => ({ b: a })); {} where there are none',
    });
    return [];
  }
  return Object.entries(shapes).map(([key, given]) => {
    const [clock, inner] = given instanceof DomainShape ? [given.clock, given.inner] : [null, given];
    return inner instanceof StreamShapeImpl
      ? { key, shape: inner.payload, clock, stream: true }
      : { key, shape: inner instanceof ShapeImpl ? inner : shapeOf(inner), clock, stream: false };
  });
}

/** Name and type of each port that carries `spec`'s value, in the order of its leaves. */
export function dataPorts(spec: PortSpec): { readonly name: string; readonly type: Type }[] {
  const base = spec.stream ? `${spec.key}_payload` : spec.key;
  return spec.shape.leaves.map((leaf) => ({ name: leafName(base, leaf.path), type: leaf.type }));
}

export const validPort = (spec: PortSpec): string => `${spec.key}_valid`;
export const readyPort = (spec: PortSpec): string => `${spec.key}_ready`;

/** {@link Stream} at run time: valid and payload from the producer, ready a wire that the consumer assigns. */
export class StreamHandle {
  readonly valid: Scalar;
  readonly payload: unknown;
  readonly shape: ShapeImpl;
  readonly #ready: Assignable;
  #assigned = false;

  /** Makes a wire for its ready, called `readyName` where that is free. */
  constructor(valid: Scalar, payload: unknown, shape: ShapeImpl, readyName: string) {
    this.valid = valid;
    this.payload = payload;
    this.shape = shape;
    const { builder } = valid;
    // A stream may be called like the output that it becomes, whose ready is a port of that name.
    this.#ready = makeWire(builder.freeName(readyName), shapeOfBit, 0);
    const place = here();
    builder.finishers.push(() => {
      if (this.#assigned) return;
      builder.report({
        code: 'E0006',
        message: `nothing assigns ${readyName}, so that its stream never moves`,
        help: 'assign its ready, or hand the stream to a consumer',
        places: [{ what: readyName, place }],
      });
    });
  }
  get [note](): Note {
    const remedy = 'look at the valid and payload of the stream, or hand it to an instance or a combinator';
    return { what: `a stream of ${this.shape.name}`, remedy };
  }
  get readyNode(): NodeId {
    return this.#ready.nodes[0]?.id ?? 0;
  }
  get ready(): Scalar {
    return new Scalar(this.valid.builder, this.readyNode, bitType, 'bit');
  }
  set ready(value: Given) {
    this.#assigned = true;
    assign(this.#ready, value);
  }
  get fire(): Scalar {
    return this.valid.and(this.ready);
  }
}

/**
 * Valid and payload of what is given for the stream `spec`: a handle, or a record of the two. null, with a report, for
 * anything else.
 */
export function streamParts(
  spec: PortSpec,
  given: Given,
  use: Use,
): { readonly valid: Given; readonly payload: Given } | null {
  if (given instanceof StreamHandle) return given;
  const help = `a stream of ${spec.shape.name} is { valid: …, payload: … }, or what produce(…) and the combinators return`;
  if (!isRecord(given)) {
    complain({ code: 'E0002', message: use(describeGiven(given)), help: remedyFor(given, help) }, 'used here', given);
    return null;
  }
  const { valid, payload, ...others }: { readonly valid?: Given; readonly payload?: Given } = given;
  const unknown = Object.keys(others);
  const missing = [...(valid === undefined ? ['valid'] : []), ...(payload === undefined ? ['payload'] : [])];
  if (unknown.length + missing.length === 0) return { valid, payload };
  const faults = [
    ...(unknown.length > 0 ? [`with ${unknown.join(', ')}`] : []),
    ...(missing.length > 0 ? [`without ${missing.join(', ')}`] : []),
  ];
  complain({ code: 'E0011', message: use(`a stream ${faults.join(' and ')}`), help }, 'used here');
  return null;
}

/** `given` as a stream; E0002 where it is none. */
export function streamGiven(given: Given, what: string): StreamHandle {
  if (given instanceof StreamHandle) return given;
  return refuse({
    code: 'E0002',
    message: `${what} takes ${describeGiven(given)} where a stream is expected`,
    help: remedyFor(given, 'give it an input stream, or make one: produce(name, { valid, payload })'),
    places: placesOf('used here', given),
  });
}

/** Adds a port of the domain `port.clock`; null: the module's first. */
export function addPort(builder: ModuleBuilder, port: Port): void {
  const { name, direction, clock, place } = port;
  if (!builder.firstTime(`port ${name}`)) {
    builder.report({
      code: 'E0012',
      message: `two ports of ${builder.name} are called ${name}`,
      help: 'ports share one namespace, inputs and outputs too',
      places: [{ what: `module ${builder.name}`, place }],
    });
  } else if (direction === 'in') {
    builder.claim(name, `input ${name}`, place);
  }
  const domain = clock === null ? builder.clocks[0] : builder.clocks.find((c) => c.name === clock);
  if (domain === undefined && clock !== null && builder.firstTime(`clock ${clock}`)) {
    builder.report({
      code: 'E0014',
      message: `port ${name} is in domain '${clock}', which module ${builder.name} does not have`,
      help: `its clocks are ${builder.clocks.map((c) => c.name).join(', ')}`,
      places: [{ what: `module ${builder.name}`, place }],
    });
  }
  builder.ports.push({ ...port, clock: domain?.name ?? null });
}

/** The input port `name` as a node. */
export function inputNode(builder: ModuleBuilder, name: string, type: Type, place: Place): Node {
  return new Node(builder, builder.add({ kind: 'input', type, port: name, name, place }), type);
}
