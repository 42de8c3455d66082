/** Tables that are the same for all cells of a row, in which each cell looks something up. */
import type { Local } from '../../../webassembly/code.ts';
import { typeOf, times, widthOfNode } from '../emit/function.ts';
import type { FlatId } from '../flat/types.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import { laneBitsOf, pushBytes, pushLanes, remembered, shapeOf, type LaneBits, type VectorFn } from './block.ts';
import { uniformAddress } from './elements.ts';
import { amountBytes } from './operations.ts';
import { part } from './values.ts';
import { narrowed, widened } from './widths.ts';

const vectorBytes = 16;

/** Tables of as many bytes are looked up in vectors, 16 at a time; larger ones by one load for each cell. */
const mostSwizzled = 64;

interface Lookup { readonly table: FlatId; readonly at: FlatId; readonly index: number }

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
    if (row > 0) { pushBytes(v, row * vectorBytes); code.vector('i8x16.sub'); }
    code.vector('i8x16.swizzle');
    if (row > 0) code.vector('v128.or');
  }
}

/** A load for each cell. */
function pushOneByOne(v: VectorFn, { table, at, index }: Lookup, count: number): void {
  const { code } = v.fn;
  const { scalar } = scalarsOf(typeOf(v.fn, table));
  const bits = laneBitsOf(scalar);
  const lanes = 128 / bits;
  const own = laneBitsOf(typeOf(v.fn, at));
  const perVector = 128 / own;
  // Past a row's last cell anything may stand, also what no index of that width can be; a byte leads nowhere far.
  const isNear = own === 8 && 2 ** widthOfNode(v.fn, at) <= count;
  const safe = (p: number): Local => (isNear ? part(v, at, p) : remembered(v, `i${at}<${count}.${p}`, () => {
    code.get(part(v, at, p));
    code.get(insideAt(v, at, count, own, p));
    code.vector('v128.and');
  }));
  const base = uniformAddress(v, table);
  pushBytes(v, 0);
  const result = code.local('v128');
  code.set(result);
  for (let lane = 0; lane < lanes; lane++) {
    const cell = index * lanes + lane;
    code.get(safe(Math.floor(cell / perVector)));
    code.lane(own === 8 ? 'i8x16.extract_lane_u' : own === 16 ? 'i16x8.extract_lane_u' : 'i32x4.extract_lane', cell % perVector);
    times(code, sizeOf(scalar));
    code.get(base);
    code.op('i32.add');
    code.get(result);
    code.laneMemory(`v128.load${bits}_lane`, 0, lane);
    code.set(result);
  }
  code.get(result);
  code.release('v128', result);
}

/** Where the index lies inside a table, for lanes of `bits` bits. */
function insideAt(v: VectorFn, at: FlatId, count: number, bits: LaneBits, index: number): Local {
  const { code } = v.fn;
  const own = laneBitsOf(typeOf(v.fn, at));
  if (own === 64) throw new RangeError('an index of more than 32 bits');
  const key = `i${at}in${count}`;
  const inside = (p: number): Local => remembered(v, `${key}.${p}`, () => {
    code.get(part(v, at, p));
    pushLanes(v, own, BigInt(count));
    code.vector(`${shapeOf[own]}.lt_u`);
  });
  return own > bits ? narrowed(v, key, own, bits, index, inside) : widened(v, key, own, bits, index, true, inside);
}
