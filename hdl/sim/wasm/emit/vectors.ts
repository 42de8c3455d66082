/** Making vectors and taking them apart. A vector's value is the address of its elements. */
import type { Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { formOf, sizeOf } from '../storage.ts';
import { copy, load, localType, store } from './access.ts';
import { argument, branches, constantOf, formOfNode, times, typeOf, widthOfNode, type Fn } from './function.ts';
import { push, pushClamped } from './value.ts';

interface Elements {
  readonly length: number;
  readonly element: Type;
  readonly size: number;
}

function elementsOf(type: Type): Elements {
  if (type.kind !== 'vec') throw new RangeError(`a ${type.kind} has no elements`);
  return { length: type.length, element: type.element, size: sizeOf(type.element) };
}

/** `index`: the element, or zero past the end. */
export function pushElement(fn: Fn, args: readonly FlatId[]): void {
  const { code, context } = fn;
  const [vector, index] = [argument(args, 0), argument(args, 1)];
  const { length, element, size } = elementsOf(typeOf(fn, vector));
  const isAddress = formOf(element) === 'address';
  const fixed = constantOf(fn, index);
  if (fixed !== null) {
    if (fixed < BigInt(length)) {
      push(fn, vector);
      if (isAddress) {
        code.i32(Number(fixed) * size);
        code.op('i32.add');
      } else load(code, element, Number(fixed) * size);
    } else {
      code.i32(isAddress ? context.flat.zeros : 0);
      if (!isAddress) load(code, element, context.flat.zeros);
    }
    return;
  }
  push(fn, vector);
  pushClamped(fn, index, length);
  if (2 ** widthOfNode(fn, index) <= length) {
    times(code, size);
    code.op('i32.add');
  } else {
    const at = code.local('i32');
    code.tee(at);
    times(code, size);
    code.op('i32.add');
    code.i32(context.flat.zeros);
    code.get(at);
    code.i32(length);
    code.op('i32.lt_u');
    code.op('select');
    code.release('i32', at);
  }
  if (!isAddress) load(code, element, 0);
}

/** `vec`, `fill` and `update`: the address of a new vector. */
export function pushVector(fn: Fn, flat: FlatNode, op: 'vec' | 'fill' | 'update', args: readonly FlatId[]): void {
  const { code, context } = fn;
  const { length, size } = elementsOf(flat.type);
  const at = context.temporary(sizeOf(flat.type));
  if (op === 'vec') {
    args.forEach((arg, i) => {
      storeElement(fn, arg, at + i * size);
    });
  } else if (op === 'fill') {
    fill(fn, argument(args, 0), at, length);
  } else {
    storeElement(fn, argument(args, 0), at);
    updateElement(fn, argument(args, 1), argument(args, 2), elementsOf(flat.type), () => {
      code.i32(at);
    });
  }
  code.i32(at);
}

/** Stores element `index` of the vector whose address `pushBase` pushes; nothing past the end. */
export function updateElement(
  fn: Fn,
  index: FlatId,
  value: FlatId,
  { length, element, size }: Elements,
  pushBase: () => void,
): void {
  const { code } = fn;
  const at = code.local('i32');
  pushClamped(fn, index, length);
  code.tee(at);
  code.i32(length);
  code.op('i32.lt_u');
  code.if();
  branches(fn, () => {
    const target = code.local('i32');
    pushBase();
    code.get(at);
    times(code, size);
    code.op('i32.add');
    code.set(target);
    storeTo(fn, value, element, target);
    code.release('i32', target);
  });
  code.end();
  code.release('i32', at);
}

/** Stores a node's value at the address in a local. */
function storeTo(fn: Fn, value: FlatId, type: Type, target: Local): void {
  const { code } = fn;
  if (formOf(type) === 'address') {
    const from = code.local('i32');
    push(fn, value);
    code.set(from);
    copy(code, target, 0, from, 0, sizeOf(type));
    code.release('i32', from);
  } else {
    code.get(target);
    push(fn, value);
    store(code, type, 0);
  }
}

function storeElement(fn: Fn, value: FlatId, at: number): void {
  const { code } = fn;
  const type = typeOf(fn, value);
  if (formOf(type) === 'address') {
    const target = code.local('i32');
    const from = code.local('i32');
    push(fn, value);
    code.set(from);
    code.i32(at);
    code.set(target);
    copy(code, target, 0, from, 0, sizeOf(type));
    code.release('i32', target);
    code.release('i32', from);
  } else {
    code.i32(0);
    push(fn, value);
    store(code, type, at);
  }
}

function fill(fn: Fn, value: FlatId, at: number, length: number): void {
  const { code } = fn;
  const type = typeOf(fn, value);
  const size = sizeOf(type);
  const form = formOfNode(fn, value);
  const held = code.local(localType(form));
  push(fn, value);
  code.set(held);
  const target = code.local('i32');
  code.i32(at);
  code.set(target);
  code.loop();
  if (form === 'address') {
    copy(code, target, 0, held, 0, size);
  } else {
    code.get(target);
    code.get(held);
    store(code, type, 0);
  }
  code.get(target);
  code.i32(size);
  code.op('i32.add');
  code.tee(target);
  code.i32(at + length * size);
  code.op('i32.lt_u');
  code.brIf(0);
  code.end();
  code.release('i32', target);
  code.release(localType(form), held);
}
