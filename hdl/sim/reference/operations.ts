/**
 * What every operation of the intermediate form means: the definition that all other consumers are held against.
 *
 * An operation maps bit patterns to a bit pattern. Patterns come in below 2^width and go out below 2^width. Written
 * here beside each operation; the shape (types of arguments and result, `low` of a slice) is fixed when the operation
 * is bound, the values come later.
 */
import type { Operation, Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import { bitsOf, ones, withBits } from '../values.ts';

/** The types that an operation works on, and the first bit of a `slice`. */
export interface OperationTypes {
  readonly result: Type;
  readonly args: readonly Type[];
  readonly low: number;
}

/** An operation of one shape, on bit patterns. */
export type Meaning = (...args: bigint[]) => bigint;

type Reading = (pattern: bigint) => bigint;

const bit = (value: boolean): bigint => (value ? 1n : 0n);

/** How an argument's pattern reads as a number: two's complement for `sint`, else itself. */
function reading(type: Type | undefined): Reading {
  if (type?.kind !== 'sint') return (pattern) => pattern;
  const { width } = type;
  const sign = 1n << BigInt(width - 1);
  const wrap = 1n << BigInt(width);
  return (pattern) => (pattern >= sign ? pattern - wrap : pattern);
}

function argument({ args }: OperationTypes, index: number): Type {
  const type = args[index];
  if (type === undefined) throw new RangeError(`an operation on ${args.length} arguments needs argument ${index}`);
  return type;
}

function vector(type: Type): { readonly length: number; readonly width: number } {
  if (type.kind !== 'vec') throw new RangeError(`a ${type.kind} is not a vector`);
  return { length: type.length, width: typeWidth(type.element) };
}

/** Reads as the first argument's kind says; the arguments have one type. */
const compare =
  (holds: (a: bigint, b: bigint) => boolean) =>
  (shape: OperationTypes): Meaning => {
    const read = reading(argument(shape, 0));
    return (a: bigint, b: bigint) => bit(holds(read(a), read(b)));
  };

const meanings: Readonly<Record<Operation, (shape: OperationTypes) => Meaning>> = {
  /** a + b, wrapping. One type throughout. */
  add: ({ result }) => {
    const mask = ones(typeWidth(result));
    return (a: bigint, b: bigint) => (a + b) & mask;
  },
  /** a - b, wrapping. One type throughout. */
  sub: ({ result }) => {
    const mask = ones(typeWidth(result));
    return (a: bigint, b: bigint) => (a - b) & mask;
  },
  /**
   * The whole product: as wide as both arguments together, signed where both are `sint`. The arguments have one kind.
   */
  mul: (shape) => {
    const left = reading(argument(shape, 0));
    const right = reading(argument(shape, 1));
    const mask = ones(typeWidth(shape.result));
    return (a: bigint, b: bigint) => (left(a) * right(b)) & mask;
  },

  /** Bitwise. One type throughout. */
  and: () => (a: bigint, b: bigint) => a & b,
  or: () => (a: bigint, b: bigint) => a | b,
  xor: () => (a: bigint, b: bigint) => a ^ b,
  not: ({ result }) => {
    const mask = ones(typeWidth(result));
    return (a: bigint) => a ^ mask;
  },

  /** value × 2^amount, keeping the low bits and the value's type; `amount` is `uint`, and from the width on gives 0. */
  shl: ({ result }) => {
    const width = typeWidth(result);
    const limit = BigInt(width);
    return (value: bigint, amount: bigint) => (amount >= limit ? 0n : BigInt.asUintN(width, value << amount));
  },
  /**
   * ⌊value / 2^amount⌋ with the value's type: logical for `uint`, arithmetic for `sint`; from the width on 0, or all
   * sign bits.
   */
  shr: (shape) => {
    const width = typeWidth(shape.result);
    const limit = BigInt(width);
    const read = reading(shape.result);
    return (value: bigint, amount: bigint) => BigInt.asUintN(width, read(value) >> (amount < limit ? amount : limit));
  },

  /** Two values of any one type, vectors and enumerations included → uint<1>. */
  eq: () => (a: bigint, b: bigint) => bit(a === b),
  ne: () => (a: bigint, b: bigint) => bit(a !== b),
  /** Two values of one type, signed for `sint` → uint<1>. */
  lt: compare((a, b) => a < b),
  le: compare((a, b) => a <= b),
  gt: compare((a, b) => a > b),
  ge: compare((a, b) => a >= b),

  /** (condition: uint<1>, then, otherwise): `then` and `otherwise` have any one type. */
  mux: () => (condition: bigint, then: bigint, otherwise: bigint) => (condition === 0n ? otherwise : then),

  /** The arguments' patterns side by side, the first in the MOST significant bits → uint. */
  cat: ({ args }) => {
    const widths = args.map((type) => BigInt(typeWidth(type)));
    return (...parts: bigint[]) => parts.reduce((joined, part, index) => (joined << (widths[index] ?? 0n)) | part, 0n);
  },
  /** Bits [low, low + width of the result) of a pattern of any type → uint. */
  slice: ({ result, low }) => {
    const width = typeWidth(result);
    return (a: bigint) => bitsOf(a, low, width);
  },
  /** The same number in more bits: sign bits for `sint`, zeros for `uint`. */
  extend: (shape) => {
    const read = reading(argument(shape, 0));
    const width = typeWidth(shape.result);
    return (a: bigint) => BigInt.asUintN(width, read(a));
  },
  /** The low bits; the kind stays. */
  truncate: ({ result }) => {
    const width = typeWidth(result);
    return (a: bigint) => BigInt.asUintN(width, a);
  },
  /**
   * The same pattern read as another type of the same width. An enumeration's pattern past its labels stays what it is.
   */
  cast: () => (a: bigint) => a,

  /** 1 where any bit is 1 → uint<1>. */
  orReduce: () => (a: bigint) => bit(a !== 0n),
  /** 1 where all bits are 1 → uint<1>. */
  andReduce: (shape) => {
    const all = ones(typeWidth(argument(shape, 0)));
    return (a: bigint) => bit(a === all);
  },
  /** 1 where an odd number of bits are 1 → uint<1>. */
  xorReduce: () => (a: bigint) => {
    let parity = 0n;
    for (let rest = a; rest !== 0n; rest &= rest - 1n) parity ^= 1n;
    return parity;
  },

  /** A vector of the arguments, the first as element 0: the LEAST significant bits. */
  vec: ({ result }) => {
    const width = BigInt(vector(result).width);
    return (...elements: bigint[]) => elements.reduceRight((joined, element) => (joined << width) | element, 0n);
  },
  /** A vector of copies of one element. */
  fill: ({ result }) => {
    const { length, width } = vector(result);
    let copies = 0n;
    for (let i = 0; i < length; i++) copies = (copies << BigInt(width)) | 1n;
    return (a: bigint) => a * copies;
  },
  /** (vector, i: uint): element i, or 0 where the vector has none. */
  index: (shape) => {
    const { length, width } = vector(argument(shape, 0));
    const limit = BigInt(length);
    return (elements: bigint, i: bigint) => (i < limit ? bitsOf(elements, Number(i) * width, width) : 0n);
  },
  /** (vector, i: uint, x): the vector with x as element i, or unchanged where it has none. */
  update: ({ result }) => {
    const { length, width } = vector(result);
    const limit = BigInt(length);
    return (elements: bigint, i: bigint, x: bigint) =>
      i < limit ? withBits(elements, Number(i) * width, width, x) : elements;
  },
};

/**
 * Binds an operation to a shape that satisfies its rules. @throws RangeError where a vector is missing or an argument
 * is.
 */
export function meaningOf(operation: Operation, shape: OperationTypes): Meaning {
  return meanings[operation](shape);
}
