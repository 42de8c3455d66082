/** Reads a case from the file that a failed property wrote. */
import { readFileSync } from 'node:fs';
import { npuConfig } from '../npu/config.ts';
import { type NpuParameters } from '../npu/parameters.ts';
import { rangeOf } from '../npu/isa/layout.ts';
import type { Range } from '../npu/common/unit.ts';
import { roundingNames } from '../npu/vector/job.ts';
import { dataflowNames } from '../npu/matrix/dataflow.ts';
import { settingRanges } from './kit/axi/settings.ts';
import { fileReason } from '../hdl/messages/file-reasons.ts';
import type { MatmulCase } from './case.ts';
import { CaseError } from './kit/replay.ts';

/** @throws CaseError for a file that cannot be read or is no case; one line, with the field that is wrong. */
export function readCase(path: string): MatmulCase {
  try {
    return parseCase(readFileSync(path, 'utf8'), path);
  } catch (cause) {
    if (cause instanceof CaseError) throw cause;
    const { why, remedy } = fileReason(cause, 'read');
    throw new CaseError(`cannot read ${path}: ${why}; ${remedy}`, { cause });
  }
}

/**
 * A case from the text of its file.
 * @param path what messages call it
 * @throws CaseError for a text that is no case; one line, with the field that is wrong.
 */
export function parseCase(text: string, path: string): MatmulCase {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new CaseError(`${path} is not a case: ${messageOf(cause)}; give the file that a failed property wrote`, {
      cause,
    });
  }
  const wrong = problem('', parsed, caseRule);
  if (wrong !== null || !isCase(parsed))
    throw new CaseError(`${path} is not a case: ${wrong}; give the file that a failed property wrote`);
  const { requantise } = parsed;
  if (requantise !== null && requantise.low > requantise.high) {
    throw new CaseError(
      `${path} is not a case: requantise.low is ${requantise.low}, above requantise.high, ${requantise.high}; exchange them`,
    );
  }
  try {
    npuConfig(parsed.parameters);
  } catch (error) {
    throw new CaseError(`${path} is not a case: ${messageOf(error)}`);
  }
  return parsed;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What a value has to be, and of what parts. */
interface Rule {
  readonly what: string;
  readonly holds: (value: unknown) => boolean;
  /** Of a record: a rule for each field. */
  readonly fields?: Readonly<Record<string, Rule>>;
  /** Of a list: the rule for every element. */
  readonly each?: Rule;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const whole = (least: number, most: number): Rule => ({
  what: `a whole number from ${least} to ${most}`,
  holds: (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
});
const flag: Rule = { what: 'true or false', holds: (value) => typeof value === 'boolean' };
const oneOf = (words: readonly string[]): Rule => ({
  what: words.join(' or '),
  holds: (value) => words.some((word) => word === value),
});
const list = (each: Rule): Rule => ({ what: 'a list', holds: Array.isArray, each });
const record = (fields: Readonly<Record<string, Rule>>): Rule => ({ what: 'an object', holds: isObject, fields });
const orNull = (rule: Rule): Rule => ({
  ...rule,
  what: `${rule.what} or null`,
  holds: (value) => value === null || rule.holds(value),
});

const within = ({ least, most }: Range): Rule => whole(least, most);
const [size, operand, int32] = [whole(1, 2 ** 24), whole(-128, 255), whole(-(2 ** 31), 2 ** 31 - 1)];
const [aZero, bZero] = [within(rangeOf('gemm', 'aZero')), within(rangeOf('gemm', 'bZero'))];
const scale = (field: 'multiplier' | 'shift' | 'zero' | 'low' | 'high'): Rule => within(rangeOf('requantise', field));
const requantise = {
  rounding: oneOf(roundingNames),
  multiplier: list(scale('multiplier')),
  shift: list(scale('shift')),
  zero: scale('zero'),
  low: scale('low'),
  high: scale('high'),
};
const { latency, stall, seed } = settingRanges;
const memory = { latency: within(latency), stall: within(stall), seed: within(seed) };
const fields: Readonly<Record<keyof MatmulCase, Rule>> = {
  // Which parameters there are, and their ranges, is for `npuConfig` to say.
  parameters: { what: 'an object of numbers and words', holds: (value) => isParameters(value) },
  dataflow: oneOf(dataflowNames),
  m: size,
  k: size,
  n: size,
  a: list(operand),
  b: list(operand),
  aUnsigned: flag,
  bUnsigned: flag,
  aZero,
  bZero,
  bias: orNull(list(int32)),
  requantise: orNull(record(requantise)),
  memory: record(memory),
};
const caseRule = record(fields);

const isParameters = (value: unknown): value is Partial<NpuParameters> =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'number' || typeof one === 'string');
/** Whether `value` has all that a case has; the rest is told by {@link parseCase}. */
export const isCase = (value: unknown): value is MatmulCase => problem('', value, caseRule) === null;

/**
 * The first thing in `value` that is not as it must be, as `name is …, not …`; null where all is right. The whole has
 * no name.
 */
function problem(name: string, value: unknown, { what, holds, fields: parts, each }: Rule): string | null {
  if (value === undefined) return `${name} is missing`;
  if (!holds(value)) return `${name === '' ? 'the file' : name} is ${shortened(value)}, not ${what}`;
  const own = new Map<string, unknown>(isObject(value) || Array.isArray(value) ? Object.entries(value) : []);
  const rules =
    each === undefined
      ? Object.entries(value === null ? {} : (parts ?? {}))
      : [...own.keys()].map((at): [string, Rule] => [at, each]);
  for (const [field, rule] of rules) {
    const found = problem(
      each !== undefined ? `${name}[${field}]` : name === '' ? field : `${name}.${field}`,
      own.get(field),
      rule,
    );
    if (found !== null) return found;
  }
  return null;
}

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
