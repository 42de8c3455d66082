import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Module, NodeId, Place, Statement, SwitchCase, Type } from '../ir/types.ts';
import { alwaysAssigned } from '../ir/always-assigns.ts';
import { foldBody } from '../ir/body.ts';
import { slicesOf } from '../ir/slices.ts';
import { describeNode, nodeAt, typeWidth } from '../ir/walk.ts';
import { perModule } from './context.ts';

/** Why a path leaves a wire unassigned: what holds on it, the statement that says so, and what holds further in. */
interface Gap {
  readonly why: string;
  readonly place: Place | null;
  readonly inside: readonly Gap[];
}

/**
 * E0008: a wire without a default that some path through the body does not assign. A `when` covers where both arms do;
 * a `switch` where all its cases and its fallback do, or all its cases and these name every label of the enumeration or
 * every value of the number. Conditions are not compared with each other: `when(a)` and `when(a.not())` do not add up,
 * `when(a) … otherwise` does.
 */
export const latches = perModule((module, context): readonly Diagnostic[] => {
  const hasToBeAssigned = (id: NodeId): boolean => {
    const node = nodeAt(module, id);
    return node.kind === 'wire' && node.fallback === null;
  };
  // Nearly always all of them, and their slices together are far larger than the body.
  const assigned = alwaysAssigned(
    module.body,
    hasToBeAssigned,
    ({ subject, cases }) => missingOf(nodeAt(module, subject).type, cases) === null,
  );
  return [...slicesOf(module.body, (id) => hasToBeAssigned(id) && !assigned.has(id))]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([id, slice]): readonly Diagnostic[] => {
      const node = nodeAt(module, id);
      const gaps = gapsIn(module, slice);
      if (gaps === null) return [];
      const name = describeNode(module, id);
      return [
        {
          code: 'E0008',
          message: `wire ${name} has no value where ${gaps.map((gap) => gap.why).join(' and ')}`,
          path: context.pathOf(module),
          places: [
            { what: `wire ${name}`, place: node.place },
            ...gaps.map((gap) => ({ what: `where ${gap.why}`, place: gap.place })),
          ],
          help: `assign it on every path, with .otherwise(…), or give it a default: wire('${name}', type, { default: … })`,
        },
      ];
    });
});

/**
 * What holds on a path that does not assign the target of `slice`, or null where every path does. Empty: nothing
 * assigns it at all.
 */
function gapsIn(module: Module, slice: readonly Statement[]): readonly Gap[] | null {
  const gaps = foldBody<readonly Gap[] | null, readonly Gap[] | null>(
    slice,
    (statement, inner) => gapsOf(module, statement, inner),
    (made) => (made.includes(null) ? null : made.flatMap((each) => each ?? [])),
  );
  if (gaps === null) return null;
  const found: Gap[] = [];
  const rest = gaps.toReversed();
  for (let gap = rest.pop(); gap !== undefined; gap = rest.pop()) {
    found.push(gap);
    rest.push(...gap.inside.toReversed());
  }
  return found;
}

function gapsOf(
  module: Module,
  statement: Statement,
  inner: readonly (readonly Gap[] | null)[],
): readonly Gap[] | null {
  switch (statement.kind) {
    case 'assign':
      return null;
    case 'when': {
      const condition = describeNode(module, statement.condition);
      const [then, otherwise] = inner;
      if (otherwise != null) return [{ why: `${condition} is 0`, place: statement.place, inside: otherwise }];
      return then == null ? null : [{ why: `${condition} is 1`, place: statement.place, inside: then }];
    }
    case 'switch': {
      const subject = describeNode(module, statement.subject);
      const { type } = nodeAt(module, statement.subject);
      const gap = (values: readonly bigint[], inside: readonly Gap[]): Gap => ({
        why: `${subject} is ${values.map((value) => labelOf(type, value)).join(' or ')}`,
        place: statement.place,
        inside,
      });
      for (const [i, { values }] of statement.cases.entries()) {
        const inside = inner[i];
        if (inside != null) return [gap(values, inside)];
      }
      const missing = missingOf(type, statement.cases);
      const fallback = inner[statement.cases.length];
      return missing === null || fallback == null ? null : [gap([missing], fallback)];
    }
    case 'write':
    case 'check':
      return [];
  }
}

/**
 * The least value of `type` that no case names, or null: an enumeration has its labels, everything else all its
 * patterns.
 */
function missingOf(type: Type, cases: readonly SwitchCase[]): bigint | null {
  const count = type.kind === 'enum' ? BigInt(type.labels.length) : 1n << BigInt(typeWidth(type));
  const named = new Set(cases.flatMap(({ values }) => values));
  let least = 0n;
  while (named.has(least)) least++;
  return least < count ? least : null;
}

function labelOf(type: Type, value: bigint): string {
  return type.kind === 'enum' ? (type.labels[Number(value)] ?? String(value)) : String(value);
}
