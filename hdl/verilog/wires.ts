/** Combinational values that the body assigns. */
import type { NodeId, Statement, WireNode } from '../ir/types.ts';
import { nodeAt, typeWidth } from '../ir/walk.ts';
import { writeDecision } from './combinational.ts';
import type { Expressions } from './expressions.ts';
import { bind, within } from './operators.ts';
import type { Scope } from './scope.ts';
import { literal, withPlace } from './text.ts';

/** How a wire is driven. `isVariable`: by a block, so that it must be declared as `logic`. */
export interface Driven {
  readonly isVariable: boolean;
  readonly lines: () => readonly string[];
}

export function driveWire(scope: Scope, expressions: Expressions, id: NodeId): Driven {
  const node = nodeAt(scope.module, id);
  if (node.kind !== 'wire') throw new RangeError(`node %${id} is no wire`);
  const name = scope.signal(id) ?? node.name;
  const slice = scope.slice(id);
  const [first] = slice;
  const assign = (value: string, place = node.place): readonly string[] =>
    withPlace(`assign ${name} = ${value};`, place).split('\n');
  const whole = (value: NodeId): string => expressions.text(value, { root: true });
  if (first === undefined) return { isVariable: false, lines: () => assign(constantOr(node, node.fallback, whole)) };
  const last = slice.at(-1) ?? first;
  if (last.kind === 'assign') {
    return {
      isVariable: false,
      lines: () =>
        assign(scope.signal(last.value) === name ? expressions.whole(last.value) : whole(last.value), last.place),
    };
  }
  // What is assigned before everything else holds where nothing else says more.
  const [body, otherwise] = first.kind === 'assign' ? [slice.slice(1), first.value] : [slice, node.fallback];
  const simple = body.length === 1 ? choice(last) : null;
  if (simple !== null) {
    return { isVariable: false, lines: () => assign(choiceText(node, expressions, simple, otherwise), last.place) };
  }
  const text = (value: NodeId): string =>
    expressions.text(value, { root: true, inBlock: true }).replaceAll('\n', '\n  ');
  return {
    isVariable: true,
    lines: () =>
      writeDecision(
        { scope, expressions },
        {
          targets: [{ name, width: typeWidth(node.type), otherwise: () => constantOr(node, otherwise, text) }],
          body,
          place: first.place,
          leaf: (s, [to]) => (s.kind === 'assign' ? [`${to} = ${text(s.value)};`] : []),
        },
      ),
  };
}

/** The value of a node; 0 without one. */
function constantOr(node: WireNode, value: NodeId | null, text: (value: NodeId) => string): string {
  return value === null ? literal(0n, { kind: 'uint', width: typeWidth(node.type) }) : text(value);
}

function choiceText(node: WireNode, expressions: Expressions, simple: Choice, otherwise: NodeId | null): string {
  const [condition, then] = [expressions.text(simple.condition), expressions.read(simple.then)];
  const rest = constantOr(node, simple.otherwise ?? otherwise, (value) => expressions.text(value));
  const asked = /^[\w.[\]!]+$/.test(condition) ? condition : `(${condition})`;
  return `${asked} ? ${within(then, bind.choice + 1)} : ${rest}`;
}

interface Choice {
  readonly condition: NodeId;
  readonly then: NodeId;
  readonly otherwise: NodeId | null;
}

/** A statement that only chooses between two values. */
function choice(s: Statement): Choice | null {
  if (s.kind !== 'when' || s.then.length !== 1 || s.otherwise.length > 1) return null;
  const [[then], [otherwise]] = [s.then, s.otherwise];
  if (then?.kind !== 'assign' || (otherwise !== undefined && otherwise.kind !== 'assign')) return null;
  return { condition: s.condition, then: then.value, otherwise: otherwise?.value ?? null };
}
