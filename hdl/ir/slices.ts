import type { NodeId, Statement } from './types.ts';

/**
 * A body taken apart: for each node that it assigns, the statements that assign it inside the branches that guard them. One pass, because
 * a module may have as many targets as statements.
 */
export function slicesOf(body: readonly Statement[]): ReadonlyMap<NodeId, readonly Statement[]> {
  const slices = new Map<NodeId, Statement[]>();
  const add = (target: NodeId, statement: Statement): void => {
    const slice = slices.get(target);
    if (slice === undefined) slices.set(target, [statement]);
    else slice.push(statement);
  };
  for (const statement of body) {
    if (statement.kind === 'assign') {
      add(statement.target, statement);
    } else if (statement.kind === 'when') {
      const then = slicesOf(statement.then);
      const otherwise = slicesOf(statement.otherwise);
      for (const target of new Set([...then.keys(), ...otherwise.keys()])) {
        add(target, { ...statement, then: then.get(target) ?? [], otherwise: otherwise.get(target) ?? [] });
      }
    } else if (statement.kind === 'switch') {
      const cases = statement.cases.map(({ values, body: inside }) => ({ values, slices: slicesOf(inside) }));
      const fallback = slicesOf(statement.fallback);
      for (const target of new Set([...cases.flatMap((one) => [...one.slices.keys()]), ...fallback.keys()])) {
        // A case that leaves the target alone stays, because it keeps its values from the fallback.
        const kept = cases.map((one) => ({ values: one.values, body: one.slices.get(target) ?? [] }));
        add(target, { ...statement, cases: kept, fallback: fallback.get(target) ?? [] });
      }
    }
  }
  return slices;
}
