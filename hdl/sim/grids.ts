/** Geometry of a grid: who neighbours whom, which cells an edge sees. */
import type { Edge, Grid } from '../ir/types.ts';
import { hasCell } from '../ir/walk.ts';

export interface Cell {
  readonly row: number;
  readonly col: number;
}

/** Every cell, row by row from the north, each from the west. */
export function* cellsOf(grid: Grid): Generator<Cell, void, void> {
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) if (hasCell(grid, row, col)) yield { row, col };
  }
}

/** The next cell on that side of (row, col); null where the grid has none. */
export function neighbourOf(grid: Grid, side: Edge, row: number, col: number): Cell | null {
  const cell = {
    west: { row, col: col - 1 },
    east: { row, col: col + 1 },
    north: { row: row - 1, col },
    south: { row: row + 1, col },
  }[side];
  return hasCell(grid, cell.row, cell.col) ? cell : null;
}

/**
 * The element of an edge's vector that belongs to cell (row, col): its row for `west` and `east`, its column for
 * `north` and `south`.
 */
export function edgeIndex(edge: Edge, row: number, col: number): number {
  return edge === 'west' || edge === 'east' ? row : col;
}

/**
 * The cell that element `index` of an edge's output vector shows: the first or last of its row or column; null where
 * the grid has none.
 */
export function edgeCell(grid: Grid, edge: Edge, index: number): Cell | null {
  const [across, along] = edge === 'west' || edge === 'east' ? [grid.rows, grid.cols] : [grid.cols, grid.rows];
  for (let i = 0; index < across && i < along; i++) {
    const place = edge === 'west' || edge === 'north' ? i : along - 1 - i;
    const [row, col] = edge === 'west' || edge === 'east' ? [index, place] : [place, index];
    if (hasCell(grid, row, col)) return { row, col };
  }
  return null;
}

/** The cells that an edge's output vector shows, element 0 first. */
export function edgeCells(grid: Grid, edge: Edge): Cell[] {
  const cells: Cell[] = [];
  for (let cell = edgeCell(grid, edge, 0); cell !== null; cell = edgeCell(grid, edge, cells.length)) cells.push(cell);
  return cells;
}
