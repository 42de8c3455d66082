/** Conditional statements. */
import type { Place, Statement } from '../ir/types.ts';
import { current, Under, type ModuleBuilder } from './builder.ts';
import { bitType, placesOf, type Given } from './node.ts';
import { describeGiven, labelIndex, literal } from './operand.ts';
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
export function when(condition: BitIn, body: () => void): When {
  const builder = current('when');
  const first = arm(builder, builder.under, condition, body, 'when');
  builder.statement(first.statement);
  return following(builder, first.statement, first);
}

/** One arm of a chain: `otherwise` is where the next one goes, under `refused`. */
interface Arm {
  readonly called: string;
  readonly statement: Statement;
  readonly otherwise: Statement[];
  readonly refused: Under;
  readonly place: Place;
}

function arm(builder: ModuleBuilder, outer: Under | null, given: BitIn, body: () => void, called: 'when' | 'elsewhen'): Arm {
  const place = here();
  const test = bitOf(given, (seen) => `${called}(${seen})`);
  const then = builder.block(new Under(outer, () => test.id), place, body);
  const otherwise: Statement[] = [];
  const statement: Statement = { kind: 'when', condition: test.id, then, otherwise, place };
  return { called, statement, otherwise, place, refused: new Under(outer, () => test.not().id) };
}

/** What may follow `last` in the chain that began with the statement `root`. */
function following(builder: ModuleBuilder, root: Statement, last: Arm): When {
  let continued = false;
  const follow = (by: string): void => {
    if (continued || !builder.isLast(root)) {
      builder.report({
        code: 'E0007', message: `${by} follows no when directly`, places: [...placesOf(by), { what: `the ${last.called}`, place: last.place }],
        help: 'write when(…).elsewhen(…).otherwise(…) in one chain, otherwise last',
      });
    }
    continued = true;
  };
  return {
    elsewhen(condition, body) {
      follow('elsewhen');
      const next = arm(builder, last.refused, condition, body, 'elsewhen');
      last.otherwise.push(next.statement);
      return following(builder, root, next);
    },
    otherwise(body) {
      follow('otherwise');
      last.otherwise.push(...builder.block(last.refused, here(), body));
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
  const outer = builder.under;
  const value = (key: string): bigint => (type.kind === 'enum' ? BigInt(labelIndex(type, key)) : number(subject, key));
  if (type.kind === 'enum') checkLabels(subject, Object.keys(cases));
  const equals = (wanted: bigint): Scalar => new Scalar(builder, builder.op('eq', bitType, [subject.id, builder.constant(type, wanted)]), bitType, 'bit');
  const made = Object.entries(cases).flatMap(([key, body]) => {
    const wanted = value(key);
    if (wanted < 0n) return [];
    return [{ values: [wanted], body: builder.block(new Under(outer, () => equals(wanted).id), place, body) }];
  });
  const none = made.flatMap(({ values }) => values).reduce((under, wanted) => new Under(under, () => equals(wanted).not().id), outer);
  const fallback = otherwise === null ? [] : builder.block(none ?? new Under(null, () => builder.constant(bitType, 1n)), place, otherwise);
  builder.statement({ kind: 'switch', subject: subject.id, cases: made, fallback, place });
}

function checkLabels(subject: Scalar, given: readonly string[]): void {
  const [known, covered] = [new Set(subject.labels), new Set(given)];
  const missing = subject.labels.filter((label) => !covered.has(label));
  const unknown = given.filter((label) => !known.has(label));
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
