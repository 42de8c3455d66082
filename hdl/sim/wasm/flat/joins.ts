/**
 * Arrays side by side: where each cell of one takes what the cell in its place of another one gives, both become one
 * array, whose cells hold a cell of each. So what goes from one to the other stays in vectors, and is not put together
 * in memory, copied and taken apart. What is flattened is a design with such arrays; what a testbench sees stays as it
 * was written.
 */
import type { Grid, GridSource, Instance, Module, Node, NodeId, Type } from '../../../ir/types.ts';
import { present, type Library, type ModuleView } from '../../library.ts';

/** A module of which some arrays are one. */
export interface Joined {
  readonly view: ModuleView;
  /** Array as it was written → array that its cells are part of, as instances of its name. */
  readonly joined: ReadonlyMap<string, string>;
}

/** The arrays of a module that become one, each with others of them. */
type Group = readonly Grid[];

export class Joins {
  private readonly library: Library;
  private readonly cells = new Map<string, ModuleView>();

  constructor(library: Library) {
    this.library = library;
  }

  /** The contents of cells, also of joined ones. */
  cellOf({ module }: Grid): ModuleView {
    return this.cells.get(module) ?? this.library.view(module);
  }

  /** Whether a view is that of joined cells, whose instances are to stay what they are. */
  made({ module }: ModuleView): boolean {
    return this.cells.has(module.name);
  }

  /** @param mayJoin asked for each array, and for each one that would be made, by name */
  of(view: ModuleView, mayJoin: (grid: string) => boolean): Joined {
    const groups = groupsOf(
      view.module.nodes,
      view.module.grids.filter(({ name }) => mayJoin(name)),
    ).filter((group) => mayJoin(nameOf(group)));
    if (groups.length === 0) return { view, joined: new Map() };
    const joined = new Map(groups.flatMap((group) => group.map(({ name }) => [name, nameOf(group)] as const)));
    const nodes = view.module.nodes.map((node): Node => {
      if (node.kind !== 'gridOutput') return node;
      const grid = joined.get(node.grid);
      return grid === undefined ? node : { ...node, grid, port: portOf(node.grid, node.port) };
    });
    const grids = [
      ...view.module.grids.filter(({ name }) => !joined.has(name)),
      ...groups.map((group) => this.join(view.module, group)),
    ];
    const module = { ...view.module, nodes, grids };
    return { view: { ...view, module, grids: new Map(grids.map((grid) => [grid.name, grid])) }, joined };
  }

  private join(parent: Module, group: Group): Grid {
    const [first] = group;
    if (first === undefined) throw new RangeError('no arrays to join');
    const name = nameOf(group);
    const own = new Set(group);
    const inputs: Record<string, GridSource> = {};
    const nodes: Node[] = [];
    const ports: Module['ports'][number][] = [];
    const outputs: Record<string, NodeId> = {};
    for (const grid of group)
      for (const port of this.cellOf(grid).module.ports) {
        if (port.direction === 'in') continue;
        const { type, place } = port;
        const id = nodes.push({
          kind: 'instanceOutput',
          instance: grid.name,
          port: port.name,
          type,
          name: null,
          place,
        });
        outputs[portOf(grid.name, port.name)] = id - 1;
        ports.push({ ...port, name: portOf(grid.name, port.name) });
      }
    const takes = (grid: Grid, port: string, type: Type): NodeId => {
      const source = present(grid.inputs[port], `input ${port} of ${grid.name}`);
      const direct = directly(parent.nodes, grid, source, own);
      if (direct !== null)
        return present(outputs[portOf(direct.grid, direct.port)], `output ${direct.port} of ${direct.grid}`);
      const outer = portOf(grid.name, port);
      inputs[outer] = 'port' in source ? { ...source, port: portOf(grid.name, source.port) } : source;
      ports.push({ name: outer, direction: 'in', type, clock: null, place: null });
      return nodes.push({ kind: 'input', port: outer, type, name: null, place: null }) - 1;
    };
    const instances = group.map((grid): Instance => ({
      name: grid.name,
      module: grid.module,
      inputs: Object.fromEntries(
        this.cellOf(grid).module.ports.flatMap(({ name: port, direction, type }) =>
          direction === 'in' ? [[port, takes(grid, port, type)] as const] : [],
        ),
      ),
      clocks: grid.clocks,
      place: grid.place,
    }));
    const module: Module = {
      name: `${parent.name}.${name}`,
      clocks: parent.clocks,
      ports,
      streams: [],
      nodes,
      memories: [],
      instances,
      grids: [],
      body: [],
      outputs,
      blackBox: null,
      place: first.place,
    };
    this.cells.set(module.name, {
      module,
      inputs: new Map(nodes.flatMap((node, id) => (node.kind === 'input' ? [[node.port, id]] : []))),
      signals: new Map(),
      memories: new Map(),
      instances: new Map(instances.map((instance) => [instance.name, instance])),
      grids: new Map(),
    });
    const clocks = Object.fromEntries(parent.clocks.map((clock) => [clock.name, clock.name]));
    return { ...first, name, module: module.name, inputs, clocks };
  }
}

const nameOf = (group: Group): string => group.map(({ name }) => name).join('+');
const portOf = (grid: string, port: string): string => `${grid}.${port}`;

/** The output of one of `grids` that each cell takes from the cell in its place, or null. */
function directly(
  nodes: readonly Node[],
  { rows, cols, shape }: Grid,
  source: GridSource,
  grids: ReadonlySet<Grid>,
): { readonly grid: string; readonly port: string } | null {
  if (source.from !== 'column' && source.from !== 'cell') return null;
  const node = nodes[source.node];
  if (node?.kind !== 'gridOutput') return null;
  const giver = [...grids].find(({ name }) => name === node.grid);
  if (giver?.shape !== 'full' || shape !== 'full' || giver.rows !== rows || giver.cols !== cols) return null;
  const inPlace = source.from === 'cell' ? node.edge === 'cells' : rows === 1 && node.edge !== 'cells';
  return inPlace && node.edge !== 'west' && node.edge !== 'east' ? { grid: node.grid, port: node.port } : null;
}

function groupsOf(nodes: readonly Node[], grids: readonly Grid[]): readonly Group[] {
  const all = new Set(grids);
  const groups = new Map(grids.map((grid) => [grid.name, [grid]]));
  for (const grid of grids)
    for (const source of Object.values(grid.inputs)) {
      const giver = directly(nodes, grid, source, all);
      const [from, to] = [groups.get(giver?.grid ?? ''), groups.get(grid.name)];
      if (from === undefined || to === undefined || from === to) continue;
      from.push(...to);
      for (const { name } of to) groups.set(name, from);
    }
  return [...new Set(groups.values())].filter(({ length }) => length > 1);
}
