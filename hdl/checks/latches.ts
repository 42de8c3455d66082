import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Module, NodeId, Place, Statement, Type } from '../ir/types.ts';
import { slicesOf } from '../ir/slices.ts';
import { describeNode, nodeAt, typeWidth } from '../ir/walk.ts';
import { perModule } from './context.ts';

/** Why a path leaves a wire unassigned: what holds on it, and the statement that says so. */
interface Gap { readonly why: string; readonly place: Place | null }

/**
 * E0008: a wire without a default that some path through the body does not assign. A `when` covers where both arms do; a `switch` where
 * all its cases and its fallback do, or all its cases and these name every label of the enumeration or every value of the number.
 * Conditions are not compared with each other: `when(a)` and `when(a.not())` do not add up, `when(a) … otherwise` does.
 */
export const latches = perModule((module, context): readonly Diagnostic[] => {
  return [...slicesOf(module.body)].toSorted(([a], [b]) => a - b).flatMap(([id, slice]): readonly Diagnostic[] => {
    const node = nodeAt(module, id);
    const gaps = node.kind !== 'wire' || node.fallback !== null ? null : gapsIn(module, slice, id);
    if (gaps === null) return [];
    const name = describeNode(module, id);
    return [{
      code: 'E0008', message: `wire ${name} has no value where ${gaps.map((gap) => gap.why).join(' and ')}`, path: context.pathOf(module),
      places: [{ what: `wire ${name}`, place: node.place }, ...gaps.map((gap) => ({ what: `where ${gap.why}`, place: gap.place }))],
      help: `assign it on every path, with .otherwise(…), or give it a default: wire('${name}', type, { default: … })`,
    }];
  });
});

/** What holds on a path that does not assign `target`, or null where every path does. An empty list: nothing assigns it at all. */
function gapsIn(module: Module, body: readonly Statement[], target: NodeId): readonly Gap[] | null {
  const all: Gap[] = [];
  for (const statement of body) {
    const gaps = gapsOf(module, statement, target);
    if (gaps === null) return null;
    all.push(...gaps);
  }
  return all;
}

function gapsOf(module: Module, statement: Statement, target: NodeId): readonly Gap[] | null {
  switch (statement.kind) {
    case 'assign': return statement.target === target ? null : [];
    case 'when': {
      const condition = describeNode(module, statement.condition);
      const otherwise = gapsIn(module, statement.otherwise, target);
      if (otherwise !== null) return [{ why: `${condition} is 0`, place: statement.place }, ...otherwise];
      const then = gapsIn(module, statement.then, target);
      return then === null ? null : [{ why: `${condition} is 1`, place: statement.place }, ...then];
    }
    case 'switch': {
      const subject = describeNode(module, statement.subject);
      const { type } = nodeAt(module, statement.subject);
      for (const { values, body } of statement.cases) {
        const gaps = gapsIn(module, body, target);
        if (gaps !== null) return [{ why: `${subject} is ${values.map((value) => labelOf(type, value)).join(' or ')}`, place: statement.place }, ...gaps];
      }
      const missing = missingValue(type, statement.cases.flatMap((c) => c.values));
      if (missing === null) return null;
      const fallback = gapsIn(module, statement.fallback, target);
      return fallback === null ? null : [{ why: `${subject} is ${labelOf(type, missing)}`, place: statement.place }, ...fallback];
    }
    case 'write':
    case 'check': return [];
  }
}

/** The least value of `type` that is not among `values`, or null: an enumeration has its labels, everything else all its patterns. */
function missingValue(type: Type, values: readonly bigint[]): bigint | null {
  const count = type.kind === 'enum' ? BigInt(type.labels.length) : 1n << BigInt(typeWidth(type));
  const named = new Set(values);
  let least = 0n;
  while (named.has(least)) least++;
  return least < count ? least : null;
}

function labelOf(type: Type, value: bigint): string {
  return type.kind === 'enum' ? type.labels[Number(value)] ?? String(value) : String(value);
}
