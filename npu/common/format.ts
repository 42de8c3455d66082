/**
 * Number formats as values: what cell, array, operand edges, accumulator and references know of the numbers that they
 * work on. Another format is another value; none of them changes.
 */
import { select, sint, type Bit, type SInt, type UInt } from '../../hdl/index.ts';

/** A number as a signal. Formats that are no whole numbers keep their bits in one. */
export type NumberSignal = SInt<number>;
export type NumberShape = ReturnType<typeof sint<number>>;

export interface NumberFormat {
  readonly name: string;
  /** Bits of an element in memory. */
  readonly elementBits: number;
  readonly operandBits: number;
  readonly sumBits: number;
  /** What is multiplied: an element less its zero point. */
  readonly operand: NumberShape;
  /** What products are added up in. */
  readonly sum: NumberShape;
  /** How many products of any operands can be added up without loss. */
  readonly exactTerms: number;

  // In hardware; all of it is combinational.
  readonly fromMemory: (element: UInt<number>, unsigned: Bit, zero: NumberSignal) => NumberSignal;
  /** Whether a zero point is a value of its operand's type, so that an operand less it fits. */
  readonly isZeroPoint: (zero: NumberSignal, unsigned: Bit) => Bit;
  readonly multiply: (a: NumberSignal, b: NumberSignal) => NumberSignal;
  readonly add: (a: NumberSignal, b: NumberSignal) => NumberSignal;
  /** Whether `total`, the sum of `a` and `b`, has lost something. */
  readonly loses: (a: NumberSignal, b: NumberSignal, total: NumberSignal) => Bit;
  /** An operand in the register of a sum, and back. */
  readonly store: (operand: NumberSignal) => NumberSignal;
  readonly stored: (register: NumberSignal) => NumberSignal;

  /** The same arithmetic on plain numbers, written down once more. */
  readonly reference: {
    readonly fromMemory: (bits: bigint, unsigned: boolean, zero: bigint) => bigint;
    readonly multiply: (a: bigint, b: bigint) => bigint;
    readonly add: (a: bigint, b: bigint) => bigint;
  };
}

/**
 * Integers of `elementBits` bits, signed or not, less a zero point: one bit more in all. Sums have `sumBits` and wrap.
 * @throws RangeError where a sum does not hold a product
 */
export function integers(name: string, elementBits: number, sumBits: number): NumberFormat {
  const operandBits = elementBits + 1;
  if (sumBits < 2 * operandBits)
    throw new RangeError(`${name}: ${sumBits} bits do not hold a product of ${operandBits} by ${operandBits}`);
  const mostTerms = Number((2n ** BigInt(sumBits - 1) - 1n) / (2n ** BigInt(elementBits) - 1n) ** 2n);
  const wrap = (value: bigint): bigint => BigInt.asIntN(sumBits, value);
  return {
    name,
    elementBits,
    operandBits,
    sumBits,
    operand: sint(operandBits),
    sum: sint(sumBits),
    // A number of some bits, so that a comparison is enough.
    exactTerms: 2 ** Math.floor(Math.log2(mostTerms)) - 1,
    fromMemory: (element, unsigned, zero) =>
      select(unsigned, element.extend(operandBits).asSint(), element.asSint().extend(operandBits)).sub(zero),
    isZeroPoint: (zero, unsigned) => {
      const bits = zero.asUint();
      return bits.bit(elementBits).eq(bits.bit(elementBits - 1).and(unsigned.not()));
    },
    multiply: (a, b) => a.mul(b).extend(sumBits),
    add: (a, b) => a.add(b),
    loses: (a, b, total) => a.xor(total).and(b.xor(total)).lt(0),
    store: (operand) => operand.extend(sumBits),
    stored: (register) => register.truncate(operandBits),
    reference: {
      fromMemory: (bits, unsigned, zero) =>
        (unsigned ? BigInt.asUintN(elementBits, bits) : BigInt.asIntN(elementBits, bits)) - zero,
      multiply: (a, b) => wrap(a * b),
      add: (a, b) => wrap(a + b),
    },
  };
}

/** int8 or uint8 elements, sums of 32 bits. */
export const int8 = integers('int8', 8, 32);
