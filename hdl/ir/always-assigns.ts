import { foldBody } from './body.ts';
import type { NodeId, Statement } from './types.ts';

type Switch = Extract<Statement, { readonly kind: 'switch' }>;

/**
 * The `wanted` targets that every way through a body assigns. `isComplete` says of which switches the fallback is never
 * taken. One pass, in which small sets are merged into large ones: there may be as many targets as branches.
 */
export function alwaysAssigned(
  body: readonly Statement[],
  wanted: (target: NodeId) => boolean,
  isComplete: (statement: Switch) => boolean,
): ReadonlySet<NodeId> {
  return foldBody<Set<NodeId>, Set<NodeId>>(
    body,
    (statement, inner) => {
      switch (statement.kind) {
        case 'assign':
          return new Set(wanted(statement.target) ? [statement.target] : []);
        case 'when':
          return inAll(inner);
        case 'switch':
          return inAll(isComplete(statement) ? inner.slice(0, -1) : inner);
        case 'write':
        case 'check':
          return new Set();
      }
    },
    merged,
  );
}

function inAll(sets: readonly Set<NodeId>[]): Set<NodeId> {
  const [smallest, ...others] = sets.toSorted((a, b) => a.size - b.size);
  return new Set([...(smallest ?? [])].filter((id) => others.every((set) => set.has(id))));
}

function merged(sets: readonly Set<NodeId>[]): Set<NodeId> {
  let all = new Set<NodeId>();
  for (const set of sets) {
    const [small, large] = set.size > all.size ? [all, set] : [set, all];
    for (const id of small) large.add(id);
    all = large;
  }
  return all;
}
