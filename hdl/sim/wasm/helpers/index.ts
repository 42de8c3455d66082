/** Functions that every generated module may call, written by hand in WebAssembly. */
import type { ModuleBuilder } from '../../../webassembly/module.ts';
import { arithmetic } from './arithmetic.ts';
import { bits } from './bits.ts';

const definitions = { ...arithmetic, ...bits } as const;

export type Helper = keyof typeof definitions;

/** Adds all helpers to a module; the result gives their indices. V8 compiles only those that are called. */
export function addHelpers(module: ModuleBuilder): (name: Helper) => number {
  const indices = new Map<string, number>();
  for (const [name, { signature }] of Object.entries(definitions)) indices.set(name, module.declare(name, signature));
  const index = (name: string): number => {
    const found = indices.get(name);
    if (found === undefined) throw new RangeError(`no helper ${name}`);
    return found;
  };
  for (const [name, { write }] of Object.entries(definitions)) module.define(index(name), write(index));
  return index;
}
