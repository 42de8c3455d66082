/** Instances of a design, found from the top module down; made only when asked for, because a grid has many. */
import type { Grid } from '../ir/types.ts';
import { cellsOf, type Cell } from './grids.ts';
import { present, type Library, type ModuleView } from './library.ts';

/** One way down: to an instance or to a grid's cell. */
export type Step =
  | { readonly kind: 'instance'; readonly name: string }
  | { readonly kind: 'cell'; readonly grid: string; readonly row: number; readonly col: number };

/** What drives a clock of an instance. */
export interface ClockSource {
  /** Index into the top module's clocks. */
  readonly clock: number;
  /** The top module's reset input that resets this domain; null: nothing does. */
  readonly reset: string | null;
}

/** One instance of a module. */
export interface Scope {
  /** The instance around it; null for the top module. */
  readonly parent: Scope | null;
  readonly view: ModuleView;
  /** The way down from the parent; null for the top module. */
  readonly step: Step | null;
  /** `pe[3][2]`; of the top module its own. */
  readonly name: string;
  /** The module's clocks by name. A clock declared without a reset has none here, whatever the parent's has. */
  readonly clocks: ReadonlyMap<string, ClockSource>;
}

/** `top.mesh.pe[3][2]`. */
export function pathOf(scope: Scope): string {
  return namesOf(scope).join('.');
}

/** The scopes around one and itself, the top module's first. */
export function scopesTo(scope: Scope): readonly Scope[] {
  const scopes: Scope[] = [];
  for (let at: Scope | null = scope; at !== null; at = at.parent) scopes.push(at);
  return scopes.reverse();
}

/** Names from the top module's down: `['top', 'mesh', 'pe[3][2]']`. */
export function namesOf(scope: Scope): readonly string[] {
  return scopesTo(scope).map(({ name }) => name);
}

export function topScope(library: Library): Scope {
  const { clocks, name } = library.top.module;
  return {
    parent: null,
    view: library.top,
    step: null,
    name,
    clocks: new Map(clocks.map(({ name, reset }, clock) => [name, { clock, reset }])),
  };
}

/** The instance of that name. */
export function instanceScope(library: Library, scope: Scope, name: string): Scope {
  const instance = present(scope.view.instances.get(name), `instance ${name} of ${scope.view.module.name}`);
  const view = library.view(instance.module);
  return {
    parent: scope,
    view,
    step: { kind: 'instance', name },
    name,
    clocks: clocksOf(scope, view, instance.clocks),
  };
}

/** The given cells of a grid, or all of them. */
export function* gridScopes(
  library: Library,
  scope: Scope,
  grid: Grid,
  cells: Iterable<Cell> = cellsOf(grid),
): Generator<Scope, void, void> {
  const view = library.view(grid.module);
  const clocks = clocksOf(scope, view, grid.clocks);
  for (const { row, col } of cells) {
    yield {
      parent: scope,
      view,
      clocks,
      step: { kind: 'cell', grid: grid.name, row, col },
      name: `${grid.name}[${row}][${col}]`,
    };
  }
}

/** Instances of a scope, then the cells of its grids. */
function* childScopes(library: Library, scope: Scope): Generator<Scope, void, void> {
  for (const name of scope.view.instances.keys()) yield instanceScope(library, scope, name);
  for (const grid of scope.view.grids.values()) yield* gridScopes(library, scope, grid);
}

/** `root` and what is below it, parents first; `depth` levels at most, `root` being the first. */
export function* walkScopes(library: Library, root: Scope, depth = Infinity): Generator<Scope, void, void> {
  const levels = [[root].values()];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) {
      levels.pop();
    } else {
      yield next.value;
      if (levels.length < depth) levels.push([...childScopes(library, next.value)].values());
    }
  }
}

function clocksOf(parent: Scope, view: ModuleView, map: Readonly<Record<string, string>>): Map<string, ClockSource> {
  return new Map(
    view.module.clocks.map(({ name, reset }) => {
      const source = present(parent.clocks.get(map[name] ?? ''), `clock for ${name} of ${view.module.name}`);
      return [name, reset === null ? { clock: source.clock, reset: null } : source];
    }),
  );
}
