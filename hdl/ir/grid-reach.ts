import type { Edge, Grid, GridOutputNode, NodeId } from './types.ts';
import { gridSourceNode } from './walk.ts';

/** Output port → the input ports that it depends on in the same cycle. */
export type Through = ReadonlyMap<string, ReadonlySet<string>>;

/** Rows to the south and columns to the east from a cell to its neighbour on each side. */
export const neighbour: Readonly<Record<Edge, { readonly row: number; readonly col: number }>> = {
  west: { row: 0, col: -1 },
  north: { row: -1, col: 0 },
  east: { row: 0, col: 1 },
  south: { row: 1, col: 0 },
};

/** A grid's input as its output depends on it, and how: the chain of input ports from the one nearest to the output. */
export interface GridDependence {
  /** Input ports, from the output's own cell outwards; the last one takes its value from `node`. */
  readonly ports: readonly string[];
  readonly node: NodeId;
}

interface Position {
  readonly port: string;
  readonly row: Line;
  readonly col: Line;
  readonly from: Position | null;
}
/** Where a cell certainly is along one axis: on the first or last line, or nobody knows. */
type Line = 'first' | 'last' | 'any';

/**
 * The nodes around a grid that one of its outputs depends on in the same cycle, each with the chain of cells' ports
 * between. Exact along the edge where the output is taken; further in, every neighbour is taken to exist (so that cost
 * does not grow with rows × cols).
 */
export function gridDependences(
  grid: Grid,
  through: Through,
  port: string,
  edge: GridOutputNode['edge'],
): readonly GridDependence[] {
  const found = new Map<NodeId, GridDependence>();
  const seen = new Set<string>();
  const queue: Position[] = [];
  const reach = (output: string, row: Line, col: Line, from: Position | null): void => {
    for (const input of through.get(output) ?? []) {
      const key = `${input} ${row} ${col}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push({ port: input, row, col, from });
    }
  };
  const full = grid.shape === 'full';
  reach(
    port,
    full && edge === 'north' ? 'first' : full && edge === 'south' ? 'last' : 'any',
    full && edge === 'west' ? 'first' : full && edge === 'east' ? 'last' : 'any',
    null,
  );
  for (const position of queue) {
    const source = grid.inputs[position.port];
    if (source === undefined) continue;
    const node = gridSourceNode(source);
    if (!('port' in source)) {
      if (!found.has(node)) found.set(node, { ports: chain(position), node });
      continue;
    }
    const { row, col } = neighbour[source.from];
    const [step, line, size] = row === 0 ? [col, position.col, grid.cols] : [row, position.row, grid.rows];
    const border = step < 0 ? 'first' : 'last';
    if ((line === 'any' || line === border || size === 1) && !found.has(node))
      found.set(node, { ports: chain(position), node });
    if (line !== border && size > 1)
      reach(source.port, row === 0 ? position.row : 'any', col === 0 ? position.col : 'any', position);
  }
  return [...found.values()];
}

function chain(position: Position): readonly string[] {
  const ports: string[] = [];
  for (let p: Position | null = position; p !== null; p = p.from) ports.push(p.port);
  return ports.reverse();
}
