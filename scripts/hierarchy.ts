/**
 * What a design consists of: its tree of modules with the bits of state in each, without simulating or unrolling
 * anything.
 */
import type { Design, Grid, Module } from '../hdl/ir/types.ts';
import { modulesByName, typeWidth } from '../hdl/ir/walk.ts';

/** Of state. The output register of a memory's synchronous read belongs to the memory, and is not counted. */
export interface Bits {
  readonly registers: number;
  readonly memories: number;
}

export interface Part {
  /** The instance's name; the module's own for the top. */
  readonly name: string;
  readonly module: string;
  /** For a grid of instances; null for a single one. */
  readonly grid: Pick<Grid, 'rows' | 'cols' | 'shape'> | null;
  /** Instances in the whole design: a grid's cells, times those of what they are in. */
  readonly count: number;
  /** Of all these instances together, with everything below them. */
  readonly total: Bits;
  /** Of all these instances together, without what is below them. */
  readonly own: Bits;
  readonly parts: readonly Part[];
}

/** Cells of a grid: triangular ones are square, and have the diagonal. */
function cells({ rows, cols, shape }: Pick<Grid, 'rows' | 'cols' | 'shape'>): number {
  return shape === 'full' ? rows * cols : (rows * (rows + 1)) / 2;
}

function ownBits({ nodes, memories }: Module): Bits {
  return {
    registers: nodes.reduce((sum, node) => sum + (node.kind === 'reg' ? typeWidth(node.type) : 0), 0),
    memories: memories.reduce((sum, { depth, word }) => sum + depth * typeWidth(word), 0),
  };
}

const times = ({ registers, memories }: Bits, count: number): Bits => ({
  registers: registers * count,
  memories: memories * count,
});
const plus = (a: Bits, b: Bits): Bits => ({ registers: a.registers + b.registers, memories: a.memories + b.memories });

/**
 * The design's tree from its top module on. Its size does not grow with that of grids: cells are one part, with their
 * number.
 */
export function hierarchy(design: Design): Part {
  const modules = modulesByName(design);
  const build = (name: string, moduleName: string, grid: Part['grid'], above: number): Part => {
    const module = modules.get(moduleName);
    if (module === undefined) throw new RangeError(`the design has no module ${moduleName}`);
    const count = above * (grid === null ? 1 : cells(grid));
    const parts = [
      ...module.instances.map((instance) => build(instance.name, instance.module, null, count)),
      ...module.grids.map(({ name: gridName, module: cell, rows, cols, shape }) =>
        build(gridName, cell, { rows, cols, shape }, count),
      ),
    ];
    const own = times(ownBits(module), count);
    return {
      name,
      module: moduleName,
      grid,
      count,
      own,
      total: parts.reduce((sum, part) => plus(sum, part.total), own),
      parts,
    };
  };
  return build(design.top, design.top, null, 1);
}

/** Module → its instances in the whole design. */
export function instancesOf(top: Part): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = ({ module, count, parts }: Part): void => {
    counts.set(module, (counts.get(module) ?? 0) + count);
    parts.forEach(add);
  };
  add(top);
  return counts;
}

/** A top module's interface: its streams by their name, and the ports that belong to none. */
export interface Interface {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly kind: 'stream' | 'port';
  /** Of the payload, for a stream. */ readonly bits: number;
}

export function interfaces(design: Design): Interface[] {
  const module = modulesByName(design).get(design.top);
  if (module === undefined) throw new RangeError(`the design has no module ${design.top}`);
  const width = (port: string): number => {
    const found = module.ports.find(({ name }) => name === port);
    return found === undefined ? 0 : typeWidth(found.type);
  };
  const inStreams = new Set(module.streams.flatMap(({ valid, ready, payload }) => [valid, ready, ...payload]));
  return [
    ...module.streams.map(({ name, direction, payload }): Interface => ({
      name,
      direction,
      kind: 'stream',
      bits: payload.reduce((sum, port) => sum + width(port), 0),
    })),
    ...module.ports
      .filter(({ name }) => !inStreams.has(name))
      .map(({ name, direction }): Interface => ({ name, direction, kind: 'port', bits: width(name) })),
  ];
}
