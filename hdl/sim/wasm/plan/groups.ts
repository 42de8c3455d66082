/** The combinational outputs of a grid's cells, gathered into groups that one kernel works out. */
import { components } from '../../../ir/components.ts';
import { present } from '../../library.ts';
import type { CellSource, Domain, Flat, FlatGrid, FlatId } from '../flat/types.ts';
import { gridPort, inOrder, needsOf, nodeOf, type WireSlices } from './dependencies.ts';
import type { Keepable } from './pass.ts';

export interface PortGroup {
  readonly key: string;
  readonly grid: FlatGrid;
  /** Nodes of the cells' domain. */
  readonly ports: readonly FlatId[];
  /** Nodes of the parent's domain that the ports depend on, not counting what `after` depends on. */
  readonly uses: readonly FlatId[];
  /** Groups of the same grid whose values of neighbours are needed. */
  readonly after: readonly PortGroup[];
}

/** What a set of nodes of a cell needs from outside the cell. */
export interface Outside {
  /** Nodes of the parent's domain. */
  readonly uses: readonly FlatId[];
  /** Combinational outputs of neighbours. */
  readonly neighbours: readonly FlatId[];
  /** In the cell's domain: nodes and groups of inner grids, each after what it needs. */
  readonly order: readonly Keepable[];
}

export class GridGroups {
  private readonly flat: Flat;
  private readonly slices: WireSlices;
  private readonly settled: ReadonlySet<string>;
  private readonly known: Map<FlatGrid, ReadonlyMap<FlatId, PortGroup>>;
  private readonly byKey: Map<string, PortGroup>;
  private ports: ReadonlyMap<Domain, ReadonlySet<FlatId>> | null = null;

  constructor(flat: Flat, slices: WireSlices, settled: ReadonlySet<string> = new Set(), base?: GridGroups) {
    this.flat = flat;
    this.slices = slices;
    this.settled = settled;
    this.known = base?.known ?? new Map();
    this.byKey = base?.byKey ?? new Map();
  }

  /** The same groups where `flat` sees some nodes as inputs, and some groups have been worked out already. */
  seenFrom(flat: Flat, settled: ReadonlySet<string>): GridGroups {
    return new GridGroups(flat, this.slices, settled, this);
  }

  /** Whether a group still has to be worked out. */
  isOpen(key: string): boolean {
    return !this.settled.has(key);
  }

  /** The group of a combinational port of the grid's cells. */
  groupOf(grid: FlatGrid, port: FlatId): PortGroup {
    let groups = this.known.get(grid);
    if (groups === undefined) this.known.set(grid, (groups = this.analyse(grid)));
    return present(groups.get(port), `group of port ${port} of ${grid.domain.path}`);
  }

  withKey(key: string): PortGroup {
    return present(this.byKey.get(key), `group ${key}`);
  }

  /** What nodes and calls of kernels need in the same cycle and domain. */
  readonly needs = (item: Keepable): readonly Keepable[] => {
    if (typeof item === 'string') {
      const { uses, after } = this.withKey(item);
      return [...after.map(({ key }) => key).filter((key) => this.isOpen(key)), ...uses];
    }
    const node = nodeOf(this.flat, item);
    const output = gridPort(node);
    if (output === null) return needsOf(node, this.slices);
    if (nodeOf(this.flat, output.port).storage !== null) return [];
    const { key } = this.groupOf(output.grid, output.port);
    return this.isOpen(key) ? [key] : [];
  };

  outside(roots: readonly Keepable[]): Outside {
    const order = inOrder(roots, this.needs);
    const uses = new Set<FlatId>();
    const neighbours = new Set<FlatId>();
    for (const item of order) {
      const source = typeof item === 'string' ? null : this.sourceOf(item);
      if (source === null) continue;
      uses.add('port' in source ? source.edge : source.node);
      if ('port' in source && nodeOf(this.flat, source.port).storage === null) neighbours.add(source.port);
    }
    return { uses: [...uses], neighbours: [...neighbours], order };
  }

  private sourceOf(id: FlatId): CellSource | null {
    return nodeOf(this.flat, id).cell?.() ?? null;
  }

  private analyse(grid: FlatGrid): ReadonlyMap<FlatId, PortGroup> {
    this.ports ??= this.combinationalPorts();
    const ports = [...(this.ports.get(grid.domain) ?? [])];
    const outsides = ports.map((port) => this.outside([port]));
    const number = new Map(ports.map((port, i) => [port, i]));
    const loops = components(ports.length, (i) =>
      (outsides[i]?.neighbours ?? []).map((port) => present(number.get(port), `port ${port}`)),
    );
    const groups = new Map<FlatId, PortGroup>();
    for (const members of joined(loops, outsides, ports)) {
      const inside = new Set(members.flatMap((i) => ports[i] ?? []));
      const needed = members.flatMap((i) => outsides[i]?.neighbours ?? []).filter((port) => !inside.has(port));
      const group: PortGroup = {
        key: `${grid.domain.index}:${[...inside].join()}`,
        grid,
        ports: [...inside],
        uses: [...new Set(members.flatMap((i) => outsides[i]?.uses ?? []))],
        after: [...new Set(needed.map((port) => present(groups.get(port), `group of port ${port}`)))],
      };
      for (const port of inside) groups.set(port, group);
      this.byKey.set(group.key, group);
    }
    return groups;
  }

  /**
   * Of each grid, by its cells' domain: the ports that anything outside a cell looks at and that are not state. For all
   * grids at once, since a design may have as many as it has nodes.
   */
  private combinationalPorts(): ReadonlyMap<Domain, ReadonlySet<FlatId>> {
    const found = new Map<Domain, Set<FlatId>>();
    const add = (domain: Domain, port: FlatId): void => {
      if (nodeOf(this.flat, port).storage !== null) return;
      const ports = found.get(domain) ?? new Set();
      found.set(domain, ports.add(port));
    };
    for (const node of this.flat.nodes) {
      const output = gridPort(node);
      if (output !== null) add(output.grid.domain, output.port);
      const source = node.cell?.();
      if (source !== undefined && 'port' in source) add(node.domain, source.port);
    }
    return found;
  }
}

/**
 * Joins ports that need exactly the same from outside: none of them can need another through the surroundings, or there
 * would be a combinational loop. Ports that need each other through neighbours are one group already.
 */
function joined(
  loops: readonly (readonly number[])[],
  outsides: readonly Outside[],
  ports: readonly FlatId[],
): readonly (readonly number[])[] {
  const result: number[][] = [];
  const bySignature = new Map<string, number[]>();
  for (const loop of loops) {
    const [only] = loop;
    const outside = only === undefined ? undefined : outsides[only];
    const port = only === undefined ? undefined : ports[only];
    if (loop.length > 1 || outside === undefined || port === undefined || outside.neighbours.includes(port)) {
      result.push([...loop]);
      continue;
    }
    const signature = `${[...outside.uses].sort().join()};${[...outside.neighbours].sort().join()}`;
    const same = bySignature.get(signature);
    if (same !== undefined && only !== undefined) {
      same.push(only);
    } else {
      const fresh = [...loop];
      bySignature.set(signature, fresh);
      result.push(fresh);
    }
  }
  return result;
}
