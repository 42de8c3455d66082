/**
 * What the compiler knows of signals and shapes. Widths that are literals are checked by tsc; widths that are `number`
 * are checked when the design is elaborated, which checks everything again in any case.
 */

type Tuple<N extends number, T extends unknown[] = []> = T['length'] extends N ? T : Tuple<N, [...T, unknown]>;

/**
 * Widths above this are not computed by the compiler: the tuples that count would cost too much. They are `number`
 * then.
 */
type Countable = Tuple<65>[number] extends never ? never : Partial<Tuple<65>>['length'];

/** A + B where both are literals of at most 64, else `number`. */
export type Add<A extends number, B extends number> = number extends A
  ? number
  : number extends B
    ? number
    : A extends Countable
      ? B extends Countable
        ? [...Tuple<A>, ...Tuple<B>]['length'] & number
        : number
      : number;

/** The sum of the widths of P where all are literals and every partial sum is at most 64, else `number`. */
export type TotalWidth<P extends readonly unknown[]> = P extends readonly []
  ? 0
  : P extends readonly [{ readonly width: infer W extends number }, ...infer Rest]
    ? Add<W, TotalWidth<Rest>>
    : number;

/**
 * The part of a signal that assignability is decided on. The call signature is never there at run time: it makes the
 * compiler report a signal used as a JavaScript condition (TS2774), which would be true whatever the hardware does.
 */
export interface Value<K extends string = string, W extends number = number> {
  (this: never, use: 'and, or, select or when'): never;
  readonly kind: K;
  readonly width: W;
}

/** A record, and no promise: promises are marked by this. */
type NoPromise = object & { readonly [Symbol.toStringTag]?: never };

/**
 * A record, and nothing that takes steps: an array, a generator. No name is used up, because a port may be called
 * `throw`.
 */
export type NoSteps = NoPromise & { readonly [Symbol.iterator]?: never; readonly [Symbol.asyncIterator]?: never };

/** What can be returned at once: no promise, and no generator, which can be thrown into. */
export type AtOnce =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | (NoPromise & { readonly throw?: never });

/** Beside a function that returns R: takes none that ends later. */
export type Immediate<R> = [R] extends [AtOnce | void]
  ? unknown
  : unknown extends R
    ? unknown
    : { readonly 'a body runs at once, without async': never };

/** Statements: run once and at once, without `async`; what they return does not matter. */
export type Body = () => void | AtOnce;

/** A number where a signal is expected: takes the signal's type; out of its range is E0003. */
export type Literal = number | bigint;

type Operand<K extends string, W extends number> = Value<K, W> | Literal;
export type BitIn = Value<'bit', 1> | boolean | 0 | 1 | 0n | 1n;
type Amount = Value<'uint'> | number;

/**
 * What `uint` and `sint` have in common. Both operands of an operation have one kind and one width unless it says
 * otherwise.
 */
export interface Bits<K extends 'uint' | 'sint', W extends number> extends Value<K, W> {
  /** Sum modulo 2^W. */
  add(other: Operand<K, W>): Bits<K, W>;
  /** Difference modulo 2^W. */
  sub(other: Operand<K, W>): Bits<K, W>;
  /** Exact sum: one bit wider. */
  addGrow(other: Operand<K, W>): Bits<K, Add<W, 1>>;
  /** Exact difference of signed operands, one bit wider (of unsigned ones: modulo 2^(W+1)). */
  subGrow(other: Operand<K, W>): Bits<K, Add<W, 1>>;
  /** Sum, held at the type's largest or smallest value where it does not fit. */
  addSat(other: Operand<K, W>): Bits<K, W>;
  /** Difference, held likewise. */
  subSat(other: Operand<K, W>): Bits<K, W>;
  /** Exact product: the sum of the widths. Operands of one kind, any widths; a literal takes this signal's type. */
  mul<V extends number>(other: Value<K, V>): Bits<K, Add<W, V>>;
  mul(other: Literal): Bits<K, Add<W, W>>;
  and(other: Operand<K, W>): Bits<K, W>;
  or(other: Operand<K, W>): Bits<K, W>;
  xor(other: Operand<K, W>): Bits<K, W>;
  not(): Bits<K, W>;
  /** Shifted left, keeping the width; 0 where the amount is the width or more. */
  shl(amount: Amount): Bits<K, W>;
  /** Shifted right: zeros come in for `uint`, copies of the sign for `sint`. */
  shr(amount: Amount): Bits<K, W>;
  eq(other: Operand<K, W>): Bit;
  ne(other: Operand<K, W>): Bit;
  lt(other: Operand<K, W>): Bit;
  le(other: Operand<K, W>): Bit;
  gt(other: Operand<K, W>): Bit;
  ge(other: Operand<K, W>): Bit;
  /** The same value in `width` bits, at least as many as now. */
  extend<V extends number>(width: V): Bits<K, V>;
  /** The low `width` bits, at most as many as now: the word for loss. */
  truncate<V extends number>(width: V): Bits<K, V>;
  /** Bit `index`; a signal as index selects one at run time (0 past the width). */
  bit(index: Amount): Bit;
  /** `width` bits from bit `low` up. */
  slice<V extends number>(low: number, width: V): UInt<V>;
  /** The same bits read as unsigned. */
  asUint(): UInt<W>;
  /** The same bits read as two's complement. */
  asSint(): SInt<W>;
  /** 1 where any bit is 1. */
  any(): Bit;
  /** 1 where all bits are 1. */
  all(): Bit;
  /** 1 where an odd number of bits is 1. */
  parity(): Bit;
  /** This signal with a width that the compiler knows, checked at elaboration. */
  expectWidth<V extends number>(width: V): Bits<K, V>;
}

export type UInt<W extends number = number> = Bits<'uint', W>;
export type SInt<W extends number = number> = Bits<'sint', W>;

/** One bit: a condition. */
export interface Bit extends Value<'bit', 1> {
  and(other: BitIn): Bit;
  or(other: BitIn): Bit;
  xor(other: BitIn): Bit;
  not(): Bit;
  eq(other: BitIn): Bit;
  ne(other: BitIn): Bit;
  asUint(): UInt<1>;
}

/** One of the named values of an enumeration. */
export interface Enum<L extends string> extends Value<'enum'> {
  readonly labels: readonly L[];
  is(label: NoInfer<L>): Bit;
  eq(other: Enum<NoInfer<L>>): Bit;
  ne(other: Enum<NoInfer<L>>): Bit;
  asUint(): UInt;
}

/** `N` elements, element 0 in the least significant bits. I is what an element accepts. */
export interface Vec<T, N extends number = number, I = unknown> extends Iterable<T> {
  (this: never, use: 'select or when on a bit'): never;
  readonly kind: 'vec';
  readonly length: N;
  /** Element `index`; a signal as index selects one at run time (zeros past the end). */
  at(index: Amount): T;
  /** This vector with one element replaced (unchanged where a signal as index is past the end). */
  with(index: Amount, element: I): Vec<T, N, I>;
  /** `count` elements from element `start` up. */
  slice<C extends number>(start: number, count: C): Vec<T, C, I>;
  map<R>(f: ((element: T, index: number) => R) & Immediate<R>): R[];
  eq(other: Vec<T, N, I>): Bit;
}

declare const signalOf: unique symbol;
declare const inputOf: unique symbol;
declare const role: unique symbol;

/**
 * What can be the type of a port. `stream` and `inDomain` say something of the port, not of a value: only a port has
 * such a type.
 */
export interface PortShape<T = unknown, I = unknown, R extends string = string> {
  readonly [signalOf]: T;
  readonly [inputOf]: I;
  readonly [role]: R;
}

/** A type of signals: T is what one is, I what can be given where one is expected. */
export type Shape<T = unknown, I = unknown> = PortShape<T, I, 'value'>;

export type SignalOf<S> = S extends PortShape<infer T> ? T : never;
export type InputOf<S> = S extends PortShape<unknown, infer I> ? I : never;

/** The types of a module's ports. */
export type Shapes = Readonly<Record<string, PortShape>>;
/** The types of a struct's fields. */
export type Fields = Readonly<Record<string, Shape>>;
export type SignalsOf<S> = { readonly [K in keyof S]: SignalOf<S[K]> };
export type InputsOf<S> = { readonly [K in keyof S]: InputOf<S[K]> };

/**
 * A stream as its consumer sees it. A transfer happens in a cycle in which `valid` and `ready` are both 1 (`fire`).
 * Rules: once valid, valid and payload hold until the transfer; valid never depends on ready in the same cycle; ready
 * may depend on valid.
 */
export interface Stream<T> {
  readonly valid: Bit;
  readonly payload: T;
  readonly fire: Bit;
  get ready(): Bit;
  /** Assigned by the consumer, inside `when` too; 0 where it does not. */
  set ready(value: BitIn);
}

type StreamIn<T, I> = Stream<T> | { readonly valid: BitIn; readonly payload: I };
/** The shape of a stream port. */
export type StreamShape<T, I> = PortShape<Stream<T>, StreamIn<T, I>, 'stream'>;

/** The shape of a port in another clock domain than its module's first. */
export type InDomain<S> =
  S extends PortShape<infer T, infer I, infer R> ? PortShape<T, I, `${R} of another domain`> : never;

/** What a producer sees of a stream that it gave away without a handle. */
interface Ready {
  readonly ready: Bit;
}
/** The ready of each stream among S. */
export type ReadyOf<S> = {
  readonly [K in keyof S as S[K] extends PortShape<unknown, unknown, `stream${string}`> ? K : never]: Ready;
};

/** The `next` of a register or wire, and of the fields of a bundle. */
type Next<T, I> = { set next(value: I) } & (T extends Value | Whole
  ? unknown
  : { readonly [K in keyof T & keyof I]: Next<T[K], I[K]> });
/** What has no fields to assign singly. */
type Whole = { readonly kind: 'vec' };

/**
 * A value with state: reads as T, and takes what `next` is assigned at the clock's next rising edge. A bundle's fields
 * have their own.
 */
export type Reg<T, I> = T & Next<T, I>;

/** T without the `next` of registers and wires: what an expression has. */
export type Without<T> =
  T extends Bits<infer K, infer W>
    ? Bits<K, W>
    : T extends Bit
      ? Bit
      : T extends Enum<infer L>
        ? Enum<L>
        : T extends Vec<infer E, infer N, infer I>
          ? Vec<E, N, I>
          : { readonly [K in keyof T as K extends 'next' ? never : K]: Without<T[K]> };
