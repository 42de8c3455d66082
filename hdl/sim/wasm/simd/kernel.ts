/** Functions over the cells of a grid, 16 at a time. */
import { eachStatement } from '../../../ir/body.ts';
import type { Code } from '../../../webassembly/code.ts';
import type { CellLocals, Fn } from '../emit/function.ts';
import { node } from '../emit/function.ts';
import { blockLanes } from '../flat/flatten.ts';
import type { Edge } from '../../../ir/types.ts';
import type { Domain, FlatId } from '../flat/types.ts';
import type { Item } from '../plan/pass.ts';
import type { VectorFn } from './block.ts';
import { startChecks } from './checks.ts';
import { verticalBases } from './loads.ts';
import { emitFramed, storeVector, wireValues } from './statements.ts';
import { RegisterReads, type Framed } from './order.ts';
import type { Scan } from './scans.ts';
import { part, whichOf } from './values.ts';

interface Direction {
  readonly rowsUp: boolean;
  readonly colsUp: boolean;
}

export interface VectorKernel {
  readonly items: readonly Item[];
  readonly uniform: ReadonlySet<FlatId>;
  readonly scans: ReadonlyMap<FlatId, Scan>;
  readonly settled: VectorFn['settled'];
  /** The cells' inputs that are looked at. */
  readonly inputs: readonly FlatId[];
  readonly domain: Domain;
  readonly direction: Direction;
  /** The sides on which cells have neighbours that they look at. */
  readonly sides: ReadonlySet<Edge>;
  /** Starts a function from nothing: its prelude, and the cells' part without code. */
  readonly begin: () => { readonly code: Code; readonly fnFor: (cells: CellLocals) => Fn };
}

/** The function's code. Tries again with what a try found to be overwritten before it was read. */
export function writeVectorKernel(kernel: VectorKernel): Code {
  const early = new Set<FlatId>();
  for (;;) {
    const found = new Set<FlatId>();
    const { code, fnFor } = kernel.begin();
    let rowBases: VectorFn['rowBases'] = new Map();
    overBlocks(
      code,
      kernel,
      (cells) => {
        rowBases = verticalBases(fnFor(cells), kernel.inputs);
      },
      (cells, first, last) => {
        emitBlock(kernel, fnFor(cells), { first, last, rowBases }, early, found);
      },
    );
    const before = early.size;
    for (const id of found) early.add(id);
    if (early.size === before) return code;
  }
}

function emitBlock(
  { items, uniform, scans, settled }: VectorKernel,
  fn: Fn,
  ends: Pick<VectorFn, 'first' | 'last' | 'rowBases'>,
  early: ReadonlySet<FlatId>,
  found: Set<FlatId>,
): void {
  const reads = new RegisterReads(fn.context.flat, fn.context.slices);
  const failed = !fn.context.noteFailures && items.some(canFail) ? startChecks(fn) : null;
  const v: VectorFn = {
    fn,
    uniform,
    scans,
    settled,
    reads,
    failed,
    ...ends,
    known: new Map(),
    mask: null,
    wires: new Map(),
    keys: 0,
    conflict: (id) => {
      found.add(id);
    },
    wireValues,
  };
  for (const id of early) for (const which of whichOf(v, node(fn, id).type)) part(v, id, which.part, which.element);
  const statements: Framed[] = [];
  for (const item of items) {
    if (item.kind === 'store') storeVector(v, item.node, item.storage);
    else if (item.kind === 'statement') statements.push(item);
  }
  emitFramed(v, statements);
}

function canFail(item: Item): boolean {
  let found = false;
  if (item.kind === 'statement')
    eachStatement([item.statement], (one) => {
      found ||= one.kind === 'check' && one.check !== 'cover';
    });
  return found;
}

type EmitBlock = (cells: CellLocals, first: boolean, last: boolean) => void;

/**
 * Runs `emit`'s code for every block of every row; of three versions where the row's first or last block needs its own.
 */
function overBlocks(
  code: Code,
  { domain, direction: { rowsUp, colsUp }, sides }: VectorKernel,
  startRow: (cells: CellLocals) => void,
  emit: EmitBlock,
): void {
  const { rows, cols, shape, stride } = domain;
  const cells: CellLocals = { parentLane: 0, lane: code.local('i32'), row: code.local('i32'), col: code.local('i32') };
  const { row, col, lane } = cells;
  const lastOf = code.local('i32');
  const lastBlock = Math.floor((cols - 1) / blockLanes) * blockLanes;
  code.i32(rowsUp ? 0 : rows - 1);
  code.set(row);
  code.loop();
  startRow(cells);
  pushLastBlock();
  code.set(lastOf);
  if (colsUp) code.i32(0);
  else code.get(lastOf);
  code.set(col);
  code.loop();
  code.get(row);
  code.i32(stride);
  code.op('i32.mul');
  code.get(col);
  code.op('i32.add');
  code.set(lane);
  emitVersions();
  code.get(col);
  code.i32(colsUp ? blockLanes : -blockLanes);
  code.op('i32.add');
  code.tee(col);
  if (colsUp) {
    code.get(lastOf);
    code.op('i32.le_s');
  } else {
    code.i32(0);
    code.op('i32.ge_s');
  }
  code.brIf(0);
  code.end();
  code.get(row);
  code.i32(rowsUp ? 1 : -1);
  code.op('i32.add');
  code.tee(row);
  if (rowsUp) {
    code.i32(rows);
    code.op('i32.lt_s');
  } else {
    code.i32(0);
    code.op('i32.ge_s');
  }
  code.brIf(0);
  code.end();

  function pushLastBlock(): void {
    if (shape === 'full') {
      code.i32(lastBlock);
      return;
    }
    code.get(row);
    if (shape === 'upper') {
      code.i32(-1);
      code.op('i32.xor');
      code.i32(cols);
      code.op('i32.add');
    }
    code.i32(-blockLanes);
    code.op('i32.and');
  }

  function emitVersions(): void {
    if (lastBlock === 0) {
      emit(cells, true, true);
      return;
    }
    const own: (() => void)[] = [];
    if (sides.has('west'))
      own.push(() => {
        code.get(col);
        code.op('i32.eqz');
        code.if();
        emit(cells, true, false);
        code.else();
      });
    if (sides.has('east'))
      own.push(() => {
        code.get(col);
        code.i32(lastBlock);
        code.op('i32.eq');
        code.if();
        emit(cells, false, true);
        code.else();
      });
    for (const version of own) version();
    emit(cells, false, false);
    for (const _ of own) code.end();
  }
}
