import type { Grid, Module, NodeId, Port } from '../ir/types.ts';
import { eachStatement, type Guard } from '../ir/body.ts';
import { IndexSet } from '../ir/index-set.ts';
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
export class Domains {
  private readonly clocks: ReadonlyMap<string | null, Origin>;
  /** Of the module's input ports without a clock, those that it comes from: there may be thousands. */
  private readonly ports: IndexSet;
  private readonly inputs: readonly Origin[];

  private constructor(clocks: ReadonlyMap<string | null, Origin>, ports: IndexSet, inputs: readonly Origin[]) {
    this.clocks = clocks;
    this.ports = ports;
    this.inputs = inputs;
  }

  static readonly none = new Domains(new Map(), IndexSet.empty, []);

  static ofClock(clock: string | null, node: NodeId): Domains {
    return new Domains(new Map([[clock, { clock, port: null, node }]]), IndexSet.empty, []);
  }

  /** Of the input port that is `inputs[index]`; all those of a module are given the same `inputs`. */
  static ofInput(inputs: readonly Origin[], index: number): Domains {
    return new Domains(new Map(), IndexSet.of(index), inputs);
  }

  origins(): readonly Origin[] {
    return [...this.clocks.values(), ...this.ports.members().flatMap((index) => this.inputs[index] ?? [])];
  }

  /** Of both. Most values of a module have the same: they share one. */
  with(other: Domains): Domains {
    if (this.includes(other)) return this;
    if (other.includes(this)) return other;
    const inputs = this.ports.isEmpty ? other.inputs : this.inputs;
    return new Domains(new Map([...other.clocks, ...this.clocks]), this.ports.union(other.ports), inputs);
  }

  private includes(other: Domains): boolean {
    for (const clock of other.clocks.keys()) if (!this.clocks.has(clock)) return false;
    return this.ports.includes(other.ports);
  }
}

const { none } = Domains;
const together = (all: readonly Domains[]): Domains => all.reduce((sum, each) => sum.with(each), none);

export interface ModuleDomains {
  readonly nodes: readonly Domains[];
  /** What the grid's cells give their neighbours on `port`. */
  readonly gridOutput: (grid: Grid, port: string, node: NodeId) => Domains;
}

/**
 * The domains of every value in every module, by name, inferred through combinational logic; each definition is looked
 * at once.
 */
export function domainsOf(context: Context): ReadonlyMap<string, ModuleDomains> {
  const done = new Map<string, ModuleDomains>();
  for (const module of context.design.modules) done.set(module.name, infer(module, context, done));
  return done;
}

function infer(written: Module, context: Context, done: ReadonlyMap<string, ModuleDomains>): ModuleDomains {
  const { module = written, components = [], dependencies = [] } = context.combinational.get(written.name) ?? {};
  const nodes: Domains[] = [];
  const writers = writingClocks(module);
  const inputs = freeInputs(module);
  const indices = new Map(inputs.map(({ port }, index) => [port, index]));

  const outside = (
    port: string,
    node: NodeId,
    clocks: Readonly<Record<string, string>>,
    child: string,
    given: (input: string) => Domains,
  ): Domains => {
    const owner = context.modules.get(child);
    const declared = owner === undefined ? undefined : findPort(owner, port);
    if (owner === undefined || declared === undefined) return none;
    const ofClock = (clock: string | null): Domains =>
      Domains.ofClock(clock === null ? null : (clocks[clock] ?? null), node);
    if (declared.clock !== null) return ofClock(declared.clock);
    const origins = inferredOutput(owner, declared, done).origins();
    return together(origins.map((origin) => (origin.port !== null ? given(origin.port) : ofClock(origin.clock))));
  };
  const gridOutput = (grid: Grid, port: string, node: NodeId, seen: ReadonlySet<string> = new Set()): Domains =>
    seen.has(port)
      ? none
      : outside(port, node, grid.clocks, grid.module, (input) => {
          const source = grid.inputs[input];
          if (source === undefined) return none;
          const given = nodes[gridSourceNode(source)] ?? none;
          return 'port' in source ? given.with(gridOutput(grid, source.port, node, new Set([...seen, port]))) : given;
        });

  const infer1 = (id: NodeId): Domains => {
    const node = module.nodes[id];
    if (node === undefined) return none;
    const all = (ids: readonly NodeId[]): Domains => together(ids.map((each) => nodes[each] ?? none));
    switch (node.kind) {
      case 'const':
        return none;
      case 'input': {
        const index = indices.get(node.port);
        return index === undefined
          ? Domains.ofClock(findPort(module, node.port)?.clock ?? null, id)
          : Domains.ofInput(inputs, index);
      }
      case 'reg':
        return Domains.ofClock(node.clock, id);
      case 'read': {
        if (node.clock !== null) return Domains.ofClock(node.clock, id);
        // The word itself changes at the edges at which it is written.
        return together([
          all([node.address]),
          ...[...(writers.get(node.memory) ?? [])].map((clock) => Domains.ofClock(clock, id)),
        ]);
      }
      case 'op':
      case 'wire':
        return all(dependencies[id] ?? []);
      case 'instanceOutput': {
        const instance = findInstance(module, node.instance);
        if (instance === undefined) return none;
        return outside(
          node.port,
          id,
          instance.clocks,
          instance.module,
          (input) => nodes[instance.inputs[input] ?? -1] ?? none,
        );
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
      domains = domains.with(nodes[each.node] ?? none);
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
    const inputs = owner.ports
      .filter(({ direction }) => direction === 'in')
      .map(({ name }): Origin => ({ clock: null, port: name, node: 0 }));
    if (inputs.length === 0) return Domains.ofClock(null, 0);
    return together(inputs.map((_, index) => Domains.ofInput(inputs, index)));
  }
  if (driver === undefined) return Domains.ofClock(null, 0);
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

/** The input ports that have no clock, in the order of their nodes. */
function freeInputs(module: Module): Origin[] {
  const clocks = new Map(module.ports.map(({ name, clock }) => [name, clock]));
  const found = new Map<string, Origin>();
  module.nodes.forEach((node, id) => {
    if (node.kind !== 'input' || found.has(node.port) || (clocks.get(node.port) ?? null) !== null) return;
    found.set(node.port, { clock: null, port: node.port, node: id });
  });
  return [...found.values()];
}
