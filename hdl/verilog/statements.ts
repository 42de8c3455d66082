/** Bodies as procedural statements. */
import type { Statement } from '../ir/types.ts';
import { eachHidden, filterBody, type Leaf } from '../ir/body.ts';
import { typeWidth } from '../ir/walk.ts';
import type { Expressions, Position } from './expressions.ts';
import type { Scope } from './scope.ts';
import { indent, literal } from './text.ts';

export interface Writing {
  readonly scope: Scope;
  readonly expressions: Expressions;
  /** The statement itself; its lines are indented by who asks. */
  readonly leaf: (statement: Leaf) => readonly string[];
  readonly position?: Position;
  /** What is done where no statement of a tree of decisions says anything; nothing, if left out. */
  readonly otherwise?: readonly string[];
}

/** `condition`: null for what happens where no other arm's holds. */
interface Arm {
  readonly condition: string | null;
  readonly head: string;
  readonly lines: readonly string[];
}

/** A statement under a condition stays on one line up to this length. */
const MOST_LETTERS = 100;

/**
 * A body without the assignments that a later statement of the same list, or of one around it, makes again in any case:
 * a value that lasts for no time is noise to a reader, and wakes a simulator's other blocks for nothing.
 */
export function withoutHidden(body: readonly Statement[]): readonly Statement[] {
  const hidden = new Set<Statement>();
  eachHidden(body, (earlier) => hidden.add(earlier));
  return filterBody(body, (s) => !hidden.has(s));
}

export function writeBody(body: readonly Statement[], writing: Writing): string[] {
  if (body.length === 0) return [...(writing.otherwise ?? [])];
  return body.flatMap((statement) => {
    switch (statement.kind) {
      case 'when':
        return writeWhen(statement, writing);
      case 'switch':
        return writeSwitch(statement, writing);
      case 'assign':
      case 'write':
      case 'check':
        return writing.leaf(statement);
    }
  });
}

function writeWhen(first: Extract<Statement, { readonly kind: 'when' }>, writing: Writing): string[] {
  const { expressions, position = {} } = writing;
  const arms: Arm[] = [];
  for (let when = first; ;) {
    const condition = expressions.text(when.condition, position);
    const then = writeBody(when.then, writing);
    const [next] = when.otherwise;
    if (then.length === 0 && arms.length === 0 && when.otherwise.length > 0) {
      // Nothing happens where it holds: say only what happens where it does not.
      const negated = /^[\w.[\]]+$/.test(condition) ? `!${condition}` : `!(${condition})`;
      return joinArms([{ condition: negated, head: `if (${negated})`, lines: writeBody(when.otherwise, writing) }]);
    }
    arms.push({ condition, head: arms.length === 0 ? `if (${condition})` : `else if (${condition})`, lines: then });
    if (next?.kind === 'when' && when.otherwise.length === 1) {
      when = next;
      continue;
    }
    const otherwise = writeBody(when.otherwise, writing);
    if (otherwise.length > 0) arms.push({ condition: null, head: 'else', lines: otherwise });
    return joinArms(arms);
  }
}

/** Longer chains are a list to tools as well: their parsers take an `else if` to lie inside the one before. */
const MOST_ARMS = 200;

function joinArms(arms: readonly Arm[]): string[] {
  if (arms.length > MOST_ARMS) return listArms(arms);
  const short = arms.every(
    ({ head, lines }) => lines.length === 1 && `${head} ${lines[0]}`.length <= MOST_LETTERS && !isNested(lines[0]),
  );
  if (short) return arms.map(({ head, lines }) => `${head} ${lines[0]}`);
  const lines = arms.flatMap(({ head, lines: inside }, i) => [
    `${i === 0 ? '' : 'end '}${head} begin`,
    ...indent(inside),
  ]);
  return [...lines, 'end'];
}

/** The first arm whose condition is 1 is taken. */
function listArms(arms: readonly Arm[]): string[] {
  const [last] = arms.slice(-1);
  const lines = arms.flatMap(({ condition, lines: inside }) => arm(condition ?? 'default', inside));
  return ["case (1'b1)", ...indent(last?.condition === null ? lines : [...lines, 'default: ;']), 'endcase'];
}

/** A bare `if` inside another one invites a dangling else. */
const isNested = (line: string | undefined): boolean => line === undefined || /^(if|for|case)\b/.test(line);

function writeSwitch(s: Extract<Statement, { readonly kind: 'switch' }>, writing: Writing): string[] {
  const { scope, expressions, position = {} } = writing;
  const type = scope.type(s.subject);
  const value = (pattern: bigint): string =>
    (type.kind === 'enum' ? scope.label(type, pattern) : null) ?? literal(pattern, type);
  const fallback = writeBody(s.fallback, writing);
  const cases = s.cases.flatMap(({ values, body }) => {
    const lines = writeBody(body, writing);
    // A case in which nothing happens is only there to keep its values from the others.
    if (values.length === 0 || (body.length === 0 && s.fallback.length === 0)) return [];
    return arm(values.map(value).join(', '), lines);
  });
  if (cases.length === 0) return fallback;
  const [only] = s.cases;
  // One case for all patterns is none; Verilator 5.006 breaks off at wide constants in it.
  if (s.cases.length === 1 && only !== undefined && coversAll(s, typeWidth(type))) return writeBody(only.body, writing);
  const rest = coversAll(s, typeWidth(type)) ? [] : arm('default', fallback);
  return [`case (${expressions.text(s.subject, position)})`, ...indent([...cases, ...rest]), 'endcase'];
}

/**
 * Whether the cases that are written list all patterns of the subject's `width`: those in which something happens, or
 * which keep their values from the fallback.
 */
export function coversAll(
  { cases, fallback }: Extract<Statement, { readonly kind: 'switch' }>,
  width: number,
): boolean {
  const written = cases.filter(({ body }) => body.length > 0 || fallback.length > 0);
  return written.reduce((sum, { values }) => sum + values.length, 0) === 2 ** width;
}

function arm(label: string, lines: readonly string[]): string[] {
  const [only] = lines;
  if (only === undefined) return [`${label}: ;`];
  if (lines.length === 1 && `${label}: ${only}`.length <= MOST_LETTERS) return [`${label}: ${only}`];
  return [`${label}: begin`, ...indent(lines), 'end'];
}
