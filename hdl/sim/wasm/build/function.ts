/** Writes one function: all items of a pass, once or for every cell of a grid. */
import type { Code } from '../../../webassembly/code.ts';
import type { Domain, FlatId } from '../flat/types.ts';
import { emitParts, emitPlaced } from '../emit/blocks.ts';
import { endRead, startRead } from '../emit/memories.ts';
import type { CellLocals, Fn } from '../emit/function.ts';
import { laneOffset } from '../emit/function.ts';
import { Written } from '../plan/written.ts';
import { callKernel } from '../emit/kernels.ts';
import { stepParts } from '../emit/statements.ts';
import { push, pushBitsAddress } from '../emit/value.ts';
import { copy, localType, store } from '../emit/access.ts';
import type { Context } from '../plan/context.ts';
import type { Item } from '../plan/pass.ts';
import type { Plan } from '../plan/place.ts';
import { formOf } from '../storage.ts';
import { formOfNode, typeOf, widthOfNode } from '../emit/function.ts';
import { present } from '../../library.ts';

export function newFunction(
  code: Code,
  context: Context,
  plan: Plan,
  domain: Domain,
  cells: CellLocals | null,
  copies: ReadonlyMap<FlatId, number>,
): Fn {
  return {
    code,
    context,
    plan,
    domain,
    cells,
    copies,
    held: new Map(),
    wires: new Map(),
    written: new Written(),
    reads: new Map(),
  };
}

export function emitItems(fn: Fn, items: readonly Item[]): void {
  items.forEach((item, anchor) => {
    emitPlaced(fn, fn.plan.root, anchor);
    emitItem(fn, item);
  });
}

function emitItem(fn: Fn, item: Item): void {
  const { code, context } = fn;
  switch (item.kind) {
    case 'statement':
      emitParts(fn, stepParts(fn, present(fn.plan.bodies.get(item), 'plan of a statement'), item.frame));
      break;
    case 'kernel':
      callKernel(fn, item.kernel);
      break;
    case 'readStart':
      startRead(fn, item.node);
      break;
    case 'readEnd':
      endRead(fn, item.node);
      break;
    case 'leaveIfFailed':
      code.i32(0);
      code.memory('i32.load', context.checks.record);
      code.if();
      code.i32(1);
      code.op('return');
      code.end();
      break;
    case 'store': {
      const type = typeOf(fn, item.node);
      if (formOf(type) === 'address') {
        const [from, to] = [code.local('i32'), code.local('i32')];
        push(fn, item.node);
        code.set(from);
        laneOffset(fn, item.storage.size);
        code.set(to);
        copy(code, to, item.storage.address, from, 0, item.storage.size);
        code.release('i32', from);
        code.release('i32', to);
      } else {
        laneOffset(fn, item.storage.size);
        push(fn, item.node);
        store(code, type, item.storage.address);
      }
      break;
    }
    case 'hold':
      for (const register of item.registers) {
        const local = code.local(localType(formOfNode(fn, register)));
        push(fn, register);
        code.set(local);
        fn.wires.set(register, local);
      }
      break;
    case 'leaveIfMoved':
      leaveIfMoved(fn, item.registers);
      break;
    case 'leaveUnless':
      code.call(item.functionIndex);
      code.op('i32.eqz');
      code.if();
      code.i32(2);
      code.op('return');
      code.end();
      break;
    case 'resultNonZero':
      resultNonZero(fn, item.node, item.low, item.width);
      break;
  }
}

function leaveIfMoved(fn: Fn, registers: readonly FlatId[]): void {
  const { code } = fn;
  registers.forEach((register, i) => {
    const form = formOfNode(fn, register);
    const held = present(fn.wires.get(register), 'copy of a register');
    push(fn, register);
    code.get(held);
    code.op(form === 'i64' ? 'i64.ne' : 'i32.ne');
    if (i > 0) code.op('i32.or');
    fn.wires.delete(register);
    code.release(localType(form), held);
  });
  if (registers.length === 0) return;
  code.if();
  code.i32(2);
  code.op('return');
  code.end();
}

function resultNonZero(fn: Fn, node: FlatId, low: number, width: number): void {
  const { code, context } = fn;
  if (width === widthOfNode(fn, node) && formOfNode(fn, node) !== 'address') {
    push(fn, node);
    if (formOfNode(fn, node) === 'i64') {
      code.i64(0n);
      code.op('i64.ne');
    }
    return;
  }
  const at = code.local('i32');
  pushBitsAddress(fn, node);
  code.set(at);
  for (let bit = 0; bit < width; bit += 64) {
    code.get(at);
    code.i32(low + bit);
    code.i32(Math.min(64, width - bit));
    code.call(context.helper('extract'));
    if (bit > 0) code.op('i64.or');
  }
  code.i64(0n);
  code.op('i64.ne');
}

/** Which way rows and columns are gone through. */
export interface Direction {
  readonly rowsUp: boolean;
  readonly colsUp: boolean;
}

/** Runs `body` for every cell of a grid. Expects the parent's lane in parameter 0. */
export function overCells(
  code: Code,
  { rows, cols, shape, stride, lanes }: Domain,
  { rowsUp, colsUp }: Direction,
  body: (cells: CellLocals) => void,
): void {
  const cells: CellLocals = { parentLane: 0, lane: code.local('i32'), row: code.local('i32'), col: code.local('i32') };
  const last = code.local('i32');
  const { row, col, lane } = cells;
  code.i32(rowsUp ? 0 : rows - 1);
  code.set(row);
  code.block();
  code.loop();
  code.get(row);
  code.i32(rowsUp ? rows : 0);
  code.op(rowsUp ? 'i32.ge_s' : 'i32.lt_s');
  code.brIf(1);
  if (shape === 'lower') code.get(row);
  else code.i32(cols - 1);
  if (shape === 'upper') {
    code.get(row);
    code.op('i32.sub');
  }
  code.set(last);
  if (colsUp) code.i32(0);
  else code.get(last);
  code.set(col);
  code.block();
  code.loop();
  code.get(col);
  if (colsUp) {
    code.get(last);
    code.op('i32.gt_s');
  } else {
    code.i32(0);
    code.op('i32.lt_s');
  }
  code.brIf(1);
  code.get(0);
  code.i32(lanes);
  code.op('i32.mul');
  code.get(row);
  code.i32(stride);
  code.op('i32.mul');
  code.op('i32.add');
  code.get(col);
  code.op('i32.add');
  code.set(lane);
  body(cells);
  code.get(col);
  code.i32(colsUp ? 1 : -1);
  code.op('i32.add');
  code.set(col);
  code.br(0);
  code.end();
  code.end();
  code.get(row);
  code.i32(rowsUp ? 1 : -1);
  code.op('i32.add');
  code.set(row);
  code.br(0);
  code.end();
  code.end();
}
