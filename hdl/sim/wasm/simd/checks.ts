/** Checks inside 16 cells. */
import type { Statement } from '../../../ir/types.ts';
import { present } from '../../library.ts';
import { laneOffset } from '../emit/function.ts';
import { blockLanes, idOf } from '../flat/flatten.ts';
import type { Frame } from '../flat/types.ts';
import { inArms, partsOf, pushBytes, type VectorFn } from './block.ts';
import { maskOf } from './logic.ts';
import { maskPart } from './widths.ts';

type Check = Extract<Statement, { kind: 'check' }>;

const vectorBytes = 16;

/**
 * At the start of a block: the lane before which a failing check still counts. Any lane, or none after an earlier
 * failure.
 */
export function startChecks({ code, context: { checks } }: VectorFn['fn']): number {
  const failed = code.local('i32');
  code.i32(0x7fff_ffff);
  code.i32(-1);
  code.i32(0);
  code.memory('i32.load', checks.record);
  code.op('i32.eqz');
  code.op('select');
  code.set(failed);
  return failed;
}

/** Looks at a check in the lanes that statements apply to. */
export function emitVectorCheck(v: VectorFn, statement: Check, frame: Frame): void {
  const { code, context } = v.fn;
  const isCover = statement.check === 'cover';
  const reset = context.flat.resets.get(frame.clocks.get(statement.clock)?.reset ?? '');
  const { bytes } = maskOf(v, idOf(frame, statement.condition));
  const [lanes, bits] = [code.local('v128'), code.local('i32')];
  code.get(bytes);
  if (!isCover) code.vector('v128.not');
  if (v.mask !== null) {
    code.get(v.mask.bytes);
    code.vector('v128.and');
  }
  code.tee(lanes);
  code.vector('i8x16.bitmask');
  pushExisting(v);
  if (reset !== undefined) {
    const inside = code.local('i32');
    code.set(inside);
    code.i32(0);
    code.get(inside);
    code.i32(0);
    code.memory('i32.load8_u', reset);
    code.op('select');
    code.release('i32', inside);
  }
  code.tee(bits);
  code.if();
  inArms(v, () => {
    if (isCover) count(v, lanes, context.checks.cover(frame, statement));
    else if (context.noteFailures) note(v, lanes, context.checks.failed(frame, statement));
    else record(v, bits, context.checks.failure(frame, statement));
  });
  code.end();
  code.release('i32', bits);
}

/** Keeps those of the bits on the stack whose lanes are cells: a row's last block may have more. */
function pushExisting({ fn }: VectorFn): void {
  const {
    code,
    domain: { cols, shape },
  } = fn;
  if (shape === 'full' && cols % blockLanes === 0) return;
  const { row, col } = present(fn.cells ?? undefined, 'cells');
  const count = code.local('i32');
  if (shape === 'lower') {
    code.get(row);
    code.i32(1);
    code.op('i32.add');
  } else code.i32(cols);
  if (shape === 'upper') {
    code.get(row);
    code.op('i32.sub');
  }
  code.get(col);
  code.op('i32.sub');
  code.set(count);
  code.i32(1);
  code.get(count);
  code.i32(blockLanes);
  code.get(count);
  code.i32(blockLanes);
  code.op('i32.lt_s');
  code.op('select');
  code.op('i32.shl');
  code.i32(1);
  code.op('i32.sub');
  code.op('i32.and');
  code.release('i32', count);
}

/** Counts in lanes; those past a row's last cell have counters too. */
function count(v: VectorFn, lanes: number, address: number): void {
  const { code } = v.fn;
  const hit = { key: `c${v.keys++}`, bytes: lanes };
  for (let p = 0; p < partsOf(v, 64); p++) {
    const ones = maskPart(v, hit, 64, p);
    laneOffset(v.fn, 8);
    laneOffset(v.fn, 8);
    code.vectorMemory('v128.load', address + vectorBytes * p);
    code.get(ones);
    code.vector('i64x2.sub');
    code.vectorMemory('v128.store', address + vectorBytes * p);
  }
}

function note(v: VectorFn, lanes: number, address: number): void {
  const { code } = v.fn;
  laneOffset(v.fn, 1);
  laneOffset(v.fn, 1);
  code.vectorMemory('v128.load', address);
  code.get(lanes);
  pushBytes(v, 1);
  code.vector('v128.and');
  code.vector('v128.or');
  code.vectorMemory('v128.store', address);
}

/**
 * The first cell's failures count first, of one cell the first in its order: as if one cell was looked at after the
 * other.
 */
function record(v: VectorFn, bits: number, number: number): void {
  const {
    code,
    context: { checks },
  } = v.fn;
  const failed = present(v.failed ?? undefined, 'record of a failing check');
  const at = code.local('i32');
  laneOffset(v.fn, 1);
  code.get(bits);
  code.op('i32.ctz');
  code.op('i32.add');
  code.tee(at);
  code.get(failed);
  code.op('i32.lt_s');
  code.if();
  code.get(at);
  code.set(failed);
  code.i32(0);
  code.i32(1 + number);
  code.memory('i32.store', checks.record);
  code.i32(0);
  code.get(at);
  code.memory('i32.store', checks.record + 4);
  code.end();
  code.release('i32', at);
}
