/** Where a design's signals are in its Verilog: for probes of a testbench and for comparing waves. */
import type { Design, Grid, Module } from '../ir/types.ts';
import { hasCell, modulesByName } from '../ir/walk.ts';
import type { GridNames } from './grids.ts';
import type { ModuleNames, Verilog } from './index.ts';

export interface SignalPath {
  /** As the simulator says it: `top.mesh[0][1].sum`. */
  readonly path: string;
  /** Below the top instance, as Verilog says it: `mesh[0].cols[1].u.sum`. */
  readonly verilog: string;
}

/** Every port and named signal that the Verilog has under a name of its own. */
export function* signalPaths(design: Design, verilog: Verilog): Generator<SignalPath, void, void> {
  const modules = modulesByName(design);
  const visit = function* (module: Module, path: string, prefix: string): Generator<SignalPath, void, void> {
    const names = verilog.modules.get(module.name);
    if (names === undefined) return;
    yield* own(module, names, path, prefix);
    for (const { name, module: child } of module.instances) {
      const inside = modules.get(child);
      if (inside !== undefined)
        yield* visit(inside, `${path}.${name}`, `${prefix}${names.instances.get(name) ?? name}.`);
    }
    for (const grid of module.grids) {
      const inside = modules.get(grid.module);
      if (inside === undefined) continue;
      for (const [row, col] of cells(grid))
        yield* visit(
          inside,
          `${path}.${grid.name}[${row}][${col}]`,
          `${prefix}${cellName(grid, names.grids.get(grid.name), row, col)}.`,
        );
    }
  };
  const top = modules.get(design.top);
  if (top !== undefined) yield* visit(top, top.name, '');
}

function* own(module: Module, names: ModuleNames, path: string, prefix: string): Generator<SignalPath, void, void> {
  const seen = new Set<string>();
  for (const { name } of module.ports) {
    seen.add(name);
    yield { path: `${path}.${name}`, verilog: `${prefix}${names.ports.get(name) ?? name}` };
  }
  for (const [id, signal] of names.signals) {
    const name = module.nodes[id]?.name ?? null;
    if (name === null || seen.has(name)) continue;
    yield { path: `${path}.${name}`, verilog: `${prefix}${signal}` };
  }
}

function* cells(grid: Grid): Generator<readonly [number, number], void, void> {
  for (let row = 0; row < grid.rows; row++)
    for (let col = 0; col < grid.cols; col++) if (hasCell(grid, row, col)) yield [row, col];
}

function cellName(grid: Grid, names: GridNames | undefined, row: number, col: number): string {
  if (names === undefined) throw new RangeError(`no grid ${grid.name}`);
  const { block, columns, cell } = names;
  if (grid.rows === 1) return grid.cols === 1 ? `${block}.${cell}` : `${block}[${col}].${cell}`;
  return grid.cols === 1 ? `${block}[${row}].${cell}` : `${block}[${row}].${columns}[${col}].${cell}`;
}
