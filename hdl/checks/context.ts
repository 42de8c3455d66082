import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { combinational, type Combinational } from '../ir/combinational.ts';
import type { Through } from '../ir/grid-reach.ts';
import type { Design, Module } from '../ir/types.ts';
import { hierarchyOf, modulesByName } from '../ir/walk.ts';

/** What the checks of one design share: each definition is analysed once. */
export interface Context {
  readonly design: Design;
  readonly modules: ReadonlyMap<string, Module>;
  readonly combinational: ReadonlyMap<string, Combinational>;
  /** A module's hierarchy, from the top where it is reached. */
  readonly pathOf: (module: Module) => readonly string[];
}

/** A check of a whole design: every mistake of its kind. */
export type Check = (context: Context) => readonly Diagnostic[];

export function contextOf(design: Design): Context {
  const { pathTo } = hierarchyOf(design);
  return {
    design,
    modules: modulesByName(design),
    combinational: combinational(design),
    pathOf: (module) => pathTo(module.name),
  };
}

/** A check that looks at each module alone; black boxes have nothing to look at. */
export function perModule(check: (module: Module, context: Context) => readonly Diagnostic[]): Check {
  return (context) =>
    context.design.modules.flatMap((module) => (module.blackBox === null ? check(module, context) : []));
}

/** Output port → input ports that it depends on in the same cycle, of the module called `name`. */
export function throughOf(context: Context, name: string): Through {
  return context.combinational.get(name)?.through ?? new Map();
}
