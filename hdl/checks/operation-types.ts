import type { Code } from '../diagnostics/catalogue.ts';
import type { OpNode, Operation, Type } from '../ir/types.ts';
import { sameType, typeName, typeWidth } from '../ir/walk.ts';

/** What is wrong with the types of an operation, and what they should be. */
export interface TypeProblem {
  readonly code: Code;
  readonly message: string;
}

interface OperationTypes {
  readonly args: readonly Type[];
  readonly result: Type;
  readonly low: number;
}
type Rule = (shape: OperationTypes) => TypeProblem | null;

const bit: Type = { kind: 'uint', width: 1 };

/** The code for a type that stands where another is wanted: width where the kinds agree, else kind. */
function mismatchCode(a: Type, b: Type): Code {
  return a.kind === b.kind && a.kind !== 'vec' && a.kind !== 'enum' ? 'E0001' : 'E0002';
}

/** Null where `found` is `wanted`. */
export function mismatch(what: string, found: Type | undefined, wanted: Type): TypeProblem | null {
  if (found === undefined || sameType(found, wanted)) return null;
  return { code: mismatchCode(found, wanted), message: `${what} is ${typeName(found)}, not ${typeName(wanted)}` };
}

function first(...problems: readonly (TypeProblem | null)[]): TypeProblem | null {
  return problems.find((problem) => problem !== null) ?? null;
}

function kindIn(what: string, type: Type | undefined, kinds: readonly Type['kind'][]): TypeProblem | null {
  return type === undefined || kinds.includes(type.kind)
    ? null
    : { code: 'E0002', message: `${what} is ${typeName(type)}, not ${kinds.join(' or ')}` };
}

function arg({ args }: OperationTypes, i: number): Type {
  return args[i] ?? bit;
}

const numbers = ['uint', 'sint'] as const;

const sameThroughout: Rule = (shape) =>
  first(
    kindIn('the result', shape.result, numbers),
    ...shape.args.map((type, i) => mismatch(`argument ${i + 1}`, type, shape.result)),
  );
const equality: Rule = (shape) =>
  first(mismatch('argument 2', arg(shape, 1), arg(shape, 0)), mismatch('the result', shape.result, bit));
const order: Rule = (shape) => first(kindIn('argument 1', arg(shape, 0), numbers), equality(shape));
const shift: Rule = (shape) =>
  first(
    kindIn('the result', shape.result, numbers),
    mismatch('argument 1', arg(shape, 0), shape.result),
    kindIn('the amount', arg(shape, 1), ['uint']),
  );
const reduction: Rule = (shape) => mismatch('the result', shape.result, bit);
/** The result has the argument's kind and a width for which `fits` holds. */
const resize =
  (fits: (result: number, argument: number) => boolean, wanted: string): Rule =>
  (shape) => {
    const from = arg(shape, 0);
    const widths = fits(typeWidth(shape.result), typeWidth(from));
    return first(
      kindIn('the argument', from, numbers),
      kindIn('the result', shape.result, [from.kind]),
      widths
        ? null
        : { code: 'E0004', message: `the result, ${typeName(shape.result)}, is not ${wanted} ${typeName(from)}` },
    );
  };

const rules: Readonly<Record<Operation, readonly [count: number | 'any', rule: Rule]>> = {
  add: [2, sameThroughout],
  sub: [2, sameThroughout],
  and: [2, sameThroughout],
  or: [2, sameThroughout],
  xor: [2, sameThroughout],
  not: [1, sameThroughout],
  mul: [
    2,
    (shape) => {
      const [a, b] = [arg(shape, 0), arg(shape, 1)];
      const kinds = first(kindIn('argument 1', a, numbers), kindIn('argument 2', b, [a.kind]));
      if (kinds !== null || (a.kind !== 'uint' && a.kind !== 'sint')) return kinds;
      return mismatch('the result', shape.result, { kind: a.kind, width: a.width + typeWidth(b) });
    },
  ],
  shl: [2, shift],
  shr: [2, shift],
  eq: [2, equality],
  ne: [2, equality],
  lt: [2, order],
  le: [2, order],
  gt: [2, order],
  ge: [2, order],
  mux: [
    3,
    (shape) =>
      first(
        mismatch('the condition', arg(shape, 0), bit),
        mismatch('argument 2', arg(shape, 1), shape.result),
        mismatch('argument 3', arg(shape, 2), shape.result),
      ),
  ],
  cat: [
    'any',
    (shape) =>
      mismatch('the result', shape.result, {
        kind: 'uint',
        width: shape.args.reduce((sum, type) => sum + typeWidth(type), 0),
      }),
  ],
  slice: [
    1,
    (shape) =>
      first(
        kindIn('the result', shape.result, ['uint']),
        shape.low + typeWidth(shape.result) <= typeWidth(arg(shape, 0))
          ? null
          : {
              code: 'E0004',
              message: `bits ${shape.low} to ${shape.low + typeWidth(shape.result) - 1} are not all in ${typeName(arg(shape, 0))}`,
            },
      ),
  ],
  extend: [1, resize((result, argument) => result >= argument, 'at least as wide as')],
  truncate: [1, resize((result, argument) => result <= argument, 'at most as wide as')],
  cast: [
    1,
    (shape) =>
      typeWidth(shape.result) === typeWidth(arg(shape, 0))
        ? null
        : {
            code: 'E0001',
            message: `the result, ${typeName(shape.result)}, is not as wide as ${typeName(arg(shape, 0))}`,
          },
  ],
  orReduce: [1, reduction],
  andReduce: [1, reduction],
  xorReduce: [1, reduction],
  vec: [
    'any',
    (shape) => {
      const { result, args } = shape;
      if (result.kind !== 'vec') return kindIn('the result', result, ['vec']);
      if (args.length !== result.length)
        return { code: 'E0004', message: `${args.length} elements make no ${typeName(result)}` };
      return first(...args.map((type, i) => mismatch(`element ${i}`, type, result.element)));
    },
  ],
  fill: [
    1,
    ({ result, args }) =>
      result.kind === 'vec' ? mismatch('the element', args[0], result.element) : kindIn('the result', result, ['vec']),
  ],
  index: [
    2,
    (shape) => {
      const vector = arg(shape, 0);
      if (vector.kind !== 'vec') return kindIn('argument 1', vector, ['vec']);
      return first(kindIn('the index', arg(shape, 1), ['uint']), mismatch('the result', shape.result, vector.element));
    },
  ],
  update: [
    3,
    (shape) => {
      const { result } = shape;
      if (result.kind !== 'vec') return kindIn('the result', result, ['vec']);
      return first(
        mismatch('argument 1', arg(shape, 0), result),
        kindIn('the index', arg(shape, 1), ['uint']),
        mismatch('the element', arg(shape, 2), result.element),
      );
    },
  ],
};

/**
 * What is wrong with the types of an operation whose arguments have `args`; null where nothing is. The rules are those
 * of `hdl/sim/reference/operations.ts`.
 */
export function operationProblem(node: OpNode, args: readonly Type[]): TypeProblem | null {
  const [count, rule] = rules[node.op];
  if (count === 'any' ? args.length === 0 : args.length !== count) {
    return {
      code: 'E0020',
      message: `${node.op} of ${args.length} arguments, not ${count === 'any' ? '1 or more' : count}`,
    };
  }
  if (node.low !== 0 && node.op !== 'slice')
    return { code: 'E0020', message: `${node.op} has a low bit of ${node.low}: only a slice has one` };
  return rule({ args, result: node.type, low: node.low });
}
