/** The hierarchy flattened: one frame per instance, each with a run of slots, one per node. */
import type { Grid } from '../../ir/types.ts';
import { gridScopes, instanceScope, scopesTo, topScope, type Scope } from '../hierarchy.ts';
import { present, type Library } from '../library.ts';

/** One instance of a module. Node n of it has slot `base + n`. */
export interface Frame {
  readonly scope: Scope;
  readonly base: number;
  /**
   * The instance or grid in the parent that this frame is one of, and the cell's place there; null for the top module.
   */
  readonly origin: Origin | null;
  readonly instances: Map<string, Frame>;
  /** Cells by row, then column; holes where the shape has none. */
  readonly grids: Map<string, Frame[][]>;
}

export interface Origin {
  readonly parent: Frame;
  readonly name: string;
  readonly cell: { readonly grid: Grid; readonly row: number; readonly col: number } | null;
}

export interface Frames {
  readonly all: readonly Frame[];
  readonly top: Frame;
  /** Slots that the nodes of all frames take. */
  readonly slots: number;
}

/** Flattens what the top module reaches, parents before children. */
export function flatten(library: Library): Frames {
  let slots = 0;
  const frameOf = (scope: Scope, origin: Origin | null): Frame => {
    const base = slots;
    slots += scope.view.module.nodes.length;
    return { scope, base, origin, instances: new Map(), grids: new Map() };
  };
  const top = frameOf(topScope(library), null);
  const all = [top];
  for (const parent of all) {
    for (const name of parent.scope.view.instances.keys()) {
      const frame = frameOf(instanceScope(library, parent.scope, name), { parent, name, cell: null });
      parent.instances.set(name, frame);
      all.push(frame);
    }
    for (const grid of parent.scope.view.grids.values()) {
      const rows: Frame[][] = Array.from({ length: grid.rows }, () => []);
      parent.grids.set(grid.name, rows);
      for (const scope of gridScopes(library, parent.scope, grid)) {
        const { step } = scope;
        if (step?.kind !== 'cell') continue;
        const { row, col } = step;
        const frame = frameOf(scope, { parent, name: grid.name, cell: { grid, row, col } });
        present(rows[row], `row ${row} of ${grid.name}`)[col] = frame;
        all.push(frame);
      }
    }
  }
  return { all, top, slots };
}

/** The frame of a cell that the grid's shape has. */
export function cellFrame(parent: Frame, grid: Grid, row: number, col: number): Frame {
  return present(parent.grids.get(grid.name)?.[row]?.[col], `cell [${row}][${col}] of ${grid.name}`);
}

/** The frame of a scope of the same design. */
export function frameAt(top: Frame, scope: Scope): Frame {
  return scopesTo(scope).reduce<Frame>((frame, { step }) => {
    if (step === null) return frame;
    const child =
      step.kind === 'instance' ? frame.instances.get(step.name) : frame.grids.get(step.grid)?.[step.row]?.[step.col];
    return present(child, `instance ${step.kind === 'instance' ? step.name : step.grid}`);
  }, top);
}
