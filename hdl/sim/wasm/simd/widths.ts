/**
 * Changing the width of lanes. A block keeps its order: part p of twice the width is the low (p even) or high half of
 * part p / 2.
 */
import type { Local } from '../../../webassembly/code.ts';
import { half, partsOf, pushLanes, remembered, type LaneBits, type Mask, type VectorFn } from './block.ts';

/** Pushes the low or high half of the vector on the stack in lanes of twice the width, now `to` bits. */
function extendHalf({ fn: { code } }: VectorFn, to: LaneBits, high: boolean, signed: boolean): void {
  const sign = signed ? 's' : 'u';
  const part = high ? 'high' : 'low';
  switch (to) {
    case 16:
      code.vector(`i16x8.extend_${part}_i8x16_${sign}`);
      break;
    case 32:
      code.vector(`i32x4.extend_${part}_i16x8_${sign}`);
      break;
    case 64:
      code.vector(`i64x2.extend_${part}_i32x4_${sign}`);
      break;
    case 8:
      throw new RangeError('nothing is narrower than bytes');
  }
}

/** Part `part`, in lanes of `to` bits, of what `get` gives in parts of lanes of `from` ≤ `to` bits. */
export function widened(
  v: VectorFn,
  key: string,
  from: LaneBits,
  to: LaneBits,
  part: number,
  signed: boolean,
  get: (part: number) => Local,
): Local {
  if (from === to) return get(part);
  return remembered(v, `${key}>${to}${signed ? 's' : 'u'}.${part}`, () => {
    v.fn.code.get(widened(v, key, from, half(to), part >> 1, signed, get));
    extendHalf(v, to, (part & 1) === 1, signed);
  });
}

/** Part `part`, in lanes of `to` bits, of the low bits of what `get` gives in parts of lanes of `from` ≥ `to` bits. */
export function narrowed(
  v: VectorFn,
  key: string,
  from: LaneBits,
  to: LaneBits,
  part: number,
  get: (part: number) => Local,
): Local {
  return narrowedTo(v, `${key}<${to}`, { from, to, kept: to }, part, get);
}

interface Narrowing {
  readonly from: LaneBits;
  readonly to: LaneBits;
  /** The bits that are left in the end. */
  readonly kept: LaneBits;
}

function narrowedTo(
  v: VectorFn,
  key: string,
  { from, to, kept }: Narrowing,
  part: number,
  get: (part: number) => Local,
): Local {
  if (from === to) return get(part);
  return remembered(v, `${key}@${to}.${part}`, () => {
    const { code } = v.fn;
    const wider: LaneBits = to === 8 ? 16 : to === 16 ? 32 : 64;
    // Of a narrow grid the second half may be missing; nothing looks at what stands there instead.
    const most = partsOf(v, wider) - 1;
    const halves = [2 * part, Math.min(2 * part + 1, most)].map((p) =>
      narrowedTo(v, key, { from, to: wider, kept }, p, get),
    );
    // Narrowing saturates, so that only what is left in the end may be there; after the first time it is.
    const isFirst = wider === from || wider === 32;
    for (const local of halves) {
      code.get(local);
      if (wider === 64 || !isFirst) continue;
      pushLanes(v, wider, (1n << BigInt(kept)) - 1n);
      code.vector('v128.and');
    }
    if (to === 8) code.vector('i8x16.narrow_i16x8_u');
    else if (to === 16) code.vector('i16x8.narrow_i32x4_u');
    else code.shuffle(evenWords);
  });
}

/** The lower half of each 64-bit lane of two vectors. */
export const evenWords = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/** The upper half of each. */
export const oddWords = evenWords.map((byte) => byte + 4);

/** A mask's part for lanes of `bits` bits. */
export function maskPart(v: VectorFn, { key, bytes }: Mask, bits: LaneBits, part: number): Local {
  return widened(v, key, 8, bits, part, true, () => bytes);
}
