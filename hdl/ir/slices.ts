import { foldBody, withBodies, type Leaf } from './body.ts';
import type { NodeId, Statement } from './types.ts';

type Slices<Key> = ReadonlyMap<Key, readonly Statement[]>;

/**
 * A body taken apart: for each node that it assigns and that is `wanted`, the statements that assign it inside the
 * branches that guard them.
 */
export function slicesOf(body: readonly Statement[], wanted: (target: NodeId) => boolean = () => true): Slices<NodeId> {
  return slicesBy(body, (leaf) => (leaf.kind === 'assign' && wanted(leaf.target) ? leaf.target : null));
}

/**
 * The same for what `keyOf` says of each innermost statement; null: no part of any slice. One pass, because there may
 * be as many keys as statements.
 */
export function slicesBy<Key extends number | string>(
  body: readonly Statement[],
  keyOf: (leaf: Leaf) => Key | null,
): Slices<Key> {
  const nothing: Slices<Key> = new Map();
  return foldBody<Slices<Key>, Slices<Key>>(
    body,
    (statement, inner) => {
      if (statement.kind !== 'when' && statement.kind !== 'switch') {
        const key = keyOf(statement);
        return key === null ? nothing : new Map([[key, [statement]]]);
      }
      const keys = new Set(inner.flatMap((slices) => [...slices.keys()]));
      // A case that leaves a target alone stays in its slice, because it keeps its values from the fallback.
      return new Map(
        [...keys].map((key) => [
          key,
          [
            withBodies(
              statement,
              inner.map((slices) => slices.get(key) ?? []),
            ),
          ],
        ]),
      );
    },
    joined,
  );
}

function joined<Key>(made: readonly Slices<Key>[]): Slices<Key> {
  const [only] = made;
  if (only !== undefined && made.length === 1) return only;
  const all = new Map<Key, Statement[]>();
  for (const slices of made) {
    for (const [key, statements] of slices) {
      const known = all.get(key);
      if (known === undefined) all.set(key, [...statements]);
      else known.push(...statements);
    }
  }
  return all;
}
