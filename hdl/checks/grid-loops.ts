import { components, shortestPath } from '../ir/components.ts';
import { neighbour, type Through } from '../ir/grid-reach.ts';
import type { Edge, Grid } from '../ir/types.ts';
import { hasCell } from '../ir/walk.ts';

/** A cell's input that takes an output of the neighbour `from`, and the inputs that this output depends on there. */
interface Hop {
  readonly port: string;
  readonly from: Edge;
  readonly next: readonly number[];
}

/**
 * A combinational loop from cell to cell: the input ports along it, each depending on the next, with the first one
 * again at the end; or null. Never looks at rows × cols cells.
 *
 * Ports that do not reach each other from cell to cell make no loop, and neither do ports whose values travel only to
 * one side of each axis. Only where they travel both ways is a window of cells looked at. Going to and fro between
 * cycles of k ports stays within a few times k cells, so the window has 6k + 1 on a side, or the whole grid where that
 * is smaller.
 */
export function gridLoop(grid: Grid, through: Through): readonly string[] | null {
  const hops = hopsOf(grid, through);
  for (const tied of components(hops.length, (v) => hops[v]?.next ?? [])) {
    const sides = new Set(tied.map((v) => hops[v]?.from));
    const bothWays = (sides.has('west') && sides.has('east')) || (sides.has('north') && sides.has('south'));
    if (!bothWays) continue;
    const loop = loopInWindow(grid, hops, tied);
    if (loop !== null) return loop;
  }
  return null;
}

function hopsOf(grid: Grid, through: Through): readonly Hop[] {
  const wired = Object.entries(grid.inputs).flatMap(([port, source]) =>
    'port' in source ? [{ port, from: source.from, output: source.port }] : [],
  );
  const indexOf = new Map(wired.map(({ port }, i) => [port, i]));
  return wired.map(({ port, from, output }) => ({
    port,
    from,
    next: [...(through.get(output) ?? [])].flatMap((input) => indexOf.get(input) ?? []),
  }));
}

function loopInWindow(grid: Grid, hops: readonly Hop[], tied: readonly number[]): readonly string[] | null {
  const side = 6 * tied.length + 1;
  // A triangle of twice the side has a whole window in its corner.
  const limit = grid.shape === 'full' ? side : 2 * side;
  const rows = Math.min(grid.rows, limit);
  const cols = Math.min(grid.cols, limit);
  const window = { rows, cols, shape: grid.shape };
  const position = new Map(tied.map((v, i) => [v, i]));
  const cells = rows * cols;
  const successors: number[][] = Array.from({ length: cells * tied.length }, () => []);
  tied.forEach((v, i) => {
    const hop = hops[v];
    if (hop === undefined) return;
    const step = neighbour[hop.from];
    const next = hop.next.flatMap((w) => position.get(w) ?? []);
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        if (!hasCell(window, row, col) || !hasCell(window, row + step.row, col + step.col)) continue;
        const cell = (row + step.row) * cols + col + step.col;
        successors[i * cells + row * cols + col] = next.map((w) => w * cells + cell);
      }
    }
  });
  const of = (vertex: number): readonly number[] => successors[vertex] ?? [];
  const loop = components(successors.length, of).find((component) => component.length > 1);
  const start = loop?.[0];
  if (loop === undefined || start === undefined) return null;
  const members = new Set(loop);
  const path = shortestPath(
    start,
    of,
    (v) => v === start,
    (v) => members.has(v),
  );
  return path === null ? null : path.flatMap((v) => hops[tied[Math.floor(v / cells)] ?? -1]?.port ?? []);
}
