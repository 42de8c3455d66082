/**
 * Where each cell chooses an element by a number of its own: of a table that all share, or of a long vector of its own.
 */
import type { Type } from '../../../ir/types.ts';
import type { Local } from '../../../webassembly/code.ts';
import { present } from '../../library.ts';
import { laneOffset, node, typeOf, times, widthOfNode } from '../emit/function.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { FlatId } from '../flat/types.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import {
  laneBitsOf,
  partsOf,
  pushBytes,
  pushLanes,
  remembered,
  shapeOf,
  type LaneBits,
  type VectorFn,
} from './block.ts';
import { uniformAddress } from './elements.ts';
import { amountBytes } from './operations.ts';
import { part } from './values.ts';
import { narrowed, widened } from './widths.ts';

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
  const { scalar } = scalarsOf(typeOf(v.fn, table));
  const base = uniformAddress(v, table);
  pushGathered(
    v,
    { scalar, index, pushIndex: indexer(v, at, count, sizeOf(scalar)) },
    () => {
      v.fn.code.get(base);
    },
    0,
  );
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
}

/** Those of a register. */
export function elementsOf({ fn }: VectorFn, register: FlatId): Elements {
  const { type, storage } = node(fn, register);
  const { address } = present(storage ?? undefined, 'storage of a register');
  return { ...scalarsOf(type), address, apart: sizeOf(type) };
}

/** Puts the address of a block's first element into a local. */
function firstAddress({ fn }: VectorFn, { address, apart }: Elements): Local {
  const base = fn.code.local('i32');
  laneOffset(fn, apart);
  fn.code.i32(address);
  fn.code.op('i32.add');
  fn.code.set(base);
  return base;
}

/** Pushes part `index` of the elements that cells choose, 0 past the end. */
export function pushFetched(v: VectorFn, elements: Elements, at: FlatId, index: number): void {
  const { code } = v.fn;
  const { scalar, count, apart } = elements;
  const base = firstAddress(v, elements);
  pushGathered(
    v,
    { scalar, index, pushIndex: indexer(v, at, count, sizeOf(scalar)) },
    () => {
      code.get(base);
    },
    apart,
  );
  code.release('i32', base);
  if (2 ** widthOfNode(v.fn, at) <= count) return;
  code.get(insideAt(v, at, count, laneBitsOf(scalar), index));
  code.vector('v128.and');
}

/** Replaces the elements that cells choose, within a mask. */
export function storeChosen(v: VectorFn, elements: Elements, at: FlatId, value: FlatId): void {
  const { code, context } = v.fn;
  const { scalar, count, apart } = elements;
  const bits = laneBitsOf(scalar);
  const lanes = 128 / bits;
  const pushIndex = indexer(v, at, count, sizeOf(scalar));
  const parts = Array.from({ length: partsOf(v, bits) }, (_, p) => part(v, value, p));
  const stored = code.local('v128');
  code.get(insideAt(v, at, count, 8, 0));
  if (v.mask !== null) {
    code.get(v.mask.bytes);
    code.vector('v128.and');
  }
  code.set(stored);
  const base = firstAddress(v, elements);
  // Lanes without a store of their own store where nothing is read.
  const nowhere = context.temporary(vectorBytes);
  for (let lane = 0; lane < Math.min(blockLanes, v.fn.domain.cols); lane++) {
    pushIndex(lane);
    code.get(base);
    code.op('i32.add');
    code.i32(lane * apart);
    code.op('i32.add');
    code.i32(nowhere);
    code.get(stored);
    code.lane('i8x16.extract_lane_u', lane);
    code.op('select');
    code.get(present(parts[Math.floor(lane / lanes)], 'part of a value'));
    code.laneMemory(`v128.store${bits}_lane`, 0, lane % lanes);
  }
  code.release('v128', stored);
  code.release('i32', base);
}

interface Gathering {
  readonly scalar: Type;
  readonly index: number;
  /** Pushes how many bytes from the start a cell's element lies. */
  readonly pushIndex: (cell: number) => void;
}

/**
 * Pushes a part in which each lane is loaded from an address of its own, `apart` bytes for each cell beyond what
 * `pushBase` pushes.
 */
function pushGathered(v: VectorFn, { scalar, index, pushIndex }: Gathering, pushBase: () => void, apart: number): void {
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
    pushIndex(cell);
    pushBase();
    code.op('i32.add');
    code.get(result);
    code.laneMemory(`v128.load${bits}_lane`, cell * apart, lane);
    code.set(result);
  }
  code.get(result);
  code.release('v128', result);
}

/** What pushes a cell's index times `size`; of one that lies past the end, 0. */
function indexer(v: VectorFn, at: FlatId, count: number, size: number): (cell: number) => void {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  const perVector = 128 / own;
  // Past a row's last cell anything may stand, also what no index of that width can be.
  const safe = (p: number): Local =>
    2 ** own <= count
      ? part(v, at, p)
      : remembered(v, `i${at}<${count}.${p}`, () => {
          code.get(part(v, at, p));
          code.get(insideAt(v, at, count, own, p));
          code.vector('v128.and');
        });
  const extract = own === 8 ? 'i8x16.extract_lane_u' : own === 16 ? 'i16x8.extract_lane_u' : 'i32x4.extract_lane';
  return (cell) => {
    code.get(safe(Math.floor(cell / perVector)));
    code.lane(extract, cell % perVector);
    times(code, size);
  };
}

/** Where the index lies inside a table, for lanes of `bits` bits. */
function insideAt(v: VectorFn, at: FlatId, count: number, bits: LaneBits, index: number): Local {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  if (own === 64) throw new RangeError('an index of more than 32 bits');
  const key = `i${at}in${count}`;
  const inside = (p: number): Local =>
    remembered(v, `${key}.${p}`, () => {
      // All of them where lanes cannot hold more.
      if (2 ** own <= count) {
        pushBytes(v, 255);
        return;
      }
      code.get(part(v, at, p));
      pushLanes(v, own, BigInt(count));
      code.vector(`${shapeOf[own]}.lt_u`);
    });
  return own > bits ? narrowed(v, key, own, bits, index, inside) : widened(v, key, own, bits, index, true, inside);
}
