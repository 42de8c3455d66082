/** Choices between values. */
import { current, refuse } from './builder.ts';
import { shapeOfValue } from './bundle.ts';
import { recordGiven } from './given.ts';
import { local, Node, placesOf, type Given } from './node.ts';
import { describeGiven, remedyFor } from './operand.ts';
import { here, placedAt } from './place.ts';
import { shapeOf, type ShapeImpl } from './shape.ts';
import { bitOf, Scalar } from './signal.ts';
import { surface } from './surface.ts';
import type { Bit, BitIn, Bits, Enum, Literal, Shape, Value, Vec, Without } from './types.ts';

/**
 * `condition ? then : otherwise` for values of one shape: signals, vectors, bundles. One side may be a literal; {@link
 * selectAs} takes two. No time passes.
 * @throws DesignError E0001 or E0002 where the sides differ in shape, E0002 for two literals.
 */
export function select<K extends 'uint' | 'sint', W extends number>(
  condition: BitIn,
  then: Bits<K, W>,
  otherwise: Value<NoInfer<K>, NoInfer<W>> | Literal,
): Bits<K, W>;
export function select<K extends 'uint' | 'sint', W extends number>(
  condition: BitIn,
  then: Literal,
  otherwise: Bits<K, W>,
): Bits<K, W>;
export function select(condition: BitIn, then: Bit, otherwise: BitIn): Bit;
export function select(condition: BitIn, then: boolean | 0 | 1, otherwise: Bit): Bit;
export function select<const L extends string>(
  condition: BitIn,
  then: Enum<L>,
  otherwise: Enum<NoInfer<L>> | NoInfer<L>,
): Enum<L>;
export function select<const L extends string>(condition: BitIn, then: NoInfer<L>, otherwise: Enum<L>): Enum<L>;
export function select<T, N extends number, I>(
  condition: BitIn,
  then: Vec<T, N, I>,
  otherwise: Vec<NoInfer<T>, NoInfer<N>, NoInfer<I>> | readonly NoInfer<I>[],
): Vec<T, N, I>;
export function select<T extends object>(condition: BitIn, then: T, otherwise: NoInfer<Without<T>>): Without<T>;
export function select<T>(condition: BitIn, then: T, otherwise: NoInfer<T>): T;
export function select(condition: BitIn, then: Given, otherwise: Given): unknown {
  const shape = shapeOfValue(typeof then === 'object' ? then : otherwise);
  return chosen(
    shape,
    bitOf(condition, (seen) => `select(${seen})`),
    then,
    otherwise,
  );
}

/** The same with the shape given, so that literals can stand on both sides. */
export function selectAs<T, I>(shape: Shape<T, I>, condition: BitIn, then: NoInfer<I>, otherwise: NoInfer<I>): T {
  return surface(
    chosen(
      shapeOf(shape),
      bitOf(condition, (seen) => `select(${seen})`),
      then,
      otherwise,
    ),
  );
}

/**
 * The value that stands at the subject's label, as `shape`; every label has one. Combinational. @throws DesignError
 * E0001 to E0003 for values that do not fit.
 */
export function pick<const L extends string, T, I>(
  subject: Enum<L>,
  shape: Shape<T, I>,
  values: { readonly [K in NoInfer<L>]: I },
): T {
  const impl = shapeOf(shape);
  const chooser: Given = subject;
  if (!(chooser instanceof Scalar) || chooser.kind !== 'enum') {
    const usual = 'pick by a value of an enumeration; select(…) chooses by a bit, and vectors by a number';
    return refuse({
      code: 'E0002',
      message: `pick by ${describeGiven(subject)}`,
      help: remedyFor(subject, usual),
      places: placesOf('used here', subject),
    });
  }
  const given = recordGiven(
    values,
    `pick by ${chooser.text}`,
    `give one value for each of ${subject.labels.join(', ')}`,
  );
  const unknown = Object.keys(given).filter((key) => !chooser.labels.includes(key));
  const missing = chooser.labels.filter((label) => given[label] === undefined);
  if (unknown.length + missing.length > 0) {
    const faults = [
      ...(missing.length > 0 ? [`no value for ${missing.join(', ')}`] : []),
      ...(unknown.length > 0 ? [`no such value as ${unknown.join(', ')}`] : []),
    ];
    refuse({
      code: 'E0013',
      message: `pick by ${chooser.description}: ${faults.join('; ')}`,
      help: `give one value for each of ${chooser.labels.join(', ')}`,
      places: placesOf('used here', chooser),
    });
  }
  const [last, ...others] = subject.labels.toReversed();
  if (last === undefined) throw new RangeError('an enumeration has values');
  const start: unknown = impl.wrap(impl.unwrap(values[last], (seen) => `pick for ${last} takes ${seen}`));
  const or = (rest: unknown, label: L): unknown =>
    chosen(
      impl,
      bitOf(subject.is(label), (seen) => `pick(${seen})`),
      values[label],
      rest,
      label,
    );
  return surface(placedAt(here(), () => others.reduce(or, start)));
}

const chosen = (shape: ShapeImpl, test: Scalar, then: Given, otherwise: Given, label?: string): unknown =>
  placedAt(here(), () => muxes(shape, test, then, otherwise, label));

function muxes(shape: ShapeImpl, test: Scalar, then: Given, otherwise: Given, label?: string): unknown {
  const builder = current('select');
  const yes = shape.unwrap(then, (seen) =>
    label === undefined ? `select between ${shape.name} and ${seen}` : `pick for ${label} takes ${seen}`,
  );
  const no = shape.unwrap(otherwise, (seen) => `select between ${shape.name} and ${seen}`);
  const mux = ({ id, type }: Node, i: number): Node =>
    new Node(builder, builder.op('mux', type, [local(test), id, no[i]?.id ?? id]), type);
  return shape.wrap(yes.map(mux));
}
