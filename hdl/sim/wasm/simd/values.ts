/** Values of 16 cells: the parts of a block, each in a local. */
import type { OpNode, Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { push, pushClamped } from '../emit/value.ts';
import { argument, argumentsOf, constantOf, node, typeOf, widthOfNode } from '../emit/function.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { formOf } from '../storage.ts';
import { inArms, isBit, laneBitsOf, partsOf, pushBytes, pushLanes, remembered, shapeOf, type LaneBits, type Mask, type VectorFn } from './block.ts';
import { pushSource, pushStored } from './loads.ts';
import { pushByteProducts, pushShiftByLane, pushShiftByOne } from './shifts.ts';
import { narrowed, widened } from './widths.ts';

/** Operations on single bits that are done on masks. */
const logic: ReadonlySet<OpNode['op']> = new Set(['and', 'or', 'xor', 'not', 'mux', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'orReduce', 'andReduce']);

function bitsOfNode(v: VectorFn, id: FlatId): LaneBits { return laneBitsOf(typeOf(v.fn, id)); }

/** Part `part` of a node, in lanes of its own width; single bits as 0 and 1. */
export function part(v: VectorFn, id: FlatId, index: number): Local {
  if (v.uniform.has(id)) return splat(v, id, bitsOfNode(v, id));
  const flat = node(v.fn, id);
  if (isBit(flat.type) && isMaskFirst(flat)) {
    return remembered(v, `n${id}.0`, () => {
      v.fn.code.get(maskOf(v, id).bytes);
      pushBytes(v, 1);
      v.fn.code.vector('v128.and');
    });
  }
  return partOf(v, flat, index);
}

function isMaskFirst({ node: ir }: FlatNode): boolean {
  return ir.kind === 'wire' || (ir.kind === 'op' && logic.has(ir.op));
}

/** Part `index` of a node in lanes of `bits` ≥ its own width, extended by its kind. */
function partAt(v: VectorFn, id: FlatId, bits: LaneBits, index: number): Local {
  if (v.uniform.has(id)) return splat(v, id, bits);
  return widened(v, `n${id}`, bitsOfNode(v, id), bits, index, typeOf(v.fn, id).kind === 'sint', (p) => part(v, id, p));
}

/** Where a node of one bit is 1. */
export function maskOf(v: VectorFn, id: FlatId): Mask {
  return { key: `m${id}`, bytes: maskAt(v, id, 8, 0) };
}

/** Where a node of one bit is 1, for lanes of `bits` bits. */
function maskAt(v: VectorFn, id: FlatId, bits: LaneBits, index: number): Local {
  const { code } = v.fn;
  if (v.uniform.has(id)) {
    return remembered(v, `M${id}`, () => {
      code.i32(0);
      push(v.fn, id);
      code.op('i32.sub');
      code.vector('i8x16.splat');
    });
  }
  const flat = node(v.fn, id);
  const { node: ir } = flat;
  if (ir.kind === 'op' && logic.has(ir.op)) {
    const own = comparisonBits(v, flat, ir);
    if (own === null || own === bits) return remembered(v, `m${id}@${bits}.${index}`, () => { pushLogic(v, flat, ir, bits, index); });
    const get = (p: number): Local => remembered(v, `m${id}@${own}.${p}`, () => { pushLogic(v, flat, ir, own, p); });
    if (own > bits) return narrowed(v, `m${id}@${own}`, own, bits, index, get);
    return widened(v, `m${id}@${own}`, own, bits, index, true, get);
  }
  const bytes = ir.kind === 'wire'
    ? wireOf(v, id, 0)
    : remembered(v, `m${id}`, () => {
      code.get(partOf(v, flat, 0));
      pushBytes(v, 0);
      code.vector('i8x16.ne');
    });
  return widened(v, `m${id}`, 8, bits, index, true, () => bytes);
}

/** Lanes, as bytes, in which a node has one of those bit patterns. */
export function equalsAny(v: VectorFn, id: FlatId, patterns: readonly bigint[]): Local {
  const { code } = v.fn;
  const type = typeOf(v.fn, id);
  const bits = laneBitsOf(type);
  if (type.kind === 'vec') throw new RangeError('a vector is compared with no pattern');
  const key = `q${id}=${patterns.join()}`;
  return narrowed(v, key, bits, 8, 0, (p) => remembered(v, `${key}.${p}`, () => {
    if (patterns.length === 0) pushBytes(v, 0);
    patterns.forEach((pattern, i) => {
      code.get(part(v, id, p));
      pushLanes(v, bits, type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern);
      code.vector(`${shapeOf[bits]}.eq`);
      if (i > 0) code.vector('v128.or');
    });
  }));
}

/** The lane width in which a comparison comes out; null for what works in any. */
function comparisonBits(v: VectorFn, flat: FlatNode, ir: OpNode): LaneBits | null {
  const a = argument(argumentsOf(flat), 0);
  const onBits = isBit(typeOf(v.fn, a));
  switch (ir.op) {
    case 'and': case 'or': case 'xor': case 'not': case 'mux': return null;
    case 'eq': case 'ne': case 'orReduce': case 'andReduce': return onBits ? null : bitsOfNode(v, a);
    default: return bitsOfNode(v, a);
  }
}

function pushLogic(v: VectorFn, flat: FlatNode, ir: OpNode, bits: LaneBits, index: number): void {
  const { code } = v.fn;
  const args = argumentsOf(flat);
  const a = argument(args, 0);
  const get = (i: number): void => { code.get(maskAt(v, argument(args, i), bits, index)); };
  const onBits = isBit(typeOf(v.fn, a));
  switch (ir.op) {
    case 'and': case 'or': case 'xor': get(0); get(1); code.vector(`v128.${ir.op}`); return;
    case 'not': get(0); code.vector('v128.not'); return;
    case 'mux': get(1); get(2); get(0); code.vector('v128.bitselect'); return;
    case 'orReduce': case 'andReduce': {
      if (onBits) { get(0); return; }
      const width = widthOfNode(v.fn, a);
      code.get(part(v, a, index));
      const ones = (1n << BigInt(width)) - 1n;
      const signed = typeOf(v.fn, a).kind === 'sint';
      pushLanes(v, bits, ir.op === 'orReduce' ? 0n : signed ? -1n : ones);
      code.vector(`${shapeOf[bits]}.${ir.op === 'orReduce' ? 'ne' : 'eq'}`);
      return;
    }
    case 'eq': case 'ne':
      if (onBits) {
        get(0); get(1);
        code.vector('v128.xor');
        if (ir.op === 'eq') code.vector('v128.not');
        return;
      }
      break;
    default:
  }
  const signed = typeOf(v.fn, a).kind === 'sint';
  // Numbers of 64 bits are compared as signed ones only: with the highest bit turned over, unsigned ones come in that order.
  const turned = bits === 64 && !signed && ir.op !== 'eq' && ir.op !== 'ne' && widthOfNode(v.fn, a) === 64;
  for (const operand of [a, argument(args, 1)]) {
    code.get(part(v, operand, index));
    if (turned) { pushLanes(v, bits, 1n << 63n); code.vector('v128.xor'); }
  }
  if (ir.op === 'eq' || ir.op === 'ne') {
    code.vector(`${shapeOf[bits]}.${ir.op}`);
  } else if (ir.op === 'lt' || ir.op === 'le' || ir.op === 'gt' || ir.op === 'ge') {
    if (bits === 64) code.vector(`i64x2.${ir.op}_s`);
    else code.vector(`${shapeOf[bits]}.${ir.op}_${signed ? 's' : 'u'}`);
  }
}

/** The same number in all lanes, extended to `bits` by its kind. */
function splat(v: VectorFn, id: FlatId, bits: LaneBits): Local {
  const { code } = v.fn;
  const type = typeOf(v.fn, id);
  return remembered(v, `s${id}@${bits}`, () => {
    const fixed = constantOf(v.fn, id);
    if (fixed !== null) {
      pushLanes(v, bits, type.kind === 'sint' ? BigInt.asIntN(type.width, fixed) : fixed);
      return;
    }
    push(v.fn, id);
    if (bits === 64 && formOf(type) === 'i32') code.op(type.kind === 'sint' ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
    code.vector(`${shapeOf[bits]}.splat`);
  });
}

function wireOf(v: VectorFn, id: FlatId, index: number): Local {
  const local = (v.wires.get(id) ?? v.wireValues(v, id))[index];
  if (local === undefined) throw new RangeError(`wire ${id} has no part ${index}`);
  return local;
}

function partOf(v: VectorFn, flat: FlatNode, index: number): Local {
  const { id, node: ir, cell, storage } = flat;
  if (ir.kind === 'wire') return wireOf(v, id, index);
  const key = `n${id}.${index}`;
  if (storage !== null) return remembered(v, key, () => { pushStored(v, flat, index); });
  if (cell !== null) return remembered(v, key, () => { pushSource(v, flat, cell(), index); });
  if (ir.kind !== 'op') throw new RangeError(`a ${ir.kind} has no lanes`);
  if (ir.op === 'mux' && (v.uniform.has(argument(argumentsOf(flat), 0)) || laneBitsOf(flat.type) >= fewestBranchedBits)) return branchedMux(v, flat, index);
  return remembered(v, key, () => { pushOperation(v, flat, ir, index); });
}

/** Values of so many bits are several vectors, so that asking first whether any lane takes the first one pays. */
const fewestBranchedBits = 32;

/**
 * A choice that is the same for all lanes is a branch, made once for all parts. One by lane is a branch on whether any lane takes the
 * first value: controls that travel through an array are nearly always 0.
 */
function branchedMux(v: VectorFn, flat: FlatNode, index: number): Local {
  const { code } = v.fn;
  const key = (p: number): string => `n${flat.id}.${p}`;
  const known = v.known.get(key(index));
  if (known !== undefined) return known;
  const [condition, first, second] = [0, 1, 2].map((i) => argument(argumentsOf(flat), i));
  if (condition === undefined || first === undefined || second === undefined) throw new RangeError('a mux has three arguments');
  const locals = Array.from({ length: partsOf(v, laneBitsOf(flat.type)) }, () => code.local('v128'));
  const take = (id: FlatId) => (): void => {
    locals.map((_, p) => part(v, id, p)).forEach((from, p) => { code.get(from); code.set(locals[p] ?? from); });
  };
  if (v.uniform.has(condition)) {
    push(v.fn, condition);
    code.if();
    inArms(v, () => { take(first)(); code.else(); }, take(second));
  } else {
    const bits = laneBitsOf(flat.type);
    code.get(maskOf(v, condition).bytes);
    code.vector('v128.any_true');
    code.if();
    inArms(v, () => {
      const parts = locals.map((_, p) => [part(v, first, p), part(v, second, p), maskAt(v, condition, bits, p)] as const);
      locals.forEach((local, p) => {
        for (const operand of parts[p] ?? []) code.get(operand);
        code.vector('v128.bitselect');
        code.set(local);
      });
      code.else();
    }, take(second));
  }
  code.end();
  locals.forEach((local, p) => { v.known.set(key(p), local); });
  return locals[index] ?? 0;
}

function pushOperation(v: VectorFn, flat: FlatNode, ir: OpNode, index: number): void {
  const { code } = v.fn;
  const args = argumentsOf(flat);
  const [a, b] = [argument(args, 0), args[1] ?? argument(args, 0)];
  const bits = laneBitsOf(flat.type);
  const shape = shapeOf[bits];
  switch (ir.op) {
    case 'add': case 'sub':
      code.get(part(v, a, index));
      code.get(part(v, b, index));
      code.vector(`${shape}.${ir.op}`);
      normalise(v, flat.type);
      return;
    case 'and': case 'or': case 'xor':
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
      code.get(part(v, argument(args, 1), index));
      code.get(part(v, argument(args, 2), index));
      code.get(maskAt(v, a, bits, index));
      code.vector('v128.bitselect');
      return;
    case 'mul': pushProduct(v, flat, a, b, index); return;
    case 'extend':
      code.get(partAt(v, a, bits, index));
      if (typeOf(v.fn, a).kind !== flat.type.kind) normalise(v, flat.type);
      return;
    case 'truncate':
      code.get(narrowed(v, `n${a}`, bitsOfNode(v, a), bits, index, (p) => part(v, a, p)));
      normalise(v, flat.type);
      return;
    case 'cast':
      code.get(part(v, a, index));
      if (typeOf(v.fn, a).kind !== flat.type.kind) normalise(v, flat.type);
      return;
    case 'shl': case 'shr': pushShift(v, flat, ir.op, a, b, index); return;
    case 'slice': pushSlice(v, flat, a, ir.low, index); return;
    case 'xorReduce': pushParity(v, a); return;
    case 'cat': {
      args.forEach((arg, i) => {
        const width = widthOfNode(v.fn, arg);
        if (i > 0) { code.i32(width); code.vector(`${shape}.shl`); }
        code.get(partAt(v, arg, bits, index));
        if (typeOf(v.fn, arg).kind === 'sint' && width < bits) {
          pushLanes(v, bits, (1n << BigInt(width)) - 1n);
          code.vector('v128.and');
        }
        if (i > 0) code.vector('v128.or');
      });
      return;
    }
    default: throw new RangeError(`${ir.op} has no vector form`);
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
    if (v.uniform.has(amount)) pushShiftByOne(v, { op, bits, signed, value, most }, (limit) => { pushClamped(v.fn, amount, limit); });
    else pushShiftByLane(v, { op, bits, signed, value, most }, { key: `a${amount}`, bytes: amountBytes(v, amount), part: index });
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

/** Amounts as bytes; what is more than a byte holds is 255. */
function amountBytes(v: VectorFn, amount: FlatId): Local {
  const { code } = v.fn;
  const own = bitsOfNode(v, amount);
  if (own === 8) return part(v, amount, 0);
  return narrowed(v, `a${amount}`, own, 8, 0, (p) => remembered(v, `a${amount}.${p}`, () => {
    const amounts = part(v, amount, p);
    code.get(amounts);
    code.get(amounts); code.i32(8); code.vector(`${shapeOf[own]}.shr_u`);
    pushBytes(v, 0);
    code.vector(`${shapeOf[own]}.ne`);
    code.vector('v128.or');
  }));
}

/** Whether the number of ones is odd: halves are laid over each other until one bit is left. */
function pushParity(v: VectorFn, a: FlatId): void {
  const { code } = v.fn;
  const own = bitsOfNode(v, a);
  const width = widthOfNode(v.fn, a);
  const folded = (p: number): Local => remembered(v, `x${a}.${p}`, () => {
    const held = code.local('v128');
    code.get(part(v, a, p));
    if (typeOf(v.fn, a).kind === 'sint' && width < own) { pushLanes(v, own, (1n << BigInt(width)) - 1n); code.vector('v128.and'); }
    for (let by = own / 2; by >= 1; by /= 2) {
      if (by >= width) continue;
      code.tee(held);
      code.get(held); code.i32(by); code.vector(`${shapeOf[own]}.shr_u`);
      code.vector('v128.xor');
    }
  });
  code.get(narrowed(v, `x${a}`, own, 8, 0, folded));
  pushBytes(v, 1);
  code.vector('v128.and');
}

function pushSlice(v: VectorFn, flat: FlatNode, a: FlatId, low: number, index: number): void {
  const { code } = v.fn;
  const own = bitsOfNode(v, a);
  const shifted = (p: number): Local => (low === 0 ? part(v, a, p) : remembered(v, `n${a}>>${low}.${p}`, () => {
    code.get(part(v, a, p));
    code.i32(low);
    code.vector(`${shapeOf[own]}.shr_u`);
  }));
  code.get(narrowed(v, `n${a}>>${low}`, own, laneBitsOf(flat.type), index, shifted));
  normalise(v, flat.type);
}

/** Brings the lanes on the stack back into the range of `type`. */
function normalise(v: VectorFn, type: Type): void {
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
