import { formatPlace, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Module, NodeId, Place } from '../ir/types.ts';
import { eachHidden, eachStatement } from '../ir/body.ts';
import { describeNode, nodeAt } from '../ir/walk.ts';
import { perModule } from './context.ts';

interface Assignment {
  readonly target: NodeId;
  readonly value: NodeId;
  readonly place: Place | null;
}

/**
 * E0007: an assignment that can never be seen, because a later one of the same target comes under no condition that the
 * earlier one is not under too. An earlier value that a complete `when … otherwise` replaces is a default, and no
 * mistake.
 */
export const twoDrivers = perModule((module, context): readonly Diagnostic[] => {
  const dead: { readonly earlier: Assignment; readonly later: Assignment }[] = [];
  eachHidden(module.body, (earlier, later) => dead.push({ earlier, later }));
  return dead.map(({ earlier, later }) => {
    const name = describeNode(module, later.target);
    return {
      code: 'E0007',
      message: `${name} is assigned, and then always assigned again`,
      path: context.pathOf(module),
      places: [
        { what: 'this assignment wins', place: later.place },
        { what: 'this one is never seen', place: earlier.place },
      ],
      help: remedy(module, earlier, later),
    };
  });
});

/** What to do depends on whether both give the whole value, or one of them means a part of it. */
function remedy(module: Module, earlier: Assignment, later: Assignment): string {
  const name = describeNode(module, later.target);
  if (isUpdate(module, earlier) && isUpdate(module, later)) {
    return `assign once, and replace one element after the other: ${name}.next = ${name}.with(…).with(…)`;
  }
  if (keepsParts(module, earlier) && keepsParts(module, later)) {
    return `assign once, with all new parts in one value: ${name}.next = cat(…)`;
  }
  const [whole, single] = [severalAt(module, earlier.place), severalAt(module, later.place)];
  if (whole !== single) {
    return (
      'remove one of them; where one gives a whole bundle and the other a field of it, give the field its value there: ' +
      'name.next = { ...value, field: … }'
    );
  }
  return 'remove one of them, or put the later one into a when(…)';
}

/** Whether the value is the target with one element replaced. */
function isUpdate(module: Module, { target, value }: Assignment): boolean {
  const node = nodeAt(module, value);
  return node.kind === 'op' && node.op === 'update' && node.args[0] === target;
}

/** Whether the value is put together of new bits and some of the target's own. */
function keepsParts(module: Module, { target, value }: Assignment): boolean {
  const node = nodeAt(module, value);
  if (node.kind !== 'op' || (node.op !== 'cat' && node.op !== 'cast')) return false;
  return node.args.some((arg) => {
    const part = nodeAt(module, arg);
    if (part.kind !== 'op') return false;
    return part.op === 'slice' ? part.args[0] === target : keepsParts(module, { target, value: arg, place: null });
  });
}

/** Whether one assignment there has several targets, as that of a bundle has. */
function severalAt(module: Module, place: Place | null): boolean {
  const targets = new Set<NodeId>();
  eachStatement(module.body, (statement) => {
    if (statement.kind === 'assign' && formatPlace(statement.place) === formatPlace(place))
      targets.add(statement.target);
  });
  return targets.size > 1;
}
