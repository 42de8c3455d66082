import fc from 'fast-check';
import { ModuleDraft, type Pick } from './arbitrary-module.ts';
import type { Design, Module } from '../types.ts';

/**
 * Random designs that are well formed and free of mistakes: of one to three modules with enumerations, vectors,
 * memories, streams, checks, instances and grids, on one clock. Names are short but not all identifiers.
 */
export function arbitraryDesign(): fc.Arbitrary<Design> {
  return fc.gen().map((g) => {
    const pick: Pick = (low, high) => g(fc.integer, { min: low, max: high });
    const modules: Module[] = [];
    const count = pick(1, 3);
    for (let i = 0; i < count; i++) modules.push(new ModuleDraft(`m${i}`, modules, pick).finish());
    return { top: `m${count - 1}`, modules };
  });
}
