/** Single bits of 16 cells as masks: where they are 1. */
import type { OpNode } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { argument, argumentsOf, node, typeOf, widthOfNode } from '../emit/function.ts';
import { push } from '../emit/value.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { scalarsOf } from '../storage.ts';
import {
  bitsOfNode,
  isBit,
  laneBitsOf,
  pushBytes,
  pushLanes,
  remembered,
  shapeOf,
  type LaneBits,
  type Mask,
  type VectorFn,
} from './block.ts';
import { part, partOf, wireOf } from './values.ts';
import { narrowed, widened } from './widths.ts';

/** Operations on single bits that are done on masks. */
const logic: ReadonlySet<OpNode['op']> = new Set([
  'and',
  'or',
  'xor',
  'not',
  'mux',
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'orReduce',
  'andReduce',
]);

export function isMaskFirst({ node: ir }: FlatNode): boolean {
  return ir.kind === 'wire' || (ir.kind === 'op' && logic.has(ir.op));
}

/** Where a node of one bit is 1. */
export function maskOf(v: VectorFn, id: FlatId): Mask {
  return { key: `m${id}`, bytes: maskAt(v, id, 8, 0) };
}

/** Where a node of one bit is 1, for lanes of `bits` bits. */
export function maskAt(v: VectorFn, id: FlatId, bits: LaneBits, index: number): Local {
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
    if (own === null || own === bits)
      return remembered(v, `m${id}@${bits}.${index}`, () => {
        pushLogic(v, flat, ir, bits, index);
      });
    const get = (p: number): Local =>
      remembered(v, `m${id}@${own}.${p}`, () => {
        pushLogic(v, flat, ir, own, p);
      });
    if (own > bits) return narrowed(v, `m${id}@${own}`, own, bits, index, get);
    return widened(v, `m${id}@${own}`, own, bits, index, true, get);
  }
  const bytes =
    ir.kind === 'wire'
      ? wireOf(v, id, 0)
      : remembered(v, `m${id}`, () => {
          code.get(partOf(v, flat, 0, 0));
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
  return narrowed(v, key, bits, 8, 0, (p) =>
    remembered(v, `${key}.${p}`, () => {
      if (patterns.length === 0) pushBytes(v, 0);
      patterns.forEach((pattern, i) => {
        code.get(part(v, id, p));
        pushLanes(v, bits, type.kind === 'sint' ? BigInt.asIntN(type.width, pattern) : pattern);
        code.vector(`${shapeOf[bits]}.eq`);
        if (i > 0) code.vector('v128.or');
      });
    }),
  );
}

/** The lane width in which a comparison comes out; null for what works in any. */
function comparisonBits(v: VectorFn, flat: FlatNode, ir: OpNode): LaneBits | null {
  const a = argument(argumentsOf(flat), 0);
  const onBits = isBit(typeOf(v.fn, a));
  switch (ir.op) {
    case 'and':
    case 'or':
    case 'xor':
    case 'not':
    case 'mux':
      return null;
    case 'eq':
    case 'ne':
    case 'orReduce':
    case 'andReduce':
      return onBits ? null : bitsOfNode(v, a);
    default:
      return bitsOfNode(v, a);
  }
}

function pushLogic(v: VectorFn, flat: FlatNode, ir: OpNode, bits: LaneBits, index: number): void {
  const { code } = v.fn;
  const args = argumentsOf(flat);
  const a = argument(args, 0);
  const get = (i: number): void => {
    code.get(maskAt(v, argument(args, i), bits, index));
  };
  const onBits = isBit(typeOf(v.fn, a));
  switch (ir.op) {
    case 'and':
    case 'or':
    case 'xor':
      get(0);
      get(1);
      code.vector(`v128.${ir.op}`);
      return;
    case 'not':
      get(0);
      code.vector('v128.not');
      return;
    case 'mux':
      get(1);
      get(2);
      get(0);
      code.vector('v128.bitselect');
      return;
    case 'orReduce':
    case 'andReduce': {
      if (onBits) {
        get(0);
        return;
      }
      const width = widthOfNode(v.fn, a);
      code.get(part(v, a, index));
      const ones = (1n << BigInt(width)) - 1n;
      const signed = typeOf(v.fn, a).kind === 'sint';
      pushLanes(v, bits, ir.op === 'orReduce' ? 0n : signed ? -1n : ones);
      code.vector(`${shapeOf[bits]}.${ir.op === 'orReduce' ? 'ne' : 'eq'}`);
      return;
    }
    case 'eq':
    case 'ne':
      if (onBits) {
        get(0);
        get(1);
        code.vector('v128.xor');
        if (ir.op === 'eq') code.vector('v128.not');
        return;
      }
      if (typeOf(v.fn, a).kind === 'vec') {
        for (let element = 0; element < scalarsOf(typeOf(v.fn, a)).count; element++) {
          for (const operand of [a, argument(args, 1)]) code.get(part(v, operand, index, element));
          code.vector(`${shapeOf[bits]}.${ir.op}`);
          if (element > 0) code.vector(ir.op === 'eq' ? 'v128.and' : 'v128.or');
        }
        return;
      }
      break;
    default:
  }
  const signed = typeOf(v.fn, a).kind === 'sint';
  // Numbers of 64 bits are compared as signed ones only: with the highest bit turned over, unsigned ones come in that
  // order.
  const turned = bits === 64 && !signed && ir.op !== 'eq' && ir.op !== 'ne' && widthOfNode(v.fn, a) === 64;
  for (const operand of [a, argument(args, 1)]) {
    code.get(part(v, operand, index));
    if (turned) {
      pushLanes(v, bits, 1n << 63n);
      code.vector('v128.xor');
    }
  }
  if (ir.op === 'eq' || ir.op === 'ne') {
    code.vector(`${shapeOf[bits]}.${ir.op}`);
  } else if (ir.op === 'lt' || ir.op === 'le' || ir.op === 'gt' || ir.op === 'ge') {
    if (bits === 64) code.vector(`i64x2.${ir.op}_s`);
    else code.vector(`${shapeOf[bits]}.${ir.op}_${signed ? 's' : 'u'}`);
  }
}
