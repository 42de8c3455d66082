/** How the ports of a module are made of its record of shapes, seen from inside and from outside. */
import type { NodeId, Place, Port, Type } from '../ir/types.ts';
import type { ModuleBuilder } from './builder.ts';
import { here } from './place.ts';
import { DomainShape, StreamShapeImpl } from './bundle.ts';
import { bitType, Node, type Given } from './node.ts';
import { ScalarShape, shapeOf, type ShapeImpl } from './shape.ts';
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

export function portSpecs(shapes: Shapes): PortSpec[] {
  return Object.entries(shapes).map(([key, given]) => {
    const outer = shapeOf(given);
    const [clock, inner] = outer instanceof DomainShape ? [outer.clock, outer.inner] : [null, outer];
    return inner instanceof StreamShapeImpl
      ? { key, shape: inner.payload, clock, stream: true }
      : { key, shape: inner, clock, stream: false };
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
      builder.report({ code: 'E0006', message: `nothing assigns ${readyName}, so that its stream never moves`, help: 'assign its ready, or hand the stream to a consumer', places: [{ what: readyName, place }] });
    });
  }
  get readyNode(): NodeId { return this.#ready.nodes[0]?.id ?? 0; }
  get ready(): Scalar { return new Scalar(this.valid.builder, this.readyNode, bitType, 'bit'); }
  set ready(value: Given) {
    this.#assigned = true;
    assign(this.#ready, value);
  }
  get fire(): Scalar { return this.valid.and(this.ready); }
}

/** Adds a port of the domain `port.clock`; null: the module's first. */
export function addPort(builder: ModuleBuilder, port: Port): void {
  const { name, direction, clock, place } = port;
  const known = builder.ports.find((other) => other.name === name);
  if (known !== undefined) {
    builder.report({ code: 'E0012', message: `two ports of ${builder.name} are called ${name}`, help: 'ports share one namespace, inputs and outputs too', places: [{ what: `module ${builder.name}`, place }] });
  } else if (direction === 'in') {
    builder.claim(name, `input ${name}`, place);
  }
  const domain = clock === null ? builder.clocks[0] : builder.clocks.find((c) => c.name === clock);
  if (domain === undefined) {
    builder.report({ code: 'E0014', message: `port ${name} is in domain '${clock}', which module ${builder.name} does not have`, help: `its clocks are ${builder.clocks.map((c) => c.name).join(', ')}`, places: [{ what: `module ${builder.name}`, place }] });
  }
  builder.ports.push({ ...port, clock: domain?.name ?? null });
}

/** The input port `name` as a node. */
export function inputNode(builder: ModuleBuilder, name: string, type: Type, place: Place): Node {
  return new Node(builder, builder.add({ kind: 'input', type, port: name, name, place }), type);
}
