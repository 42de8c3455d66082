/** Conditional statements. */
import type { Statement } from '../ir/types.ts';
import { current } from './builder.ts';
import { bitType, placesOf, type Given } from './node.ts';
import { describeGiven, literal } from './operand.ts';
import { here } from './place.ts';
import { bitOf, Scalar } from './signal.ts';
import { surface } from './surface.ts';
import type { BitIn, Enum, UInt } from './types.ts';

/** What may follow a {@link when}, directly and once. */
export interface When {
  elsewhen(condition: BitIn, body: () => void): When;
  otherwise(body: () => void): void;
}

/** The assignments and checks made by `body` apply in the cycles in which the condition is 1. */
export function when(condition: BitIn, body: () => void): When { return chain(condition, body, 'when', [], null); }

/** `refused`: the conditions before this one; `root`: the statement that the chain began with, null for itself. */
function chain(given: BitIn, body: () => void, called: 'when' | 'elsewhen', refused: readonly Scalar[], root: Statement | null): When {
  const builder = current(called);
  const place = here();
  const test = bitOf(given, (seen) => `${called}(${seen})`);
  const then = builder.block([...refused.map((r) => r.not().id), test.id], body);
  const otherwise: Statement[] = [];
  const statement: Statement = { kind: 'when', condition: test.id, then, otherwise, place };
  builder.statement(statement);
  const failed = [...refused, test];
  let continued = false;
  const follow = (by: string): void => {
    if (continued || !builder.isLast(root ?? statement)) {
      builder.report({
        code: 'E0007', message: `${by} follows no when directly`, places: [...placesOf(by), { what: `the ${called}`, place }],
        help: 'write when(…).elsewhen(…).otherwise(…) in one chain, otherwise last',
      });
    }
    continued = true;
  };
  return {
    elsewhen(next, nested) {
      follow('elsewhen');
      const rest: When[] = [];
      otherwise.push(...builder.block([], () => { rest.push(chain(next, nested, 'elsewhen', failed, root ?? statement)); }));
      return rest[0] ?? this;
    },
    otherwise(nested) {
      follow('otherwise');
      otherwise.push(...builder.block(failed.map((r) => r.not().id), nested));
    },
  };
}

/** Statements by the value of an enumeration: one case for every label; `() => {}` where nothing happens. @throws DesignError E0013 for labels left out or unknown. */
export function match<const L extends string>(subject: Enum<L>, cases: { readonly [K in NoInfer<L>]: () => void }): void {
  switchOn(subject, surface<Readonly<Record<string, () => void>>>(cases), null);
}

/** Statements by the value of a number; `otherwise` holds for the values that no case names. @throws DesignError E0003 for a case out of its range. */
export function matchValue(subject: UInt, cases: Readonly<Record<number, () => void>>, otherwise: () => void): void {
  switchOn(subject, cases, otherwise);
}

function switchOn(subject: Given, cases: Readonly<Record<string, () => void>>, otherwise: (() => void) | null): void {
  const builder = current('match');
  const place = here();
  if (!(subject instanceof Scalar)) {
    builder.report({ code: 'E0002', message: `match on ${describeGiven(subject)}`, help: 'match on an enumeration, matchValue on an unsigned number' });
    return;
  }
  const { type } = subject;
  const value = (key: string): bigint => (type.kind === 'enum' ? BigInt(type.labels.indexOf(key)) : number(subject, key));
  if (type.kind === 'enum') checkLabels(subject, Object.keys(cases));
  const equals = (wanted: bigint): Scalar => new Scalar(builder, builder.op('eq', bitType, [subject.id, builder.constant(type, wanted)]), bitType, 'bit');
  const made = Object.entries(cases).flatMap(([key, body]) => {
    const wanted = value(key);
    return wanted < 0n ? [] : [{ values: [wanted], body: builder.block([equals(wanted).id], body) }];
  });
  const none = made.flatMap(({ values }) => values.map((wanted) => equals(wanted).not().id));
  const fallback = otherwise === null ? [] : builder.block(none, otherwise);
  builder.statement({ kind: 'switch', subject: subject.id, cases: made, fallback, place });
}

function checkLabels(subject: Scalar, given: readonly string[]): void {
  const missing = subject.labels.filter((label) => !given.includes(label));
  const unknown = given.filter((label) => !subject.labels.includes(label));
  if (missing.length + unknown.length === 0) return;
  const faults = [...(missing.length > 0 ? [`no case for ${missing.join(', ')}`] : []), ...(unknown.length > 0 ? [`no such value as ${unknown.join(', ')}`] : [])];
  current('match').report({
    code: 'E0013', message: `${subject.description}: ${faults.join('; ')}`, places: placesOf('cases', subject),
    help: `its values are ${subject.labels.join(', ')}; write ${missing[0] ?? 'label'}: () => {} where nothing happens`,
  });
}

function number(subject: Scalar, key: string): bigint {
  const { builder, type } = subject;
  const node = builder.nodes[literal(builder, 'uint', type, Number(key), (seen) => `case ${seen} of ${subject.description}`, subject)];
  return node?.kind === 'const' ? node.value : -1n;
}
