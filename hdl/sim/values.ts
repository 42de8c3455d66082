/** Types, bit patterns and the values that testbenches see. */
import type { Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { show } from '../messages/show.ts';
import { SimulationError } from './errors.ts';
import type { Level } from './simulator.ts';

/** `width` ones. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/** Bits [low, low + width) of a pattern. */
export function bitsOf(pattern: bigint, low: number, width: number): bigint {
  return BigInt.asUintN(width, pattern >> BigInt(low));
}

/** `pattern` with bits [low, low + width) replaced. */
export function withBits(pattern: bigint, low: number, width: number, bits: bigint): bigint {
  const shift = BigInt(low);
  return pattern ^ ((bitsOf(pattern, low, width) ^ bits) << shift);
}

/** The value that a pattern of `type` stands for: signed for `sint`, else the pattern. */
export function valueOf(type: Type, pattern: bigint): bigint {
  return type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern;
}

/** As text: a label where an enumeration has one, else decimal. */
export function showValue(type: Type, pattern: bigint): string {
  const label = type.kind === 'enum' ? type.labels[Number(pattern)] : undefined;
  return label ?? String(valueOf(type, pattern));
}

const [leastSmall, mostSmall] = [-128, 255];
const small: readonly bigint[] = Array.from({ length: mostSmall - leastSmall + 1 }, (_, i) => BigInt(i + leastSmall));

/** The same number; small ones, which most signals hold, are not made anew. */
export function bigOf(number: number): bigint {
  return (number >= leastSmall && number <= mostSmall ? small[number - leastSmall] : undefined) ?? BigInt(number);
}

/** The values of `type` that are numbers to be relied on. */
export function numbersOf(type: Type): { readonly least: number; readonly most: number } {
  const width = typeWidth(type);
  const most = Math.min(2 ** (type.kind === 'sint' ? width - 1 : width) - 1, Number.MAX_SAFE_INTEGER);
  return { least: type.kind === 'sint' ? Math.max(-(2 ** (width - 1)), Number.MIN_SAFE_INTEGER) : 0, most };
}

/**
 * The pattern of `level` as a value of `type`. `what` names the thing that takes it.
 * @throws SimulationError when it is not an integer or does not fit.
 */
export function patternOf(type: Type, level: Level, what: string): bigint {
  return BigInt.asUintN(typeWidth(type), wholeIn(type, level, what));
}

/** The same as a whole number that `type` has. */
export function wholeIn(type: Type, level: Level, what: string): bigint {
  const value = wholeOf(level, what);
  const width = typeWidth(type);
  const signed = type.kind === 'sint';
  const low = signed ? -(1n << BigInt(width - 1)) : 0n;
  const high = signed ? -low - 1n : ones(width);
  if (value < low || value > high)
    throw new SimulationError(
      `${what} cannot be ${value}: ${type.kind} of ${width} bits holds ${low} to ${high}; BigInt.${signed ? 'asIntN' : 'asUintN'}(${width}, …) keeps the low bits`,
    );
  return value;
}

/** What a testbench gave, whatever its compiler let pass, as a whole number. */
function wholeOf(level: unknown, what: string): bigint {
  if (typeof level === 'bigint' || typeof level === 'boolean') return BigInt(level);
  if (typeof level !== 'number')
    throw new SimulationError(`${what} cannot be ${show(level)}: give a number, a bigint or a boolean`);
  if (Number.isSafeInteger(level)) return BigInt(level);
  throw new SimulationError(
    `${what} cannot be ${show(level)}: ${Number.isInteger(level) ? 'it is past 53 bits; write it as a bigint' : 'it is no whole number; round it, with Math.round for instance'}`,
  );
}
