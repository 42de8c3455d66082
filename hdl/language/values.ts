/** Values made of literals and of other values' bits. */
import type { ScalarType } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { current } from './builder.ts';
import { shapeOfValue } from './bundle.ts';
import { Node, placesOf, type Given } from './node.ts';
import { describeGiven, remedyFor, scalarOf } from './operand.ts';
import { here, placedAt } from './place.ts';
import { noShape, shapeOf, type ShapeImpl } from './shape.ts';
import { sized } from './shapes.ts';
import { packed, Scalar } from './signal.ts';
import { surface } from './surface.ts';
import type { Add, Shape, TotalWidth, UInt, Value, Vec } from './types.ts';
import { constantPattern, joined, VecShape, VecSignal } from './vector.ts';

/**
 * A constant of `shape`: a number, label, or array or record of them. @throws DesignError E0003 out of range, E0001 for
 * an array of another length.
 */
export function constant<T, I>(shape: Shape<T, I>, value: I): T {
  const impl = shapeOf(shape);
  return surface(impl.wrap(impl.unwrap(value, (seen) => `constant of ${impl.name} takes ${seen}`)));
}

/** A vector whose elements are all `value`. */
export function fill<T, I, const N extends number>(length: N, element: Shape<T, I>, value: I): Vec<T, N, I> {
  const part = shapeOf(element);
  const shape = sized(length, 'fill', () => new VecShape(length, part));
  const builder = current('fill');
  const parts = part.unwrap(value, (seen) => `fill with ${seen}`);
  return surface(
    shape.wrap(
      shape.leaves.map((leaf, i) => new Node(builder, builder.op('fill', leaf.type, [parts[i]?.id ?? 0]), leaf.type)),
    ),
  );
}

/** The elements of `low`, then those of `high`: vectors of one shape of element. */
export function concat<T, I, const N extends number, const M extends number>(
  low: Vec<T, N, I>,
  high: Vec<NoInfer<T>, M, NoInfer<I>>,
): Vec<T, Add<N, M>, I> {
  const [a, b]: readonly Given[] = [low, high];
  if (a instanceof VecSignal && b instanceof VecSignal) return surface(joined(a, b));
  current('concat').report({
    code: 'E0002',
    message: `concat of ${describeGiven(a)} and ${describeGiven(b)}`,
    help: remedyFor(
      a instanceof VecSignal ? b : a,
      'vectors are expected; constant(vec(…), […]) makes one of literals',
    ),
    places: placesOf('used here', a, b),
  });
  return surface(a);
}

/** A value's bits side by side, its first field (element 0 of a vector) in the least significant ones. */
export function pack<W extends number = number>(value: unknown): UInt<W> {
  return surface(packNodes(shapeOfValue(value).unwrap(value, (seen) => `pack of ${seen}`)));
}

/** Nodes side by side, the first in the least significant bits. */
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
  const use = (seen: string): string => `unpack to ${impl.name} takes ${seen}`;
  // Takes bits of every number.
  if (impl === noShape) return surface(impl.wrap(impl.unwrap(bits, use)));
  const builder = current('unpack');
  const type: ScalarType = { kind: 'uint', width: impl.bits };
  const whole = new Scalar(builder, scalarOf(type, 'uint', bits, use), type, 'uint');
  let low = 0;
  const leaves = placedAt(here(), () =>
    impl.leaves.map((leaf) => {
      const width = typeWidth(leaf.type);
      const part = width === whole.width ? whole : whole.slice(low, width);
      low += width;
      const id = leaf.type.kind === 'uint' ? part.id : builder.op('cast', leaf.type, [part.id]);
      return new Node(builder, id, leaf.type);
    }),
  );
  return surface(impl.wrap(leaves));
}

/**
 * Bits side by side, the first argument in the most significant ones: as wide as all together. @throws DesignError
 * E0002 for a literal, whose width nobody knows.
 */
export function cat<const P extends readonly (Value<'uint'> | Value<'sint'> | Value<'bit', 1>)[]>(
  ...parts: P
): UInt<TotalWidth<P>> {
  const nodes = parts.flatMap((part: Given) => {
    if (part instanceof Scalar) return [part];
    current('cat').report({
      code: 'E0002',
      message: `cat of ${describeGiven(part)}`,
      help: remedyFor(
        part instanceof VecSignal ? null : part,
        'cat joins scalar signals; give literals a width: constant(uint(3), 5); pack(…) makes a number of a vector or bundle',
      ),
    });
    return [];
  });
  return surface(packNodes(nodes.toReversed()));
}

/** A reset value as one bit pattern per leaf; zeros where none is given. */
export function patterns(shape: ShapeImpl, given: Given, name: string): bigint[] {
  if (given === undefined) return shape.leaves.map(() => 0n);
  return shape
    .unwrap(given, (seen) => `reset of ${name} is ${seen}`)
    .map((node) => {
      const value = constantPattern(node.builder, node.id);
      if (value === null) {
        current('a reset value').report({
          code: 'E0003',
          message: `reset of ${name} is ${node.description}, which changes`,
          help: 'a reset value is a number, a label, or an array or record of them',
          places: placesOf('used here', node),
        });
      }
      return value ?? 0n;
    });
}
