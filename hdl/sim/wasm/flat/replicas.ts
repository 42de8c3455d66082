/**
 * Many instances of one definition in one module: they become the cells of a grid of one row, so that one body of code
 * serves them all. What is flattened is a design in which such instances are grids; what a testbench sees stays as it
 * was written.
 */
import { combinational, combinationalOf } from '../../../ir/combinational.ts';
import type { GridSource, Instance, Module, Node, NodeId, Type } from '../../../ir/types.ts';
import { addressWidth, typeWidth } from '../../../ir/walk.ts';
import { present, type Library, type ModuleView } from '../../library.ts';
import type { Thresholds } from '../thresholds.ts';

/** Where an instance is that has become a cell. */
export interface Replica {
  readonly grid: string;
  readonly row: 0;
  readonly col: number;
}

/** A module of which some instances are the cells of grids. */
export interface Replicated {
  readonly view: ModuleView;
  readonly replicas: ReadonlyMap<string, Replica>;
}

export class Replicas {
  private readonly library: Library;
  private readonly rule: Thresholds['replicas'];
  private readonly sizes = new Map<string, number>();
  private readonly known = new Map<ModuleView, Replicated>();
  private through: ReturnType<typeof combinational> | null = null;

  constructor(library: Library, rule: Thresholds['replicas']) {
    this.library = library;
    this.rule = rule;
    this.measure();
  }

  of(view: ModuleView): Replicated {
    let known = this.known.get(view);
    if (known === undefined) this.known.set(view, (known = this.replicate(view)));
    return known;
  }

  /** Nodes of each module with everything in it, cells of grids counted once. */
  private measure(): void {
    for (const { name, nodes, instances, grids } of this.library.design.modules) {
      const inside = [...instances, ...grids].reduce((sum, { module }) => sum + (this.sizes.get(module) ?? 0), 0);
      this.sizes.set(name, nodes.length + inside);
    }
  }

  private replicate(view: ModuleView): Replicated {
    let module = view.module;
    const replicas = new Map<string, Replica>();
    for (const alike of this.groups(view)) {
      const name = `${alike[0]?.module ?? ''}*${module.grids.length}`;
      const merged = merge(module, alike, name, this.library);
      if (this.loops(merged)) continue;
      module = merged;
      alike.forEach((instance, col) => {
        replicas.set(instance.name, { grid: name, row: 0, col });
      });
    }
    if (module === view.module) return { view, replicas };
    const named = <T extends { readonly name: string }>(items: readonly T[]): ReadonlyMap<string, T> =>
      new Map(items.map((item) => [item.name, item]));
    return { view: { ...view, module, instances: named(module.instances), grids: named(module.grids) }, replicas };
  }

  /** Instances of one definition with the same clocks, where they are worth a body of their own. */
  private groups({ module: { instances } }: ModuleView): (readonly Instance[])[] {
    if (instances.length < this.rule.fewest) return [];
    const groups = new Map<string, Instance[]>();
    for (const instance of instances) {
      const key = JSON.stringify([instance.module, instance.clocks]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [instance]);
      else group.push(instance);
    }
    const { fewest, fewestNodes } = this.rule;
    return [...groups.values()].filter((alike) => {
      const nodes = this.sizes.get(alike[0]?.module ?? '') ?? 0;
      return alike.length >= fewest && alike.length * nodes >= fewestNodes;
    });
  }

  /**
   * Whether values run in a circle between lanes that one function works out together: then the instances stay single.
   */
  private loops(module: Module): boolean {
    this.through ??= combinational(this.library.design);
    const { through } = this;
    const { components, dependencies } = combinationalOf(module, (name) => through.get(name)?.through ?? new Map());
    return components.some(
      ([first, ...rest]) => rest.length > 0 || (first !== undefined && (dependencies[first] ?? []).includes(first)),
    );
  }
}

/** The module with those instances as the cells of one row, from the west in their order. Nodes keep their numbers. */
function merge(module: Module, alike: readonly Instance[], name: string, library: Library): Module {
  const column = new Map(alike.map((instance, col) => [instance.name, col]));
  const [first] = alike;
  if (first === undefined) throw new RangeError('no instances to merge');
  const nodes: Node[] = [...module.nodes];
  const add = (node: Node): NodeId => nodes.push(node) - 1;
  const vectorOf = (element: Type): Type => ({ kind: 'vec', length: alike.length, element });
  const indexType: Type = { kind: 'uint', width: addressWidth(alike.length) };
  const indices = alike.map((_, col) => ({
    kind: 'const' as const,
    type: indexType,
    value: BigInt(col),
    name: null,
    place: null,
  }));

  const sourceOf = (port: string, element: Type): GridSource => {
    const ids = alike.map(({ inputs, name: own }) => present(inputs[port], `input ${port} of ${own}`));
    const [only] = new Set(ids);
    if (only !== undefined && ids.every((id) => id === only)) return { from: 'all', node: only };
    const type = vectorOf(element);
    const constants = ids.flatMap((id) => {
      const node = nodes[id];
      return node?.kind === 'const' ? [node.value] : [];
    });
    if (constants.length === ids.length) {
      const width = BigInt(typeWidth(element));
      const value = constants.reduce((sum, one, col) => sum | (one << (BigInt(col) * width)), 0n);
      return { from: 'column', node: add({ kind: 'const', type, value, name: null, place: null }) };
    }
    return {
      from: 'column',
      node: add({ kind: 'op', op: 'vec', args: ids, low: 0, type, name: null, place: first.place }),
    };
  };

  const { ports } = library.view(first.module).module;
  const inputs = Object.fromEntries(
    ports.filter(({ direction }) => direction === 'in').map(({ name: port, type }) => [port, sourceOf(port, type)]),
  );
  const vectors = new Map<string, NodeId>();
  const lanes: NodeId[] = [];
  module.nodes.forEach((node, id) => {
    if (node.kind !== 'instanceOutput') return;
    const col = column.get(node.instance);
    if (col === undefined) return;
    let vector = vectors.get(node.port);
    if (vector === undefined) {
      vector = add({
        kind: 'gridOutput',
        grid: name,
        port: node.port,
        edge: 'north',
        type: vectorOf(node.type),
        name: null,
        place: node.place,
      });
      vectors.set(node.port, vector);
    }
    const lane = (lanes[col] ??= add(present(indices[col], `lane ${col}`)));
    nodes[id] = {
      kind: 'op',
      op: 'index',
      args: [vector, lane],
      low: 0,
      type: node.type,
      name: node.name,
      place: node.place,
    };
  });
  const { module: definition, clocks, place } = first;
  return {
    ...module,
    nodes,
    instances: module.instances.filter((instance) => !column.has(instance.name)),
    grids: [
      ...module.grids,
      { name, module: definition, rows: 1, cols: alike.length, shape: 'full', inputs, clocks, place },
    ],
  };
}
