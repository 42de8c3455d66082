import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { components } from '../ir/components.ts';
import { gridDependences, neighbour, type Through } from '../ir/grid-reach.ts';
import type { Edge, Grid, GridSource } from '../ir/types.ts';
import { hasCell } from '../ir/walk.ts';
import { gridLoop } from './grid-loops.ts';
import { runsOf } from '../testing-runs.ts';

const sides = ['west', 'north', 'east', 'south'] as const satisfies readonly Edge[];
const ports = ['a', 'b', 'c'] as const;

/** Cells with inputs and outputs a, b, c; input i of node i, or of a neighbour's output. */
function arbitraryGrid(largest: number): fc.Arbitrary<{ readonly grid: Grid; readonly through: Through }> {
  const source = (i: number): fc.Arbitrary<GridSource> =>
    fc.oneof(
      { weight: 1, arbitrary: fc.constant<GridSource>({ from: 'all', node: i }) },
      {
        weight: 6,
        arbitrary: fc.record({
          from: fc.constantFrom(...sides),
          port: fc.constantFrom(...ports),
          edge: fc.constant(i),
        }),
      },
    );
  return fc
    .record({
      shape: fc.constantFrom('full', 'full', 'lower', 'upper'),
      rows: fc.integer({ min: 1, max: largest }),
      cols: fc.integer({ min: 1, max: largest }),
      sources: fc.tuple(source(0), source(1), source(2)),
      through: fc.array(fc.uniqueArray(fc.constantFrom(...ports)), { minLength: 3, maxLength: 3 }),
    })
    .map(({ shape, rows, cols, sources, through }) => ({
      grid: {
        name: 'g',
        module: 'cell',
        rows,
        cols: shape === 'full' ? cols : rows,
        shape,
        clocks: {},
        place: null,
        inputs: Object.fromEntries(ports.map((port, i) => [port, sources[i] ?? sources[0]])),
      },
      through: new Map(ports.map((port, i) => [port, new Set(through[i])])),
    }));
}

interface Expanded {
  readonly successors: readonly (readonly number[])[];
  readonly around: readonly (readonly number[])[];
  readonly vertex: (port: string, row: number, col: number) => number;
}

/** Every output of every cell, on which outputs of other cells and which nodes around the grid it depends. */
function expand(grid: Grid, through: Through): Expanded {
  const vertex = (port: string, row: number, col: number): number =>
    (row * grid.cols + col) * ports.length + ports.findIndex((each) => each === port);
  const successors: number[][] = [];
  const around: number[][] = [];
  for (let row = 0; row < grid.rows; row++) {
    for (let col = 0; col < grid.cols; col++) {
      for (const port of ports) {
        const here = vertex(port, row, col);
        successors[here] = [];
        around[here] = [];
        for (const input of hasCell(grid, row, col) ? (through.get(port) ?? []) : []) {
          const source = grid.inputs[input];
          if (source === undefined) continue;
          if (!('port' in source)) {
            around[here].push(source.node);
            continue;
          }
          const step = neighbour[source.from];
          if (hasCell(grid, row + step.row, col + step.col))
            successors[here].push(vertex(source.port, row + step.row, col + step.col));
          else around[here].push(source.edge);
        }
      }
    }
  }
  return { successors, around, vertex };
}

describe('grids are judged without looking at every cell', () => {
  test('as if every cell were looked at: loops', () => {
    fc.assert(
      fc.property(arbitraryGrid(24), ({ grid, through }) => {
        const { successors } = expand(grid, through);
        const loops = components(successors.length, (v) => successors[v] ?? []).some(
          (component) => component.length > 1,
        );
        expect(gridLoop(grid, through) !== null).toBe(loops);
      }),
      { numRuns: runsOf({ few: 400, all: 3000 }) },
    );
  });

  test('as if every cell were looked at: no dependence of an edge is missed', () => {
    fc.assert(
      fc.property(
        arbitraryGrid(5),
        fc.constantFrom(...sides, 'cells' as const),
        fc.constantFrom(...ports),
        ({ grid, through }, edge, port) => {
          const { successors, around, vertex } = expand(grid, through);
          const found = new Set<number>();
          const seen = new Set<number>();
          const visit = (v: number): void => {
            if (seen.has(v)) return;
            seen.add(v);
            around[v]?.forEach((node) => found.add(node));
            successors[v]?.forEach(visit);
          };
          for (let row = 0; row < grid.rows; row++) {
            for (let col = 0; col < grid.cols; col++) {
              if (!hasCell(grid, row, col)) continue;
              const step = edge === 'cells' ? null : neighbour[edge];
              // The last cell of its row or column: no cell further on in that direction.
              const last =
                step === null ||
                !Array.from({ length: 5 }, (_, i) =>
                  hasCell(grid, row + step.row * (i + 1), col + step.col * (i + 1)),
                ).includes(true);
              if (last) visit(vertex(port, row, col));
            }
          }
          const dependences = gridDependences(grid, through, port, edge).map((d) => d.node);
          expect(dependences).toEqual(expect.arrayContaining([...found]));
        },
      ),
      { numRuns: runsOf({ few: 400, all: 3000 }) },
    );
  });

  test('exactly, along the edge where the output is taken', () => {
    const grid: Grid = {
      name: 'g',
      module: 'cell',
      rows: 8,
      cols: 8,
      shape: 'full',
      clocks: {},
      place: null,
      inputs: {
        a: { from: 'west', port: 'a', edge: 0 },
        b: { from: 'east', port: 'b', edge: 1 },
        c: { from: 'west', port: 'b', edge: 2 },
      },
    };
    const through = new Map(ports.map((port) => [port, new Set([port])]));
    expect(gridDependences(grid, through, 'c', 'west')).toEqual([{ ports: ['c'], node: 2 }]);
    expect(gridDependences(grid, through, 'c', 'east')).toEqual([{ ports: ['c', 'b'], node: 1 }]);
  });
});
