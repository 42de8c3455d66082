/**
 * How values lie in the engine's linear memory.
 *
 * A scalar of at most 64 bits takes 1, 2, 4 or 8 bytes and is kept sign-extended (`sint`) or zero-extended (others) to
 * all of them. A wider one takes whole 64-bit words, least significant first, the bits above its width 0. A vector is
 * its elements side by side.
 */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';

/** What stands for a value on WebAssembly's stack: itself, or the address (i32) of where it lies. */
export type Form = 'i32' | 'i64' | 'address';

export function formOf(type: Type): Form {
  if (type.kind === 'vec' || type.width > 64) return 'address';
  return type.width > 32 ? 'i64' : 'i32';
}

/** Bytes that a value of `type` takes, also as one of several side by side. */
export function sizeOf(type: Type): number {
  if (type.kind === 'vec') return type.length * sizeOf(type.element);
  if (type.width <= 8) return 1;
  if (type.width <= 16) return 2;
  if (type.width <= 32) return 4;
  return 8 * wordsOf(type.width);
}

/** 64-bit words that `width` bits take. */
export function wordsOf(width: number): number {
  return Math.ceil(width / 64);
}

/** The scalars that a type is made of: how many, and which. */
export function scalarsOf(type: Type): { readonly count: number; readonly scalar: Exclude<Type, { kind: 'vec' }> } {
  if (type.kind !== 'vec') return { count: 1, scalar: type };
  const { count, scalar } = scalarsOf(type.element);
  return { count: count * type.length, scalar };
}

/** Whether memory holds exactly the bit pattern of a value: no bits between elements, none above the last. */
export function liesPacked(type: Type): boolean {
  return sizeOf(type) * 8 === typeWidth(type);
}

/** Reads the bit pattern of the value at `address`. */
export function readPattern(view: DataView, address: number, type: Type): bigint {
  if (type.kind === 'vec') {
    const size = sizeOf(type.element);
    const width = BigInt(typeWidth(type.element));
    let pattern = 0n;
    for (let i = type.length - 1; i >= 0; i--)
      pattern = (pattern << width) | readPattern(view, address + i * size, type.element);
    return pattern;
  }
  switch (sizeOf(type)) {
    case 1:
      return BigInt.asUintN(type.width, BigInt(view.getUint8(address)));
    case 2:
      return BigInt.asUintN(type.width, BigInt(view.getUint16(address, true)));
    case 4:
      return BigInt.asUintN(type.width, BigInt(view.getUint32(address, true)));
    default: {
      let pattern = 0n;
      for (let word = wordsOf(type.width) - 1; word >= 0; word--)
        pattern = (pattern << 64n) | view.getBigUint64(address + 8 * word, true);
      return BigInt.asUintN(type.width, pattern);
    }
  }
}

/** Writes a bit pattern below 2^width at `address`. */
export function writePattern(view: DataView, address: number, type: Type, pattern: bigint): void {
  if (type.kind === 'vec') {
    const size = sizeOf(type.element);
    const width = typeWidth(type.element);
    for (let i = 0; i < type.length; i++) {
      writePattern(view, address + i * size, type.element, BigInt.asUintN(width, pattern >> BigInt(i * width)));
    }
    return;
  }
  const value = type.kind === 'sint' && type.width <= 64 ? BigInt.asIntN(type.width, pattern) : pattern;
  switch (sizeOf(type)) {
    case 1:
      view.setUint8(address, Number(BigInt.asUintN(8, value)));
      break;
    case 2:
      view.setUint16(address, Number(BigInt.asUintN(16, value)), true);
      break;
    case 4:
      view.setUint32(address, Number(BigInt.asUintN(32, value)), true);
      break;
    default:
      for (let word = 0; word < wordsOf(type.width); word++)
        view.setBigUint64(address + 8 * word, BigInt.asUintN(64, value >> BigInt(64 * word)), true);
  }
}
