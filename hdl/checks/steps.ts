import { shortestPath } from '../ir/components.ts';
import { gridDependences } from '../ir/grid-reach.ts';
import type { Module, NodeId, Place } from '../ir/types.ts';
import { eachStatement, guardsFrom } from '../ir/body.ts';
import { describeNode, findGrid, findInstance, nodeAt } from '../ir/walk.ts';
import { throughOf, type Context } from './context.ts';

/** One value on a combinational path. */
export interface Step {
  /** Its name, after those of the instances that it is in: `mesh.pe.sum`. */
  readonly what: string;
  /** Whether the designer named it; anonymous operations are of interest only with their place. */
  readonly named: boolean;
  readonly place: Place | null;
}

/**
 * The values along `chain`, each of which depends on the next in the same cycle, with all that lies between two of them
 * inside an instance or a grid. `prefix` names the surroundings, such as `mesh.`.
 */
export function stepsOf(context: Context, module: Module, chain: readonly NodeId[], prefix = ''): readonly Step[] {
  return chain.flatMap((id, i) => {
    const node = nodeAt(module, id);
    const isPort = node.kind === 'input' || node.kind === 'instanceOutput' || node.kind === 'gridOutput';
    const step: Step = {
      what: prefix + describeNode(module, id),
      named: isPort || node.name !== null,
      place: node.place,
    };
    const next = chain[i + 1];
    return next === undefined ? [step] : [step, ...stepsBetween(context, module, id, next, prefix)];
  });
}

/**
 * What lies between a node and one that it depends on: an assignment of a wire, or all that is inside an instance or a
 * grid.
 */
function stepsBetween(context: Context, module: Module, from: NodeId, to: NodeId, prefix: string): readonly Step[] {
  const node = nodeAt(module, from);
  if (node.kind === 'instanceOutput') {
    const instance = findInstance(module, node.instance);
    const inputs = throughOf(context, instance?.module ?? '').get(node.port) ?? new Set();
    const input = [...inputs].find((port) => instance?.inputs[port] === to);
    return instance === undefined || input === undefined
      ? []
      : stepsInside(context, instance.module, node.port, input, `${prefix}${instance.name}.`);
  }
  if (node.kind === 'wire')
    return assignments(module, from, to)
      .slice(0, 1)
      .map((place) => ({ what: `${prefix}${node.name} is assigned`, named: false, place }));
  if (node.kind !== 'gridOutput') return [];
  const grid = findGrid(module, node.grid);
  if (grid === undefined) return [];
  const dependence = gridDependences(grid, throughOf(context, grid.module), node.port, node.edge).find(
    (d) => d.node === to,
  );
  let output = node.port;
  return (dependence?.ports ?? []).flatMap((input) => {
    const steps = stepsInside(context, grid.module, output, input, `${prefix}${grid.name}[][].`);
    const source = grid.inputs[input];
    if (source !== undefined && 'port' in source) output = source.port;
    return steps;
  });
}

/** Where the body assigns `target` a value, or under a condition, that is the node `source`. */
function assignments(module: Module, target: NodeId, source: NodeId): readonly (Place | null)[] {
  const found: (Place | null)[] = [];
  eachStatement(module.body, (statement, guard) => {
    if (statement.kind !== 'assign' || statement.target !== target) return;
    if (statement.value === source || [...guardsFrom(guard)].some(({ node }) => node === source))
      found.push(statement.place);
  });
  return found;
}

/** The path through a module from an output port back to an input port. */
export function stepsInside(
  context: Context,
  name: string,
  output: string,
  input: string,
  prefix: string,
): readonly Step[] {
  const found = context.combinational.get(name);
  if (found === undefined) return [];
  const { module, dependencies } = found;
  if (module.blackBox !== null)
    return module.blackBox.model === null ? [] : stepsInside(context, module.blackBox.model, output, input, prefix);
  const start = module.outputs[output];
  if (start === undefined) return [];
  const isGoal = (id: NodeId): boolean => {
    const node = module.nodes[id];
    return node?.kind === 'input' && node.port === input;
  };
  const chain = isGoal(start) ? [start] : shortestPath(start, (id) => dependencies[id] ?? [], isGoal);
  return chain === null ? [] : stepsOf(context, module, chain, prefix);
}

/** `a → b → a`: the named steps in the direction in which values flow; all of them where none has a name. */
export function arrows(steps: readonly Step[]): string {
  const named = steps.filter((step) => step.named);
  return (named.length > 1 ? named : steps)
    .map((step) => step.what)
    .reverse()
    .join(' → ');
}

/** The places of all steps, in the direction in which values flow. */
export function placesOf(steps: readonly Step[]): readonly { readonly what: string; readonly place: Place | null }[] {
  return steps.map(({ what, place }) => ({ what, place })).reverse();
}
