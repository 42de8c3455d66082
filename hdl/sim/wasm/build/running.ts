/** The functions that drive cycles. */
import type { Edges } from '../../core.ts';
import { Code } from '../../../webassembly/code.ts';
import type { ModuleBuilder } from '../../../webassembly/module.ts';
import { pushConstant, store } from '../emit/access.ts';
import type { Context } from '../plan/context.ts';
import { formOf } from '../storage.ts';
import { rises } from './items.ts';

/** A reset input of the top module and the function that resets what it resets. */
export interface Reset {
  readonly input: number;
  readonly functionIndex: number;
}

/** Functions that put registers back to their reset values, to be called after an edge was taken: the slow path. */
export function writeResets(
  context: Context,
  module: ModuleBuilder,
  edges: Edges,
  idleFlags: readonly number[],
): Reset[] {
  return [...context.flat.resets].map(([name, input]) => {
    const functionIndex = module.declare(`reset ${name}`, { parameters: [], results: [] });
    module.define(functionIndex, resetFunction(context, name, edges, idleFlags));
    return { input, functionIndex };
  });
}

function resetFunction(context: Context, name: string, edges: Edges, idleFlags: readonly number[]): Code {
  const code = new Code(0);
  for (const flag of idleFlags) {
    code.i32(0);
    code.i32(0);
    code.memory('i32.store', flag);
  }
  for (const { node, frame, domain, storage, type } of context.flat.nodes) {
    if (node.kind !== 'reg' || !node.resettable || storage === null || !rises(frame, node.clock, edges)) continue;
    if (frame.clocks.get(node.clock)?.reset !== name) continue;
    if (domain.parent === null && formOf(type) !== 'address') {
      code.i32(0);
      pushConstant(code, type, node.reset);
      store(code, type, storage.address);
      continue;
    }
    // From one constant to all lanes.
    code.i32(storage.address);
    code.i32(context.constant(type, node.reset));
    code.i32(domain.total);
    code.i32(storage.size);
    code.i32(0);
    code.call(context.helper('gather'));
  }
  return code;
}

/** Functions for cycles in which nothing quiet changes. */
export interface QuietCycle {
  /** Address of a word: 1 where the next cycle is to be taken by `change`. */
  readonly mode: number;
  /** Address of a word: cycles until `enter` is to be tried. */
  readonly wait: number;
  /** The cycles from an attempt that failed to the next. */
  readonly patience: number;
  /** Gives 0 where `change` may take the next cycle. */
  readonly enter: number;
  /** Takes a cycle and gives 0; 1: a check failed, 2: something quiet would change. Then it did nothing. */
  readonly change: number;
}

interface Changes {
  readonly full: number;
  readonly quiet: QuietCycle | null;
}

/** Exports `cycle() → failed`: what `full` does, or does in fewer steps, then the resets that are on. */
export function writeCycle(module: ModuleBuilder, { full, quiet }: Changes, resets: readonly Reset[]): number {
  const index = module.declare('cycle', { parameters: [], results: ['i32'] }, true);
  const code = new Code(0);
  if (quiet !== null) takeQuietly(code, quiet, resets);
  code.call(full);
  code.if();
  code.i32(1);
  code.op('return');
  code.end();
  reset(code, resets);
  if (quiet !== null) tryToEnter(code, quiet);
  code.i32(0);
  module.define(index, code);
  return index;
}

function reset(code: Code, resets: readonly Reset[]): void {
  for (const { input, functionIndex } of resets) {
    code.i32(0);
    code.memory('i32.load8_u', input);
    code.if();
    code.call(functionIndex);
    code.end();
  }
}

/** Returns where the quiet function has taken the cycle, or found that a check fails. */
function takeQuietly(code: Code, { mode, wait, change }: QuietCycle, resets: readonly Reset[]): void {
  const result = code.local('i32');
  code.block();
  code.i32(0);
  code.memory('i32.load', mode);
  code.op('i32.eqz');
  code.brIf(0);
  code.call(change);
  code.tee(result);
  code.if();
  code.get(result);
  code.i32(1);
  code.op('i32.eq');
  code.if();
  code.i32(1);
  code.op('return');
  code.end();
  code.i32(0);
  code.i32(0);
  code.memory('i32.store', mode);
  // What has begun to move goes on moving for some cycles.
  code.i32(0);
  code.i32(2);
  code.memory('i32.store', wait);
  code.br(1);
  code.end();
  reset(code, resets);
  code.i32(0);
  code.op('return');
  code.end();
}

function tryToEnter(code: Code, { mode, wait, patience, enter }: QuietCycle): void {
  const left = code.local('i32');
  code.i32(0);
  code.i32(0);
  code.memory('i32.load', wait);
  code.i32(1);
  code.op('i32.sub');
  code.tee(left);
  code.memory('i32.store', wait);
  code.get(left);
  code.i32(0);
  code.op('i32.le_s');
  code.if();
  code.i32(0);
  code.i32(patience);
  code.memory('i32.store', wait);
  code.i32(0);
  code.call(enter);
  code.op('i32.eqz');
  code.memory('i32.store', mode);
  code.end();
}

/** Exports `run(count) → taken`: cycles until one fails, or until `until`, looked at before each. */
export function writeRun(module: ModuleBuilder, cycle: number, until: number | null): void {
  const index = module.declare('run', { parameters: ['i32'], results: ['i32'] }, true);
  const code = new Code(1);
  const taken = code.local('i32');
  code.block();
  code.loop();
  code.get(taken);
  code.get(0);
  code.op('i32.ge_u');
  code.brIf(1);
  if (until !== null) {
    code.call(until);
    code.brIf(1);
  }
  code.call(cycle);
  code.brIf(1);
  code.get(taken);
  code.i32(1);
  code.op('i32.add');
  code.set(taken);
  code.br(0);
  code.end();
  code.end();
  code.get(taken);
  module.define(index, code);
}
