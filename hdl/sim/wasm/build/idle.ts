/**
 * Leaves a whole grid out of a cycle in which it cannot change: its inputs are those of the cycle before, in which it
 * did not change.
 *
 * Whether a busy grid changes is looked at only now and then, so that it pays next to nothing; in between nothing is
 * compared. What sets state from outside (a testbench, a reset, a snapshot) has to clear the grid's flag.
 */
import { Code } from '../../../webassembly/code.ts';
import type { ModuleBuilder } from '../../../webassembly/module.ts';
import { exportAddress } from '../emit/cells.ts';
import type { Domain, Flat } from '../flat/types.ts';
import type { Context } from '../plan/context.ts';
import { nodeOf } from '../plan/dependencies.ts';
import { surroundings, type Kernel } from '../plan/pass.ts';
import { sizeOf } from '../storage.ts';
import type { Thresholds } from '../thresholds.ts';

interface Region {
  readonly address: number;
  readonly size: number;
}

/** A function that calls the kernel when need be; null where that cannot be told cheaply. */
export function writeGuard(
  context: Context,
  module: ModuleBuilder,
  kernel: Kernel,
  idle: Thresholds['idle'],
): Kernel | null {
  const state = stateOf(context.flat, kernel.domain, idle.fewestCells);
  if (state === null) return null;
  const inputs = surroundings(kernel)
    .filter((id) => nodeOf(context.flat, id).node.kind !== 'const')
    .map((id) => ({ address: exportAddress(context, id).address, size: sizeOf(nodeOf(context.flat, id).type) }));
  const flag = context.idleFlag();
  const saved = inputs.map(({ size }) => context.temporary(size));
  const isIdle = module.declare(`${kernel.domain.path} is idle`, { parameters: [], results: ['i32'] });
  module.define(isIdle, idleness(context, flag, inputs, saved));
  const functionIndex = module.declare(`${kernel.domain.path} unless idle`, { parameters: ['i32'], results: [] });
  module.define(functionIndex, guard(context, kernel, { flag, isIdle, inputs, saved, state, patience: idle.patience }));
  return { ...kernel, functionIndex, isIdle: { functionIndex: isIdle, flag } };
}

/** All state of the cells, or null where there is more than registers. */
function stateOf(flat: Flat, domain: Domain, fewestCells: number): readonly Region[] | null {
  const frames = flat.frames.filter((frame) => frame.domain === domain);
  if (domain.parent?.parent !== null || domain.rows * domain.cols < fewestCells) return null;
  if (frames.some(({ memories, grids }) => memories.size > 0 || grids.size > 0)) return null;
  return flat.nodes.flatMap(({ domain: own, storage }) =>
    own === domain && storage !== null ? [{ address: storage.address, size: storage.size * domain.total }] : [],
  );
}

/** Leaves the block around where regions differ from their copies. */
function leaveIfDifferent(context: Context, code: Code, regions: readonly Region[], copies: readonly number[]): void {
  regions.forEach(({ address, size }, i) => {
    code.i32(address);
    code.i32(copies[i] ?? 0);
    code.i32(size);
    code.call(context.helper('sameBytes'));
    code.op('i32.eqz');
    code.brIf(0);
  });
}

/** 1 where nothing changed when the inputs were last what they are. */
function idleness(context: Context, flag: number, inputs: readonly Region[], saved: readonly number[]): Code {
  const code = new Code(0);
  code.block();
  code.i32(0);
  code.memory('i32.load', flag);
  code.op('i32.eqz');
  code.brIf(0);
  leaveIfDifferent(context, code, inputs, saved);
  code.i32(1);
  code.op('return');
  code.end();
  code.i32(0);
  return code;
}

interface Guarded {
  readonly flag: number;
  readonly isIdle: number;
  readonly inputs: readonly Region[];
  /** Copies of the inputs. */
  readonly saved: readonly number[];
  readonly state: readonly Region[];
  readonly patience: number;
}

function guard(
  context: Context,
  { functionIndex }: Kernel,
  { flag, isIdle, inputs, saved, state, patience }: Guarded,
): Code {
  const code = new Code(1);
  const wait = context.temporary(4);
  const before = state.map(({ size }) => context.temporary(size));
  const copyAll = (from: readonly Region[], to: readonly number[]): void => {
    from.forEach(({ address, size }, i) => {
      code.i32(to[i] ?? 0);
      code.i32(address);
      code.i32(size);
      code.memoryCopy();
    });
  };
  const storeWord = (address: number, value: number): void => {
    code.i32(0);
    code.i32(value);
    code.memory('i32.store', address);
  };
  const callKernel = (): void => {
    code.get(0);
    code.call(functionIndex);
  };

  code.i32(0);
  code.memory('i32.load', flag);
  code.if();
  code.call(isIdle);
  code.if();
  code.op('return');
  code.end();
  storeWord(flag, 0);
  storeWord(wait, patience);
  callKernel();
  code.op('return');
  code.end();
  code.i32(0);
  code.i32(0);
  code.memory('i32.load', wait);
  code.i32(1);
  code.op('i32.sub');
  code.memory('i32.store', wait);
  code.i32(0);
  code.memory('i32.load', wait);
  code.i32(0);
  code.op('i32.gt_s');
  code.if();
  callKernel();
  code.op('return');
  code.end();
  storeWord(wait, patience);
  copyAll(inputs, saved);
  copyAll(state, before);
  callKernel();
  code.block();
  leaveIfDifferent(context, code, state, before);
  storeWord(flag, 1);
  code.end();
  return code;
}
