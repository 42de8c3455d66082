/** Loads of 16 cells' registers and inputs. */
import type { Edge } from '../../../ir/types.ts';
import { exportAddress, neighbourDistance } from '../emit/cells.ts';
import { laneOffset, times, type Fn } from '../emit/function.ts';
import type { Local } from '../../../webassembly/code.ts';
import { present } from '../../library.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { CellSource, FlatId, FlatNode } from '../flat/types.ts';
import { nodeOf } from '../plan/dependencies.ts';
import { sizeOf } from '../storage.ts';
import { load } from '../emit/access.ts';
import { laneBitsOf, shapeOf, type VectorFn } from './block.ts';

const vectorBytes = 16;

/** A register of the cells themselves, before this cycle changed it. */
export function pushStored(v: VectorFn, flat: FlatNode, part: number): void {
  if (v.fn.written.has(flat.id)) v.conflict(flat.id);
  pushCurrent(v, flat, part);
}

/** A register of the cells themselves, as it is in memory now. */
export function pushCurrent({ fn }: VectorFn, { storage }: FlatNode, part: number): void {
  const { address, size } = present(storage ?? undefined, 'storage');
  laneOffset(fn, size);
  fn.code.vectorMemory('v128.load', address + vectorBytes * part);
}

/** An input of the cells that is not the same for a whole row. */
export function pushSource(v: VectorFn, flat: FlatNode, source: CellSource, part: number): void {
  const { fn } = v;
  const { code, context } = fn;
  const cells = present(fn.cells ?? undefined, 'cells');
  const size = sizeOf(flat.type);
  if ('node' in source) {
    const { address } = exportAddress(context, source.node);
    if (source.from === 'cell') { code.get(cells.row); times(code, size * fn.domain.cols); }
    else code.i32(0);
    code.get(cells.col); times(code, size); code.op('i32.add');
    code.vectorMemory('v128.load', address + vectorBytes * part);
    return;
  }
  if (source.from === 'north' || source.from === 'south') {
    code.get(present(v.rowBases.get(flat.id), 'the row of a neighbour'));
    code.get(cells.col); times(code, size); code.op('i32.add');
    code.vectorMemory('v128.load', vectorBytes * part);
    return;
  }
  const port = nodeOf(context.flat, source.port);
  if (fn.written.has(source.port)) v.conflict(flat.id);
  const base = fn.copies.get(source.port) ?? (port.storage ?? context.portStorage(source.port)).address;
  const address = base + neighbourDistance(fn, source.from) * size;
  laneOffset(fn, size);
  code.i32(address + vectorBytes * part);
  code.op('i32.add');
  code.vectorMemory('v128.load', 0);
  insertEdge(v, flat, source.from, source.edge, part);
}

/**
 * At the start of a row: for each input from the north or south, the address of what the row's first cell takes, of a neighbour or of the
 * edge, in a local.
 */
export function verticalBases(fn: Fn, ids: readonly FlatId[]): ReadonlyMap<FlatId, Local> {
  const { code, context, domain } = fn;
  const { row } = present(fn.cells ?? undefined, 'cells');
  return new Map(ids.flatMap((id) => {
    const flat = nodeOf(context.flat, id);
    const source = flat.cell?.();
    if (source === undefined || (source.from !== 'north' && source.from !== 'south')) return [];
    const size = sizeOf(flat.type);
    const port = nodeOf(context.flat, source.port);
    const base = fn.copies.get(source.port) ?? (port.storage ?? context.portStorage(source.port)).address;
    const local = code.local('i32');
    code.get(row); code.i32(domain.stride * size); code.op('i32.mul'); code.i32(base + neighbourDistance(fn, source.from) * size); code.op('i32.add');
    code.i32(exportAddress(context, source.edge).address);
    code.get(row); code.i32(source.from === 'north' ? 0 : domain.rows - 1); code.op('i32.ne');
    code.op('select');
    code.set(local);
    return [[id, local] as const];
  }));
}

/** Puts the edge's element into the lane that has no neighbour. In registers: bytes written to memory would stall the vector load. */
function insertEdge(v: VectorFn, { type }: FlatNode, side: Edge, edge: FlatId, part: number): void {
  const { fn } = v;
  const { code, context } = fn;
  if (side === 'west' ? !v.first : !v.last) return;
  const size = sizeOf(type);
  const perPart = vectorBytes / size;
  const lane = side === 'west' ? 0 : (fn.domain.cols - 1) % blockLanes;
  if (Math.floor(lane / perPart) !== part) return;
  code.get(present(fn.cells ?? undefined, 'cells').row);
  times(code, size);
  load(code, type, exportAddress(context, edge).address);
  code.lane(`${shapeOf[laneBitsOf(type)]}.replace_lane`, lane % perPart);
}
