/** The types that a designer writes. */
import type { ScalarType } from '../ir/types.ts';
import { identifierHelp, isIdentifier, nameOf, refuse, report } from './builder.ts';
import { show } from '../messages/show.ts';
import { DomainShape, StreamShapeImpl, structOf, StructShape } from './bundle.ts';
import { listGiven } from './given.ts';
import { isSize, MOST_BITS, type Kind } from './node.ts';
import { noShape, ScalarShape, shapeOf, type ShapeImpl } from './shape.ts';
import { surface } from './surface.ts';
import type {
  Bit,
  BitIn,
  Enum,
  Fields,
  InDomain,
  InputsOf,
  Literal,
  Shape,
  SignalsOf,
  SInt,
  StreamShape,
  UInt,
  Value,
  Vec,
} from './types.ts';
import { VecShape } from './vector.ts';

/** More bits than this are too many for one number of the host. */
const MOST_VECTOR = 2 ** 28;

/** What `make` makes of a size; E0004, and a shape that takes everything, where the size is impossible. */
export function sized(size: number, what: string, make: () => ShapeImpl): ShapeImpl {
  if (isSize(size)) return make();
  report({
    code: 'E0004',
    message: `${what}(${show(size)})`,
    help:
      Number.isInteger(size) && size > MOST_BITS
        ? `use a whole number from 1 to ${MOST_BITS}`
        : 'use a whole number of at least 1',
  });
  return noShape;
}

/** One bit: a condition. */
export const bit: Shape<Bit, BitIn> = surface(new ScalarShape({ kind: 'uint', width: 1 }, 'bit'));

/** An unsigned number of `width` bits, at least 1. */
export function uint<const W extends number>(width: W): Shape<UInt<W>, Value<'uint', W> | Literal> {
  return surface(sized(width, 'uint', () => new ScalarShape({ kind: 'uint', width }, 'uint')));
}

/** A two's-complement number of `width` bits, at least 1. */
export function sint<const W extends number>(width: W): Shape<SInt<W>, Value<'sint', W> | Literal> {
  return surface(sized(width, 'sint', () => new ScalarShape({ kind: 'sint', width }, 'sint')));
}

/** A value that is one of `labels`, coded 0, 1, … in just enough bits (at least one); waveforms show the words. */
export function enumeration<const L extends string>(name: string, labels: readonly L[]): Shape<Enum<L>, Enum<L> | L> {
  nameOf(name, 'an enumeration');
  listGiven(labels, `enumeration ${name}`, `list its values: enumeration('${name}', ['off', 'on'])`).forEach((label) =>
    nameOf(label, `a value of enumeration ${name}`),
  );
  if (labels.length === 0)
    report({ code: 'E0004', message: `enumeration ${name} without values`, help: 'name at least one value' });
  const seen = new Set<string>();
  for (const label of labels.filter((candidate) => seen.size === seen.add(candidate).size)) {
    report({
      code: 'E0012',
      message: `enumeration ${name} has two values called ${label}`,
      help: 'give one of them another name',
    });
  }
  for (const label of [name, ...labels].filter((candidate) => !isIdentifier(candidate))) {
    report({ code: 'E0012', message: `'${label}' of enumeration ${name} is not an identifier`, help: identifierHelp });
  }
  const width = Math.max(0, labels.length - 1).toString(2).length;
  return surface(new ScalarShape({ kind: 'enum', width, name, labels: [...labels] }, 'enum'));
}

/** Named fields side by side, the first in the least significant bits. */
export function struct<const S extends Fields>(fields: S): Shape<SignalsOf<S>, InputsOf<S>> {
  return surface(structOf(fields));
}

/** `length` elements of one shape. */
export function vec<T, I, const N extends number>(
  length: N,
  element: Shape<T, I>,
): Shape<Vec<T, N, I>, Vec<T, N, I> | readonly I[]> {
  const part = shapeOf(element);
  const { bits } = part;
  if (isSize(length) && length * bits > MOST_VECTOR) {
    report({
      code: 'E0004',
      message: `vec(${length}) of ${part.name}, ${length * bits} bits`,
      help: `a vector has at most ${MOST_VECTOR} bits; more belong in a memory: sram(…)`,
    });
    return surface(noShape);
  }
  return surface(sized(length, 'vec', () => new VecShape(length, part)));
}

/** A port that carries `payload` under valid and ready; see {@link Stream} for its rules. */
export function stream<T, I>(payload: Shape<T, I>): StreamShape<T, I> {
  return surface(new StreamShapeImpl(shapeOf(payload)));
}

/** A port, all of it, that belongs to another of the module's clocks than the first. */
export function inDomain<S extends Shape | StreamShape<unknown, unknown>>(clock: string, shape: S): InDomain<S> {
  return surface(new DomainShape(shape instanceof StreamShapeImpl ? shape : shapeOf(shape), nameOf(clock, 'a clock')));
}

/** The type of a shape that is a single number, bit or enumeration. @throws DesignError E0004 for any other shape. */
export function scalarTypeOf(shape: Shape): ScalarType {
  const impl = shapeOf(shape);
  const [leaf, ...others] = impl.leaves;
  if (leaf !== undefined && others.length === 0 && leaf.type.kind !== 'vec') return leaf.type;
  return refuse({
    code: 'E0004',
    message: `${impl.name} is not a single value`,
    help: 'give it bit, uint(n), sint(n) or enumeration(…)',
  });
}

/** How many bits a value of `shape` has. */
export function bitsOf(shape: Shape): number {
  return shapeOf(shape).bits;
}

/** One of the values that a value of a shape consists of: a port of its own. */
export interface LeafOf {
  /** The names of the fields that lead to it. */
  readonly path: readonly string[];
  readonly kind: Kind | 'vec';
}

/**
 * What a value of `shape` consists of, in the order of its bits. Field `y` of field `x` of port `p` is port `p_x_y`.
 */
export function leavesOf(shape: Shape<unknown, unknown>): readonly LeafOf[] {
  const walk = (impl: ShapeImpl, path: readonly string[]): LeafOf[] => {
    if (impl instanceof StructShape) return impl.fields.flatMap(([name, field]) => walk(field, [...path, name]));
    return [{ path, kind: impl instanceof ScalarShape ? impl.kind : 'vec' }];
  };
  return walk(shapeOf(shape), []);
}
