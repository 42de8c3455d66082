import type { Grid, Type } from '../../../ir/types.ts';
import { sharedPaths } from '../../../ir/shared-paths.ts';
import { typeWidth } from '../../../ir/walk.ts';
import type { ClockSource } from '../../hierarchy.ts';
import { present, isState, type Library, type ModuleView } from '../../library.ts';
import type { Layout } from '../layout.ts';
import type { Thresholds } from '../thresholds.ts';
import { Joins } from './joins.ts';
import { Replicas } from './replicas.ts';
import { sizeOf, writePattern } from '../storage.ts';
import type { CellSource, Domain, Flat, FlatGrid, FlatId, FlatMemory, FlatNode, Frame, Storage } from './types.ts';

/** Lanes of one vector of bytes: rows of grids with vectors start at a multiple of it. */
export const blockLanes = 16;
/** Narrower grids are not worth vectors, and keep no room for them. */
const fewestVectorColumns = 4;
/** Vectors read this far past the cells, at either end. */
const margin = 8 * blockLanes;

/**
 * Dissolves a design's instances and places its state in `layout`, at its initial values. @param apart paths of arrays
 * that are not to be made of others
 * @throws CapacityError when the state is too large.
 */
export function flatten(
  library: Library,
  layout: Layout,
  thresholds: Thresholds,
  apart: ReadonlySet<string> = new Set(),
): Flat {
  const zeros = layout.allocate(largestSize(library), 'a constant of zeros');
  const start = layout.used;
  const builder = new Flattener(library, layout, thresholds, apart);
  const top = builder.build(library.top, root, library.top.module.name, topClocks(library), null);
  const resets = new Map(
    [...new Set(library.top.module.clocks.flatMap(({ reset }) => (reset === null ? [] : [reset])))].map((name) => [
      name,
      layout.allocate(1, `reset ${name}`),
    ]),
  );
  builder.resolve();
  const { nodes, frames } = builder;
  const sharesCode = frames.some(({ replicas, joined }) => replicas.size + joined.size > 0);
  return { top, nodes, frames, resets, state: { start, end: layout.used }, sharesCode, zeros };
}

const root: Domain = {
  index: 0,
  parent: null,
  path: '',
  rows: 1,
  cols: 1,
  shape: 'full',
  stride: 1,
  lanes: 1,
  total: 1,
};

function topClocks({ top }: Library): ReadonlyMap<string, ClockSource> {
  return new Map(top.module.clocks.map(({ name, reset }, clock) => [name, { clock, reset }]));
}

type InputOf = (port: string) => { readonly alias: FlatId } | { readonly cell: () => CellSource };

class Flattener {
  readonly nodes: FlatNode[] = [];
  readonly frames: Frame[] = [];
  private readonly library: Library;
  private readonly layout: Layout;
  private readonly replicas: Replicas;
  private readonly joins: Joins;
  private readonly apart: ReadonlySet<string>;
  private readonly paths: Thresholds['paths'];
  private readonly views = new Map<ModuleView, ModuleView>();
  /** Node → the node that drives it, as a thunk because drivers are made later. */
  private readonly aliases = new Map<FlatId, () => FlatId>();
  private domains = 1;
  /** Makes the frames that are still to be made, the next one last. */
  private readonly pending: (() => void)[] = [];

  constructor(library: Library, layout: Layout, thresholds: Thresholds, apart: ReadonlySet<string>) {
    this.library = library;
    this.layout = layout;
    this.paths = thresholds.paths;
    this.replicas = new Replicas(library, thresholds.replicas);
    this.joins = new Joins(library);
    this.apart = apart;
  }

  /** A frame with all those below it, depth first, with a stack of its own. */
  build(...what: Parameters<Flattener['frame']>): Frame {
    const top = this.frame(...what);
    for (let next = this.pending.pop(); next !== undefined; next = this.pending.pop()) next();
    return top;
  }

  private frame(
    written: ModuleView,
    domain: Domain,
    path: string,
    clocks: ReadonlyMap<string, ClockSource>,
    inputs: InputOf | null,
  ): Frame {
    const { view: replicated, replicas } = this.joins.made(written)
      ? { view: written, replicas: new Map() }
      : this.replicas.of(this.shared(written));
    const cells = new Set([...replicas.values()].map(({ grid }) => grid));
    const { view, joined } = this.joins.of(
      replicated,
      (grid) => domain.parent === null && !cells.has(grid) && !this.apart.has(`${path}.${grid}`),
    );
    const frame: Frame = {
      view,
      domain,
      path,
      clocks,
      replicas,
      joined,
      ids: [],
      memories: new Map(),
      instances: new Map(),
      grids: new Map(),
    };
    this.frames.push(frame);
    for (const memory of view.module.memories)
      frame.memories.set(memory.name, this.memory(memory, domain, `${path}.${memory.name}`));
    for (const [local, node] of view.module.nodes.entries()) {
      const id = this.nodes.length;
      frame.ids.push(id);
      const input = node.kind === 'input' && inputs !== null ? inputs(node.port) : null;
      const cell = input !== null && 'cell' in input ? input.cell : null;
      const stored = isState(node) || (node.kind === 'input' && inputs === null);
      const storage = stored
        ? this.storage(node.type, domain, `${path}.${node.name ?? 'node'}`, node.kind === 'reg' ? node.reset : 0n)
        : null;
      this.nodes.push({ id, node, local, frame, domain, type: node.type, storage, cell });
      if (input !== null && 'alias' in input) this.aliases.set(id, () => input.alias);
      if (node.kind === 'instanceOutput') {
        this.aliases.set(id, () => {
          const child = present(frame.instances.get(node.instance), `instance ${node.instance}`);
          return outputOf(child, node.port);
        });
      }
    }
    for (const make of this.children(frame).reverse()) this.pending.push(make);
    return frame;
  }

  /** The view with the paths of its branches shared; what a testbench sees stays as it was written. */
  private shared(view: ModuleView): ModuleView {
    let known = this.views.get(view);
    if (known === undefined) {
      const module = sharedPaths(view.module, this.paths);
      this.views.set(view, (known = module === view.module ? view : { ...view, module }));
    }
    return known;
  }

  /** Makes every frame's nodes lead to what drives them. @throws RangeError for ports that only drive each other. */
  resolve(): void {
    const known = new Map<FlatId, FlatId>();
    const resolved = (id: FlatId): FlatId => {
      const way: FlatId[] = [];
      let at = id;
      for (let next = this.aliases.get(at); next !== undefined && !known.has(at); next = this.aliases.get(at)) {
        if (way.length > this.nodes.length) throw new RangeError('a combinational loop through ports alone');
        way.push(at);
        at = next();
      }
      const driver = known.get(at) ?? at;
      for (const each of way) known.set(each, driver);
      return driver;
    };
    const drivers = this.frames.map(({ ids }) => ids.map(resolved));
    this.frames.forEach(({ ids }, i) =>
      drivers[i]?.forEach((id, node) => {
        ids[node] = id;
      }),
    );
  }

  /** What makes the frames of a frame's instances and grids, in order. */
  private children(frame: Frame): (() => void)[] {
    const { module } = frame.view;
    const instances = module.instances.map((instance) => (): void => {
      const view = this.library.view(instance.module);
      const inputs: InputOf = (port) => ({
        alias: idOf(frame, present(instance.inputs[port], `input ${port} of ${instance.name}`)),
      });
      const child = this.frame(
        view,
        frame.domain,
        `${frame.path}.${instance.name}`,
        clocksOf(frame, view, instance.clocks),
        inputs,
      );
      frame.instances.set(instance.name, child);
    });
    const grids = module.grids.map((grid) => (): void => {
      const view = this.joins.cellOf(grid);
      const domain = gridDomain(this.domains++, frame, grid);
      const inputs: InputOf = (port) => ({ cell: () => cellSource(frame, grid, port) });
      // Arrays that have become one are where they were: as instances in its cells.
      const path = [...frame.joined.values()].includes(grid.name) ? frame.path : domain.path;
      const child = this.frame(view, domain, path, clocksOf(frame, view, grid.clocks), inputs);
      frame.grids.set(grid.name, { grid, frame: child, domain });
    });
    return [...instances, ...grids];
  }

  private storage(type: Type, domain: Domain, what: string, initial: bigint): Storage {
    const size = sizeOf(type);
    const room = domain.parent === null ? 0 : margin;
    const address = this.layout.allocate(domain.total * size + 2 * room, what) + room;
    if (initial !== 0n) {
      this.layout.place(address, domain.total * size, (view) => {
        for (let lane = 0; lane < domain.total; lane++) writePattern(view, lane * size, type, initial);
      });
    }
    return { address, size, type };
  }

  private memory(memory: FlatMemory['memory'], domain: Domain, path: string): FlatMemory {
    const wordSize = sizeOf(memory.word);
    // Of cells with a spare word, for writes of lanes that write nothing.
    const laneSize = apart((memory.depth + (domain.total === 1 ? 0 : 1)) * wordSize, domain);
    const address = this.layout.allocate(domain.total * laneSize, `memory ${path}`);
    const { init, word: type } = memory;
    for (let lane = 0; lane < (init.length === 0 ? 0 : domain.total); lane++) {
      this.layout.place(address + lane * laneSize, init.length * wordSize, (view) => {
        init.forEach((word, i) => {
          writePattern(view, i * wordSize, type, word);
        });
      });
    }
    return { memory, domain, path, address, wordSize, laneSize };
  }
}

/** Bytes that a processor's caches hold together. */
const cacheLine = 64;

/**
 * Bytes from one lane's memory to the next: an odd number of cache lines, or the same word of all lanes would share a
 * few places.
 */
function apart(bytes: number, { total }: Domain): number {
  if (total === 1 || bytes < 2 * cacheLine) return bytes;
  const lines = Math.ceil(bytes / cacheLine);
  return cacheLine * (lines % 2 === 0 ? lines + 1 : lines);
}

/** The flat node of a frame's node. */
export function idOf(frame: Frame, node: number): FlatId {
  return present(frame.ids[node], `node ${node} of ${frame.view.module.name}`);
}

/** The flat node that drives an output port. */
export function outputOf(frame: Frame, port: string): FlatId {
  return idOf(frame, present(frame.view.module.outputs[port], `output ${port} of ${frame.view.module.name}`));
}

export function gridOf(frame: Frame, name: string): FlatGrid {
  return present(frame.grids.get(name), `grid ${name} of ${frame.view.module.name}`);
}

export function memoryOf(frame: Frame, name: string): FlatMemory {
  return present(frame.memories.get(name), `memory ${name} of ${frame.view.module.name}`);
}

function cellSource(frame: Frame, grid: Grid, port: string): CellSource {
  const source = present(grid.inputs[port], `input ${port} of ${grid.name}`);
  if ('port' in source)
    return {
      from: source.from,
      port: outputOf(gridOf(frame, grid.name).frame, source.port),
      edge: idOf(frame, source.edge),
    };
  return { from: source.from, node: idOf(frame, source.node) };
}

function gridDomain(index: number, frame: Frame, grid: Grid): Domain {
  const { rows, cols, shape, name } = grid;
  const stride = cols < fewestVectorColumns ? cols : Math.ceil(cols / blockLanes) * blockLanes;
  const lanes = rows * stride;
  return {
    index,
    parent: frame.domain,
    path: `${frame.path}.${name}`,
    rows,
    cols,
    shape,
    stride,
    lanes,
    total: lanes * frame.domain.total,
  };
}

function clocksOf(
  parent: Frame,
  view: ModuleView,
  map: Readonly<Record<string, string>>,
): ReadonlyMap<string, ClockSource> {
  return new Map(
    view.module.clocks.map(({ name, reset }) => {
      const source = present(parent.clocks.get(map[name] ?? ''), `clock for ${name} of ${view.module.name}`);
      return [name, reset === null ? { clock: source.clock, reset: null } : source];
    }),
  );
}

function largestSize(library: Library): number {
  let largest = 64;
  const reached = new Set([library.top.module.name]);
  // A set grows while it is walked: this reaches everything.
  for (const name of reached) {
    const { module } = library.view(name);
    for (const { type } of module.nodes) largest = Math.max(largest, sizeOf(type), 8 * Math.ceil(typeWidth(type) / 64));
    for (const part of [...module.instances, ...module.grids]) reached.add(part.module);
  }
  return largest;
}
