/** Where the elements lie that cells choose, of a table or of what each has in memory, as scalar code needs to know. */
import type { Local } from '../../../webassembly/code.ts';
import { laneOffset, typeOf } from '../emit/function.ts';
import type { FlatId } from '../flat/types.ts';
import {
  laneBitsOf,
  pushBytes,
  pushLanes,
  remembered,
  shapeOf,
  type LaneBits,
  type Mask,
  type VectorFn,
} from './block.ts';
import { part } from './values.ts';
import { maskPart, narrowed, widened } from './widths.ts';

/** How many elements there are to choose from, and their bytes. */
export interface Row {
  readonly count: number;
  readonly size: number;
}

/** Lanes in which numbers fit, by what they are remembered by. */
export interface Numbers {
  readonly key: string;
  readonly bits: LaneBits;
  readonly get: (part: number) => Local;
}

/** Cells' indices times `size`, of those past the end 0. */
export function scaledIndices(v: VectorFn, at: FlatId, { count, size }: Row): Numbers {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  const key = `i${at}<${count}`;
  // Past a row's last cell anything may stand, also what no index of that width can be.
  const inside = (p: number): Local =>
    2 ** own <= count
      ? part(v, at, p)
      : remembered(v, `${key}.${p}`, () => {
          code.get(part(v, at, p));
          code.get(insideAt(v, at, count, own, p));
          code.vector('v128.and');
        });
  if (size === 1) return { key, bits: own, get: inside };
  const bits = lanesFor(own, count * size);
  return {
    key: `${key}*${size}`,
    bits,
    get: (p) =>
      remembered(v, `${key}*${size}.${p}`, () => {
        v.fn.code.get(widened(v, key, own, bits, p, false, inside));
        pushScaled(v, bits, size);
      }),
  };
}

/** Cells' indices in bytes; of those that store nothing that of the spare element behind the last one. */
export function spareIndices(v: VectorFn, at: FlatId, { count, size }: Row, stored: Mask): Numbers {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  const bits = lanesFor(own, (count + 1) * size);
  const key = `j${at}*${size}:${stored.key}`;
  return {
    key,
    bits,
    get: (p) =>
      remembered(v, `${key}.${p}`, () => {
        code.get(widened(v, `n${at}`, own, bits, p, false, (q) => part(v, at, q)));
        pushLanes(v, bits, BigInt(count));
        code.get(maskPart(v, stored, bits, p));
        code.vector('v128.bitselect');
        pushScaled(v, bits, size);
      }),
  };
}

/**
 * Where cells' elements lie from the first cell's first one on, `apart` bytes from cell to cell. All of that is added
 * as lanes, so that one address does for all cells: each of its own would be held in a register, and there are few.
 */
export function placedIndices(v: VectorFn, { key, bits: own, get }: Numbers, apart: number): Numbers {
  const {
    code,
    domain: { rows, stride },
  } = v.fn;
  const bits: LaneBits = own <= 16 && rows * stride * apart <= 2 ** 16 ? 16 : 32;
  const lanes = 128 / bits;
  const first = (p: number): Local =>
    remembered(v, `o${apart}@${bits}.${p}`, () => {
      laneOffset(v.fn, apart);
      code.vector(`${shapeOf[bits]}.splat`);
      const cell = (byte: number): number => p * lanes + Math.floor((8 * byte) / bits);
      code.v128(Uint8Array.from({ length: 16 }, (_, i) => (cell(i) * apart) >> ((8 * i) % bits)));
      code.vector(`${shapeOf[bits]}.add`);
    });
  return {
    key: `${key}+${apart}`,
    bits,
    get: (p) =>
      remembered(v, `${key}+${apart}.${p}`, () => {
        code.get(widened(v, key, own, bits, p, false, get));
        code.get(first(p));
        code.vector(`${shapeOf[bits]}.add`);
      }),
  };
}

/** The narrowest lanes, of at least `own` bits, for numbers below `limit`. */
function lanesFor(own: LaneBits, limit: number): LaneBits {
  if (own === 8 && limit <= 2 ** 8) return 8;
  return own <= 16 && limit <= 2 ** 16 ? 16 : 32;
}

/** Multiplies lanes that have room for it by a power of two: then nothing leaves its byte, and words do for bytes. */
function pushScaled({ fn: { code } }: VectorFn, bits: LaneBits, size: number): void {
  if (size === 1) return;
  code.i32(Math.log2(size));
  code.vector(bits === 32 ? 'i32x4.shl' : 'i16x8.shl');
}

/**
 * Pushes a cell's number. By way of 64 bits at a time: to take a lane out of them is one operation, out of a vector
 * two, which processors start one a cycle; by way of memory, they wait until the vector has been written.
 */
export function pushLane(v: VectorFn, { key, bits, get }: Numbers, cell: number): void {
  const { code } = v.fn;
  const perHalf = 64 / bits;
  const half = Math.floor(cell / perHalf);
  let local = v.known.get(`${key}/${half}`);
  if (local === undefined) {
    code.get(get(half >> 1));
    code.lane('i64x2.extract_lane', half & 1);
    local = code.local('i64');
    code.set(local);
    v.known.set(`${key}/${half}`, local);
  }
  const low = bits * (cell % perHalf);
  code.get(local);
  if (low > 0) {
    code.i64(BigInt(low));
    code.op('i64.shr_u');
  }
  code.op('i32.wrap_i64');
  if (bits === 32 || low + bits === 64) return;
  code.i32(2 ** bits - 1);
  code.op('i32.and');
}

/** Where the index lies inside a table, for lanes of `bits` bits. */
export function insideAt(v: VectorFn, at: FlatId, count: number, bits: LaneBits, index: number): Local {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  if (own === 64) throw new RangeError('an index of more than 32 bits');
  const key = `i${at}in${count}`;
  const inside = (p: number): Local =>
    remembered(v, `${key}.${p}`, () => {
      // All of them where lanes cannot hold more.
      if (2 ** own <= count) {
        pushBytes(v, 255);
        return;
      }
      code.get(part(v, at, p));
      pushLanes(v, own, BigInt(count));
      code.vector(`${shapeOf[own]}.lt_u`);
    });
  return own > bits ? narrowed(v, key, own, bits, index, inside) : widened(v, key, own, bits, index, true, inside);
}
