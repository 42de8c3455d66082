/**
 * Blocks that decide combinational values.
 *
 * What others see is assigned exactly once, whichever way a block takes. A value that lasts for no time wakes other
 * blocks for nothing; and in Icarus 11, where a block that wakes wakes all others, two of them wake each other for
 * ever by such values (its issue 508). So where the body is one tree of decisions, the value that holds otherwise is
 * its last `else`; and where statements follow each other, variables that only the block sees take their values, and
 * are passed on at its end.
 */
import type { Place, Statement } from '../ir/types.ts';
import { foldBody, type Leaf } from '../ir/body.ts';
import { typeWidth } from '../ir/walk.ts';
import { coversAll, writeBody, type Writing } from './statements.ts';
import { dimensions, indent, withPlace } from './text.ts';

/** A value that a block decides. */
export interface Decided {
  readonly name: string;
  readonly width: number;
  /** What holds where the body says nothing; asked for only where it may. */
  readonly otherwise: () => string;
}

export interface Decision {
  /** Each is assigned by every statement without statements inside it. */
  readonly targets: readonly Decided[];
  readonly body: readonly Statement[];
  /** The assignments of such a statement to the identifiers `to`, one for each target. */
  readonly leaf: (statement: Leaf, to: readonly string[]) => readonly string[];
  readonly place: Place | null;
}

/** So many lines of a tree say what holds otherwise, before variables of the block's own do it better. */
const MOST_OTHERWISE = 3;
/** And in so many letters, where it is said more than once. */
const MOST_REPEATED = 26;

export function writeDecision(by: Pick<Writing, 'scope' | 'expressions'>, decision: Decision): string[] {
  const { scope, expressions } = by;
  const { targets, body, leaf, place } = decision;
  const names = targets.map(({ name }) => name);
  const writing = { scope, expressions, position: { inBlock: true } };
  const gaps = gapsIn(body, (subject) => typeWidth(scope.type(subject)));
  const defaults = gaps === 0 || alwaysAssigns(body) ? [] : targets.map(({ otherwise }) => otherwise());
  const isShort = gaps !== null && gaps * targets.length <= MOST_OTHERWISE;
  const inPlace = isShort && (gaps <= 1 || defaults.every(({ length }) => length <= MOST_REPEATED));
  const assign = (to: readonly string[], values: readonly string[]): string[] =>
    values.map((value, i) => `${to[i]} = ${value};`);
  const lines = (): string[] => {
    if (inPlace) {
      return writeBody(body, { ...writing, leaf: (s) => leaf(s, names), otherwise: assign(names, defaults) });
    }
    const own = names.map((name) => scope.names.claim(`${name}_value`));
    return [
      ...targets.map(({ width }, i) => `logic${dimensions({ kind: 'uint', width })} ${own[i]};`),
      ...assign(own, defaults),
      ...writeBody(body, { ...writing, leaf: (s) => leaf(s, own) }),
      ...assign(names, own),
    ];
  };
  return [withPlace('always_comb begin', place), ...indent(lines()), 'end'];
}

/** How many ways through a tree of decisions meet no statement; null where statements follow each other. */
function gapsIn(body: readonly Statement[], width: (subject: number) => number): number | null {
  const sum = (gaps: readonly (number | null)[]): number | null =>
    gaps.reduce((total, own) => (total === null || own === null ? null : total + own), 0);
  return foldBody<number | null, number | null>(
    body,
    (s, inner) => {
      if (s.kind === 'when') return sum(inner);
      if (s.kind !== 'switch') return 0;
      // Where nothing happens in a case nor past the cases, the case is left out.
      const cases = s.cases.flatMap((one, i) =>
        one.body.length > 0 || s.fallback.length > 0 ? [inner[i] ?? null] : [],
      );
      return sum(coversAll(s, width(s.subject)) ? cases : [...cases, inner.at(-1) ?? null]);
    },
    (made) => (made.length === 0 ? 1 : made.length > 1 ? null : (made[0] ?? null)),
  );
}

/** Whether every way through the body assigns; a switch without a fallback may meet a pattern that no case lists. */
function alwaysAssigns(body: readonly Statement[]): boolean {
  return foldBody<boolean, boolean>(
    body,
    (s, inner) => (inner.length > 0 ? inner.every(Boolean) : s.kind !== 'check'),
    (made) => made.some(Boolean),
  );
}
