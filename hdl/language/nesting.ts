/** Bodies nest in the host's call stack, which ends. */
import { DesignError } from '../diagnostics/diagnostic.ts';
import { pathOf, runInside, type ModuleBuilder } from './builder.ts';

/** Runs the body of a module. @throws DesignError E0021 where it goes deeper than the call stack. */
export function inStack<T>(builder: ModuleBuilder, body: () => T): T {
  try {
    return runInside(builder, body);
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes('call stack'))) throw error;
    const { nest, place } = builder.deepest;
    const conditions = nest > 1;
    throw new DesignError(
      [
        {
          code: 'E0021',
          path: pathOf(builder.session.current),
          message: conditions
            ? `the call stack ends ${nest} conditions deep in the body of ${builder.name}`
            : `the call stack ends in the body of ${builder.name}, which calls itself or recurses too far`,
          places: [
            conditions
              ? { what: 'the innermost when or case', place }
              : { what: `module ${builder.name}`, place: builder.place },
          ],
          help: conditions
            ? 'put conditions that exclude each other side by side, with elsewhen or match, and join others with and; both have no limit'
            : 'write the recursion as a loop: reduce, for',
        },
      ],
      { cause: error },
    );
  }
}
