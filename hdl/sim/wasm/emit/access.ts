/** Loads, stores, conversions between forms. */
import type { Type } from '../../../ir/types.ts';
import type { Code, Local } from '../../../webassembly/code.ts';
import { formOf, sizeOf, type Form } from '../storage.ts';

/** Loads a scalar of at most 64 bits from the address on the stack. */
export function load(code: Code, type: Type, offset: number): void {
  const signed = type.kind === 'sint';
  switch (sizeOf(type)) {
    case 1:
      code.memory(signed ? 'i32.load8_s' : 'i32.load8_u', offset);
      break;
    case 2:
      code.memory(signed ? 'i32.load16_s' : 'i32.load16_u', offset);
      break;
    case 4:
      code.memory('i32.load', offset);
      break;
    default:
      code.memory('i64.load', offset);
  }
}

/** Stores a scalar of at most 64 bits: address and value are on the stack. */
export function store(code: Code, type: Type, offset: number): void {
  switch (sizeOf(type)) {
    case 1:
      code.memory('i32.store8', offset);
      break;
    case 2:
      code.memory('i32.store16', offset);
      break;
    case 4:
      code.memory('i32.store', offset);
      break;
    default:
      code.memory('i64.store', offset);
  }
}

/** The local type that holds a value of that form. */
export function localType(form: Form): 'i32' | 'i64' {
  return form === 'i64' ? 'i64' : 'i32';
}

/** Brings the number on the stack, computed in the form of `type`, back into the type's range. */
export function normalise(code: Code, type: Type): void {
  if (type.kind === 'vec') throw new RangeError('a vector is not a number');
  const { width } = type;
  const wide = formOf(type) === 'i64';
  const spare = (wide ? 64 : 32) - width;
  if (spare === 0) return;
  if (type.kind === 'sint') {
    if (!wide && width === 8) code.op('i32.extend8_s');
    else if (!wide && width === 16) code.op('i32.extend16_s');
    else if (wide) {
      code.i64(BigInt(spare));
      code.op('i64.shl');
      code.i64(BigInt(spare));
      code.op('i64.shr_s');
    } else {
      code.i32(spare);
      code.op('i32.shl');
      code.i32(spare);
      code.op('i32.shr_s');
    }
    return;
  }
  mask(code, wide, width);
}

/** Keeps the lowest `width` bits of the number on the stack. */
export function mask(code: Code, wide: boolean, width: number): void {
  if (width >= (wide ? 64 : 32)) return;
  if (wide) {
    code.i64((1n << BigInt(width)) - 1n);
    code.op('i64.and');
  } else {
    code.i32(2 ** width - 1);
    code.op('i32.and');
  }
}

/** Pushes a number in the form of `type`, as the stack keeps it. */
export function pushConstant(code: Code, type: Type, pattern: bigint): void {
  if (type.kind === 'vec') throw new RangeError('a vector is not a number');
  const value = type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern;
  if (formOf(type) === 'i64') code.i64(value);
  else code.i32(Number(BigInt.asIntN(32, value)));
}

/** Copies `size` bytes between places that do not overlap, or are the same; both addresses are in locals. */
export function copy(code: Code, to: Local, toOffset: number, from: Local, fromOffset: number, size: number): void {
  if (size > 512) {
    code.get(to);
    code.i32(toOffset);
    code.op('i32.add');
    code.get(from);
    code.i32(fromOffset);
    code.op('i32.add');
    code.i32(size);
    code.memoryCopy();
    return;
  }
  let at = 0;
  for (; size - at >= 16; at += 16) {
    code.get(to);
    code.get(from);
    code.vectorMemory('v128.load', fromOffset + at);
    code.vectorMemory('v128.store', toOffset + at);
  }
  const piece = (
    bytes: number,
    loadOp: 'i64.load' | 'i32.load' | 'i32.load16_u' | 'i32.load8_u',
    storeOp: 'i64.store' | 'i32.store' | 'i32.store16' | 'i32.store8',
  ): void => {
    for (; size - at >= bytes; at += bytes) {
      code.get(to);
      code.get(from);
      code.memory(loadOp, fromOffset + at);
      code.memory(storeOp, toOffset + at);
    }
  };
  piece(8, 'i64.load', 'i64.store');
  piece(4, 'i32.load', 'i32.store');
  piece(2, 'i32.load16_u', 'i32.store16');
  piece(1, 'i32.load8_u', 'i32.store8');
}
