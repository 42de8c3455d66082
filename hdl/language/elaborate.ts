/** From a module to a checked design. */
import { check } from '../checks/index.ts';
import { DesignError } from '../diagnostics/diagnostic.ts';
import type { Design } from '../ir/types.ts';
import { Session } from './builder.ts';
import { link } from './link.ts';
import { Definition, type Module } from './module.ts';
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
  const design = built(session, definition);
  session.settle();
  const diagnostics = check(design);
  if (diagnostics.length > 0) throw new DesignError(diagnostics);
  return design;
}

function built(session: Session, top: Definition): Design {
  try {
    session.build(top);
    return link(session, top);
  } catch (error) {
    // What was reported before comes with it: often it is the cause.
    if (session.diagnostics.length === 0) throw error;
    throw new DesignError([...session.diagnostics, ...(error instanceof DesignError ? error.diagnostics : [])], { cause: error });
  }
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
