/** From a module to a checked design. */
import { check } from '../checks/index.ts';
import { DesignError } from '../diagnostics/diagnostic.ts';
import type { Design } from '../ir/types.ts';
import { show } from '../messages/show.ts';
import { raise } from '../messages/user-error.ts';
import { refuse, Session } from './builder.ts';
import { optionsGiven } from './given.ts';
import { link } from './link.ts';
import { definitionOf, type Definition, type Module } from './module.ts';
import { startPlaces } from './place.ts';

export interface ElaborateOptions {
  /** Adds a monitor to every output stream of every module (false): see `monitor`. */
  readonly monitors?: boolean;
}

/**
 * Elaborates `top` and everything below it, each definition once, and checks the result. The result is plain data: give
 * it to `simulate`, print it, write Verilog of it. Costs time by definition, not by instance.
 * @throws DesignError with all mistakes of the phase that found any: first the bodies', then the whole design's.
 */
export function elaborate(top: Pick<Module, 'definition'>, options: ElaborateOptions = {}): Design {
  const definition = definitionOf(top, 'elaborate');
  optionsGiven(options, 'elaborate', 'write elaborate(Counter, { monitors: true })');
  const { monitors = false } = options;
  if (typeof monitors !== 'boolean') {
    refuse({ code: 'E0002', message: `monitors of elaborate is ${show(monitors)}`, help: 'write true or false' });
  }
  const session = new Session(monitors);
  startPlaces();
  try {
    const design = built(session, definition);
    session.settle();
    const diagnostics = check(design);
    if (diagnostics.length > 0) throw new DesignError(diagnostics);
    return design;
  } catch (error) {
    if (error instanceof DesignError) raise(error);
    throw error;
  }
}

function built(session: Session, top: Definition): Design {
  try {
    session.build(top);
    return link(session, top);
  } catch (error) {
    // What was reported before comes with it: often it is the cause.
    if (session.diagnostics.length === 0) throw error;
    throw new DesignError([...session.diagnostics, ...(error instanceof DesignError ? error.diagnostics : [])], {
      cause: error,
    });
  }
}
