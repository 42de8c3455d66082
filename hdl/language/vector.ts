/** Vectors: several elements of one shape, kept whole in the ir. */
import type { NodeId, Type } from '../ir/types.ts';
import { sameType, typeWidth } from '../ir/walk.ts';
import { current, runBody, type ModuleBuilder } from './builder.ts';
import { show } from '../messages/show.ts';
import { bitType, complain, local, Node, placesOf, type Given, type Use } from './node.ts';
import { describeGiven, indexNode, note, remedyFor, type Note } from './operand.ts';
import { assigningPart } from './part.ts';
import { ShapeImpl, type Leaf } from './shape.ts';
import { packed, Scalar } from './signal.ts';

export class VecShape extends ShapeImpl {
  readonly length: number;
  readonly element: ShapeImpl;
  readonly leaves: readonly Leaf[];
  constructor(length: number, element: ShapeImpl) {
    super();
    this.length = length;
    this.element = element;
    this.leaves = element.leaves.map((leaf) => ({
      path: leaf.path,
      type: { kind: 'vec', length, element: leaf.type },
    }));
  }
  get name(): string {
    return `vec<${this.length}, ${this.element.name}>`;
  }
  wrap(nodes: readonly Node[]): VecSignal {
    return new VecSignal(this, nodes);
  }
  unwrap(given: Given, use: Use): Node[] {
    const builder = current('an expression');
    if (given instanceof VecSignal) {
      const fits =
        given.nodes.length === this.leaves.length &&
        this.leaves.every((leaf, i) => sameType(leaf.type, given.nodes[i]?.type ?? leaf.type));
      if (fits) return given.nodes.map((node) => new Node(builder, local(node), node.type));
    } else if (Array.isArray(given) && given.length === this.length) {
      const elements = given.map((element: Given, i) =>
        this.element.unwrap(element, (seen) => `${use(seen)} as element ${i}`),
      );
      return this.leaves.map(
        ({ type }, leaf) =>
          new Node(
            builder,
            collected(
              builder,
              type,
              elements.map((nodes) => nodes[leaf]?.id ?? 0),
            ),
            type,
          ),
      );
    }
    const several = given instanceof VecSignal || Array.isArray(given);
    const longer = given instanceof VecSignal && given.length > this.length;
    const slice = longer ? `: ${given.text}.slice(0, ${this.length}) takes the first elements` : '';
    const expected = `${this.name} is expected${slice}`;
    complain(
      {
        code: several ? 'E0001' : 'E0002',
        message: use(describeGiven(given)),
        help: several ? expected : remedyFor(given, expected),
      },
      'used here',
      ...(given instanceof VecSignal ? given.nodes : []),
    );
    return this.zeros();
  }
}

/** A vector at run time: one node for each leaf of the element (a vector of structs is a struct of vectors inside). */
export class VecSignal {
  readonly kind = 'vec';
  readonly shape: VecShape;
  readonly nodes: readonly Node[];
  constructor(shape: VecShape, nodes: readonly Node[]) {
    this.shape = shape;
    this.nodes = nodes;
  }
  get length(): number {
    return this.shape.length;
  }
  get text(): string {
    return this.nodes[0]?.text ?? 'a vector';
  }
  get description(): string {
    return `${this.text} (${this.shape.name})`;
  }
  get [note](): Note {
    return { what: this.description, remedy: `take an element of it, as in ${this.text}.at(0)` };
  }

  /** Registers and wires have their own; this one is for all other vectors. */
  set next(_: unknown) {
    current('an assignment').report({
      code: 'E0007',
      message: `${this.description} is assigned, and has its value already`,
      help: this.nodes[0] === undefined ? 'assign whole registers and wires' : assigningPart(this.nodes[0]),
      places: placesOf('assigned here', ...this.nodes),
    });
  }

  at(index: Given): unknown {
    const at = this.#index(index, 'at');
    return this.shape.element.wrap(
      this.nodes.map((node, i) => {
        const { element } = leafOf(this.shape, i);
        return made(element, (builder) => builder.op('index', element, [local(node), at]));
      }),
    );
  }

  with(index: Given, element: Given): VecSignal {
    const at = this.#index(index, 'with');
    const parts = this.shape.element.unwrap(element, (seen) => `${seen} as an element of ${this.description}`);
    return new VecSignal(
      this.shape,
      this.nodes.map((node, i) =>
        made(node.type, (builder) => builder.op('update', node.type, [local(node), at, parts[i]?.id ?? node.id])),
      ),
    );
  }

  slice(start: number, count: number): VecSignal {
    if (!Number.isInteger(start) || !Number.isInteger(count) || start < 0 || count < 1 || start + count > this.length) {
      complain(
        {
          code: 'E0004',
          message: `${show(count)} elements from element ${show(start)} of ${this.description}`,
          help: `take one or more of the elements 0 to ${this.length - 1}`,
        },
        'used here',
        ...this.nodes,
      );
      const builder = current('an expression');
      const shape = new VecShape(Number.isInteger(count) && count >= 1 ? count : 1, this.shape.element);
      return shape.wrap(shape.leaves.map(({ type }) => new Node(builder, builder.standIn(type), type)));
    }
    if (count === this.length) return this;
    const shape = new VecShape(count, this.shape.element);
    return new VecSignal(
      shape,
      this.nodes.map((node, i) => {
        const { type, element } = leafOf(shape, i);
        const width = typeWidth(element);
        return made(type, (builder) =>
          builder.op('cast', type, [
            builder.op('slice', { kind: 'uint', width: width * count }, [local(node)], width * start),
          ]),
        );
      }),
    );
  }

  eq(other: Given): Scalar {
    const nodes = this.shape.unwrap(other, (seen) => `${this.description} eq ${seen}`);
    const builder = current('an expression');
    return this.nodes
      .map(
        (node, i) =>
          new Scalar(builder, builder.op('eq', bitType, [local(node), nodes[i]?.id ?? node.id]), bitType, 'bit'),
      )
      .reduce((all, one) => all.and(one));
  }

  *[Symbol.iterator](): Iterator<unknown> {
    for (let i = 0; i < this.length; i++) yield this.at(i);
  }
  map(f: unknown): unknown[] {
    return Array.from({ length: this.length }, (_, i) => runBody(f, `map over ${this.description}`, this.at(i), i));
  }

  #index(index: Given, called: string): NodeId {
    const of = { what: 'element', whole: this.description, count: this.length, nodes: this.nodes };
    return indexNode(index, (given) => `${this.description} ${called} ${given}`, of);
  }
}

/** The elements of `low`, then those of `high`. */
export function joined(low: VecSignal, high: VecSignal): VecSignal {
  const rest = new VecShape(high.length, low.shape.element).unwrap(high, (seen) => `${low.description} concat ${seen}`);
  const shape = new VecShape(low.length + high.length, low.shape.element);
  return new VecSignal(
    shape,
    low.nodes.map((node, i) => {
      const { type } = leafOf(shape, i);
      const bits = [rest[i] ?? node, node].map((part) => packed(part).id);
      return made(type, (builder) =>
        builder.op('cast', type, [builder.op('cat', { kind: 'uint', width: typeWidth(type) }, bits)]),
      );
    }),
  );
}

function made(type: Type, make: (builder: ModuleBuilder) => NodeId): Node {
  const builder = current('an expression');
  return new Node(builder, make(builder), type);
}

function leafOf(shape: VecShape, index: number): { readonly type: Type; readonly element: Type } {
  const [leaf, element] = [shape.leaves[index], shape.element.leaves[index]];
  if (leaf === undefined || element === undefined) throw new RangeError(`${shape.name} has no leaf ${index}`);
  return { type: leaf.type, element: element.type };
}

/** Elements as one vector; constants make one constant, however many they are. */
function collected(builder: ModuleBuilder, type: Type, elements: readonly NodeId[]): NodeId {
  if (elements.some((id) => builder.isDoubtful(id))) return builder.standIn(type);
  const values = elements.map((id) => constantPattern(builder, id));
  if (values.every((value) => value !== null))
    return builder.constant(type, sideBySide(values, typeWidth(type) / elements.length));
  return builder.op('vec', type, elements);
}

/**
 * Patterns of one width as one, the first in the least significant bits: by halves, because long vectors make long
 * numbers.
 */
function sideBySide(patterns: readonly bigint[], width: number): bigint {
  if (patterns.length <= 1) return patterns[0] ?? 0n;
  const half = patterns.length >> 1;
  return sideBySide(patterns.slice(0, half), width) | (sideBySide(patterns.slice(half), width) << BigInt(half * width));
}

/** The value of a constant node, or of copies of one; null for everything else. */
export function constantPattern(builder: ModuleBuilder, id: NodeId): bigint | null {
  const node = builder.nodes[id];
  if (node?.kind === 'const') return node.value;
  if (node?.kind !== 'op' || node.op !== 'fill' || node.type.kind !== 'vec') return null;
  const [one] = node.args;
  const value = one === undefined ? null : constantPattern(builder, one);
  return value === null
    ? null
    : sideBySide(
        Array.from({ length: node.type.length }, () => value),
        typeWidth(node.type.element),
      );
}
