import type { Grid, Module, NodeId, Port } from '../ir/types.ts';
import { eachStatement, type Guard } from '../ir/body.ts';
import { findGrid, findInstance, findPort, gridSourceNode } from '../ir/walk.ts';
import type { Context } from './context.ts';

/** Where a value's changes come from. */
interface Origin {
  /** The clock at whose edges it changes; null: at any time. */
  readonly clock: string | null;
  /** The input port without a clock that it comes from, which each instance replaces by what it connects there. */
  readonly port: string | null;
  /** The register, port or memory read of this module. */
  readonly node: NodeId;
}

/** The origins of a value, one for each clock or port. A constant has none. */
export type Domains = ReadonlyMap<string, Origin>;

export interface ModuleDomains {
  readonly nodes: readonly Domains[];
  /** What the grid's cells give their neighbours on `port`. */
  readonly gridOutput: (grid: Grid, port: string, node: NodeId) => Domains;
}

const none: Domains = new Map();

/** The domains of every value in every module, by name, inferred through combinational logic; each definition is looked at once. */
export function domainsOf(context: Context): ReadonlyMap<string, ModuleDomains> {
  const done = new Map<string, ModuleDomains>();
  for (const module of context.design.modules) done.set(module.name, infer(module, context, done));
  return done;
}

function infer(module: Module, context: Context, done: ReadonlyMap<string, ModuleDomains>): ModuleDomains {
  const nodes: Domains[] = [];
  const writers = writingClocks(module);
  const { components = [], dependencies = [] } = context.combinational.get(module.name) ?? {};

  const outside = (port: string, node: NodeId, clocks: Readonly<Record<string, string>>, child: string, inputs: (input: string) => Domains): Domains => {
    const owner = context.modules.get(child);
    const declared = owner === undefined ? undefined : findPort(owner, port);
    if (owner === undefined || declared === undefined) return none;
    if (declared.clock !== null) return one({ clock: clocks[declared.clock] ?? null, port: null, node });
    return [...inferredOutput(owner, declared, done).values()]
      .map((origin) => (origin.port !== null ? inputs(origin.port) : one({ clock: origin.clock === null ? null : clocks[origin.clock] ?? null, port: null, node })))
      .reduce(union, none);
  };
  const gridOutput = (grid: Grid, port: string, node: NodeId, seen: ReadonlySet<string> = new Set()): Domains =>
    seen.has(port) ? none : outside(port, node, grid.clocks, grid.module, (input) => {
      const source = grid.inputs[input];
      if (source === undefined) return none;
      const given = nodes[gridSourceNode(source)] ?? none;
      return 'port' in source ? union(given, gridOutput(grid, source.port, node, new Set([...seen, port]))) : given;
    });

  const infer1 = (id: NodeId): Domains => {
    const node = module.nodes[id];
    if (node === undefined) return none;
    const all = (ids: readonly NodeId[]): Domains => ids.map((each) => nodes[each] ?? none).reduce(union, none);
    switch (node.kind) {
      case 'const': return none;
      case 'input': {
        const clock = findPort(module, node.port)?.clock ?? null;
        return one({ clock, port: clock === null ? node.port : null, node: id });
      }
      case 'reg': return one({ clock: node.clock, port: null, node: id });
      case 'read': {
        if (node.clock !== null) return one({ clock: node.clock, port: null, node: id });
        // The word itself changes at the edges at which it is written.
        return [...(writers.get(node.memory) ?? [])].map((clock) => one({ clock, port: null, node: id })).reduce(union, all([node.address]));
      }
      case 'op':
      case 'wire': return all(dependencies[id] ?? []);
      case 'instanceOutput': {
        const instance = findInstance(module, node.instance);
        if (instance === undefined) return none;
        return outside(node.port, id, instance.clocks, instance.module, (input) => nodes[instance.inputs[input] ?? -1] ?? none);
      }
      case 'gridOutput': {
        const grid = findGrid(module, node.grid);
        return grid === undefined ? none : gridOutput(grid, node.port, id);
      }
    }
  };
  for (const component of components) for (const id of component) nodes[id] = infer1(id);
  return { nodes, gridOutput: (grid, port, node) => gridOutput(grid, port, node) };
}

/** The domains of all conditions around a statement together, by the innermost of them. */
export function domainsUnder({ nodes }: ModuleDomains): (guard: Guard | null) => Domains {
  const known = new Map<Guard | null, Domains>([[null, none]]);
  return (guard) => {
    const missing: Guard[] = [];
    let at = guard;
    for (; at !== null && !known.has(at); at = at.outer) missing.push(at);
    let domains = known.get(at) ?? none;
    for (const each of missing.reverse()) {
      domains = union(domains, nodes[each.node] ?? none);
      known.set(each, domains);
    }
    return domains;
  };
}

/** The domains of an output without a clock of its own; that of a black box without inputs may change at any time. */
function inferredOutput(owner: Module, port: Port, done: ReadonlyMap<string, ModuleDomains>): Domains {
  const driver = owner.outputs[port.name];
  if (owner.blackBox !== null) {
    // It has no clock that the output could belong to: what it gives changes with what it gets.
    const inputs = owner.ports.filter(({ direction }) => direction === 'in');
    if (inputs.length === 0) return one({ clock: null, port: null, node: 0 });
    return inputs.map(({ name }) => one({ clock: null, port: name, node: 0 })).reduce(union, none);
  }
  if (driver === undefined) return one({ clock: null, port: null, node: 0 });
  return done.get(owner.name)?.nodes[driver] ?? none;
}

function writingClocks(module: Module): ReadonlyMap<string, ReadonlySet<string>> {
  const clocks = new Map<string, Set<string>>();
  eachStatement(module.body, (statement) => {
    if (statement.kind !== 'write') return;
    const known = clocks.get(statement.memory);
    if (known === undefined) clocks.set(statement.memory, new Set([statement.clock]));
    else known.add(statement.clock);
  });
  return clocks;
}

function one(origin: Origin): Domains {
  return new Map([[origin.port !== null ? `port ${origin.port}` : origin.clock === null ? 'any time' : `clock ${origin.clock}`, origin]]);
}

/** Most values of a module have the same domains: they share one map. */
function union(a: Domains, b: Domains): Domains {
  if (includes(a, b)) return a;
  return includes(b, a) ? b : new Map([...b, ...a]);
}

function includes(a: Domains, b: Domains): boolean {
  for (const key of b.keys()) if (!a.has(key)) return false;
  return true;
}
