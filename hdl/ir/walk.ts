import type {
  Design, Grid, GridOutputNode, GridSource, Memory, Module, Node, NodeId, Port, Statement, Type,
} from './types.ts';

/** The number of bits that a value of `type` takes. */
export function typeWidth(type: Type): number {
  return type.kind === 'vec' ? type.length * typeWidth(type.element) : type.width;
}

/** What people read: `uint<8>`, `sint<32>`, `enum state`, `vec<4, uint<8>>`. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'vec': return `vec<${type.length}, ${typeName(type.element)}>`;
    case 'enum': return `enum ${type.name}`;
    case 'uint':
    case 'sint': return `${type.kind}<${type.width}>`;
  }
}

/** Whether two types are the same: kind, width, an enumeration's name and labels, a vector's length and element. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (a.kind === 'vec') return b.kind === 'vec' && a.length === b.length && sameType(a.element, b.element);
  if (b.kind === 'vec' || a.kind !== b.kind || a.width !== b.width) return false;
  if (a.kind !== 'enum' || b.kind !== 'enum') return true;
  return a.name === b.name && a.labels.length === b.labels.length && a.labels.every((label, i) => label === b.labels[i]);
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
    case 'input': return node.port;
    case 'const': return String(node.value);
    case 'op': return nested ? '…' : `${node.op} (${describeArguments(module, node.args)})`;
    case 'read': return `read of ${node.memory}`;
    case 'instanceOutput': return `${node.instance}.${node.port}`;
    case 'gridOutput': return `${node.grid}.${node.port} (${node.edge})`;
    case 'reg':
    case 'wire': return node.name;
  }
}

function describeArguments(module: Module, args: readonly NodeId[]): string {
  const most = 4;
  const shown = args.slice(0, most).map((arg) => (module.nodes[arg] === undefined ? `%${arg}` : describe(module, arg, true)));
  return [...shown, ...(args.length > most ? ['…'] : [])].join(', ');
}

/**
 * The nodes that a node names itself: an operation's arguments, a wire's fallback, a read port's address and enable. What the body, an
 * instance or a grid adds is not here.
 */
export function nodeArguments(node: Node): readonly NodeId[] {
  switch (node.kind) {
    case 'op': return node.args;
    case 'wire': return node.fallback === null ? [] : [node.fallback];
    case 'read': return node.enable === null ? [node.address] : [node.address, node.enable];
    case 'input':
    case 'const':
    case 'reg':
    case 'instanceOutput':
    case 'gridOutput': return [];
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
    case 'all': return port;
    case 'row':
    case 'west':
    case 'east': return { kind: 'vec', length: grid.rows, element: port };
    case 'column':
    case 'north':
    case 'south': return { kind: 'vec', length: grid.cols, element: port };
    case 'cell': return { kind: 'vec', length: grid.rows, element: { kind: 'vec', length: grid.cols, element: port } };
  }
}

/** The type of a grid's output along an edge, or of all its cells, where the cell's port has type `port`. */
export function gridOutputType(grid: Pick<Grid, 'rows' | 'cols'>, edge: GridOutputNode['edge'], port: Type): Type {
  return gridSourceType(grid, edge === 'cells' ? 'cell' : edge, port);
}

/** The statements directly inside one: both arms of a `when`, the cases and the fallback of a `switch`. */
export function innerBodies(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'when': return [statement.then, statement.otherwise];
    case 'switch': return [...statement.cases.map((c) => c.body), statement.fallback];
    case 'assign':
    case 'write':
    case 'check': return [];
  }
}

/** The nodes that a statement reads itself, not those read by the statements inside it. */
export function statementOperands(statement: Statement): readonly NodeId[] {
  switch (statement.kind) {
    case 'assign': return [statement.value];
    case 'when': return [statement.condition];
    case 'switch': return [statement.subject];
    case 'write': return statement.mask === null ? [statement.address, statement.data] : [statement.address, statement.data, statement.mask];
    case 'check': return [statement.condition];
  }
}

/**
 * Visits every statement of a body in order, outer before inner, with the nodes that decide whether it runs: the conditions and
 * subjects of all enclosing `when`s and `switch`es, outermost first.
 */
export function eachStatement(
  body: readonly Statement[],
  visit: (statement: Statement, conditions: readonly NodeId[]) => void,
  conditions: readonly NodeId[] = [],
): void {
  for (const statement of body) {
    visit(statement, conditions);
    if (statement.kind !== 'when' && statement.kind !== 'switch') continue;
    const inside = [...conditions, ...statementOperands(statement)];
    for (const inner of innerBodies(statement)) eachStatement(inner, visit, inside);
  }
}

/** Every node that the body assigns somewhere. */
export function bodyTargets(body: readonly Statement[]): ReadonlySet<NodeId> {
  const targets = new Set<NodeId>();
  eachStatement(body, (s) => { if (s.kind === 'assign') targets.add(s.target); });
  return targets;
}

/** The statements of a body that `keep` wants, inside the `when`s and `switch`es that guard them; what becomes empty is left out. */
export function filterBody(body: readonly Statement[], keep: (statement: Statement) => boolean): readonly Statement[] {
  return body.flatMap((s): readonly Statement[] => {
    if (s.kind === 'when') {
      const then = filterBody(s.then, keep);
      const otherwise = filterBody(s.otherwise, keep);
      return then.length + otherwise.length === 0 ? [] : [{ ...s, then, otherwise }];
    }
    if (s.kind === 'switch') {
      const cases = s.cases.map((c) => ({ values: c.values, body: filterBody(c.body, keep) }));
      const fallback = filterBody(s.fallback, keep);
      // An empty case stays: it keeps its values from the fallback.
      return cases.every((c) => c.body.length === 0) && fallback.length === 0 ? [] : [{ ...s, cases, fallback }];
    }
    return keep(s) ? [s] : [];
  });
}

/** A module's port called `name`, or undefined. */
export function findPort(module: Module, name: string): Port | undefined {
  return module.ports.find((port) => port.name === name);
}

/** A module's memory called `name`, or undefined. */
export function findMemory(module: Module, name: string): Memory | undefined {
  return module.memories.find((memory) => memory.name === name);
}

/** A design's modules by name. */
export function modulesByName(design: Design): ReadonlyMap<string, Module> {
  return new Map(design.modules.map((module) => [module.name, module]));
}

/**
 * The modules' hierarchy, once per definition: module name → the first path found from the top, such as
 * `['top', 'mesh', 'pe']`. Modules that the top does not reach are absent.
 */
export function hierarchyPaths(design: Design): ReadonlyMap<string, readonly string[]> {
  const modules = modulesByName(design);
  const paths = new Map<string, readonly string[]>();
  const queue: (readonly string[])[] = [[design.top]];
  for (const path of queue) {
    const name = path.at(-1) ?? design.top;
    const module = modules.get(name);
    if (module === undefined || paths.has(name)) continue;
    paths.set(name, path);
    for (const child of [...module.instances, ...module.grids]) queue.push([...path, child.module]);
  }
  return paths;
}
