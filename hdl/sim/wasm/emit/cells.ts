/** What a cell's inputs are: values of the parent's domain, or of neighbours. */
import type { Edge } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import type { CellSource, FlatId, FlatNode } from '../flat/types.ts';
import type { Context } from '../plan/context.ts';
import { nodeOf } from '../plan/dependencies.ts';
import { formOf, sizeOf } from '../storage.ts';
import { load } from './access.ts';
import { laneOffset, parentLaneOffset, times, type CellLocals, type Fn } from './function.ts';

/**
 * Where a node of the parent's domain lies for the functions over its grid's cells; `byLane`: at its size × the
 * parent's lane from there.
 */
export function exportAddress(context: Context, id: FlatId): { readonly address: number; readonly byLane: boolean } {
  const { node, storage, type } = nodeOf(context.flat, id);
  if (storage !== null && !context.early.has(id)) return { address: storage.address, byLane: true };
  return { address: node.kind === 'const' ? context.constant(type, node.value) : context.slot(id), byLane: false };
}

/** Pushes the value of a cell's input in the form of its type. */
export function pushCell(fn: Fn, flat: FlatNode): void {
  const source = present(flat.cell ?? undefined, 'source of an input')();
  const offset = pushSourceAddress(fn, flat, source);
  if (formOf(flat.type) !== 'address') {
    load(fn.code, flat.type, offset);
  } else {
    fn.code.i32(offset);
    fn.code.op('i32.add');
  }
}

/** Pushes an address; the value lies at the result beyond it. */
function pushSourceAddress(fn: Fn, flat: FlatNode, source: CellSource): number {
  const { code, context } = fn;
  const cells = present(fn.cells ?? undefined, 'cells');
  const size = sizeOf(flat.type);
  if ('node' in source) {
    const offset = pushParent(fn, source.node);
    if (source.from === 'all') return offset;
    if (source.from === 'row' || source.from === 'cell') {
      code.get(cells.row);
      times(code, source.from === 'cell' ? size * fn.domain.cols : size);
      code.op('i32.add');
    }
    if (source.from === 'column' || source.from === 'cell') {
      code.get(cells.col);
      times(code, size);
      code.op('i32.add');
    }
    return offset;
  }
  const port = nodeOf(context.flat, source.port);
  const { address } = port.storage ?? context.portStorage(source.port);
  laneOffset(fn, size);
  code.i32((fn.copies.get(source.port) ?? address) + neighbourDistance(fn, source.from) * size);
  code.op('i32.add');
  const offset = pushParent(fn, source.edge);
  code.i32(offset);
  code.op('i32.add');
  code.get(source.from === 'west' || source.from === 'east' ? cells.row : cells.col);
  times(code, size);
  code.op('i32.add');
  pushHasNeighbour(fn, source.from, cells);
  code.op('select');
  return 0;
}

function pushParent(fn: Fn, id: FlatId): number {
  const { address, byLane } = exportAddress(fn.context, id);
  if (byLane) parentLaneOffset(fn, sizeOf(nodeOf(fn.context.flat, id).type));
  else fn.code.i32(0);
  return address;
}

/** Lanes from a cell to its neighbour. */
export function neighbourDistance({ domain }: Fn, side: Edge): number {
  return { west: -1, east: 1, north: -domain.stride, south: domain.stride }[side];
}

function pushHasNeighbour({ code, domain }: Fn, side: Edge, { row, col }: CellLocals): void {
  const { rows, cols, shape } = domain;
  switch (side) {
    case 'west':
      code.get(col);
      code.i32(0);
      code.op('i32.gt_s');
      return;
    case 'north':
      code.get(row);
      if (shape === 'lower') code.get(col);
      else code.i32(0);
      code.op('i32.gt_s');
      return;
    case 'east':
      code.get(col);
      if (shape === 'lower') code.get(row);
      else code.i32(cols - 1);
      if (shape === 'upper') {
        code.get(row);
        code.op('i32.sub');
      }
      code.op('i32.lt_s');
      return;
    case 'south':
      if (shape === 'upper') {
        code.get(col);
        code.i32(cols - 1);
        code.get(row);
        code.op('i32.sub');
      } else {
        code.get(row);
        code.i32(rows - 1);
      }
      code.op('i32.lt_s');
  }
}
