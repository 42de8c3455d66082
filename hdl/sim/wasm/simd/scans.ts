/**
 * Values that run along a row within one cycle, where each cell adds something of its own to them: all cells of a block
 * at once, since it does not matter which of the additions is made first.
 */
import type { Local } from '../../../webassembly/code.ts';
import type { Edge } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import { exportAddress } from '../emit/cells.ts';
import { laneOffset, times, typeOf } from '../emit/function.ts';
import { blockLanes, idOf } from '../flat/flatten.ts';
import type { Flat, FlatId, FlatNode } from '../flat/types.ts';
import { needsOf, nodeOf, type WireSlices } from '../plan/dependencies.ts';
import type { Keepable } from '../plan/pass.ts';
import { sizeOf } from '../storage.ts';
import { laneBitsOf, partsOf, pushLanes, shapeOf, type LaneBits, type VectorFn } from './block.ts';
import { normalise } from './operations.ts';
import { part } from './values.ts';

type ScanOp = 'add' | 'and' | 'or' | 'xor';

/** What a cell's output is made of: what comes from the cell before it, and the cell's own value. */
export interface Scan {
  readonly op: ScanOp;
  readonly from: 'west' | 'east';
  readonly edge: FlatId;
  readonly port: FlatId;
  readonly own: FlatId;
}

/**
 * The chains of a function by the input through which they come; null where one of them is more than that. @param own
 * outputs worked out in it
 */
export function scansOf(
  flat: Flat,
  slices: WireSlices,
  order: readonly Keepable[],
  own: ReadonlySet<FlatId>,
): ReadonlyMap<FlatId, Scan> | null {
  const scans = new Map<FlatId, Scan>();
  const dependent = new Set<FlatId>();
  for (const id of order) {
    if (typeof id === 'string') return null;
    const node = nodeOf(flat, id);
    const source = node.cell?.();
    if (source !== undefined && (source.from === 'west' || source.from === 'east') && own.has(source.port)) {
      dependent.add(id);
      const scan = scanThrough(flat, id, source);
      if (scan === null) return null;
      scans.set(id, scan);
    } else if (needsOf(node, slices).some((need) => dependent.has(need))) {
      dependent.add(id);
    }
  }
  return [...scans.values()].some((scan) => dependent.has(scan.own)) ? null : scans;
}

interface Source {
  readonly from: Edge;
  readonly port: FlatId;
  readonly edge: FlatId;
}

function scanThrough(flat: Flat, input: FlatId, { from, port, edge }: Source): Scan | null {
  const { node, frame } = nodeOf(flat, port);
  if (node.kind !== 'op' || (from !== 'west' && from !== 'east')) return null;
  const { op } = node;
  if (op !== 'add' && op !== 'and' && op !== 'or' && op !== 'xor') return null;
  const args = node.args.map((arg) => idOf(frame, arg));
  const own = args.find((arg) => arg !== input);
  return own === undefined || !args.includes(input) ? null : { op, from, edge, port, own };
}

/** What comes from the cell before, for all parts of a block. */
export function scanned(v: VectorFn, { id, type }: FlatNode, scan: Scan): readonly Local[] {
  const keys = Array.from({ length: partsOf(v, laneBitsOf(type)) }, (_, p) => `n${id}.${p}`);
  const known = keys.map((key) => v.known.get(key));
  if (known.every((local) => local !== undefined)) return known;
  const { code } = v.fn;
  const bits = laneBitsOf(type);
  const carry = code.local('v128');
  pushCarry(v, scan, bits);
  code.set(carry);
  const results = keys.map(() => code.local('v128'));
  const order = results.map((_, p) => p);
  for (const p of scan.from === 'west' ? order : order.toReversed()) {
    const sums = code.local('v128');
    pushOwn(v, scan, bits, p);
    code.set(sums);
    for (let by = 1; by < 128 / bits; by *= 2) {
      code.get(sums);
      pushMoved(v, scan, bits, sums, by);
      pushJoined(v, scan.op, bits);
      code.set(sums);
    }
    pushMoved(v, scan, bits, sums, 1);
    code.get(carry);
    pushJoined(v, scan.op, bits);
    if (scan.op === 'add') normalise(v, type);
    code.set(present(results[p], 'part of a chain'));
    code.get(sums);
    code.get(carry);
    pushJoined(v, scan.op, bits);
    code.set(sums);
    pushFarthest(v, scan, bits, sums);
    code.set(carry);
    code.release('v128', sums);
  }
  code.release('v128', carry);
  keys.forEach((key, p) => {
    v.known.set(key, results[p] ?? 0);
  });
  return results;
}

/** What changes nothing. */
function neutral({ op }: Scan): bigint {
  return op === 'and' ? -1n : 0n;
}

/** Pushes what each cell adds; nothing where there is no cell. */
function pushOwn(v: VectorFn, scan: Scan, bits: LaneBits, index: number): void {
  const {
    code,
    domain: { cols },
  } = v.fn;
  code.get(part(v, scan.own, index));
  const lanes = 128 / bits;
  const last = (cols - 1) % blockLanes;
  if (scan.from === 'west' || !v.last || (index + 1) * lanes - 1 <= last) return;
  pushLanes(v, bits, neutral(scan));
  const size = bits / 8;
  code.shuffle(Array.from({ length: 16 }, (_, i) => (index * lanes + Math.floor(i / size) <= last ? i : i + 16)));
}

/** Pushes the lanes moved away from where the chain comes from, by so many; nothing comes in. */
function pushMoved(v: VectorFn, scan: Scan, bits: LaneBits, values: Local, by: number): void {
  const { code } = v.fn;
  const bytes = (by * bits) / 8;
  code.get(values);
  pushLanes(v, bits, neutral(scan));
  // Of what comes in one byte is like the other: taken in this order, processors move all in one instruction.
  code.shuffle(Array.from({ length: 16 }, (_, i) => (scan.from === 'west' ? i - bytes + 32 : i + bytes) % 32));
}

/** Pushes in all lanes what goes on to the next part. */
function pushFarthest({ fn: { code } }: VectorFn, { from }: Scan, bits: LaneBits, values: Local): void {
  const size = bits / 8;
  code.get(values);
  code.get(values);
  code.shuffle(Array.from({ length: 16 }, (_, i) => (from === 'west' ? 16 - size : 0) + (i % size)));
}

function pushJoined({ fn: { code } }: VectorFn, op: ScanOp, bits: LaneBits): void {
  code.vector(op === 'add' ? `${shapeOf[bits]}.add` : `v128.${op}`);
}

/** Pushes in all lanes what comes into the block: what the block before has stored, or the edge's value for the row. */
function pushCarry(v: VectorFn, { from, edge, port }: Scan, bits: LaneBits): void {
  const { fn } = v;
  const { code, context } = fn;
  const type = typeOf(fn, port);
  if (from === 'west' ? v.first : v.last) {
    code.get(present(fn.cells ?? undefined, 'cells').row);
    times(code, sizeOf(type));
    code.vectorMemory(`v128.load${bits}_splat`, exportAddress(context, edge).address);
  } else {
    laneOffset(fn, sizeOf(type));
    code.i32((from === 'west' ? -1 : blockLanes) * sizeOf(type));
    code.op('i32.add');
    code.vectorMemory(`v128.load${bits}_splat`, context.portStorage(port).address);
  }
}
