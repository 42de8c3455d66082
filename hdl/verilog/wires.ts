/** Combinational values that the body assigns. */
import type { NodeId, Statement, WireNode } from '../ir/types.ts';
import { nodeAt, typeWidth } from '../ir/walk.ts';
import type { Expressions } from './expressions.ts';
import { bind } from './operators.ts';
import type { Scope } from './scope.ts';
import { assignmentsOf, writeBody } from './statements.ts';
import { indent, literal, withPlace } from './text.ts';

/** How a wire is driven. `isVariable`: by a block, so that it must be declared as `logic`. */
export interface Driven { readonly isVariable: boolean; readonly lines: () => readonly string[] }

export function driveWire(scope: Scope, expressions: Expressions, id: NodeId): Driven {
  const node = nodeAt(scope.module, id);
  if (node.kind !== 'wire') throw new RangeError(`node %${id} is no wire`);
  const name = scope.signal(id) ?? node.name;
  const slice = assignmentsOf(scope.module.body, new Set([id]));
  const last = slice.at(-1);
  const assign = (value: string, place = node.place): readonly string[] => withPlace(`assign ${name} = ${value};`, place).split('\n');
  if (last === undefined) return { isVariable: false, lines: () => assign(unassigned(node, expressions, false)) };
  if (last.kind === 'assign') return { isVariable: false, lines: () => assign(scope.signal(last.value) === name ? expressions.whole(last.value) : expressions.text(last.value, { root: true }), last.place) };
  const simple = slice.length === 1 ? choice(last) : null;
  if (simple !== null && (simple.otherwise !== null || node.fallback !== null)) {
    const otherwise = simple.otherwise ?? node.fallback;
    return {
      isVariable: false,
      lines: () => {
        const [condition, then] = [expressions.text(simple.condition), expressions.read(simple.then)];
        const rest = otherwise === null ? '' : expressions.text(otherwise);
        return assign(`${/^[\w.[\]!]+$/.test(condition) ? condition : `(${condition})`} ? ${then.binds > bind.choice ? then.text : `(${then.text})`} : ${rest}`, last.place);
      },
    };
  }
  return {
    isVariable: true,
    lines: () => {
      const position = { inBlock: true };
      const body = writeBody(slice, {
        scope, expressions, position,
        leaf: (s) => (s.kind === 'assign' ? [`${name} = ${expressions.text(s.value, { ...position, root: true }).replaceAll('\n', '\n  ')};`] : []),
      });
      const start = !alwaysAssigns(slice) ? [`${name} = ${unassigned(node, expressions, true)};`] : [];
      return [withPlace('always_comb begin', slice[0]?.place ?? null), ...indent([...start, ...body]), 'end'];
    },
  };
}

function unassigned(node: WireNode, expressions: Expressions, inBlock: boolean): string {
  return node.fallback === null ? literal(0n, { kind: 'uint', width: typeWidth(node.type) }) : expressions.text(node.fallback, { root: true, inBlock });
}

interface Choice { readonly condition: NodeId; readonly then: NodeId; readonly otherwise: NodeId | null }

/** A statement that only chooses between two values. */
function choice(s: Statement): Choice | null {
  if (s.kind !== 'when' || s.then.length !== 1 || s.otherwise.length > 1) return null;
  const [[then], [otherwise]] = [s.then, s.otherwise];
  if (then?.kind !== 'assign' || (otherwise !== undefined && otherwise.kind !== 'assign')) return null;
  return { condition: s.condition, then: then.value, otherwise: otherwise?.value ?? null };
}

/** Whether every way through the body assigns; a switch without a fallback may meet a pattern that no case lists. */
function alwaysAssigns(body: readonly Statement[]): boolean {
  return body.some((s) => {
    if (s.kind === 'assign') return true;
    if (s.kind === 'when') return alwaysAssigns(s.then) && alwaysAssigns(s.otherwise);
    if (s.kind === 'switch') return s.cases.every(({ body: inside }) => alwaysAssigns(inside)) && alwaysAssigns(s.fallback);
    return false;
  });
}
