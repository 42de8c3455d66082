/** From a module to a checked design. */
import { check } from '../checks/index.ts';
import { DesignError } from '../diagnostics/diagnostic.ts';
import type { Design, Module as ModuleIr } from '../ir/types.ts';
import { Session } from './builder.ts';
import { Definition, MODEL, type Module } from './module.ts';
import { describeGiven } from './operand.ts';
import { here } from './place.ts';

export interface ElaborateOptions {
  /** Adds a monitor to every output stream of every module (false): see `monitor`. */
  readonly monitors?: boolean;
}

/**
 * Elaborates `top` and everything below it, each definition once, and checks the result.
 * The result is plain data: give it to `simulate`, print it, write Verilog of it. Costs time by definition, not by instance.
 * @throws DesignError with all mistakes of the phase that found any: first the bodies', then the whole design's.
 */
export function elaborate(top: Pick<Module, 'definition'>, options: ElaborateOptions = {}): Design {
  const session = new Session(options.monitors ?? false);
  const definition = definitionOf(top);
  try {
    session.build(definition);
  } catch (error) {
    // What was reported before comes with it: often it is the cause.
    if (session.diagnostics.length === 0) throw error;
    throw new DesignError([...session.diagnostics, ...(error instanceof DesignError ? error.diagnostics : [])], { cause: error });
  }
  session.settle();
  const design = assemble(session, definition);
  const diagnostics = check(design);
  if (diagnostics.length > 0) throw new DesignError(diagnostics);
  return design;
}

/** @throws DesignError E0002 for what is no module. */
function definitionOf(top: unknown): Definition {
  const definition = (typeof top === 'function' || typeof top === 'object') && top !== null && 'definition' in top ? top.definition : null;
  if (definition instanceof Definition) return definition;
  throw new DesignError([{
    code: 'E0002', message: `elaborate takes ${describeGiven(top)} where a module is expected`, path: [], places: [{ what: 'here', place: here() }],
    help: 'give it what module(…) returns: elaborate(Counter); a function with parameters is called first: elaborate(Cell({ data: 8 }))',
  }]);
}

/**
 * Puts the modules of a session together under unique names: definitions with one name and the same contents become one module, others
 * get a number.
 */
function assemble(session: Session, top: Definition): Design {
  const finalNames = new Map<object, string>();
  const taken = new Map<string, ModuleIr>();
  for (const { definition, module, children } of session.built) {
    const rename = (child: string, name: string): string => finalNames.get(children.get(child) ?? definition) ?? name;
    const linked: ModuleIr = {
      ...module,
      instances: module.instances.map((instance) => ({ ...instance, module: rename(instance.name, instance.module) })),
      grids: module.grids.map((grid) => ({ ...grid, module: rename(grid.name, grid.module) })),
      blackBox: module.blackBox?.model == null ? module.blackBox : { model: rename(MODEL, module.blackBox.model) },
    };
    let name = module.name;
    let other = taken.get(name);
    for (let n = 2; other !== undefined && !sameContents(other, linked); n++) {
      name = `${module.name}_${n}`;
      other = taken.get(name);
    }
    finalNames.set(definition, name);
    if (other === undefined) taken.set(name, { ...linked, name });
  }
  return { top: finalNames.get(top) ?? top.name, modules: [...taken.values()] };
}

/** Whether two modules are one but for their names and places. */
function sameContents(a: ModuleIr, b: ModuleIr): boolean { return a.nodes.length === b.nodes.length && contentsOf(a) === contentsOf(b); }

function contentsOf(module: ModuleIr): string {
  return JSON.stringify({ ...module, name: '' }, (key: string, value: unknown) => (key === 'place' ? undefined : typeof value === 'bigint' ? `${value}n` : value));
}
