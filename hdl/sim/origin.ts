/** Where bits come from, through what only passes them on: ports, edges of grids, vectors put together. */
import type { Grid, GridSource, NodeId } from '../ir/types.ts';
import { nodeAt, typeWidth } from '../ir/walk.ts';
import { edgeCell, edgeIndex, neighbourOf, type Cell } from './grids.ts';
import { gridScopes, instanceScope, pathOf, type Scope } from './hierarchy.ts';
import { present, type Library, type Source } from './library.ts';

/** Bits [low, low + width) of what `source` holds in `scope`: whole scalars. */
export interface Bits {
  readonly scope: Scope;
  readonly source: Source;
  readonly low: number;
  readonly width: number;
}

/** The same bits, as far back as they are only passed on. */
export function originOf(library: Library, bits: Bits): Bits {
  let place = bits;
  for (let before = previous(library, place); before !== null; before = previous(library, place)) place = before;
  return place;
}

/** Numbers by bits: those of equal scope, source and place in it are the same bits. */
export class BitsMap {
  readonly #scopes = new Map<string, Map<string, number>>();
  #last: { readonly scope: Scope; readonly known: Map<string, number> } | null = null;

  /** The number of these bits; `fallback`, which then becomes it, for new ones. */
  getOr({ scope, source, low, width }: Bits, fallback: number): number {
    // Most of what is asked for in a row is of one scope.
    if (this.#last?.scope !== scope) this.#last = { scope, known: this.#knownIn(scope) };
    const { known } = this.#last;
    const what =
      source.kind === 'node'
        ? source.node
        : source.kind === 'reset'
          ? source.name
          : `${source.memory}[${source.address}]`;
    const key = `${what} ${low} ${width}`;
    const number = known.get(key);
    if (number === undefined) known.set(key, fallback);
    return number ?? fallback;
  }

  #knownIn(scope: Scope): Map<string, number> {
    const path = pathOf(scope);
    let known = this.#scopes.get(path);
    if (known === undefined) this.#scopes.set(path, (known = new Map()));
    return known;
  }
}

function previous(library: Library, bits: Bits): Bits | null {
  const { scope, source, low } = bits;
  if (source.kind !== 'node') return null;
  const { module, grids } = scope.view;
  const node = nodeAt(module, source.node);
  switch (node.kind) {
    case 'instanceOutput':
      return outputOf(instanceScope(library, scope, node.instance), node.port, bits);
    case 'gridOutput': {
      const grid = present(grids.get(node.grid), `grid ${node.grid}`);
      const width = typeWidth(present(library.view(grid.module).signals.get(node.port), `port ${node.port}`).type);
      const index = elementWith(bits, width);
      if (index === null) return null;
      const cell =
        node.edge === 'cells'
          ? { row: Math.floor(index / grid.cols), col: index % grid.cols }
          : edgeCell(grid, node.edge, index);
      return cell === null
        ? null
        : outputOf(cellScope(library, scope, grid, cell), node.port, { ...bits, low: low % width });
    }
    case 'op': {
      if (node.op !== 'vec' || node.type.kind !== 'vec') return null;
      const width = typeWidth(node.type.element);
      const index = elementWith(bits, width);
      return index === null ? null : at(scope, present(node.args[index], 'an element'), { ...bits, low: low % width });
    }
    case 'input':
      return driverOf(library, bits, node.port, typeWidth(node.type));
    default:
      return null;
  }
}

/** Which element of `size` bits has them all; null when they are of several. */
function elementWith({ low, width }: Bits, size: number): number | null {
  return (low % size) + width > size ? null : Math.floor(low / size);
}

/** What drives an input port of `width` bits. */
function driverOf(library: Library, bits: Bits, port: string, width: number): Bits | null {
  const {
    scope: { parent, step },
    low,
  } = bits;
  if (parent === null || step === null) return null;
  if (step.kind === 'instance') {
    const driver = parent.view.instances.get(step.name)?.inputs[port];
    return driver === undefined ? null : at(parent, driver, bits);
  }
  const grid = present(parent.view.grids.get(step.grid), `grid ${step.grid}`);
  const from = grid.inputs[port];
  if (from === undefined) return null;
  const neighbour = 'edge' in from ? neighbourOf(grid, from.from, step.row, step.col) : null;
  if ('edge' in from && neighbour !== null)
    return outputOf(cellScope(library, parent, grid, neighbour), from.port, bits);
  return at(parent, 'edge' in from ? from.edge : from.node, {
    ...bits,
    low: low + width * elementOf(from, grid, step),
  });
}

/** Which of the elements that come in order is a cell's; 0 of one value for all. */
function elementOf(source: GridSource, grid: Grid, { row, col }: Cell): number {
  switch (source.from) {
    case 'all':
      return 0;
    case 'row':
      return row;
    case 'column':
      return col;
    case 'cell':
      return row * grid.cols + col;
    default:
      return edgeIndex(source.from, row, col);
  }
}

function at(scope: Scope, node: NodeId, { low, width }: Bits): Bits {
  return { scope, source: { kind: 'node', node }, low, width };
}

function cellScope(library: Library, parent: Scope, grid: Grid, cell: Cell): Scope {
  return present(gridScopes(library, parent, grid, [cell]).next().value ?? undefined, `cell of ${grid.name}`);
}

function outputOf(scope: Scope, port: string, bits: Bits): Bits | null {
  const node = scope.view.module.outputs[port];
  return node === undefined ? null : at(scope, node, bits);
}
