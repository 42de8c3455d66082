import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shortestPath } from '../ir/components.ts';
import type { Module, NodeId } from '../ir/types.ts';
import { perModule, throughOf, type Check, type Context } from './context.ts';
import { gridLoop } from './grid-loops.ts';
import { arrows, placesOf, stepsInside, stepsOf, type Step } from './steps.ts';

/**
 * E0005: a value that depends on itself within one cycle. Each definition is looked at once; instances and grids are
 * seen through by which outputs of a module depend on which inputs. One shortest loop is shown of values that are all
 * tied together.
 */
export const combinationalLoops: Check = perModule((module, context) => [
  ...nodeLoops(module, context),
  ...gridLoops(module, context),
]);

function nodeLoops(module: Module, context: Context): readonly Diagnostic[] {
  const found = context.combinational.get(module.name);
  if (found === undefined) return [];
  const { components, dependencies } = found;
  const successors = (id: NodeId): readonly NodeId[] => dependencies[id] ?? [];
  return components.flatMap((component) => {
    const start =
      component.toSorted((a, b) => a - b).find((id) => found.module.nodes[id]?.name != null) ?? component[0];
    if (start === undefined || (component.length === 1 && !successors(start).includes(start))) return [];
    const members = new Set(component);
    const chain = shortestPath(
      start,
      successors,
      (id) => id === start,
      (id) => members.has(id),
    );
    return chain === null ? [] : [diagnose(stepsOf(context, found.module, chain), context.pathOf(module))];
  });
}

function gridLoops(module: Module, context: Context): readonly Diagnostic[] {
  return module.grids.flatMap((grid) => {
    const through = throughOf(context, grid.module);
    const ports = gridLoop(grid, through);
    if (ports === null) return [];
    const steps = ports.flatMap((port, i): readonly Step[] => {
      const source = grid.inputs[port];
      const next = ports[i + 1];
      if (source === undefined || !('port' in source)) return [];
      const entry: Step = {
        what: `${grid.name}[][].${port} (from the ${source.from})`,
        named: true,
        place: grid.place,
      };
      return next === undefined
        ? [entry]
        : [entry, ...stepsInside(context, grid.module, source.port, next, `${grid.name}[][].`).slice(0, -1)];
    });
    return [diagnose(steps, [...context.pathOf(module), grid.module])];
  });
}

/** `steps` begin and end with the same value. */
function diagnose(steps: readonly Step[], path: readonly string[]): Diagnostic {
  return {
    code: 'E0005',
    message: arrows(steps),
    places: placesOf(steps.slice(1)),
    path,
    help: 'put a register into the loop, such as delay(name, value), or work one of these values out without the others',
  };
}
