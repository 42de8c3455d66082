import { nodeOf } from '../plan/dependencies.ts';
import type { Kernel } from '../plan/pass.ts';
import type { Fn } from './function.ts';

/** Calls a function over the cells of a grid; what it uses lies in memory. */
export function callKernel(fn: Fn, kernel: Kernel): void {
  const { code, context } = fn;
  for (const id of kernel.uses) {
    if (nodeOf(context.flat, id).storage !== null && !context.early.has(id) && fn.written.has(id)) context.conflict(id);
  }
  if (!kernel.commits && fn.written.has(kernel.domain)) context.conflict(kernel.key);
  if (fn.cells === null) code.i32(0);
  else code.get(fn.cells.lane);
  code.call(kernel.functionIndex);
  if (kernel.commits) fn.written.add(kernel.domain);
}
