import { DesignError } from '../../../diagnostics/diagnostic.ts';
import { describeNode } from '../../../ir/walk.ts';
import type { Flat, FlatId } from '../flat/types.ts';
import { inOrder, Loop, nodeOf } from './dependencies.ts';
import type { GridGroups } from './groups.ts';
import type { Keepable } from './pass.ts';

/** Looks at every combinational value. @throws DesignError E0005 for a loop, with every node along it. */
export function refuseLoops(flat: Flat, groups: GridGroups): void {
  try {
    inOrder(
      flat.nodes.filter(({ frame, local, id }) => frame.ids[local] === id).map(({ id }) => id),
      groups.needs,
    );
  } catch (error) {
    throw error instanceof Loop ? loopError(flat, groups, error) : error;
  }
}

function loopError(flat: Flat, groups: GridGroups, { items }: Loop): DesignError {
  const through = (item: Keepable): readonly FlatId[] =>
    typeof item === 'string' ? groups.withKey(item).ports : [item];
  const steps = items.flatMap(through).map((id) => {
    const { frame, local, node } = nodeOf(flat, id);
    return {
      what: `${frame.path}.${describeNode(frame.view.module, local)}`,
      place: node.place,
      path: frame.path.split('.'),
    };
  });
  const names = steps.map(({ what }) => what);
  return new DesignError([
    {
      code: 'E0005',
      message: [...names, names[0] ?? ''].join(' → '),
      places: steps.map(({ what, place }) => ({ what, place })),
      path: steps[0]?.path ?? [],
      help: 'put a register on the way',
    },
  ]);
}
