/** Conditions: statements that depend on signals, and choices between values. */
import type { Statement } from '../ir/types.ts';
import { current } from './builder.ts';
import { here } from './place.ts';
import { shapeOf, shapeOfValue, type ShapeImpl } from './shape.ts';
import { bitType, literal, Node, Scalar, scalarOf, type Given } from './signal.ts';
import { surface } from './surface.ts';
import type { Bit, BitIn, Bits, Enum, Literal, Shape, UInt, Value, Vec } from './types.ts';

/** What may follow a {@link when}. */
export interface When {
  elsewhen(condition: BitIn, body: () => void): When;
  otherwise(body: () => void): void;
}

function condition(given: Given, what: string): Scalar {
  const builder = current(what);
  return new Scalar(builder, scalarOf(bitType, 'bit', given, (seen) => `${what}(${seen})`), bitType, 'bit');
}

/** The assignments and checks made by `body` apply in the cycles in which the condition is 1. */
export function when(given: BitIn, body: () => void): When { return chain(given, body, 'when', []); }

function chain(given: BitIn, body: () => void, what: string, refused: readonly Scalar[]): When {
  const builder = current(what);
  const test = condition(given, what);
  const then = builder.block([...refused.map((r) => r.not().id), test.id], body);
  const otherwise: Statement[] = [];
  builder.statement({ kind: 'when', condition: test.id, then, otherwise, place: here() });
  const failed = [...refused, test];
  return {
    elsewhen(next, nested) {
      let rest: When | null = null;
      otherwise.push(...builder.block([], () => { rest = chain(next, nested, 'elsewhen', failed); }));
      return rest ?? this;
    },
    otherwise(nested) { otherwise.push(...builder.block(failed.map((r) => r.not().id), nested)); },
  };
}

/** Statements by the value of an enumeration: one case for every label. */
export function match<const L extends string>(subject: Enum<L>, cases: { readonly [K in NoInfer<L>]: () => void }): void {
  switchOn(surface<Given>(subject), surface<Readonly<Record<string, () => void>>>(cases), null);
}

/** Statements by the value of a number; `otherwise` holds for the values that no case names. */
export function matchValue(subject: UInt, cases: Readonly<Record<number, () => void>>, otherwise: () => void): void {
  switchOn(surface<Given>(subject), cases, otherwise);
}

export function switchOn(given: Given, cases: Readonly<Record<string, () => void>>, otherwise: (() => void) | null): void {
  const builder = current('match');
  const place = here();
  if (!(given instanceof Scalar)) {
    builder.report({ code: 'E0002', message: 'match on something that is no scalar signal', help: 'match on an enumeration or an unsigned number' });
    return;
  }
  const { type } = given;
  const labels = type.kind === 'enum' ? type.labels : null;
  if (labels !== null) {
    const missing = labels.filter((label) => !(label in cases));
    const unknown = Object.keys(cases).filter((label) => !labels.includes(label));
    if (missing.length + unknown.length > 0) {
      builder.report({
        code: 'E0013', message: [missing.length > 0 ? `no case for ${missing.join(', ')}` : '', unknown.length > 0 ? `no such value: ${unknown.join(', ')}` : ''].filter(Boolean).join('; '),
        help: `the values of ${given.description} are ${labels.join(', ')}; write () => {} where nothing happens`,
      });
    }
  }
  const equals = (value: bigint): Scalar => new Scalar(builder, builder.op('eq', bitType, [given.id, builder.constant(type, value)]), bitType, 'bit');
  const codes: bigint[] = [];
  const made = Object.entries(cases).filter(([label]) => labels === null || labels.includes(label)).map(([label, body]) => {
    const value = labels === null ? valueOf(literal(builder, 'uint', type, Number(label))) : BigInt(labels.indexOf(label));
    codes.push(value);
    return { values: [value], body: builder.block([equals(value).id], body) };
  });
  const fallback = otherwise === null ? [] : builder.block(codes.map((code) => equals(code).not().id), otherwise);
  builder.statement({ kind: 'switch', subject: given.id, cases: made, fallback, place });

  function valueOf(id: number): bigint {
    const node = builder.nodes[id];
    return node?.kind === 'const' ? node.value : 0n;
  }
}

/** `condition ? then : otherwise`, for values of one shape: signals, vectors, bundles. */
export function select<K extends 'uint' | 'sint', W extends number>(condition: BitIn, then: Value<K, W>, otherwise: Value<K, NoInfer<W>> | Literal): Bits<K, W>;
export function select<K extends 'uint' | 'sint', W extends number>(condition: BitIn, then: Literal, otherwise: Value<K, W>): Bits<K, W>;
export function select(condition: BitIn, then: Value<'bit', 1>, otherwise: BitIn): Bit;
export function select(condition: BitIn, then: BitIn, otherwise: Value<'bit', 1>): Bit;
export function select<L extends string>(condition: BitIn, then: Enum<L>, otherwise: Enum<L> | NoInfer<L>): Enum<L>;
export function select<T, N extends number, I>(condition: BitIn, then: Vec<T, N, I>, otherwise: Vec<T, N, I>): Vec<T, N, I>;
export function select<T>(condition: BitIn, then: T, otherwise: NoInfer<T>): T;
export function select(given: BitIn, then: unknown, otherwise: unknown): unknown {
  const shape = shapeOfValue(isShaped(then) ? then : otherwise);
  return selectNodes(shape, condition(given, 'select'), then, otherwise);
}

/** The same with the shape given, so that literals can stand on both sides. */
export function selectAs<T, I>(shape: Shape<T, I>, given: BitIn, then: NoInfer<I>, otherwise: NoInfer<I>): T {
  return surface(selectNodes(shapeOf(shape), condition(given, 'select'), then, otherwise));
}

function isShaped(value: Given): boolean { return typeof value === 'object' && value !== null; }

function selectNodes(shape: ShapeImpl, test: Scalar, then: Given, otherwise: Given): unknown {
  const builder = current('select');
  const yes = shape.unwrap(then, (seen) => `select chooses ${seen}`);
  const no = shape.unwrap(otherwise, (seen) => `select otherwise ${seen}`);
  return shape.wrap(yes.map((node, i) => new Node(builder, builder.op('mux', node.type, [test.id, node.id, no[i]?.id ?? node.id]), node.type)));
}

/** One value for each label of an enumeration. */
export function pick<const L extends string, T, I>(subject: Enum<L>, shape: Shape<T, I>, values: { readonly [K in NoInfer<L>]: I }): T {
  const impl = shapeOf(shape);
  const { labels } = subject;
  const last = labels.at(-1);
  if (last === undefined) throw new RangeError('an enumeration has labels');
  return surface(labels.slice(0, -1).reduceRight<unknown>(
    (rest, label) => selectNodes(impl, condition(subject.is(label), 'pick'), values[label], rest),
    impl.wrap(impl.unwrap(values[last], (seen) => `pick ${last}: ${seen}`)),
  ));
}

