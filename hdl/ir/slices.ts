import { foldBody, withBodies } from './body.ts';
import type { NodeId, Statement } from './types.ts';

type Slices = ReadonlyMap<NodeId, readonly Statement[]>;

const nothing: Slices = new Map();

/**
 * A body taken apart: for each node that it assigns and that is `wanted`, the statements that assign it inside the branches that guard
 * them. One pass, because a module may have as many targets as statements.
 */
export function slicesOf(body: readonly Statement[], wanted: (target: NodeId) => boolean = () => true): Slices {
  return foldBody<Slices, Slices>(body, (statement, inner) => {
    if (statement.kind === 'assign') return wanted(statement.target) ? new Map([[statement.target, [statement]]]) : nothing;
    if (statement.kind !== 'when' && statement.kind !== 'switch') return nothing;
    const targets = new Set(inner.flatMap((slices) => [...slices.keys()]));
    // A case that leaves a target alone stays in its slice, because it keeps its values from the fallback.
    return new Map([...targets].map((target) => [target, [withBodies(statement, inner.map((slices) => slices.get(target) ?? []))]]));
  }, joined);
}

function joined(made: readonly Slices[]): Slices {
  const [only] = made;
  if (only !== undefined && made.length === 1) return only;
  const all = new Map<NodeId, Statement[]>();
  for (const slices of made) {
    for (const [target, statements] of slices) {
      const known = all.get(target);
      if (known === undefined) all.set(target, [...statements]);
      else known.push(...statements);
    }
  }
  return all;
}
