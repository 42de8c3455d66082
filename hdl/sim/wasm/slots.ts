/**
 * Reads and writes single values where they lie. How that is done for a type is chosen once, so that each time it
 * costs little.
 */
import type { Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import { bigOf, valueOf } from '../values.ts';
import type { Heap } from './heap.ts';
import { readPattern, sizeOf, writePattern } from './storage.ts';

/** Reads the value of `type` at `address`: signed for `sint`, else the bit pattern. */
export function readerAt(heap: Heap, address: number, type: Type): () => bigint {
  if (type.kind === 'sint' && type.width <= 64) return signedAt(heap, address, sizeOf(type));
  switch (type.kind === 'vec' ? null : sizeOf(type)) {
    case 1:
      return () => bigOf(heap.view.getUint8(address));
    case 2:
      return () => bigOf(heap.view.getUint16(address, true));
    case 4:
      return () => bigOf(heap.view.getUint32(address, true));
    case 8:
      return () => heap.view.getBigUint64(address, true);
    default:
      return () => valueOf(type, readPattern(heap.view, address, type));
  }
}

function signedAt(heap: Heap, address: number, size: number): () => bigint {
  switch (size) {
    case 1:
      return () => bigOf(heap.view.getInt8(address));
    case 2:
      return () => bigOf(heap.view.getInt16(address, true));
    case 4:
      return () => bigOf(heap.view.getInt32(address, true));
    default:
      return () => heap.view.getBigInt64(address, true);
  }
}

/** Writes a value that `type` has at `address`. */
export function writerAt(heap: Heap, address: number, type: Type): (value: number | bigint) => void {
  // Values lie extended to all of their bytes, as the low bits of numbers and big integers are.
  switch (type.kind === 'vec' ? null : sizeOf(type)) {
    case 1:
      return (value) => {
        heap.view.setUint8(address, Number(value));
      };
    case 2:
      return (value) => {
        heap.view.setUint16(address, Number(value), true);
      };
    case 4:
      return (value) => {
        heap.view.setUint32(address, Number(value), true);
      };
    case 8:
      return (value) => {
        heap.view.setBigUint64(address, BigInt(value), true);
      };
    default: {
      const width = typeWidth(type);
      return (value) => {
        writePattern(heap.view, address, type, BigInt.asUintN(width, BigInt(value)));
      };
    }
  }
}
