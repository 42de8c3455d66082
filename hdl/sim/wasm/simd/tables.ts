/**
 * Where each cell chooses an element by a number of its own: of a table that all share, or of a long vector of its own.
 */
import type { Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { present } from '../../library.ts';
import { constantOf, node, typeOf, widthOfNode } from '../emit/function.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { FlatId } from '../flat/types.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import { laneBitsOf, partsOf, pushBytes, remembered, type Mask, type VectorFn } from './block.ts';
import { uniformAddress } from './elements.ts';
import { insideAt, placedIndices, pushLane, scaledIndices, spareIndices, type Numbers } from './indices.ts';
import { amountBytes } from './operations.ts';
import { part } from './values.ts';
import { maskPart } from './widths.ts';

const vectorBytes = 16;

/** Tables of as many bytes are looked up in vectors, 16 at a time; larger ones by one load for each cell. */
const mostSwizzled = 64;

interface Lookup {
  readonly table: FlatId;
  readonly at: FlatId;
  readonly index: number;
}

/** Pushes part `index` of what each cell finds in a table, 0 past its end. */
export function pushFromTable(v: VectorFn, lookup: Lookup): void {
  const { code } = v.fn;
  const { table, at } = lookup;
  const { count, scalar } = scalarsOf(typeOf(v.fn, table));
  const inRows = sizeOf(scalar) === 1 && count <= mostSwizzled;
  if (inRows) pushFromRows(v, lookup, count);
  else pushOneByOne(v, lookup, count);
  if (2 ** widthOfNode(v.fn, at) <= count || (inRows && count % vectorBytes === 0)) return;
  code.get(insideAt(v, at, count, laneBitsOf(scalar), lookup.index));
  code.vector('v128.and');
}

/** Each row of 16 bytes gives those that lie in it, 0 for the others. */
function pushFromRows(v: VectorFn, { table, at }: Lookup, count: number): void {
  const { code } = v.fn;
  const indices = amountBytes(v, at);
  for (let row = 0; row * vectorBytes < count; row++) {
    code.get(uniformAddress(v, table));
    code.vectorMemory('v128.load', row * vectorBytes);
    code.get(indices);
    if (row > 0) {
      pushBytes(v, row * vectorBytes);
      code.vector('i8x16.sub');
    }
    code.vector('i8x16.swizzle');
    if (row > 0) code.vector('v128.or');
  }
}

/** A load for each cell. */
function pushOneByOne(v: VectorFn, { table, at, index }: Lookup, count: number): void {
  const { fn } = v;
  const type = typeOf(fn, table);
  const { scalar } = scalarsOf(type);
  const fixed = constantOf(fn, table);
  const base = fixed === null ? uniformAddress(v, table) : null;
  const address = fixed === null ? 0 : fn.context.constant(type, fixed);
  pushGathered(v, { scalar, address }, { indices: scaledIndices(v, at, { count, size: sizeOf(scalar) }), index, base });
}

/** Past this many bytes, a vector in memory is read and written element by element where each cell chooses one. */
const mostChosenBytes = 32;

/**
 * Whether the cells' register, or their input, is a vector of which each cell's element is better fetched from memory.
 */
export function isFetched({ fn, known }: VectorFn, vector: FlatId): boolean {
  const { type, storage } = node(fn, vector);
  return (
    storage !== null &&
    type.kind === 'vec' &&
    type.element.kind !== 'vec' &&
    sizeOf(type) > mostChosenBytes &&
    !fn.written.has(vector) &&
    !known.has(`n${vector}.0`)
  );
}

/** Elements that lie in memory for each cell: a vector in a register, the words of a memory. */
export interface Elements {
  readonly scalar: Type;
  readonly count: number;
  readonly address: number;
  /** Bytes from a cell's first element to that of the next cell. */
  readonly apart: number;
  /** Whether there is room for one more behind a cell's last element. */
  readonly spare: boolean;
}

/** Those of a register. */
export function elementsOf({ fn }: VectorFn, register: FlatId): Elements {
  const { type, storage } = node(fn, register);
  const { address } = present(storage ?? undefined, 'storage of a register');
  return { ...scalarsOf(type), address, apart: sizeOf(type), spare: false };
}

/** Pushes part `index` of the elements that cells choose, 0 past the end. */
export function pushFetched(v: VectorFn, elements: Elements, at: FlatId, index: number): void {
  const { code } = v.fn;
  const { scalar, count } = elements;
  const indices = scaledIndices(v, at, { count, size: sizeOf(scalar) });
  pushGathered(v, elements, { indices: placedIndices(v, indices, elements.apart), index, base: null });
  if (2 ** widthOfNode(v.fn, at) <= count) return;
  code.get(insideAt(v, at, count, laneBitsOf(scalar), index));
  code.vector('v128.and');
}

/** Replaces the elements that cells choose, within a mask. */
export function storeChosen(v: VectorFn, elements: Elements, at: FlatId, value: FlatId): void {
  const { code } = v.fn;
  const { scalar, count, address, apart, spare } = elements;
  const bits = laneBitsOf(scalar);
  const lanes = 128 / bits;
  const stored = storedLanes(v, at, count);
  const row = { count, size: sizeOf(scalar) };
  const indices = placedIndices(v, spare ? spareIndices(v, at, row, stored) : scaledIndices(v, at, row), apart);
  const values = Array.from({ length: partsOf(v, bits) }, (_, p) => {
    const fresh = part(v, value, p);
    if (spare) return fresh;
    const local = code.local('v128');
    code.get(fresh);
    pushGathered(v, elements, { indices, index: p, base: null });
    code.get(maskPart(v, stored, bits, p));
    code.vector('v128.bitselect');
    code.set(local);
    return local;
  });
  for (let lane = 0; lane < Math.min(blockLanes, v.fn.domain.cols); lane++) {
    pushLane(v, indices, lane);
    code.get(present(values[Math.floor(lane / lanes)], 'part of a value'));
    code.laneMemory(`v128.store${bits}_lane`, address, lane % lanes);
  }
}

/** The lanes whose elements are replaced. */
function storedLanes(v: VectorFn, at: FlatId, count: number): Mask {
  const inside = insideAt(v, at, count, 8, 0);
  const { mask } = v;
  if (mask === null) return { key: `i${at}in${count}@8`, bytes: inside };
  const key = `${mask.key}&i${at}in${count}`;
  return {
    key,
    bytes: remembered(v, key, () => {
      v.fn.code.get(inside);
      v.fn.code.get(mask.bytes);
      v.fn.code.vector('v128.and');
    }),
  };
}

interface Gathering {
  readonly indices: Numbers;
  readonly index: number;
  /** Added to all of them; null: nothing. */
  readonly base: Local | null;
}

/** Pushes a part in which each lane is loaded from an address of its own. */
function pushGathered(
  v: VectorFn,
  { scalar, address }: Pick<Elements, 'scalar' | 'address'>,
  { indices, index, base }: Gathering,
): void {
  const { code } = v.fn;
  const bits = laneBitsOf(scalar);
  const lanes = 128 / bits;
  const result = code.local('v128');
  pushBytes(v, 0);
  code.set(result);
  for (let lane = 0; lane < lanes; lane++) {
    const cell = index * lanes + lane;
    // A narrow grid has no more.
    if (cell >= v.fn.domain.cols) break;
    pushLane(v, indices, cell);
    if (base !== null) {
      code.get(base);
      code.op('i32.add');
    }
    code.get(result);
    code.laneMemory(`v128.load${bits}_lane`, address, lane);
    code.set(result);
  }
  code.get(result);
  code.release('v128', result);
}
