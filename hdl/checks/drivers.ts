import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { NodeId, Place, Statement } from '../ir/types.ts';
import { walkBody } from '../ir/body.ts';
import { describeNode } from '../ir/walk.ts';
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

/** An assignment hides those of its target that came since its own body began: in that body, or in what is inside it. */
function findDead(body: readonly Statement[], report: (earlier: Assignment, later: Assignment) => void): void {
  const live = new Map<NodeId, { readonly assignment: Assignment; readonly at: number }[]>();
  const begins: number[] = [];
  let now = 0;
  walkBody(body, {
    leaf: (statement) => {
      if (statement.kind !== 'assign') return;
      const known = live.get(statement.target) ?? [];
      live.set(statement.target, known);
      const kept = 1 + known.findLastIndex(({ at }) => at < (begins.at(-1) ?? 0));
      for (const { assignment } of known.splice(kept)) report(assignment, statement);
      known.push({ assignment: statement, at: now++ });
    },
    enter: () => { begins.push(now); },
    arm: () => { begins[begins.length - 1] = now; },
    leave: () => { begins.pop(); },
  });
}
