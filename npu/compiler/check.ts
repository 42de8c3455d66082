/** What is wrong with the description of a product, before anything is made of it. */
import { rangeOf } from '../isa/layout.ts';
import type { Range } from '../common/unit.ts';
import { NamedValuesError, showGiven } from '../common/names.ts';
import { dataflowNames } from '../matrix/job.ts';
import type { MatmulJob, Requantise } from './job.ts';
import { checkSizes, ShapeError } from './tile.ts';

/** A part of a job, or an option, is not what it must be. One line: its name, its value, and what it may be. */
export class JobError extends NamedValuesError {
  override readonly name = 'JobError';
}

function refuse(name: string, value: unknown, remedy: string): never {
  throw new JobError((nameOf) => `${nameOf(name)} is ${showGiven(value)}; ${remedy}`);
}

/** @throws JobError unless `value` is a whole number in `range`. */
export function checkWhole(name: string, value: unknown, { least, most }: Range, why = ''): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  refuse(name, value, `give a whole number from ${least} to ${most}${why}`);
}

const INT8: Range = { least: -128, most: 127 };
const UINT8: Range = { least: 0, most: 255 };

function checkOperand(name: 'a' | 'b', operand: unknown, zero: unknown): void {
  if (!(operand instanceof Int8Array || operand instanceof Uint8Array)) {
    const remedy = Array.isArray(operand)
      ? 'Int8Array.from(values) makes one of whole numbers'
      : 'values of other types have to be quantised first';
    refuse(name, operand, `give an Int8Array or a Uint8Array: ${remedy}`);
  }
  if (zero === undefined) return;
  const signed = operand instanceof Int8Array;
  checkWhole(`${name}Zero`, zero, signed ? INT8 : UINT8, `, as ${name} is ${signed ? 'int8' : 'uint8'}`);
}

/** One number for all columns, or a typed array with one for each. */
function checkScale(
  name: string,
  value: unknown,
  range: Range,
  Kind: typeof Int32Array | typeof Int8Array,
  n: number,
): void {
  if (typeof value === 'number') checkWhole(name, value, range);
  else if (!(value instanceof Kind))
    refuse(name, value, `give a whole number, or an ${Kind.name} with one for each column`);
  else {
    if (value.length !== n)
      throw new ShapeError(
        (nameOf) =>
          `${nameOf(name)} has ${value.length} elements for ${n} columns; give one for each, or a number for all`,
      );
    value.forEach((one, column) => checkWhole(`${name}[${column}]`, one, range));
  }
}

function checkRequantise({ multiplier, shift, zero, low, high }: Requantise, n: number): void {
  const field = (name: 'multiplier' | 'shift' | 'zero' | 'low' | 'high'): Range => rangeOf('requantise', name);
  checkScale('requantise.multiplier', multiplier, field('multiplier'), Int32Array, n);
  checkScale('requantise.shift', shift, field('shift'), Int8Array, n);
  checkWhole('requantise.zero', zero, field('zero'));
  checkWhole('requantise.low', low, field('low'));
  checkWhole('requantise.high', high, field('high'));
  if (low > high)
    throw new JobError(
      () => `requantise.low is ${low} and requantise.high is ${high}; give a low that is not above high`,
    );
}

/** @throws JobError for a part that is not what it must be; ShapeError where sizes and data do not agree. */
export function checkJob(job: MatmulJob): void {
  const { m, k, n, dataflow, a, b, bias, requantise } = job;
  checkSizes(job);
  if (!dataflowNames.includes(dataflow)) refuse('dataflow', dataflow, `give one of ${dataflowNames.join(', ')}`);
  checkOperand('a', a, job.aZero);
  checkOperand('b', b, job.bZero);
  if (bias !== undefined && !((bias as unknown) instanceof Int32Array))
    refuse('bias', bias, 'give an Int32Array, or leave it out');
  for (const [name, data, elements] of [
    ['a', a, m * k],
    ['b', b, k * n],
    ['bias', bias, m * n],
  ] as const) {
    if (data !== undefined && data.length !== elements) {
      throw new ShapeError(
        (nameOf) =>
          `${nameOf(name)} has ${data.length} elements where m × k × n = ${m} × ${k} × ${n} needs ${elements}; ` +
          'give all of them, or other sizes',
      );
    }
  }
  if (requantise === undefined) return;
  if (typeof requantise !== 'object' || Object.is(requantise, null))
    refuse('requantise', requantise, 'give an object, or leave it out');
  checkRequantise(requantise, n);
}
