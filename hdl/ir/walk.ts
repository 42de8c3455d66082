import type {
  Design,
  Grid,
  GridOutputNode,
  GridSource,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  Port,
  Type,
} from './types.ts';

/** The number of bits that a value of `type` takes. */
export function typeWidth(type: Type): number {
  return type.kind === 'vec' ? type.length * typeWidth(type.element) : type.width;
}

/** What people read: `uint<8>`, `sint<32>`, `enum state`, `vec<4, uint<8>>`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'vec':
      return `vec<${type.length}, ${typeName(type.element)}>`;
    case 'enum':
      return `enum ${type.name}`;
    case 'uint':
    case 'sint':
      return `${type.kind}<${type.width}>`;
  }
}

/** Whether two types are the same: kind, width, an enumeration's name and labels, a vector's length and element. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === 'vec') return b.kind === 'vec' && a.length === b.length && sameType(a.element, b.element);
  if (b.kind === 'vec' || a.kind !== b.kind || a.width !== b.width) return false;
  if (a.kind !== 'enum' || b.kind !== 'enum') return true;
  return (
    a.name === b.name && a.labels.length === b.labels.length && a.labels.every((label, i) => label === b.labels[i])
  );
}

/** The exact width of an address of `depth` words: ceil(log2(depth)), at least 1. */
export function addressWidth(depth: number): number {
  return Math.max(0, depth - 1).toString(2).length;
}

/** The node `id` of `module`; throws a RangeError when there is none. */
export function nodeAt(module: Module, id: NodeId): Node {
  const node = module.nodes[id];
  if (node === undefined) throw new RangeError(`module ${module.name} has no node %${id}`);
  return node;
}

/** How a message names a node: the designer's name, else what it is, such as `u.ready`, `7` or `eq (count, 3)`. */
export function describeNode(module: Module, id: NodeId): string {
  return describe(module, id, false);
}

function describe(module: Module, id: NodeId, nested: boolean): string {
  const node = nodeAt(module, id);
  if (node.name !== null) return node.name;
  switch (node.kind) {
    case 'input':
      return node.port;
    case 'const':
      return String(node.value);
    case 'op':
      return nested ? '…' : `${node.op} (${describeArguments(module, node.args)})`;
    case 'read':
      return `read of ${node.memory}`;
    case 'instanceOutput':
      return `${node.instance}.${node.port}`;
    case 'gridOutput':
      return `${node.grid}.${node.port} (${node.edge})`;
    case 'reg':
    case 'wire':
      return node.name;
  }
}

function describeArguments(module: Module, args: readonly NodeId[]): string {
  const most = 4;
  const shown = args
    .slice(0, most)
    .map((arg) => (module.nodes[arg] === undefined ? `%${arg}` : describe(module, arg, true)));
  return [...shown, ...(args.length > most ? ['…'] : [])].join(', ');
}

/**
 * The nodes that a node names itself: an operation's arguments, a wire's fallback, a read port's address and enable.
 * What the body, an instance or a grid adds is not here.
 */
export function nodeArguments(node: Node): readonly NodeId[] {
  switch (node.kind) {
    case 'op':
      return node.args;
    case 'wire':
      return node.fallback === null ? [] : [node.fallback];
    case 'read':
      return node.enable === null ? [node.address] : [node.address, node.enable];
    case 'input':
    case 'const':
    case 'reg':
    case 'instanceOutput':
    case 'gridOutput':
      return [];
  }
}

/** The node that a grid's input takes from this module (the edge, for a neighbour's port). */
export function gridSourceNode(source: GridSource): NodeId {
  return 'edge' in source ? source.edge : source.node;
}

/** Whether the grid has a cell at (row, col), both counted from 0 at the north-west. */
export function hasCell(grid: Pick<Grid, 'rows' | 'cols' | 'shape'>, row: number, col: number): boolean {
  if (row < 0 || col < 0 || row >= grid.rows || col >= grid.cols) return false;
  if (grid.shape === 'lower') return col <= row;
  return grid.shape === 'full' || col < grid.cols - row;
}

/** The type of the node that feeds a cell's input port of type `port` in the way `from`. */
export function gridSourceType(grid: Pick<Grid, 'rows' | 'cols'>, from: GridSource['from'], port: Type): Type {
  switch (from) {
    case 'all':
      return port;
    case 'row':
    case 'west':
    case 'east':
      return { kind: 'vec', length: grid.rows, element: port };
    case 'column':
    case 'north':
    case 'south':
      return { kind: 'vec', length: grid.cols, element: port };
    case 'cell':
      return { kind: 'vec', length: grid.rows, element: { kind: 'vec', length: grid.cols, element: port } };
  }
}

/** The type of a grid's output along an edge, or of all its cells, where the cell's port has type `port`. */
export function gridOutputType(grid: Pick<Grid, 'rows' | 'cols'>, edge: GridOutputNode['edge'], port: Type): Type {
  return gridSourceType(grid, edge === 'cells' ? 'cell' : edge, port);
}

/** A module's port called `name`, or undefined. */
export function findPort(module: Module, name: string): Port | undefined {
  return portsByName(module.ports).get(name);
}

/** A module's memory called `name`, or undefined. */
export function findMemory(module: Module, name: string): Memory | undefined {
  return memoriesByName(module.memories).get(name);
}

/** A module's instance called `name`, or undefined. */
export function findInstance(module: Module, name: string): Instance | undefined {
  return instancesByName(module.instances).get(name);
}

/** A module's grid called `name`, or undefined. */
export function findGrid(module: Module, name: string): Grid | undefined {
  return gridsByName(module.grids).get(name);
}

/**
 * Looks up by name in lists that do not change: each list's table is made once, at the first question. Of two of one
 * name the first counts.
 */
function tables<T extends { readonly name: string }>(): (list: readonly T[]) => ReadonlyMap<string, T> {
  const known = new WeakMap<readonly T[], ReadonlyMap<string, T>>();
  return (list) => {
    const table = known.get(list) ?? new Map(list.toReversed().map((each) => [each.name, each]));
    known.set(list, table);
    return table;
  };
}

const portsByName = tables<Port>();
const memoriesByName = tables<Memory>();
const instancesByName = tables<Instance>();
const gridsByName = tables<Grid>();

/** A design's modules by name. */
export function modulesByName(design: Design): ReadonlyMap<string, Module> {
  return new Map(design.modules.map((module) => [module.name, module]));
}

/** The modules that the top reaches, and one way to each. */
export interface Hierarchy {
  /** Module name → the module that it was first found in; null for the top. */
  readonly parents: ReadonlyMap<string, string | null>;
  /** From the top, such as `['top', 'mesh', 'pe']`; the name alone of a module that the top does not reach. */
  pathTo(name: string): readonly string[];
}

/** The modules' hierarchy, once per definition. */
export function hierarchyOf(design: Design): Hierarchy {
  const modules = modulesByName(design);
  const parents = new Map<string, string | null>([[design.top, null]]);
  // A map grows while it is walked: this reaches everything.
  for (const name of parents.keys()) {
    const module = modules.get(name);
    if (module === undefined) continue;
    for (const child of [...module.instances, ...module.grids]) {
      if (modules.has(child.module) && !parents.has(child.module)) parents.set(child.module, name);
    }
  }
  const pathTo = (name: string): readonly string[] => {
    const path: string[] = [name];
    for (let parent = parents.get(name); parent != null; parent = parents.get(parent)) path.push(parent);
    return path.reverse();
  };
  return { parents, pathTo };
}
