/** Conditional statements. */
import type { Place, Statement } from '../ir/types.ts';
import { current, Under, type ModuleBuilder } from './builder.ts';
import { recordGiven } from './given.ts';
import { bitType, complain, local, placesOf, type Given } from './node.ts';
import { describeGiven, labelIndex, literal, noted, remedyFor } from './operand.ts';
import { here } from './place.ts';
import { bitOf, Scalar } from './signal.ts';
import type { BitIn, Body, Enum, UInt } from './types.ts';

/** What may follow a {@link when}, directly and once. */
export interface When {
  elsewhen(condition: BitIn, body: Body): When;
  otherwise(body: Body): void;
}

/** The assignments and checks made by `body` apply in the cycles in which the condition is 1. */
export function when(condition: BitIn, body: Body): When {
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

function arm(builder: ModuleBuilder, outer: Under | null, given: BitIn, body: Body, called: 'when' | 'elsewhen'): Arm {
  const place = here();
  const test = bitOf(given, (seen) => `${called}(${seen})`);
  const then = builder.block(new Under(outer, () => test.id), place, body, `${called}(${test.text})`);
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
        code: 'E0007',
        message: `${by} follows no when directly`,
        places: [...placesOf(by), { what: `the ${last.called}`, place: last.place }],
        help: 'write when(…).elsewhen(…).otherwise(…) in one chain, otherwise last',
      });
    }
    continued = true;
  };
  const view: When = {
    elsewhen(condition, body) {
      follow('elsewhen');
      const next = arm(builder, last.refused, condition, body, 'elsewhen');
      last.otherwise.push(next.statement);
      return following(builder, root, next);
    },
    otherwise(body) {
      follow('otherwise');
      last.otherwise.push(...builder.block(last.refused, here(), body, 'otherwise'));
    },
  };
  const remedy = 'it is continued by elsewhen and otherwise, and is no value; select(…) chooses between values';
  return noted(view, { what: 'what a when returns', remedy });
}

/**
 * Statements by the value of an enumeration: one case for every label; `() => {}` where nothing happens. @throws
 * DesignError E0013 for labels left out or unknown.
 */
export function match<const L extends string>(subject: Enum<L>, cases: { readonly [K in NoInfer<L>]: Body }): void {
  switchOn('match', subject, cases, null);
}

/**
 * Statements by the value of a number; `otherwise` holds for the values that no case names.
 * @throws DesignError E0003 for a case out of its range, above 2^53 - 1, or that is no whole number as JavaScript
 * writes it (`01`).
 */
export function matchValue(subject: UInt, cases: Readonly<Record<number, Body>>, otherwise: Body): void {
  switchOn('matchValue', subject, cases, otherwise);
}

function switchOn(called: 'match' | 'matchValue', subject: Given, given: Given, otherwise: Body | null): void {
  const builder = current(called);
  const place = here();
  const wanted = called === 'match' ? 'enum' : 'uint';
  if (!(subject instanceof Scalar) || subject.kind !== wanted) {
    const usual = 'match on an enumeration, matchValue on an unsigned number';
    builder.report({
      code: 'E0002',
      message: `${called} on ${describeGiven(subject)}`,
      help: remedyFor(subject, usual),
      places: placesOf('used here', subject),
    });
    return;
  }
  const { type } = subject;
  const example = `${called}(${subject.text}, { ${subject.labels[0] ?? '0'}: () => { … }, … })`;
  const cases = recordGiven(given, `${called}(${subject.text})`, `give its cases: ${example}`);
  const outer = builder.under;
  const value = (key: string): bigint => (type.kind === 'enum' ? BigInt(labelIndex(type, key)) : number(subject, key));
  if (type.kind === 'enum') checkLabels(subject, Object.keys(cases));
  const id = local(subject);
  const equals = (one: bigint): Scalar =>
    new Scalar(builder, builder.op('eq', bitType, [id, builder.constant(type, one)]), bitType, 'bit');
  const made = Object.entries(cases).flatMap(([key, body]) => {
    const one = value(key);
    if (one < 0n) return [];
    const what = `case ${key} of ${called}(${subject.text})`;
    return [{ values: [one], body: builder.block(new Under(outer, () => equals(one).id), place, body, what) }];
  });
  const none =
    made.flatMap(({ values }) => values).reduce((under, one) => new Under(under, () => equals(one).not().id), outer) ??
    new Under(null, () => builder.constant(bitType, 1n));
  const fallback =
    called === 'match' ? [] : builder.block(none, place, otherwise, `the otherwise of ${called}(${subject.text})`);
  builder.statement({ kind: 'switch', subject: id, cases: made, fallback, place });
}

function checkLabels(subject: Scalar, given: readonly string[]): void {
  const [known, covered] = [new Set(subject.labels), new Set(given)];
  const missing = subject.labels.filter((label) => !covered.has(label));
  const unknown = given.filter((label) => !known.has(label));
  if (missing.length + unknown.length === 0) return;
  const faults = [
    ...(missing.length > 0 ? [`no case for ${missing.join(', ')}`] : []),
    ...(unknown.length > 0 ? [`no such value as ${unknown.join(', ')}`] : []),
  ];
  current('match').report({
    code: 'E0013',
    message: `${subject.description}: ${faults.join('; ')}`,
    places: placesOf('cases', subject),
    help: `its values are ${subject.labels.join(', ')}; write ${missing[0] ?? 'label'}: () => {} where nothing happens`,
  });
}

/**
 * What a case of a number stands for; -1 after a mistake. Keys are texts: two that are not alike can mean one number,
 * and large ones are rounded.
 */
function number(subject: Scalar, key: string): bigint {
  const { builder, type } = subject;
  const use = (seen: string): string => `case ${seen} of ${subject.description}`;
  const value = Number(key);
  if (String(value) !== key || !Number.isSafeInteger(value)) {
    const rounded = Math.abs(value) > Number.MAX_SAFE_INTEGER;
    const fault = rounded ? 'JavaScript rounds keys above 2^53 - 1' : 'it is no whole number in its usual form';
    const usual =
      Number.isSafeInteger(value) && key.trim() !== '' ? `write ${value}, once` : 'write cases as 0, 1, 2, …';
    complain(
      {
        code: 'E0003',
        message: `${use(`'${key}'`)}: ${fault}`,
        help: rounded ? `compare with a bigint: when(${subject.text}.eq(…n), …)` : usual,
      },
      'used here',
      subject,
    );
    return -1n;
  }
  const node = builder.nodes[literal(builder, 'uint', type, value, use, subject)];
  return node?.kind === 'const' && value >= 0 && value < 2 ** type.width ? node.value : -1n;
}
