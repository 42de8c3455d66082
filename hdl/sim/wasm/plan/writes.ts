import { eachStatement } from '../../../ir/body.ts';
import type { ModuleView } from '../../library.ts';

const known = new WeakMap<ModuleView, ReadonlyMap<string, number>>();

/** How many statements of a module write a memory; the body is gone through once for all of its memories. */
export function writesOf(view: ModuleView, memory: string): number {
  let counts = known.get(view);
  if (counts === undefined) known.set(view, (counts = countWrites(view)));
  return counts.get(memory) ?? 0;
}

function countWrites({ module: { body } }: ModuleView): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  eachStatement(body, (statement) => {
    if (statement.kind === 'write') counts.set(statement.memory, (counts.get(statement.memory) ?? 0) + 1);
  });
  return counts;
}
