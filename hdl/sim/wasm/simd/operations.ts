/** Operations on 16 cells. */
import type { OpNode, Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { argument, argumentsOf, constantOf, node, typeOf, widthOfNode } from '../emit/function.ts';
import { staysInWidth } from '../emit/growth.ts';
import { pushClamped } from '../emit/value.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { scalarsOf } from '../storage.ts';
import {
  bitsOfNode,
  laneBitsOf,
  pushBytes,
  pushLanes,
  remembered,
  shapeOf,
  type LaneBits,
  type VectorFn,
} from './block.ts';
import { pushChosen, pushUpdated } from './elements.ts';
import { maskAt } from './logic.ts';
import { pushFieldSum } from './sums.ts';
import { areWhole, pushPlane, wordsOf } from './planes.ts';
import { pushByteProducts, pushShiftBack, pushShiftByLane, pushShiftByOne } from './shifts.ts';
import { part, partAt } from './values.ts';
import { narrowed } from './widths.ts';

/** Pushes part `index` of an operation, or of an element of the vector that it gives. */
export function pushOperation(v: VectorFn, flat: FlatNode, ir: OpNode, index: number, element: number): void {
  const { code } = v.fn;
  const args = argumentsOf(flat);
  const [a, b] = [argument(args, 0), args[1] ?? argument(args, 0)];
  const bits = laneBitsOf(flat.type);
  const shape = shapeOf[bits];
  switch (ir.op) {
    case 'add':
    case 'sub':
      if (pushFieldSum(v, flat.id, bits, index)) return;
      code.get(part(v, a, index));
      code.get(part(v, b, index));
      code.vector(`${shape}.${ir.op}`);
      if (!staysInWidth(v.fn, flat)) normalise(v, flat.type);
      return;
    case 'and':
    case 'or':
    case 'xor':
      code.get(part(v, a, index));
      code.get(part(v, b, index));
      code.vector(`v128.${ir.op}`);
      return;
    case 'not':
      code.get(part(v, a, index));
      code.vector('v128.not');
      normalise(v, flat.type);
      return;
    case 'mux':
      code.get(part(v, argument(args, 1), index, element));
      code.get(part(v, argument(args, 2), index, element));
      code.get(maskAt(v, a, bits, index));
      code.vector('v128.bitselect');
      return;
    case 'mul':
      pushProduct(v, flat, a, b, index);
      return;
    case 'extend':
      if (flat.type.kind === 'uint' && pushFieldSum(v, a, bits, index)) return;
      code.get(partAt(v, a, bits, index));
      if (typeOf(v.fn, a).kind !== flat.type.kind) normalise(v, flat.type);
      return;
    case 'truncate':
      code.get(narrowed(v, `n${a}`, bitsOfNode(v, a), bits, index, (p) => part(v, a, p)));
      normalise(v, flat.type);
      return;
    case 'cast':
      pushCast(v, flat, a, index, element);
      return;
    case 'index':
      pushChosen(v, flat, a, b, index, element);
      return;
    case 'update':
      pushUpdated(v, flat, args, index, element);
      return;
    case 'shl':
    case 'shr':
      pushShift(v, flat, ir.op, a, b, index);
      return;
    case 'slice':
      pushBitsFrom(v, a, ir.low, flat.type, index);
      return;
    case 'xorReduce':
      pushParity(v, a);
      return;
    case 'cat':
      if (
        areBytes(
          bits,
          args.map((arg) => typeOf(v.fn, arg)),
        )
      ) {
        code.get(wordsOf(v, `B${flat.id}`, args.map((arg) => part(v, arg, 0)).toReversed(), index));
        return;
      }
      args.forEach((arg, i) => {
        const type = typeOf(v.fn, arg);
        const width = widthOfNode(v.fn, arg);
        if (i > 0) {
          code.i32(width);
          code.vector(`${shape}.shl`);
        }
        if (type.kind === 'vec') pushPacked(v, arg, bits, index);
        else code.get(partAt(v, arg, bits, index));
        if (type.kind === 'sint' && width < bits) {
          pushLanes(v, bits, (1n << BigInt(width)) - 1n);
          code.vector('v128.and');
        }
        if (i > 0) code.vector('v128.or');
      });
      return;
    default:
      throw new RangeError(`${ir.op} has no vector form`);
  }
}

function pushProduct(v: VectorFn, flat: FlatNode, a: FlatId, b: FlatId, index: number): void {
  const { code } = v.fn;
  const bits = laneBitsOf(flat.type);
  if (bits === 8) {
    pushByteProducts(v, part(v, a, 0), part(v, b, 0), flat.type.kind === 'sint');
    return;
  }
  const common = [bitsOfNode(v, a), bitsOfNode(v, b)].reduce((x, y) => (x > y ? x : y));
  if (common === bits) {
    code.get(partAt(v, a, bits, index));
    code.get(partAt(v, b, bits, index));
    code.vector(bits === 16 ? 'i16x8.mul' : bits === 32 ? 'i32x4.mul' : 'i64x2.mul');
    return;
  }
  const narrow = bits === 16 ? 8 : bits === 32 ? 16 : 32;
  const from = index >> 1;
  code.get(partAt(v, a, narrow, from));
  code.get(partAt(v, b, narrow, from));
  const half = (index & 1) === 1 ? 'high' : 'low';
  const sign = flat.type.kind === 'sint' ? 's' : 'u';
  if (bits === 16) code.vector(`i16x8.extmul_${half}_i8x16_${sign}`);
  else if (bits === 32) code.vector(`i32x4.extmul_${half}_i16x8_${sign}`);
  else code.vector(`i64x2.extmul_${half}_i32x4_${sign}`);
}

function pushShift(v: VectorFn, flat: FlatNode, op: 'shl' | 'shr', a: FlatId, amount: FlatId, index: number): void {
  const { code } = v.fn;
  const bits = laneBitsOf(flat.type);
  const width = widthOfNode(v.fn, a);
  const signed = typeOf(v.fn, a).kind === 'sint';
  const by = constantOf(v.fn, amount);
  const value = part(v, a, index);
  if (by === null) {
    const most = 2 ** Math.min(widthOfNode(v.fn, amount), 32) - 1;
    const back = op === 'shr' && !signed ? complemented(v, amount, bits) : null;
    if (v.uniform.has(amount))
      pushShiftByOne(v, { op, bits, signed, value, most }, (limit) => {
        pushClamped(v.fn, amount, limit);
      });
    else if (back !== null && bits !== 64)
      pushShiftBack(v, bits, value, { key: `a${back}`, bytes: amountBytes(v, back), part: index });
    else
      pushShiftByLane(
        v,
        { op, bits, signed, value, most },
        { key: `a${amount}`, bytes: amountBytes(v, amount), part: index },
      );
  } else {
    const whole = by >= BigInt(width);
    if (whole && !(op === 'shr' && signed)) {
      pushBytes(v, 0);
      return;
    }
    code.get(value);
    code.i32(whole ? width - 1 : Number(by));
    code.vector(op === 'shl' ? `${shapeOf[bits]}.shl` : `${shapeOf[bits]}.shr_${signed ? 's' : 'u'}`);
  }
  if (op === 'shl') normalise(v, flat.type);
}

/** The number, always below `bits`, of which an amount is the difference to `bits`; else null. */
function complemented(v: VectorFn, amount: FlatId, bits: LaneBits): FlatId | null {
  const flat = node(v.fn, amount);
  if (flat.node.kind !== 'op' || flat.node.op !== 'sub' || flat.type.kind !== 'uint') return null;
  const args = argumentsOf(flat);
  if (constantOf(v.fn, argument(args, 0)) !== BigInt(bits)) return null;
  let from = argument(args, 1);
  for (;;) {
    const { node: ir, type } = node(v.fn, from);
    if (type.kind !== 'uint') return null;
    if (ir.kind !== 'op' || ir.op !== 'extend') break;
    from = argument(argumentsOf(node(v.fn, from)), 0);
  }
  return 2 ** widthOfNode(v.fn, from) <= bits && !v.uniform.has(from) ? from : null;
}

/** Amounts as bytes; what is more than a byte holds is 255. */
export function amountBytes(v: VectorFn, amount: FlatId): Local {
  const { code } = v.fn;
  const own = bitsOfNode(v, amount);
  if (own === 8) return part(v, amount, 0);
  return narrowed(v, `a${amount}`, own, 8, 0, (p) =>
    remembered(v, `a${amount}.${p}`, () => {
      const amounts = part(v, amount, p);
      code.get(amounts);
      code.get(amounts);
      code.i32(8);
      code.vector(`${shapeOf[own]}.shr_u`);
      pushBytes(v, 0);
      code.vector(`${shapeOf[own]}.ne`);
      code.vector('v128.or');
    }),
  );
}

/** Whether the number of ones is odd: halves are laid over each other until one bit is left. */
function pushParity(v: VectorFn, a: FlatId): void {
  const { code } = v.fn;
  const own = bitsOfNode(v, a);
  const width = widthOfNode(v.fn, a);
  const folded = (p: number): Local =>
    remembered(v, `x${a}.${p}`, () => {
      const held = code.local('v128');
      code.get(part(v, a, p));
      if (typeOf(v.fn, a).kind === 'sint' && width < own) {
        pushLanes(v, own, (1n << BigInt(width)) - 1n);
        code.vector('v128.and');
      }
      for (let by = own / 2; by >= 1; by /= 2) {
        if (by >= width) continue;
        code.tee(held);
        code.get(held);
        code.i32(by);
        code.vector(`${shapeOf[own]}.shr_u`);
        code.vector('v128.xor');
      }
    });
  code.get(narrowed(v, `x${a}`, own, 8, 0, folded));
  pushBytes(v, 1);
  code.vector('v128.and');
}

/** Pushes the bits of a node from `low` on, as a number of that type. */
function pushBitsFrom(v: VectorFn, a: FlatId, low: number, type: Type, index: number): void {
  const { code } = v.fn;
  const own = patternBits(v, a);
  if (own >= 32 && low % 8 === 0 && type.kind === 'uint' && type.width === 8 && areWhole(v, own / 8)) {
    // A byte of each word: as if the words were vectors of bytes in memory.
    const bytes: Type = { kind: 'vec', length: own / 8, element: type };
    pushPlane(v, `y${a}`, bytes, { element: low / 8, part: 0 }, (p) => pattern(v, a, p));
    return;
  }
  const shifted = (p: number): Local =>
    low === 0
      ? pattern(v, a, p)
      : remembered(v, `b${a}>>${low}.${p}`, () => {
          code.get(pattern(v, a, p));
          code.i32(low);
          code.vector(`${shapeOf[own]}.shr_u`);
        });
  code.get(narrowed(v, `b${a}>>${low}`, own, laneBitsOf(type), index, shifted));
  normalise(v, type);
}

/** The same bits, or of the same elements the same numbers of bits, as another type. */
function pushCast(v: VectorFn, { type }: FlatNode, a: FlatId, index: number, element: number): void {
  const [from, to] = [scalarsOf(typeOf(v.fn, a)), scalarsOf(type)];
  if (from.scalar.width === to.scalar.width) {
    v.fn.code.get(part(v, a, index, element));
    if (from.scalar.kind !== to.scalar.kind) normalise(v, to.scalar);
  } else {
    pushBitsFrom(v, a, element * to.scalar.width, to.scalar, index);
  }
}

/** Brings the lanes on the stack back into the range of `type`. */
export function normalise(v: VectorFn, type: Type): void {
  const { code } = v.fn;
  const bits = laneBitsOf(type);
  if (type.kind === 'vec' || type.width === bits) return;
  if (type.kind !== 'sint') {
    pushLanes(v, bits, (1n << BigInt(type.width)) - 1n);
    code.vector('v128.and');
    return;
  }
  const spare = bits - type.width;
  code.i32(spare);
  code.vector(`${shapeOf[bits]}.shl`);
  code.i32(spare);
  code.vector(`${shapeOf[bits]}.shr_s`);
}

/** Whether numbers side by side are bytes that fill lanes of `bits` bits. */
function areBytes(bits: LaneBits, types: readonly Type[]): boolean {
  return (
    types.length === bits / 8 && types.length > 1 && types.every((type) => type.kind !== 'vec' && type.width === 8)
  );
}

/** The number that a node's bits are; of a vector its elements side by side. */
function pattern(v: VectorFn, id: FlatId, index: number): Local {
  if (typeOf(v.fn, id).kind !== 'vec') return part(v, id, index);
  return remembered(v, `b${id}.${index}`, () => {
    pushPacked(v, id, patternBits(v, id), index);
  });
}

/** The lanes in which all bits of a node fit. */
function patternBits(v: VectorFn, id: FlatId): LaneBits {
  const type = typeOf(v.fn, id);
  return laneBitsOf(type.kind === 'vec' ? { kind: 'uint', width: widthOfNode(v.fn, id) } : type);
}

/** Pushes the elements of a vector side by side, in lanes of `bits` bits. */
function pushPacked(v: VectorFn, id: FlatId, bits: LaneBits, index: number): void {
  const { code } = v.fn;
  const { count, scalar } = scalarsOf(typeOf(v.fn, id));
  if (
    areBytes(
      bits,
      Array.from({ length: count }, () => scalar),
    )
  ) {
    code.get(
      wordsOf(
        v,
        `B${id}`,
        Array.from({ length: count }, (_, element) => part(v, id, 0, element)),
        index,
      ),
    );
    return;
  }
  for (let element = count - 1; element >= 0; element--) {
    if (element < count - 1) {
      code.i32(scalar.width);
      code.vector(`${shapeOf[bits]}.shl`);
    }
    code.get(partAt(v, id, bits, index, element));
    if (scalar.kind === 'sint' && scalar.width < bits) {
      pushLanes(v, bits, (1n << BigInt(scalar.width)) - 1n);
      code.vector('v128.and');
    }
    if (element < count - 1) code.vector('v128.or');
  }
}
