/** Functions over the cells of a grid. */
import type { Edge } from '../../../ir/types.ts';
import { Code } from '../../../webassembly/code.ts';
import { CapacityError } from '../../../webassembly/module.ts';
import type { Obstacle } from '../../arrays.ts';
import type { FlatGrid, FlatId } from '../flat/types.ts';
import type { Context } from '../plan/context.ts';
import { nodeOf } from '../plan/dependencies.ts';
import type { Outside } from '../plan/groups.ts';
import type { Item, Kernel } from '../plan/pass.ts';
import { place, type Plan } from '../plan/place.ts';
import { formOf, sizeOf } from '../storage.ts';
import { localType } from '../emit/access.ts';
import { pushCell } from '../emit/cells.ts';
import type { CellLocals, Fn } from '../emit/function.ts';
import type { VectorFn } from '../simd/block.ts';
import { writeVectorKernel } from '../simd/kernel.ts';
import { scansOf } from '../simd/scans.ts';
import { lanesOf } from '../simd/support.ts';
import { emitItems, newFunction, overCells, type Direction } from './function.ts';
import { itemRoots } from './items.ts';

export interface KernelRequest {
  readonly key: string;
  readonly grid: FlatGrid;
  readonly items: readonly Item[];
  readonly commits: boolean;
  readonly functionIndex: number;
  /** Told why the function is a scalar one, or null. */
  readonly report: (scalar: Obstacle | null) => void;
}

/** The kernel that runs `items` for every cell, and its code. */
export function buildKernel(
  context: Context,
  request: KernelRequest,
): { readonly kernel: Kernel; readonly code: Code } {
  const { key, grid, items, commits, functionIndex } = request;
  const { flat, groups } = context;
  const outside = groups.outside(itemRoots(flat, items));
  const own = new Set(
    items.flatMap((item) =>
      item.kind === 'store' && item.storage === context.portStorage(item.node) ? [item.node] : [],
    ),
  );
  const needed = outside.neighbours.filter((port) => !own.has(port));
  const before = [...new Set(needed.map((port) => groups.groupOf(grid, port).key))];
  const after = before.map((name) => context.groupKernel(name));
  const settled = new Map(
    before.flatMap((name) => groups.withKey(name).ports.map((port) => [port, context.portStorage(port)] as const)),
  );
  const kernel: Kernel = { key, functionIndex, domain: grid.domain, uses: outside.uses, after, isIdle: null, commits };
  const plan = place({ flat, slices: context.slices, groups, items, early: context.early });
  const order = readingOrder(context, grid, outside, { commits, own });
  return { kernel, code: write(context, request, plan, { ...order, settled }, outside) };
}

interface Order extends Direction {
  /** Registers of neighbours that are overwritten before they are read, and so are copied first. */
  readonly copied: readonly FlatId[];
  /** An output of neighbours in the same row that is needed in the cycle in which they work it out, or null. */
  readonly chained: FlatId | null;
  /** Outputs that the function works out. */
  readonly own: ReadonlySet<FlatId>;
  /** The sides on which cells have neighbours that they look at. */
  readonly sides: ReadonlySet<Edge>;
}

/**
 * The order in which cells are gone through so that neighbours' registers are read before they are overwritten, and
 * neighbours' combinational values after they have been worked out.
 */
function readingOrder(
  context: Context,
  grid: FlatGrid,
  outside: Outside,
  { commits, own }: { commits: boolean; own: ReadonlySet<FlatId> },
): Order {
  const { flat } = context;
  const old = new Map<FlatId, Set<Edge>>();
  const fresh = new Set<Edge>();
  let chained: FlatId | null = null;
  const sides = new Set<Edge>();
  for (const item of outside.order) {
    const source = typeof item === 'string' ? null : (nodeOf(flat, item).cell?.() ?? null);
    if (source === null || !('port' in source)) continue;
    sides.add(source.from);
    if (own.has(source.port)) {
      fresh.add(source.from);
      if (source.from === 'west' || source.from === 'east') chained = source.port;
    } else if (commits && nodeOf(flat, source.port).storage !== null) {
      old.set(source.port, (old.get(source.port) ?? new Set()).add(source.from));
    }
  }
  if ((fresh.has('west') && fresh.has('east')) || (fresh.has('north') && fresh.has('south'))) {
    throw new CapacityError(
      `${grid.domain.path}: combinational values run through the cells both ways along one axis; the wasm engine cannot order that`,
    );
  }
  const all = new Set([...old.values()].flatMap((sides) => [...sides]));
  const colsUp = fresh.size > 0 ? !fresh.has('east') : !all.has('west');
  // A vector of western neighbours begins in the row above. Just written, it would hold up the load: so from below,
  // where that is free.
  const fromBelow = all.has('north') || (all.has('west') && !all.has('south'));
  const rowsUp = fresh.size > 0 ? !fresh.has('south') : !fromBelow;
  const wrong: Readonly<Record<Edge, boolean>> = { west: colsUp, east: !colsUp, north: rowsUp, south: !rowsUp };
  const copied = [...old].filter(([, sides]) => [...sides].some((side) => wrong[side])).map(([port]) => port);
  return { colsUp, rowsUp, copied, chained, sides, own };
}

function write(
  context: Context,
  request: KernelRequest,
  plan: Plan,
  order: Order & Pick<VectorFn, 'settled'>,
  outside: Outside,
): Code {
  const { domain } = request.grid;
  const { flat, slices } = context;
  const begin = (): { readonly code: Code; readonly fnFor: (cells: CellLocals) => Fn } => {
    const code = new Code(1);
    const copies = new Map(order.copied.map((port) => [port, copyState(context, code, port)]));
    // Only the parent's lane exists before the loops.
    const before = newFunction(code, context, plan, domain, { parentLane: 0, lane: 0, row: 0, col: 0 }, copies);
    preload(before, outside);
    return {
      code,
      fnFor: (cells) => {
        const fn = newFunction(code, context, plan, domain, cells, copies);
        for (const [item, held] of before.held) fn.held.set(item, held);
        return fn;
      },
    };
  };
  const { items } = request;
  const scans = scansOf(flat, slices, outside.order, order.own);
  const lanes = lanesOf({ flat, slices, domain, items, order: outside.order, chained: order.chained, scans });
  request.report('uniform' in lanes ? null : lanes.obstacle);
  if ('uniform' in lanes) {
    const inputs = outside.order.filter((item) => typeof item !== 'string');
    return writeVectorKernel({
      items,
      uniform: lanes.uniform,
      scans: scans ?? new Map(),
      settled: order.settled,
      inputs,
      domain,
      direction: order,
      sides: order.sides,
      begin,
    });
  }
  const { code, fnFor } = begin();
  overCells(code, domain, order, (cells) => {
    emitItems(fnFor(cells), items);
  });
  return code;
}

/** Copies a register of all cells; returns where the copy's lane 0 is. */
function copyState(context: Context, code: Code, port: FlatId): number {
  const { storage, domain } = nodeOf(context.flat, port);
  if (storage === null) throw new RangeError('only state is copied');
  const at = context.temporary(domain.total * storage.size);
  code.i32(at);
  code.i32(storage.address);
  code.i32(domain.total * storage.size);
  code.memoryCopy();
  return at;
}

/** Loads inputs that are the same for all cells once, before the loops. */
function preload(fn: Fn, outside: Outside): void {
  for (const item of outside.order) {
    if (typeof item === 'string') continue;
    const node = nodeOf(fn.context.flat, item);
    const source = node.cell?.() ?? null;
    const form = formOf(node.type);
    if (source === null || source.from !== 'all' || form === 'address' || sizeOf(node.type) > 8) continue;
    const local = fn.code.local(localType(form));
    pushCell(fn, node);
    fn.code.set(local);
    fn.held.set(item, { kind: 'local', local });
  }
}
