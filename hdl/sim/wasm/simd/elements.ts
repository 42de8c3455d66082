/** Elements of vectors: which one an operation gives, chosen alike in all cells or by each for itself. */
import type { OpNode } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { argument, argumentsOf, constantOf, node, typeOf, widthOfNode } from '../emit/function.ts';
import { push } from '../emit/value.ts';
import type { FlatId, FlatNode } from '../flat/types.ts';
import { scalarsOf } from '../storage.ts';
import { laneBitsOf, pushBytes, type LaneBits, type VectorFn } from './block.ts';
import { elementsOf, isFetched, pushFetched, pushFromTable, storeChosen } from './tables.ts';
import { equalsAny } from './logic.ts';
import { part } from './values.ts';
import { maskPart } from './widths.ts';

/** An element of another node that an operation's element is; null where it has to be worked out. */
export function sameElement(
  v: VectorFn,
  flat: FlatNode,
  ir: OpNode,
  element: number,
): { readonly id: FlatId; readonly element: number } | null {
  const args = argumentsOf(flat);
  const first = argument(args, 0);
  switch (ir.op) {
    case 'vec': {
      const inner = scalarsOf(typeOf(v.fn, first)).count;
      return { id: argument(args, Math.floor(element / inner)), element: element % inner };
    }
    case 'fill':
      return { id: first, element: element % scalarsOf(typeOf(v.fn, first)).count };
    case 'index': {
      const at = constantOf(v.fn, argument(args, 1));
      const inner = scalarsOf(flat.type).count;
      return at !== null && at < BigInt(lengthOf(v, first))
        ? { id: first, element: Number(at) * inner + element }
        : null;
    }
    case 'update': {
      const at = constantOf(v.fn, argument(args, 1));
      if (at === null) return null;
      const inner = scalarsOf(typeOf(v.fn, argument(args, 2))).count;
      return BigInt(Math.floor(element / inner)) === at
        ? { id: argument(args, 2), element: element % inner }
        : { id: first, element };
    }
    default:
      return null;
  }
}

function lengthOf(v: VectorFn, vector: FlatId): number {
  const type = typeOf(v.fn, vector);
  if (type.kind !== 'vec') throw new RangeError(`a ${type.kind} has no elements`);
  return type.length;
}

/** Pushes an element that each cell chooses by `at`, 0 past the end. */
export function pushChosen(
  v: VectorFn,
  { type }: FlatNode,
  vector: FlatId,
  at: FlatId,
  index: number,
  element: number,
): void {
  const { code } = v.fn;
  if (v.uniform.has(vector) && constantOf(v.fn, at) === null) {
    pushFromTable(v, { table: vector, at, index });
    return;
  }
  if (constantOf(v.fn, at) === null && hasShortIndex(v, at) && isFetched(v, vector)) {
    pushFetched(v, elementsOf(v, vector), at, index);
    return;
  }
  const inner = scalarsOf(type).count;
  const bits = laneBitsOf(type);
  pushBytes(v, 0);
  for (const i of choices(v, at, lengthOf(v, vector))) {
    code.get(part(v, vector, index, i * inner + element));
    code.get(chosen(v, at, i, bits, index));
    code.vector('v128.and');
    code.vector('v128.or');
  }
}

function hasShortIndex(v: VectorFn, at: FlatId): boolean {
  return widthOfNode(v.fn, at) <= 32;
}

/**
 * Writes a register of the cells that takes itself with the element replaced that each cell chooses; false where it is
 * not one, or short.
 */
export function storeUpdated(v: VectorFn, target: FlatId, value: FlatId): boolean {
  const flat = node(v.fn, value);
  if (v.uniform.has(value) || flat.node.kind !== 'op' || flat.node.op !== 'update' || !isFetched(v, target))
    return false;
  const [vector, at, element] = [0, 1, 2].map((i) => argument(argumentsOf(flat), i));
  if (
    at === undefined ||
    element === undefined ||
    vector !== target ||
    constantOf(v.fn, at) !== null ||
    !hasShortIndex(v, at)
  )
    return false;
  storeChosen(v, elementsOf(v, target), at, element);
  v.fn.written.add(target);
  return true;
}

/** Pushes an element of a vector in which each cell replaces the one that it chooses. */
export function pushUpdated(
  v: VectorFn,
  { type }: FlatNode,
  args: readonly FlatId[],
  index: number,
  element: number,
): void {
  const { code } = v.fn;
  const [vector, at, value] = [argument(args, 0), argument(args, 1), argument(args, 2)];
  const inner = scalarsOf(typeOf(v.fn, value)).count;
  const i = Math.floor(element / inner);
  const replaced = choices(v, at, i + 1).includes(i);
  if (replaced) code.get(part(v, value, index, element % inner));
  code.get(part(v, vector, index, element));
  if (!replaced) return;
  code.get(chosen(v, at, i, laneBitsOf(type), index));
  code.vector('v128.bitselect');
}

/** The elements below `length` that a number can choose. */
function choices(v: VectorFn, at: FlatId, length: number): readonly number[] {
  const fixed = constantOf(v.fn, at);
  const all = Array.from({ length: Math.min(length, 2 ** widthOfNode(v.fn, at)) }, (_, i) => i);
  return fixed === null ? all : all.filter((i) => BigInt(i) === fixed);
}

/** The lanes that choose element `i`. */
function chosen(v: VectorFn, at: FlatId, i: number, bits: LaneBits, index: number): Local {
  const bytes = equalsAny(v, at, [BigInt(i)]);
  return maskPart(v, { key: `q${at}=${i}`, bytes }, bits, index);
}

/** The address of a vector that is the same for all cells of a row. */
export function uniformAddress(v: VectorFn, id: FlatId): Local {
  const key = `u${id}`;
  const known = v.known.get(key);
  if (known !== undefined) return known;
  const local = v.fn.code.local('i32');
  push(v.fn, id);
  v.fn.code.set(local);
  v.known.set(key, local);
  return local;
}
