import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { NodeId, Place, Statement } from '../ir/types.ts';
import { describeNode, eachStatement } from '../ir/walk.ts';
import { perModule } from './context.ts';

interface Assignment { readonly target: NodeId; readonly place: Place | null }

/**
 * E0007: an assignment that can never be seen, because a later one of the same target comes under no condition that the earlier one is not
 * under too. An earlier value that a complete `when … otherwise` replaces is a default, and no mistake.
 */
export const twoDrivers = perModule((module, context): readonly Diagnostic[] => {
  const dead: { readonly earlier: Assignment; readonly later: Assignment }[] = [];
  findDead(module.body, (earlier, later) => dead.push({ earlier, later }));
  return dead.map(({ earlier, later }) => {
    const name = describeNode(module, later.target);
    return {
      code: 'E0007', message: `${name} is assigned, and then always assigned again`, path: context.pathOf(module),
      places: [{ what: 'this assignment wins', place: later.place }, { what: 'this one is never seen', place: earlier.place }],
      help: `remove one of them, or put the later one into a when(…)`,
    };
  });
});

function findDead(body: readonly Statement[], report: (earlier: Assignment, later: Assignment) => void): void {
  const live = new Map<NodeId, Assignment[]>();
  for (const statement of body) {
    if (statement.kind === 'assign') {
      for (const earlier of live.get(statement.target) ?? []) report(earlier, statement);
      live.set(statement.target, [statement]);
      continue;
    }
    if (statement.kind === 'when') {
      findDead(statement.then, report);
      findDead(statement.otherwise, report);
    } else if (statement.kind === 'switch') {
      for (const { body: inner } of statement.cases) findDead(inner, report);
      findDead(statement.fallback, report);
    }
    eachStatement([statement], (inner) => {
      if (inner.kind !== 'assign') return;
      const known = live.get(inner.target);
      if (known === undefined) live.set(inner.target, [inner]);
      else known.push(inner);
    });
  }
}
