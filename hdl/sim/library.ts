/** The modules of a design as a simulation sees them: black boxes replaced by their models, names in tables. */
import { DesignError } from '../diagnostics/diagnostic.ts';
import { alwaysAssigned } from '../ir/always-assigns.ts';
import type { Design, Grid, Instance, Memory, Module, Node, NodeId, Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { SimulationError } from './errors.ts';
import type { SignalInfo } from './simulator.ts';

/** What holds a signal's value: a node, one of the top module's reset inputs, or a word of a memory. */
export type Source =
  | { readonly kind: 'node'; readonly node: NodeId }
  | { readonly kind: 'reset'; readonly name: string }
  | { readonly kind: 'word'; readonly memory: string; readonly address: number };

/** A named signal of a module. */
export interface NamedSignal {
  readonly type: Type;
  readonly kind: SignalInfo['kind'];
  readonly source: Source;
}

/**
 * A module with everything in it found by name. Every input port has an input node here, also one that nothing reads;
 * every wire that a path through the body leaves without a value has a fallback, 0, so that no engine has to think of
 * such paths.
 */
export interface ModuleView {
  readonly module: Module;
  /** Input port → its node. */
  readonly inputs: ReadonlyMap<string, NodeId>;
  /** Ports first, then named nodes; in the top module, its resets before both. */
  readonly signals: ReadonlyMap<string, NamedSignal>;
  readonly memories: ReadonlyMap<string, Memory>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly grids: ReadonlyMap<string, Grid>;
}

export interface Library {
  readonly design: Design;
  readonly top: ModuleView;
  /** The view of a module that the top module reaches; for a black box, that of its model. */
  view(name: string): ModuleView;
}

/** An instance or grid on the way down from the top module. */
interface Occurrence {
  readonly part: string;
  readonly outer: Occurrence | null;
}

/**
 * Prepares every module that the top module reaches.
 * @throws DesignError E0018 for each reachable black box without a model.
 */
export function openLibrary(design: Design): Library {
  const byName = new Map(design.modules.map((module) => [module.name, module]));
  const views = new Map<string, ModuleView>();
  const missing: DesignError['diagnostics'][number][] = [];
  const pending: { name: string; place: Occurrence }[] = [
    { name: design.top, place: { part: design.top, outer: null } },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, place } = next;
    if (views.has(name)) continue;
    const declared = present(byName.get(name), `module ${name}`);
    const module = modelOf(declared, byName);
    if (module === null) {
      views.set(name, viewOf(declared, false));
      missing.push({
        code: 'E0018',
        message: `${name} has no model to simulate`,
        places: [{ what: `black box ${name}`, place: declared.place }],
        path: namesFrom(place),
        help: `give ${name} a model: a module with the same ports`,
      });
      continue;
    }
    views.set(name, viewOf(module, name === design.top));
    for (const part of [...module.instances, ...module.grids])
      pending.push({ name: part.module, place: { part: part.name, outer: place } });
  }
  if (missing.length > 0) throw new DesignError(missing);
  const view = (name: string): ModuleView => present(views.get(name), `module ${name}`);
  return { design, top: view(design.top), view };
}

function namesFrom(place: Occurrence): string[] {
  const names: string[] = [];
  for (let at: Occurrence | null = place; at !== null; at = at.outer) names.push(at.part);
  return names.reverse();
}

/**
 * A part that a well-formed design has. @throws SimulationError when it is missing: the design has not passed its
 * checks.
 */
export function present<T>(part: T | undefined, what: string): T {
  if (part === undefined) throw new SimulationError(`malformed design: no ${what}`);
  return part;
}

/** The module that a simulation runs for `module`: itself, or along black boxes' models the first one with contents. */
function modelOf(module: Module, byName: ReadonlyMap<string, Module>): Module | null {
  let current = module;
  for (const met = new Set<Module>(); current.blackBox !== null;) {
    if (met.has(current) || current.blackBox.model === null) return null;
    met.add(current);
    current = present(
      byName.get(current.blackBox.model),
      `module ${current.blackBox.model}, the model of ${current.name}`,
    );
  }
  const { clocks } = module;
  // The part's pins count: where it has no reset, its model is never in reset.
  return module.blackBox === null
    ? current
    : { ...current, clocks: current.clocks.map((clock) => clocks.find(({ name }) => name === clock.name) ?? clock) };
}

function viewOf(declared: Module, top: boolean): ModuleView {
  const inputs = new Map<string, NodeId>();
  declared.nodes.forEach((node, id) => {
    if (node.kind === 'input' && !inputs.has(node.port)) inputs.set(node.port, id);
  });
  const nodes = [...declared.nodes];
  for (const port of declared.ports) {
    if (port.direction === 'out' || inputs.has(port.name)) continue;
    inputs.set(port.name, nodes.length);
    nodes.push({ kind: 'input', port: port.name, name: port.name, type: port.type, place: port.place });
  }
  const module: Module = { ...declared, nodes: withFallbacks(nodes, declared.body) };
  return {
    module,
    inputs,
    signals: signalsOf(module, inputs, top),
    memories: new Map(module.memories.map((memory) => [memory.name, memory])),
    instances: new Map(module.instances.map((instance) => [instance.name, instance])),
    grids: new Map(module.grids.map((grid) => [grid.name, grid])),
  };
}

/**
 * The nodes, with a zero as the fallback of each wire that has none and is not assigned on every path, whatever bit
 * patterns the subjects of switches have: a code without a label is one too, although designers need not think of it.
 */
function withFallbacks(nodes: readonly Node[], body: Module['body']): readonly Node[] {
  const bare = (id: NodeId): boolean => {
    const node = nodes[id];
    return node?.kind === 'wire' && node.fallback === null;
  };
  if (!nodes.some((_, id) => bare(id))) return nodes;
  const assigned = alwaysAssigned(body, bare, ({ subject, cases }) => {
    const named = new Set(cases.flatMap(({ values }) => values));
    return BigInt(named.size) === 1n << BigInt(typeWidth(present(nodes[subject], `node ${subject}`).type));
  });
  const zeros: Node[] = [];
  const made = nodes.map((node, id): Node => {
    if (node.kind !== 'wire' || !bare(id) || assigned.has(id)) return node;
    const fallback = nodes.length + zeros.length;
    zeros.push({ kind: 'const', type: node.type, value: 0n, name: null, place: node.place });
    return { ...node, fallback };
  });
  return [...made, ...zeros];
}

function signalsOf(module: Module, inputs: ReadonlyMap<string, NodeId>, top: boolean): Map<string, NamedSignal> {
  const signals = new Map<string, NamedSignal>();
  if (top) {
    for (const { reset } of module.clocks) {
      if (reset !== null)
        signals.set(reset, { type: { kind: 'uint', width: 1 }, kind: 'input', source: { kind: 'reset', name: reset } });
    }
  }
  const bound = (node: NodeId): Node => present(module.nodes[node], `node ${node} of ${module.name}`);
  for (const port of module.ports) {
    const node = port.direction === 'in' ? inputs.get(port.name) : module.outputs[port.name];
    // A black box has no drivers: its view serves only to list what it lacks.
    if (node === undefined || signals.has(port.name)) continue;
    // A register that drives the output of its own name is still a register to a testbench: it can be overwritten.
    const kind =
      port.direction === 'in'
        ? 'input'
        : bound(node).name === port.name && isState(bound(node))
          ? 'register'
          : 'output';
    signals.set(port.name, { type: port.type, kind, source: { kind: 'node', node } });
  }
  module.nodes.forEach((node, id) => {
    if (node.kind === 'input' || node.name === null || signals.has(node.name)) return;
    signals.set(node.name, {
      type: node.type,
      kind: isState(node) ? 'register' : 'wire',
      source: { kind: 'node', node: id },
    });
  });
  return signals;
}

/** Whether the node changes only at clock edges: a register or a synchronous read. */
export function isState(node: Node): boolean {
  return node.kind === 'reg' || (node.kind === 'read' && node.clock !== null);
}
