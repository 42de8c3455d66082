/** What is wrong with the description of a product, before anything is made of it. */
import { rangeOf } from '../isa/layout.ts';
import type { Range } from '../common/unit.ts';
import { showGiven } from '../common/names.ts';
import { dataflowNames, isTurned, jobDataflowOf, type Dataflow } from '../matrix/dataflow.ts';
import { matrixEngineOf } from '../matrix/engines.ts';
import type { ProductSize } from '../matrix/layout.ts';
import { roundingNames } from '../vector/job.ts';
import type { NpuConfig } from '../config.ts';
import type { MatmulJob, Requantise } from './job.ts';
import { JobError, ShapeError } from './errors.ts';

/** @throws ShapeError for a dimension below 1. */
function checkSizes({ m, k, n }: ProductSize): void {
  for (const [name, size] of Object.entries({ m, k, n })) {
    if (Number.isInteger(size) && size >= 1) continue;
    const remedy = 'a product has at least one row, column and element of each';
    throw new ShapeError((nameOf) => `${nameOf(name)} is ${showGiven(size)}; ${remedy}`);
  }
}

/** @throws JobError */
export function refuse(name: string, value: unknown, remedy: string): never {
  throw new JobError((nameOf) => `${nameOf(name)} is ${showGiven(value)}; ${remedy}`);
}

/** @throws JobError unless `value` is a whole number in `range`. */
export function checkWhole(name: string, value: unknown, { least, most }: Range, why = ''): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return;
  refuse(name, value, `give a whole number from ${least} to ${most}${why}`);
}

/** What elements of 8 bits can be. */
export const valuesOf = { int8: { least: -128, most: 127 }, uint8: { least: 0, most: 255 } } as const;

function checkOperand(name: 'a' | 'b', operand: unknown, zero: unknown): void {
  if (!(operand instanceof Int8Array || operand instanceof Uint8Array)) {
    const remedy = Array.isArray(operand)
      ? 'Int8Array.from(values) makes one of whole numbers'
      : 'values of other types have to be quantised first';
    refuse(name, operand, `give an Int8Array or a Uint8Array: ${remedy}`);
  }
  if (zero === undefined) return;
  checkZero(name, operand instanceof Int8Array ? 'int8' : 'uint8', zero);
}

/** @throws JobError for a zero point that is no value of its operand's type. */
export function checkZero(name: 'a' | 'b', type: 'int8' | 'uint8', zero: unknown): void {
  checkWhole(`${name}Zero`, zero, valuesOf[type], `, as ${name} is ${type}`);
}

/** @throws JobError for a word that is no dataflow. */
export function checkDataflow(dataflow: unknown): void {
  if (!dataflowNames.some((name) => name === dataflow))
    refuse('dataflow', dataflow, `give one of ${dataflowNames.join(', ')}`);
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

/** What single precision has as significands, in whole numbers. */
const SIGNIFICANDS: Range = { least: -(2 ** 24), most: 2 ** 24 };

/** @throws JobError and ShapeError for what cannot requantise `n` columns. */
export function checkRequantise(requantise: Requantise, n: number): void {
  if (typeof requantise !== 'object' || Object.is(requantise, null))
    refuse('requantise', requantise, 'give an object, or leave it out');
  const { rounding = 'double', multiplier, shift, zero, low, high } = requantise;
  if (!roundingNames.includes(rounding))
    refuse('requantise.rounding', rounding, `give one of ${roundingNames.join(', ')}, or leave it out`);
  const field = (name: 'multiplier' | 'shift' | 'zero' | 'low' | 'high'): Range => rangeOf('requantise', name);
  const multipliers = rounding === 'float' ? SIGNIFICANDS : field('multiplier');
  checkScale('requantise.multiplier', multiplier, multipliers, Int32Array, n);
  checkScale('requantise.shift', shift, field('shift'), Int8Array, n);
  checkWhole('requantise.zero', zero, field('zero'));
  checkWhole('requantise.low', low, field('low'));
  checkWhole('requantise.high', high, field('high'));
  if (low > high)
    throw new JobError(
      () => `requantise.low is ${low} and requantise.high is ${high}; give a low that is not above high`,
    );
}

/** @throws JobError for a tile of no part of `size`, or of what lies across a line of C but in no whole folds. */
export function checkTile(config: NpuConfig, dataflow: Dataflow, tile: ProductSize, size: ProductSize): void {
  for (const name of ['m', 'k', 'n'] as const) checkWhole(`tile.${name}`, tile[name], { least: 1, most: size[name] });
  const { width } = matrixEngineOf(config).description.layouts(config, jobDataflowOf(dataflow)).c;
  const [name, what] = isTurned(dataflow) ? (['m', 'rows'] as const) : (['n', 'columns'] as const);
  if (tile[name] < size[name] && tile[name] % width !== 0)
    refuse(`tile.${name}`, tile[name], `give a multiple of ${width}, the ${what} of a fold, or all ${size[name]}`);
}

/** @throws JobError for a part that is not what it must be; ShapeError where sizes and data do not agree. */
export function checkJob(job: MatmulJob): void {
  const { m, k, n, dataflow, a, b, bias, requantise } = job;
  checkSizes(job);
  checkDataflow(dataflow);
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
  if (requantise !== undefined) checkRequantise(requantise, n);
}
