import type { FlatId } from '../flat/types.ts';
import { scalarsOf, sizeOf, wordsOf } from '../storage.ts';
import { constantOf, formOfNode, typeOf, widthOfNode, type Fn } from './function.ts';
import { push, pushAs } from './value.ts';

type Comparison = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

const signedOps = { lt: 'lt_s', le: 'le_s', gt: 'gt_s', ge: 'ge_s' } as const;
const unsignedOps = { lt: 'lt_u', le: 'le_u', gt: 'gt_u', ge: 'ge_u' } as const;

/** Pushes 0 or 1. Both sides have one type. */
export function pushComparison(fn: Fn, op: Comparison, a: FlatId, b: FlatId): void {
  const { code } = fn;
  const form = formOfNode(fn, a);
  if (form === 'address') {
    compareInMemory(fn, op, a, b);
    return;
  }
  const equality = op === 'eq' || op === 'ne';
  if (equality && constantOf(fn, b) === 0n) {
    push(fn, a);
    code.op(`${form}.eqz`);
    if (op === 'ne') code.op('i32.eqz');
    return;
  }
  pushAs(fn, a, form);
  pushAs(fn, b, form);
  if (equality) code.op(`${form}.${op}`);
  else code.op(`${form}.${typeOf(fn, a).kind === 'sint' ? signedOps[op] : unsignedOps[op]}`);
}

function compareInMemory(fn: Fn, op: Comparison, a: FlatId, b: FlatId): void {
  const { code, context } = fn;
  const type = typeOf(fn, a);
  if (op === 'eq' || op === 'ne') {
    push(fn, a);
    push(fn, b);
    code.i32(sizeOf(type));
    code.call(context.helper('sameBytes'));
    if (op === 'ne') code.op('i32.eqz');
    return;
  }
  const width = widthOfNode(fn, a);
  const words = wordsOf(width);
  if (type.kind === 'vec') throw new RangeError(`vectors of ${scalarsOf(type).count} are not ordered`);
  for (const side of [a, b]) {
    if (type.kind !== 'sint') {
      push(fn, side);
      continue;
    }
    // With the sign bit turned over, two's complement orders as unsigned.
    const at = context.temporary(8 * words);
    code.i32(at);
    push(fn, side);
    code.i32(context.constant({ kind: 'uint', width }, 1n << BigInt(width - 1)));
    code.i32(words);
    code.call(context.helper('xor'));
    code.i32(at);
  }
  code.i32(words);
  code.call(context.helper('compare'));
  code.i32(0);
  code.op(`i32.${signedOps[op]}`);
}
