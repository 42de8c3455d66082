/** The functions that drive cycles. */
import type { Edges } from '../../core.ts';
import { Code } from '../../../webassembly/code.ts';
import type { ModuleBuilder } from '../../../webassembly/module.ts';
import { pushConstant, store } from '../emit/access.ts';
import type { Context } from '../plan/context.ts';
import { formOf } from '../storage.ts';
import { rises } from './items.ts';

/** A reset input of the top module and the function that resets what it resets. */
export interface Reset { readonly input: number; readonly functionIndex: number }

/** Functions that put registers back to their reset values, to be called after an edge was taken: the slow path. */
export function writeResets(context: Context, module: ModuleBuilder, edges: Edges, idleFlags: readonly number[]): Reset[] {
  return [...context.flat.resets].map(([name, input]) => {
    const functionIndex = module.declare(`reset ${name}`, { parameters: [], results: [] });
    module.define(functionIndex, resetFunction(context, name, edges, idleFlags));
    return { input, functionIndex };
  });
}

function resetFunction(context: Context, name: string, edges: Edges, idleFlags: readonly number[]): Code {
  const code = new Code(0);
  for (const flag of idleFlags) { code.i32(0); code.i32(0); code.memory('i32.store', flag); }
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
    code.i32(storage.address); code.i32(context.constant(type, node.reset)); code.i32(domain.total); code.i32(storage.size); code.i32(0);
    code.call(context.helper('gather'));
  }
  return code;
}

/** Exports `cycle() → failed`: what `change` does, then the resets that are on. */
export function writeCycle(module: ModuleBuilder, change: number, resets: readonly Reset[]): number {
  const index = module.declare('cycle', { parameters: [], results: ['i32'] }, true);
  const code = new Code(0);
  code.call(change);
  code.if();
  code.i32(1);
  code.op('return');
  code.end();
  for (const { input, functionIndex } of resets) {
    code.i32(0); code.memory('i32.load8_u', input);
    code.if(); code.call(functionIndex); code.end();
  }
  code.i32(0);
  module.define(index, code);
  return index;
}

/** Exports `run(count) → taken`: cycles until one fails, or until `until`, looked at before each. */
export function writeRun(module: ModuleBuilder, cycle: number, until: number | null): void {
  const index = module.declare('run', { parameters: ['i32'], results: ['i32'] }, true);
  const code = new Code(1);
  const taken = code.local('i32');
  code.block();
  code.loop();
  code.get(taken); code.get(0); code.op('i32.ge_u'); code.brIf(1);
  if (until !== null) { code.call(until); code.brIf(1); }
  code.call(cycle);
  code.brIf(1);
  code.get(taken); code.i32(1); code.op('i32.add'); code.set(taken);
  code.br(0);
  code.end();
  code.end();
  code.get(taken);
  module.define(index, code);
}
