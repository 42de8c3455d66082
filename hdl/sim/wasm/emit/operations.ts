/** Operations: numbers of at most 64 bits here, wider ones and vectors in their own files. */
import type { OpNode } from '../../../ir/types.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { formOf, wordsOf } from '../storage.ts';
import { localType, mask, normalise } from './access.ts';
import { pushComparison } from './comparisons.ts';
import { argument, argumentsOf, branches, constantOf, formOfNode, typeOf, widthOfNode, type Fn } from './function.ts';
import { emitPlaced } from './blocks.ts';
import { staysInWidth } from './growth.ts';
import { push, pushAs, pushBits, pushBitsAddress, pushClamped } from './value.ts';
import { pushElement, pushVector } from './vectors.ts';
import { pushWide } from './wide.ts';

/** Pushes an operation's value in the form of its type. */
export function pushOperation(fn: Fn, flat: FlatNode, ir: OpNode): void {
  const { code } = fn;
  const args = argumentsOf(flat);
  const [a, b] = [argument(args, 0), args[1] ?? argument(args, 0)];
  switch (ir.op) {
    case 'mux':
      pushMux(fn, flat, args);
      return;
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      pushComparison(fn, ir.op, a, b);
      return;
    case 'orReduce':
    case 'andReduce':
    case 'xorReduce':
      pushReduction(fn, ir.op, a);
      return;
    case 'index':
      pushElement(fn, args);
      return;
    case 'vec':
    case 'fill':
    case 'update':
      pushVector(fn, flat, ir.op, args);
      return;
    default:
  }
  const form = formOf(flat.type);
  if (form === 'address') {
    pushWide(fn, flat, ir, args);
    return;
  }
  const wide = form === 'i64';
  switch (ir.op) {
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'xor':
      pushAs(fn, a, form);
      pushAs(fn, b, form);
      code.op(`${form}.${ir.op}`);
      if ((ir.op === 'add' || ir.op === 'sub') && !staysInWidth(fn, flat)) normalise(code, flat.type);
      return;
    case 'mul':
      pushAs(fn, a, form);
      pushAs(fn, b, form);
      code.op(`${form}.mul`);
      if (typeOf(fn, a).kind !== typeOf(fn, b).kind) normalise(code, flat.type);
      return;
    case 'not':
      pushAs(fn, a, form);
      if (wide) code.i64(-1n);
      else code.i32(-1);
      code.op(`${form}.xor`);
      normalise(code, flat.type);
      return;
    case 'shl':
    case 'shr':
      pushShift(fn, flat, ir.op, a, b);
      return;
    case 'cat':
      args.forEach((arg, i) => {
        if (i > 0) {
          if (wide) code.i64(BigInt(widthOfNode(fn, arg)));
          else code.i32(widthOfNode(fn, arg));
          code.op(`${form}.shl`);
        }
        pushBits(fn, arg, form);
        if (i > 0) code.op(`${form}.or`);
      });
      if (flat.type.kind === 'sint') normalise(code, flat.type);
      return;
    case 'slice':
      pushSlice(fn, flat, a, ir.low);
      return;
    case 'extend':
    case 'truncate':
      pushAs(fn, a, form);
      if (ir.op === 'truncate' || typeOf(fn, a).kind !== flat.type.kind) normalise(code, flat.type);
      return;
    case 'cast':
      pushBits(fn, a, form);
      if (flat.type.kind === 'sint') normalise(code, flat.type);
      return;
  }
}

/** Wider shifts are no cheaper as branches than as selections. */
function pushShift(fn: Fn, flat: FlatNode, op: 'shl' | 'shr', a: FlatId, amount: FlatId): void {
  const { code } = fn;
  const form = formOf(flat.type) === 'i64' ? 'i64' : 'i32';
  const bits = form === 'i64' ? 64 : 32;
  const width = widthOfNode(fn, a);
  const signed = typeOf(fn, a).kind === 'sint';
  const fixed = constantOf(fn, amount);
  pushAs(fn, a, form);
  if (op === 'shr' && signed) {
    pushClamped(fn, amount, width - 1);
    if (form === 'i64') code.op('i64.extend_i32_u');
    code.op(`${form}.shr_s`);
    return;
  }
  const operation = op === 'shl' ? (`${form}.shl` as const) : (`${form}.shr_u` as const);
  const most = fixed ?? (1n << BigInt(Math.min(widthOfNode(fn, amount), 10))) - 1n;
  if (most < BigInt(bits)) {
    pushAs(fn, amount, 'i32');
    if (form === 'i64') code.op('i64.extend_i32_u');
    code.op(operation);
  } else {
    const by = code.local('i32');
    pushClamped(fn, amount, bits);
    code.tee(by);
    if (form === 'i64') code.op('i64.extend_i32_u');
    code.op(operation);
    if (form === 'i64') code.i64(0n);
    else code.i32(0);
    code.get(by);
    code.i32(bits);
    code.op('i32.lt_u');
    code.op('select');
    code.release('i32', by);
  }
  if (op === 'shl') normalise(code, flat.type);
}

function pushSlice(fn: Fn, flat: FlatNode, a: FlatId, low: number): void {
  const { code, context } = fn;
  const form = formOf(flat.type) === 'i64' ? 'i64' : 'i32';
  const width = flat.type.kind === 'vec' ? 0 : flat.type.width;
  const own = widthOfNode(fn, a);
  if (own <= 64) {
    const from = own > 32 ? 'i64' : 'i32';
    if (formOfNode(fn, a) === from) push(fn, a);
    else pushBits(fn, a, from);
    if (low > 0) {
      if (from === 'i64') code.i64(BigInt(low));
      else code.i32(low);
      code.op(`${from}.shr_u`);
    }
    if (from === 'i64' && form === 'i32') code.op('i32.wrap_i64');
    // Nothing is left above when an unsigned pattern is cut from its top.
    if (low + width < own || typeOf(fn, a).kind === 'sint' || form !== from) mask(code, form === 'i64', width);
  } else {
    pushBitsAddress(fn, a);
    const [word, shift] = [low >> 6, low & 63];
    if (shift + width <= 64) {
      code.memory('i64.load', 8 * word);
      if (shift > 0) {
        code.i64(BigInt(shift));
        code.op('i64.shr_u');
      }
    } else {
      code.i32(low);
      code.i32(width);
      code.call(context.helper('extract'));
    }
    if (form === 'i32') code.op('i32.wrap_i64');
    mask(code, form === 'i64', width);
  }
  if (flat.type.kind === 'sint') normalise(code, flat.type);
}

function pushReduction(fn: Fn, op: 'orReduce' | 'andReduce' | 'xorReduce', a: FlatId): void {
  const { code, context } = fn;
  const width = widthOfNode(fn, a);
  const type = typeOf(fn, a);
  if (width > 64) {
    pushBitsAddress(fn, a);
    if (op === 'andReduce') {
      code.i32(context.constant({ kind: 'uint', width }, (1n << BigInt(width)) - 1n));
      code.i32(8 * wordsOf(width));
      code.call(context.helper('sameBytes'));
    } else {
      code.i32(wordsOf(width));
      code.call(context.helper(op === 'orReduce' ? 'any' : 'parity'));
    }
    return;
  }
  const form = width > 32 ? 'i64' : 'i32';
  pushBits(fn, a, form);
  if (op === 'xorReduce') {
    code.op(`${form}.popcnt`);
    if (form === 'i64') code.op('i32.wrap_i64');
    code.i32(1);
    code.op('i32.and');
  } else if (op === 'orReduce') {
    if (width === 1 && type.kind !== 'sint') return;
    if (form === 'i64') code.i64(0n);
    else code.i32(0);
    code.op(`${form}.ne`);
  } else {
    if (form === 'i64') code.i64((1n << BigInt(width)) - 1n);
    else code.i32(2 ** width - 1);
    code.op(`${form}.eq`);
  }
}

/** As a selection where both sides are at hand, else as a branch. */
function pushMux(fn: Fn, flat: FlatNode, args: readonly FlatId[]): void {
  const { code, plan } = fn;
  const [condition, first, second] = [argument(args, 0), argument(args, 1), argument(args, 2)];
  const arms = plan.arms.get(flat.id);
  if (arms === undefined) {
    push(fn, first);
    push(fn, second);
    push(fn, condition);
    code.op('select');
    return;
  }
  push(fn, condition);
  code.if(localType(formOf(flat.type)));
  branches(
    fn,
    () => {
      emitPlaced(fn, arms[0], 0);
      push(fn, first);
      code.else();
    },
    () => {
      emitPlaced(fn, arms[1], 0);
      push(fn, second);
    },
  );
  code.end();
}
