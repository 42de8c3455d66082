/** Loads of 16 cells' registers and inputs. */
import type { Edge } from '../../../ir/types.ts';
import { exportAddress, neighbourDistance } from '../emit/cells.ts';
import { laneOffset, times, type Fn } from '../emit/function.ts';
import type { Local } from '../../../webassembly/code.ts';
import { present } from '../../library.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { CellSource, FlatId, FlatNode, Storage } from '../flat/types.ts';
import { nodeOf } from '../plan/dependencies.ts';
import { scalarsOf, sizeOf } from '../storage.ts';
import { load } from '../emit/access.ts';
import { laneBitsOf, remembered, shapeOf, type VectorFn } from './block.ts';
import { pushPlane, type Which } from './planes.ts';
import { scanned } from './scans.ts';

const vectorBytes = 16;

/** Pushes a part of an element's plane: `pushVector` pushes vector `index` of what lies in memory. */
function pushElement(v: VectorFn, { id, type }: FlatNode, which: Which, pushVector: (index: number) => void): void {
  if (scalarsOf(type).count === 1) pushVector(which.part);
  else
    pushPlane(v, `r${id}`, type, which, (index) =>
      remembered(v, `r${id}.${index}`, () => {
        pushVector(index);
      }),
    );
}

/** A register of the cells themselves, before this cycle changed it. */
export function pushStored(v: VectorFn, flat: FlatNode, which: Which): void {
  if (v.fn.written.has(flat.id)) v.conflict(flat.id);
  pushElement(v, flat, which, (index) => {
    pushCurrent(v, flat, index);
  });
}

/** A combinational value of the cells themselves that has been worked out for neighbours before. */
export function pushSettled(v: VectorFn, flat: FlatNode, { address, size }: Storage, which: Which): void {
  pushElement(v, flat, which, (index) => {
    laneOffset(v.fn, size);
    v.fn.code.vectorMemory('v128.load', address + vectorBytes * index);
  });
}

/** A register of the cells themselves, as it is in memory now: a vector of those that hold it. */
export function pushCurrent({ fn }: VectorFn, { storage }: FlatNode, index: number): void {
  const { address, size } = present(storage ?? undefined, 'storage');
  laneOffset(fn, size);
  fn.code.vectorMemory('v128.load', address + vectorBytes * index);
}

/** An input of the cells that is not the same for a whole row. */
export function pushSource(v: VectorFn, flat: FlatNode, source: CellSource, which: Which): void {
  const { fn } = v;
  const { code, context } = fn;
  const cells = present(fn.cells ?? undefined, 'cells');
  const size = sizeOf(flat.type);
  if ('node' in source) {
    const { address } = exportAddress(context, source.node);
    pushElement(v, flat, which, (index) => {
      if (source.from === 'cell') {
        code.get(cells.row);
        times(code, size * fn.domain.cols);
      } else code.i32(0);
      code.get(cells.col);
      times(code, size);
      code.op('i32.add');
      code.vectorMemory('v128.load', address + vectorBytes * index);
    });
    return;
  }
  if (source.from === 'north' || source.from === 'south') {
    pushElement(v, flat, which, (index) => {
      code.get(present(v.rowBases.get(flat.id), 'the row of a neighbour'));
      code.get(cells.col);
      times(code, size);
      code.op('i32.add');
      code.vectorMemory('v128.load', vectorBytes * index);
    });
    return;
  }
  const scan = v.scans.get(flat.id);
  if (scan !== undefined) {
    code.get(present(scanned(v, flat, scan)[which.part], 'part of a chain'));
    return;
  }
  const port = nodeOf(context.flat, source.port);
  if (fn.written.has(source.port)) v.conflict(flat.id);
  const base = fn.copies.get(source.port) ?? (port.storage ?? context.portStorage(source.port)).address;
  const address = base + neighbourDistance(fn, source.from) * size;
  pushElement(v, flat, which, (index) => {
    laneOffset(fn, size);
    code.i32(address + vectorBytes * index);
    code.op('i32.add');
    code.vectorMemory('v128.load', 0);
  });
  insertEdge(v, flat, source.from, source.edge, which);
}

/**
 * At the start of a row: for each input from the north or south, the address of what the row's first cell takes, of a
 * neighbour or of the edge, in a local.
 */
export function verticalBases(fn: Fn, ids: readonly FlatId[]): ReadonlyMap<FlatId, Local> {
  const { code, context, domain } = fn;
  const { row } = present(fn.cells ?? undefined, 'cells');
  return new Map(
    ids.flatMap((id) => {
      const flat = nodeOf(context.flat, id);
      const source = flat.cell?.();
      if (source === undefined || (source.from !== 'north' && source.from !== 'south')) return [];
      const size = sizeOf(flat.type);
      const port = nodeOf(context.flat, source.port);
      const base = fn.copies.get(source.port) ?? (port.storage ?? context.portStorage(source.port)).address;
      const local = code.local('i32');
      code.get(row);
      code.i32(domain.stride * size);
      code.op('i32.mul');
      code.i32(base + neighbourDistance(fn, source.from) * size);
      code.op('i32.add');
      code.i32(exportAddress(context, source.edge).address);
      code.get(row);
      code.i32(source.from === 'north' ? 0 : domain.rows - 1);
      code.op('i32.ne');
      code.op('select');
      code.set(local);
      return [[id, local] as const];
    }),
  );
}

/**
 * Puts the edge's value into the lane that has no neighbour. In registers: bytes written to memory would stall the
 * vector load.
 */
function insertEdge(v: VectorFn, { type }: FlatNode, side: Edge, edge: FlatId, { element, part }: Which): void {
  const { fn } = v;
  const { code, context } = fn;
  if (side === 'west' ? !v.first : !v.last) return;
  const { scalar } = scalarsOf(type);
  const size = sizeOf(scalar);
  const perPart = vectorBytes / size;
  const lane = side === 'west' ? 0 : (fn.domain.cols - 1) % blockLanes;
  if (Math.floor(lane / perPart) !== part) return;
  code.get(present(fn.cells ?? undefined, 'cells').row);
  times(code, sizeOf(type));
  load(code, scalar, exportAddress(context, edge).address + element * size);
  code.lane(`${shapeOf[laneBitsOf(type)]}.replace_lane`, lane % perPart);
}
