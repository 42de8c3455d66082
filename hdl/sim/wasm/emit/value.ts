/** Pushes a node's value: from where it is kept, or worked out on the spot. */
import { isState } from '../../library.ts';
import { idOf, memoryOf } from '../flat/flatten.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { operandsOf } from '../plan/dependencies.ts';
import type { Changeable } from '../plan/pass.ts';
import { formOf, liesPacked, scalarsOf, sizeOf, wordsOf } from '../storage.ts';
import { typeWidth } from '../../../ir/walk.ts';
import { load, mask, pushConstant } from './access.ts';
import { pushCell } from './cells.ts';
import { argumentsOf, formOfNode, laneOffset, node, typeOf, widthOfNode, type Fn } from './function.ts';
import { pushGridOutput } from './grid-outputs.ts';
import { pushRead } from './memories.ts';
import { pushOperation } from './operations.ts';

/** Pushes the value in the form of its type. */
export function push(fn: Fn, id: FlatId): void {
  const held = fn.held.get(id);
  const form = formOfNode(fn, id);
  if (held?.kind === 'memory') {
    fn.code.i32(form === 'address' ? held.address : 0);
    if (form !== 'address') load(fn.code, typeOf(fn, id), held.address);
    return;
  }
  if (form === 'address') noteReadsThrough(fn, id);
  if (held !== undefined) fn.code.get(held.local);
  else compute(fn, node(fn, id));
}

/** Pushes the value, worked out anew. */
export function compute(fn: Fn, flat: FlatNode): void {
  const { code } = fn;
  const { node: ir, storage, type, id } = flat;
  if (storage !== null) {
    if (fn.written.has(id)) fn.context.conflict(id);
    laneOffset(fn, storage.size);
    if (formOf(type) !== 'address') load(code, type, storage.address);
    else if (storage.address !== 0) {
      code.i32(storage.address);
      code.op('i32.add');
    }
    return;
  }
  switch (ir.kind) {
    case 'const':
      if (formOf(type) === 'address') code.i32(fn.context.constant(type, ir.value));
      else pushConstant(code, type, ir.value);
      break;
    case 'op':
      pushOperation(fn, flat, ir);
      break;
    case 'read':
      pushRead(fn, flat, ir);
      break;
    case 'input':
      pushCell(fn, flat);
      break;
    case 'gridOutput':
      pushGridOutput(fn, flat, ir);
      break;
    case 'reg':
    case 'wire':
    case 'instanceOutput':
      throw new RangeError(`${ir.kind} ${ir.name ?? ''} has no value of its own`);
  }
}

/** Pushes a number of at most 64 bits extended or cut to `form`. */
export function pushAs(fn: Fn, id: FlatId, form: 'i32' | 'i64'): void {
  const own = formOfNode(fn, id);
  push(fn, id);
  if (own === 'address') {
    fn.code.memory('i64.load', 0);
    if (form === 'i32') fn.code.op('i32.wrap_i64');
  } else if (own === 'i32' && form === 'i64') {
    fn.code.op(typeOf(fn, id).kind === 'sint' ? 'i64.extend_i32_s' : 'i64.extend_i32_u');
  } else if (own === 'i64' && form === 'i32') {
    fn.code.op('i32.wrap_i64');
  }
}

/** Pushes the bit pattern, of at most 64 bits, zero-extended to `form`, which must be wide enough. */
export function pushBits(fn: Fn, id: FlatId, form: 'i32' | 'i64'): void {
  const { code } = fn;
  const own = formOfNode(fn, id);
  const width = widthOfNode(fn, id);
  if (own === 'address') {
    pushBitsAddress(fn, id);
    code.memory('i64.load', 0);
    if (form === 'i32') code.op('i32.wrap_i64');
    return;
  }
  push(fn, id);
  if (typeOf(fn, id).kind === 'sint') mask(code, own === 'i64', width);
  if (own === 'i32' && form === 'i64') code.op('i64.extend_i32_u');
  if (own === 'i64' && form === 'i32') code.op('i32.wrap_i64');
}

/** Pushes the address of the bit pattern as zero-extended 64-bit words. */
export function pushBitsAddress(fn: Fn, id: FlatId): void {
  const { code, context } = fn;
  const type = typeOf(fn, id);
  const form = formOf(type);
  const words = wordsOf(typeWidth(type));
  if (form === 'address' && (type.kind !== 'vec' || (liesPacked(type) && sizeOf(type) % 8 === 0))) {
    push(fn, id);
    return;
  }
  const at = context.temporary(8 * words);
  if (form !== 'address') {
    code.i32(0);
    pushBits(fn, id, 'i64');
    code.memory('i64.store', at);
    code.i32(at);
    return;
  }
  push(fn, id);
  const from = code.local('i32');
  code.set(from);
  packInto(fn, at, from, type);
  code.release('i32', from);
  code.i32(at);
}

/** Packs the vector at the address in local `from` into words at `at`. */
export function packInto(fn: Fn, at: number, from: number, type: FlatNode['type']): void {
  const { code, context } = fn;
  const { count, scalar } = scalarsOf(type);
  for (let word = 0; word < wordsOf(typeWidth(type)); word++) {
    code.i32(0);
    code.i64(0n);
    code.memory('i64.store', at + 8 * word);
  }
  if (scalar.width === 1) {
    code.i32(at);
    code.get(from);
    code.i32(count);
    code.call(context.helper('packBits'));
    return;
  }
  const size = sizeOf(scalar);
  if (scalar.width <= 64) {
    code.i32(at);
    code.i32(0);
    code.get(from);
    code.i32(count);
    code.i32(size);
    code.i32(scalar.width);
    code.call(context.helper('pack'));
    return;
  }
  for (let i = 0; i < count; i++) {
    code.i32(at);
    code.i32(i * scalar.width);
    code.get(from);
    code.i32(8 * size * i);
    code.i32(scalar.width);
    code.call(context.helper('depositMany'));
  }
}

/**
 * Lays the bit pattern, words at the address in local `from`, out as a value of `type` at the address in local `to`.
 */
export function unpackTo(fn: Fn, to: number, from: number, type: FlatNode['type']): void {
  const { code, context } = fn;
  const { count, scalar } = scalarsOf(type);
  const size = sizeOf(scalar);
  if (scalar.width <= 64) {
    code.get(to);
    code.get(from);
    code.i32(0);
    code.i32(count);
    code.i32(size);
    code.i32(scalar.width);
    code.i32(scalar.kind === 'sint' ? 1 : 0);
    code.call(context.helper('unpack'));
    return;
  }
  code.get(to);
  code.i32(0);
  code.i32(count * size);
  code.memoryFill();
  for (let i = 0; i < count; i++) {
    code.get(to);
    code.i32(8 * size * i);
    code.get(from);
    code.i32(i * scalar.width);
    code.i32(scalar.width);
    code.call(context.helper('depositMany'));
  }
}

/** Pushes `limit` or the unsigned value of the node, whichever is less, as an i32. */
export function pushClamped(fn: Fn, id: FlatId, limit: number): void {
  const { code, context } = fn;
  const width = widthOfNode(fn, id);
  const form = formOfNode(fn, id);
  if (form === 'address') {
    const at = code.local('i32');
    pushBitsAddress(fn, id);
    code.tee(at);
    code.memory('i64.load', 0);
    const low = code.local('i64');
    code.set(low);
    code.get(low);
    code.i64(BigInt(limit));
    code.get(low);
    code.i64(BigInt(limit));
    code.op('i64.lt_u');
    code.get(at);
    code.i32(8);
    code.op('i32.add');
    code.i32(wordsOf(width) - 1);
    code.call(context.helper('any'));
    code.op('i32.eqz');
    code.op('i32.and');
    code.op('select');
    code.op('i32.wrap_i64');
    code.release('i32', at);
    code.release('i64', low);
    return;
  }
  pushBits(fn, id, form);
  if (2 ** width - 1 <= limit) {
    if (form === 'i64') code.op('i32.wrap_i64');
    return;
  }
  const value = code.local(form);
  code.tee(value);
  if (form === 'i64') {
    code.i64(BigInt(limit));
    code.get(value);
    code.i64(BigInt(limit));
    code.op('i64.lt_u');
    code.op('select');
    code.op('i32.wrap_i64');
  } else {
    code.i32(limit);
    code.get(value);
    code.i32(limit);
    code.op('i32.lt_u');
    code.op('select');
  }
  code.release(form, value);
}

/**
 * The state that the address standing for a value of address form may point into: registers and synchronous reads by
 * their node, memories by the node that reads them.
 */
function pointsInto(fn: Fn, id: FlatId, seen = new Set<FlatId>()): ReadonlySet<FlatId> {
  const found = new Set<FlatId>();
  if (seen.has(id) || fn.held.get(id)?.kind === 'memory') return found;
  seen.add(id);
  const flat = node(fn, id);
  const through = (next: FlatId): void => {
    if (formOfNode(fn, next) !== 'address') return;
    for (const place of pointsInto(fn, next, seen)) found.add(place);
  };
  const ir = flat.node;
  if (flat.storage !== null) found.add(id);
  else if (ir.kind === 'read') found.add(id);
  else if (ir.kind === 'wire') {
    for (const value of operandsOf(fn.context.slices.of(flat.frame, flat.local), flat.frame)) through(value);
    if (ir.fallback !== null) through(idOf(flat.frame, ir.fallback));
  } else if (
    ir.kind === 'op' &&
    (ir.op === 'mux' || ir.op === 'index' || ir.op === 'cast' || ir.op === 'extend' || ir.op === 'truncate')
  ) {
    argumentsOf(flat).forEach(through);
  }
  return found;
}

function noteReadsThrough(fn: Fn, id: FlatId): void {
  if (fn.written.none) return;
  for (const culprit of pointsInto(fn, id)) {
    const { node: ir, frame } = node(fn, culprit);
    const place: Changeable = ir.kind === 'read' && !isState(ir) ? memoryOf(frame, ir.memory) : culprit;
    if (fn.written.has(place)) fn.context.conflict(culprit);
  }
}
