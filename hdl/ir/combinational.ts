import { components } from './components.ts';
import { gridDependences, type Through } from './grid-reach.ts';
import { IndexSet } from './index-set.ts';
import type { Design, Module, NodeId } from './types.ts';
import { eachStatement, type Guard } from './body.ts';
import { sharedPaths, usualPaths } from './shared-paths.ts';
import { nodeArguments } from './walk.ts';

/** What depends on what within one cycle, in one module, whatever the number of its instances. */
export interface Combinational {
  /** With further wires behind its nodes where it has very many branches: their paths are shared. */
  readonly module: Module;
  /**
   * Per node: the nodes of this module whose settled values it needs in the same cycle. Registers and synchronous reads
   * need none.
   */
  readonly dependencies: readonly (readonly NodeId[])[];
  /**
   * The nodes in an order in which they can be worked out. A component of several nodes, or of one that needs itself,
   * is a combinational loop.
   */
  readonly components: readonly (readonly NodeId[])[];
  /** Output port → the input ports that it depends on in the same cycle. */
  readonly through: Through;
}

/**
 * The combinational structure of every module of a design, by name; each definition is looked at once. An instance is
 * seen through by its module's {@link Combinational.through}, so a loop is one of nodes, never a mere loop of
 * instances. A black box depends as its model does; without a model, its outputs are taken to depend on no input.
 */
export function combinational(design: Design): ReadonlyMap<string, Combinational> {
  const done = new Map<string, Combinational>();
  // A design has each module before those that instantiate it; what breaks that is for `validate` to report.
  const throughOf = (name: string): Through => done.get(name)?.through ?? new Map();
  for (const module of design.modules) done.set(module.name, combinationalOf(module, throughOf));
  return done;
}

/**
 * The same of one module; of one with very many branches, with its paths shared.
 * @param throughOf what the modules that it instantiates let through
 */
export function combinationalOf(written: Module, throughOf: (name: string) => Through): Combinational {
  const module = sharedPaths(written, usualPaths);
  const dependencies = nodeDependencies(module, throughOf);
  const order = components(module.nodes.length, (v) => dependencies[v] ?? []);
  const through =
    module.blackBox === null
      ? reachedInputs(module, dependencies, order)
      : module.blackBox.model === null
        ? new Map()
        : throughOf(module.blackBox.model);
  return { module, dependencies, components: order, through };
}

function nodeDependencies(module: Module, throughOf: (name: string) => Through): readonly (readonly NodeId[])[] {
  const assigned = wireDependencies(module);
  const instances = new Map(module.instances.map((instance) => [instance.name, instance]));
  const grids = new Map(module.grids.map((grid) => [grid.name, grid]));
  return module.nodes.map((node, id): readonly NodeId[] => {
    switch (node.kind) {
      case 'input':
      case 'const':
      case 'reg':
        return [];
      case 'op':
        return node.args;
      case 'read':
        return node.clock === null ? [node.address] : [];
      case 'wire':
        return [...nodeArguments(node), ...(assigned.get(id) ?? [])];
      case 'instanceOutput': {
        const instance = instances.get(node.instance);
        if (instance === undefined) return [];
        const inputs = [...(throughOf(instance.module).get(node.port) ?? [])];
        return inputs.flatMap((port) => instance.inputs[port] ?? []);
      }
      case 'gridOutput': {
        const grid = grids.get(node.grid);
        return grid === undefined
          ? []
          : gridDependences(grid, throughOf(grid.module), node.port, node.edge).map((d) => d.node);
      }
    }
  });
}

/** Per wire, what the body adds: the values assigned and the conditions that choose among them. */
function wireDependencies(module: Module): ReadonlyMap<NodeId, ReadonlySet<NodeId>> {
  const found = new Map<NodeId, { readonly nodes: Set<NodeId>; readonly guards: Set<Guard> }>();
  eachStatement(module.body, (statement, innermost) => {
    if (statement.kind !== 'assign' || module.nodes[statement.target]?.kind !== 'wire') return;
    const known = found.get(statement.target) ?? { nodes: new Set(), guards: new Set() };
    found.set(statement.target, known);
    known.nodes.add(statement.value);
    // Those around a guard that was met before were met then: a chain of many arms is gone up once, not once from each
    // arm.
    for (let guard = innermost; guard !== null && !known.guards.has(guard); guard = guard.outer) {
      known.guards.add(guard);
      known.nodes.add(guard.node);
    }
  });
  return new Map([...found].map(([wire, { nodes }]) => [wire, nodes]));
}

/** Which input ports each output reaches, by one sweep in evaluation order. */
function reachedInputs(
  module: Module,
  dependencies: readonly (readonly NodeId[])[],
  order: readonly (readonly NodeId[])[],
): Through {
  const inputs = module.ports.filter((port) => port.direction === 'in').map((port) => port.name);
  const alone = new Map(inputs.map((name, i) => [name, IndexSet.of(i)]));
  const reached: IndexSet[] = [];
  for (const component of order) {
    let set = IndexSet.empty;
    for (const id of component) {
      const node = module.nodes[id];
      if (node?.kind === 'input') set = set.union(alone.get(node.port) ?? IndexSet.empty);
      for (const dependency of dependencies[id] ?? []) set = set.union(reached[dependency] ?? IndexSet.empty);
    }
    for (const id of component) reached[id] = set;
  }
  const shared = new Map<IndexSet, ReadonlySet<string>>();
  return new Map(
    Object.entries(module.outputs).map(([port, id]) => {
      const set = reached[id] ?? IndexSet.empty;
      const known = shared.get(set) ?? new Set(set.members().flatMap((i) => inputs[i] ?? []));
      shared.set(set, known);
      return [port, known];
    }),
  );
}
