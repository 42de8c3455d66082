/** The state of writing the code for one block of 16 cells. */
import type { Local } from '../../../webassembly/code.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { FlatId, Storage } from '../flat/types.ts';
import { typeOf, type Fn } from '../emit/function.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import type { RegisterReads } from './order.ts';
import type { Scan } from './scans.ts';
import type { Type } from '../../../ir/types.ts';

/** Bits of a lane. */
export type LaneBits = 8 | 16 | 32 | 64;

/** Lanes where something holds, as bytes of all ones or zeros; wider forms are made from it. */
export interface Mask {
  readonly key: string;
  readonly bytes: Local;
}

export interface VectorFn {
  readonly fn: Fn;
  readonly uniform: ReadonlySet<FlatId>;
  /** Whether the block is the first, the last of its row. */
  readonly first: boolean;
  readonly last: boolean;
  readonly reads: RegisterReads;
  /** The least lane of which a check is known to have failed, a large number where none has; null without checks. */
  readonly failed: Local | null;
  /** Inputs from the north or south: the address of what the row's first cell takes. */
  readonly rowBases: ReadonlyMap<FlatId, Local>;
  /** Inputs that come along the row within the cycle. */
  readonly scans: ReadonlyMap<FlatId, Scan>;
  /** The cells' combinational values that lie in memory, since neighbours needed them before: where. */
  readonly settled: ReadonlyMap<FlatId, Storage>;
  /** What is in locals already on every path to here. */
  known: Map<string, Local>;
  /** The lanes that statements apply to; null: all. */
  mask: Mask | null;
  /** Wires whose statements are being written: locals by element and part, or of masks. */
  readonly wires: Map<FlatId, readonly Local[]>;
  keys: number;
  /** Records that a node has to be loaded at the start of the block, since what it reads is overwritten before. */
  conflict(id: FlatId): void;
  /** Works out a wire; see there. */
  wireValues(v: VectorFn, id: FlatId): readonly Local[];
}

/** Of a vector: the bits of the lanes that hold one of its elements. */
export function laneBitsOf(type: Type): LaneBits {
  switch (sizeOf(scalarsOf(type).scalar)) {
    case 1:
      return 8;
    case 2:
      return 16;
    case 4:
      return 32;
    case 8:
      return 64;
    default:
      throw new RangeError('a value that fits no lane');
  }
}

/** Of a node: the bits of its lanes. */
export function bitsOfNode({ fn }: VectorFn, id: FlatId): LaneBits {
  return laneBitsOf(typeOf(fn, id));
}

/** Whether values are single bits that masks stand for. */
export function isBit(type: Type): boolean {
  return type.kind !== 'vec' && type.kind !== 'sint' && type.width === 1;
}

/** Vectors that hold a block's lanes of that many bits: of narrow grids fewer than all 16. */
export function partsOf({ fn: { domain } }: VectorFn, bits: LaneBits): number {
  return Math.ceil((Math.min(blockLanes, domain.cols) * bits) / 128);
}

export function half(bits: LaneBits): LaneBits {
  switch (bits) {
    case 64:
      return 32;
    case 32:
      return 16;
    case 16:
    case 8:
      return 8;
  }
}

/** The local that holds what `key` names; `emit` pushes it where that is not known yet. */
export function remembered(v: VectorFn, key: string, emit: () => void): Local {
  const known = v.known.get(key);
  if (known !== undefined) return known;
  emit();
  const local = v.fn.code.local('v128');
  v.fn.code.set(local);
  v.known.set(key, local);
  return local;
}

/** Writes arms of which at most one runs: what one learns, the others and what follows do not know. */
export function inArms(v: VectorFn, ...arms: readonly (() => void)[]): void {
  const { known } = v;
  v.fn.written.arms(
    arms.map((arm) => () => {
      v.known = new Map(known);
      arm();
    }),
  );
  v.known = known;
}

/** Pushes the same byte in all 16. */
export function pushBytes({ fn }: VectorFn, byte: number): void {
  fn.code.v128(new Uint8Array(16).fill(byte));
}

/** Pushes `value` in all lanes. */
export function pushLanes({ fn }: VectorFn, bits: LaneBits, value: bigint): void {
  const bytes = new Uint8Array(16);
  for (let i = 0; i < 16; i++) bytes[i] = Number((BigInt.asUintN(bits, value) >> BigInt((8 * i) % bits)) & 255n);
  fn.code.v128(bytes);
}

/** Pushes the bytes of a vector that stand at these places. */
export function pushPermuted({ fn: { code } }: VectorFn, local: Local, places: readonly number[]): void {
  code.get(local);
  if (places.every((place, i) => place % 4 === i % 4 && (i % 4 === 0 || place === (places[i - 1] ?? 0) + 1))) {
    // Words that move as a whole need no list of places.
    code.get(local);
    code.shuffle(places);
  } else {
    // A list that is an operand stays in a register; those of shuffles are made anew each time.
    code.v128(Uint8Array.from(places));
    code.vector('i8x16.swizzle');
  }
}

/** The instruction prefix for lanes of that many bits. */
export const shapeOf = { 8: 'i8x16', 16: 'i16x8', 32: 'i32x4', 64: 'i64x2' } as const;
