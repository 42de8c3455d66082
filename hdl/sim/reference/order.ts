/** One static order in which every slot comes after what it is computed from. */
import { DesignError } from '../../diagnostics/diagnostic.ts';
import { describeNode, nodeAt } from '../../ir/walk.ts';
import { namesOf, pathOf } from '../hierarchy.ts';
import type { Frame } from './frames.ts';
import type { Rule } from './rules.ts';

const unseen = 0;
const open = 1;
const done = 2;

/**
 * Slots in an order to compute them in. Keeps a stack of its own: chains through an array are longer than a call stack.
 * @throws DesignError E0005 for a combinational loop, with every node along it.
 */
export function orderSlots(rules: readonly Rule[], frames: readonly Frame[]): number[] {
  const order: number[] = [];
  const marks = new Uint8Array(rules.length);
  for (let root = 0; root < rules.length; root++) {
    if (marks[root] !== unseen) continue;
    const stack = [{ slot: root, from: sourcesOf(rules[root]), next: 0 }];
    marks[root] = open;
    for (let entry = stack.at(-1); entry !== undefined; entry = stack.at(-1)) {
      const source = entry.from[entry.next++];
      if (source === undefined) {
        marks[entry.slot] = done;
        order.push(entry.slot);
        stack.pop();
      } else if (marks[source] === open) {
        throw loopError(stack.map(({ slot }) => slot).slice(stack.findIndex(({ slot }) => slot === source)), frames);
      } else if (marks[source] === unseen) {
        marks[source] = open;
        stack.push({ slot: source, from: sourcesOf(rules[source]), next: 0 });
      }
    }
  }
  return order;
}

function sourcesOf(rule: Rule | undefined): readonly number[] {
  if (rule === undefined || rule.kind === 'held') return [];
  return rule.kind === 'copy' ? [rule.from] : rule.from;
}

/** `loop` lists slots, each computed from the next and the last from the first. */
function loopError(loop: readonly number[], frames: readonly Frame[]): DesignError {
  // Values flow the other way round. Slots of grids' wiring belong to no frame and lie between nodes that do.
  const steps = loop.toReversed().flatMap((slot) => {
    const frame = frames.findLast(({ base }) => base <= slot);
    if (frame === undefined || slot >= frame.base + frame.scope.view.module.nodes.length) return [];
    const { module } = frame.scope.view;
    const node = nodeAt(module, slot - frame.base);
    return [
      {
        what: `${pathOf(frame.scope)}.${describeNode(module, slot - frame.base)}`,
        place: node.place,
        names: namesOf(frame.scope),
      },
    ];
  });
  const names = steps.map(({ what }) => what);
  return new DesignError([
    {
      code: 'E0005',
      message: [...names, names[0] ?? ''].join(' → '),
      places: steps.map(({ what, place }) => ({ what, place })),
      path: steps[0]?.names ?? [],
      help: 'put a register on the way',
    },
  ]);
}
