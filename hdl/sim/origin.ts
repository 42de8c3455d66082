/** Where a signal's value comes from, through the ports that only pass it on. */
import { neighbourOf } from './grids.ts';
import { gridScopes, instanceScope, type Scope } from './hierarchy.ts';
import type { Library, Source } from './library.ts';
import type { Target } from './paths.ts';

interface Place { readonly scope: Scope; readonly source: Source }

/** The same value, as far back as ports lead. Elements of vectors end the way: they are no signals. */
export function originOf(library: Library, target: Target): Target {
  let place: Place = target;
  for (let before = previous(library, place); before !== null; before = previous(library, place)) place = before;
  return { ...target, scope: place.scope, source: place.source };
}

/** A text that two targets share if and only if they are the same bits of the same thing. */
export function keyOf({ scope, source, low, width }: Pick<Target, 'scope' | 'source' | 'low' | 'width'>): string {
  const what = source.kind === 'node' ? String(source.node) : source.kind === 'reset' ? source.name : `${source.memory}[${source.address}]`;
  return `${scope.names.join('.')} ${source.kind} ${what} ${low} ${width}`;
}

function previous(library: Library, { scope, source }: Place): Place | null {
  if (source.kind !== 'node') return null;
  const node = scope.view.module.nodes[source.node];
  if (node?.kind === 'instanceOutput') return outputOf(instanceScope(library, scope, node.instance), node.port);
  if (node?.kind !== 'input' || scope.parent === null) return null;
  const { parent } = scope;
  const step = scope.steps.at(-1);
  if (step === undefined) return null;
  if (step.kind === 'instance') {
    const driver = parent.view.instances.get(step.name)?.inputs[node.port];
    return driver === undefined ? null : { scope: parent, source: { kind: 'node', node: driver } };
  }
  const grid = parent.view.grids.get(step.grid);
  const from = grid?.inputs[node.port];
  if (grid === undefined || from === undefined) return null;
  switch (from.from) {
    case 'all': return { scope: parent, source: { kind: 'node', node: from.node } };
    case 'row': case 'column': case 'cell': return null;
    case 'west': case 'north': case 'east': case 'south': {
      const cell = neighbourOf(grid, from.from, step.row, step.col);
      const next = cell === null ? undefined : gridScopes(library, parent, grid, [cell]).next().value;
      return next === undefined ? null : outputOf(next, from.port);
    }
  }
}

function outputOf(scope: Scope, port: string): Place | null {
  const node = scope.view.module.outputs[port];
  return node === undefined ? null : { scope, source: { kind: 'node', node } };
}
