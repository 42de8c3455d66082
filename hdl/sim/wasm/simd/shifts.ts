/**
 * Shifts by amounts that are no constants. WebAssembly shifts all lanes by one amount, so lanes with amounts of their
 * own are multiplied by powers of two, which come from a table of bytes.
 */
import type { Local } from '../../../webassembly/code.ts';
import { pushBytes, pushLanes, pushPermuted, remembered, shapeOf, type LaneBits, type VectorFn } from './block.ts';
import { evenWords, oddWords } from './widths.ts';

export interface Shift {
  readonly op: 'shl' | 'shr';
  readonly bits: LaneBits;
  readonly signed: boolean;
  /** The part that is shifted. */
  readonly value: Local;
  /** The largest amount. */
  readonly most: number;
}

/** The amounts of all lanes of a block as bytes, 255 for whatever is more; which part is shifted. */
export interface Amounts {
  readonly key: string;
  readonly bytes: Local;
  readonly part: number;
}

/** Pushes the part shifted by the same amount in all lanes: `pushAmount` pushes it, or `limit` where it is more. */
export function pushShiftByOne(
  v: VectorFn,
  { op, bits, signed, value, most }: Shift,
  pushAmount: (limit: number) => void,
): void {
  const { code } = v.fn;
  const shape = shapeOf[bits];
  code.get(value);
  if (op === 'shr' && signed) {
    pushAmount(bits - 1);
    code.vector(`${shape}.shr_s`);
    return;
  }
  const operation = op === 'shl' ? (`${shape}.shl` as const) : (`${shape}.shr_u` as const);
  pushAmount(bits);
  if (most < bits) {
    code.vector(operation);
    return;
  }
  const by = code.local('i32');
  code.tee(by);
  code.vector(operation);
  code.i32(-1);
  code.i32(0);
  code.get(by);
  code.i32(bits);
  code.op('i32.lt_u');
  code.op('select');
  code.vector('i8x16.splat');
  code.vector('v128.and');
  code.release('i32', by);
}

/** Pushes the part shifted by each lane's own amount. */
export function pushShiftByLane(v: VectorFn, shift: Shift, amounts: Amounts): void {
  const { code } = v.fn;
  const { op, bits, signed, value } = shift;
  if (bits === 64) {
    pushOneByOne(v, shift, amounts);
  } else if (op === 'shl') {
    const powers = powersOfTwo(v, bits, amounts);
    if (bits === 8) {
      pushByteProducts(v, value, powers, false);
    } else {
      code.get(value);
      code.get(powers);
      code.vector(`${shapeOf[bits]}.mul`);
    }
  } else if (signed) {
    // Below 0, the complement is shifted.
    const sign = code.local('v128');
    const magnitude = code.local('v128');
    pushBytes(v, 0);
    code.get(value);
    code.vector(`${shapeOf[bits]}.gt_s`);
    code.tee(sign);
    code.get(value);
    code.vector('v128.xor');
    code.set(magnitude);
    pushHighProducts(v, bits, bits - 1, magnitude, reversedPowers(v, bits, amounts));
    code.get(sign);
    code.vector('v128.xor');
    code.release('v128', sign);
    code.release('v128', magnitude);
  } else {
    pushHighProducts(v, bits, bits - 1, value, reversedPowers(v, bits, amounts));
  }
}

/**
 * Pushes the part shifted right by `bits` less the amounts, which are below `bits`: what a shift left by them drops. So
 * a rotation needs their powers once.
 */
export function pushShiftBack(v: VectorFn, bits: 8 | 16 | 32, value: Local, amounts: Amounts): void {
  pushHighProducts(v, bits, bits, value, powersOfTwo(v, bits, amounts));
}

/** Products of bytes, the low byte of each. */
export function pushByteProducts({ fn: { code } }: VectorFn, a: Local, b: Local, signed: boolean): void {
  for (const half of ['low', 'high'] as const) {
    code.get(a);
    code.get(b);
    code.vector(`i16x8.extmul_${half}_i8x16_${signed ? 's' : 'u'}`);
    // Narrowing saturates.
    code.v128(new Uint8Array(16).map((_, i) => (i % 2 === 0 ? 255 : 0)));
    code.vector('v128.and');
  }
  code.vector('i8x16.narrow_i16x8_u');
}

/** Products of unsigned lanes without their lowest `dropped` bits; they must fit in `bits` bits. */
function pushHighProducts({ fn: { code } }: VectorFn, bits: 8 | 16 | 32, dropped: number, a: Local, b: Local): void {
  for (const half of ['low', 'high'] as const) {
    code.get(a);
    code.get(b);
    if (bits === 8) code.vector(`i16x8.extmul_${half}_i8x16_u`);
    else if (bits === 16) code.vector(`i32x4.extmul_${half}_i16x8_u`);
    else code.vector(`i64x2.extmul_${half}_i32x4_u`);
    if (dropped === 32) continue;
    code.i32(dropped);
    code.vector(bits === 8 ? 'i16x8.shr_u' : bits === 16 ? 'i32x4.shr_u' : 'i64x2.shr_u');
  }
  if (bits === 8) code.vector('i8x16.narrow_i16x8_u');
  else if (bits === 16) code.vector('i16x8.narrow_i32x4_u');
  else code.shuffle(dropped === 32 ? oddWords : evenWords);
}

/** Two to the power of each lane's amount; 0 where that has more bits than the lane. */
function powersOfTwo(v: VectorFn, bits: LaneBits, amounts: Amounts): Local {
  return remembered(v, `${amounts.key}^${bits}.${amounts.part}`, () => {
    pushPowers(v, () => {
      pushSpread(v, bits, amounts);
      pushLanes(
        v,
        bits,
        eachByte(bits, (byte) => 8 * byte),
      );
      v.fn.code.vector('i8x16.sub');
    });
  });
}

/** Two to the power of `bits` − 1 − each lane's amount; 0 where that is negative. */
function reversedPowers(v: VectorFn, bits: LaneBits, amounts: Amounts): Local {
  return remembered(v, `${amounts.key}^-${bits}.${amounts.part}`, () => {
    pushPowers(v, () => {
      pushLanes(
        v,
        bits,
        eachByte(bits, (byte) => bits - 1 - 8 * byte),
      );
      pushSpread(v, bits, amounts);
      v.fn.code.vector('i8x16.sub');
    });
  });
}

/** Each byte's amount, brought to that byte of its lane, looks up a bit: outside 0 to 7 (modulo 256) there is none. */
function pushPowers({ fn: { code } }: VectorFn, pushExponents: () => void): void {
  code.v128(new Uint8Array(16).map((_, i) => (i < 8 ? 1 << i : 0)));
  pushExponents();
  code.vector('i8x16.swizzle');
}

/** Each amount in all bytes of its lane. */
function pushSpread(v: VectorFn, bits: LaneBits, { bytes, part }: Amounts): void {
  const { code } = v.fn;
  const lanes = 128 / bits;
  if (bits === 8) code.get(bytes);
  else
    pushPermuted(
      v,
      bytes,
      Array.from({ length: 16 }, (_, i) => part * lanes + Math.floor((8 * i) / bits)),
    );
}

function eachByte(bits: LaneBits, byteAt: (index: number) => number): bigint {
  return Array.from({ length: bits / 8 }, (_, byte) => BigInt(byteAt(byte)) << BigInt(8 * byte)).reduce(
    (sum, one) => sum | one,
  );
}

/** Lanes of 64 bits one after the other: there are only two, and no product of twice the width. */
function pushOneByOne(v: VectorFn, { op, signed, value, most }: Shift, { bytes, part }: Amounts): void {
  const { code } = v.fn;
  const by = code.local('i32');
  for (const lane of [0, 1]) {
    code.get(value);
    code.lane('i64x2.extract_lane', lane);
    code.get(bytes);
    code.lane('i8x16.extract_lane_u', 2 * part + lane);
    code.set(by);
    if (op === 'shr' && signed) {
      code.i32(63);
      code.get(by);
      code.i32(63);
      code.get(by);
      code.op('i32.lt_u');
      code.op('select');
      code.op('i64.extend_i32_u');
      code.op('i64.shr_s');
    } else {
      code.get(by);
      code.op('i64.extend_i32_u');
      code.op(op === 'shl' ? 'i64.shl' : 'i64.shr_u');
      if (most >= 64) {
        code.i64(0n);
        code.get(by);
        code.i32(64);
        code.op('i32.lt_u');
        code.op('select');
      }
    }
    if (lane === 0) code.vector('i64x2.splat');
    else code.lane('i64x2.replace_lane', lane);
  }
  code.release('i32', by);
}
