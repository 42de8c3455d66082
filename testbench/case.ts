/**
 * A product together with the machine it runs on, as properties draw it and as `systole replay` reads it back
 * (case-file.ts).
 */
import { npuConfig } from '../npu/config.ts';
import { type NpuParameters } from '../npu/parameters.ts';
import { partsOf } from '../npu/compiler/plan.ts';
import type { Work } from '../npu/compiler/forecast.ts';
import type { Dataflow, MatmulJob, Requantise } from '../npu/compiler/job.ts';
import { sizeOfJob } from '../npu/matrix/dataflow.ts';
import { matrixEngineOf } from '../npu/matrix/engines.ts';
import { matmulProgram } from '../npu/compiler/matmul.ts';
import type { Program } from '../npu/compiler/program.ts';
import {
  referenceMatmul,
  referenceRequantise,
  referenceShiftWraps,
  referenceWraps,
  type Rounding,
} from './reference.ts';
import type { Difference } from './waves.ts';
import { runMatmul, runMatmulInTurns, type RunOptions, type RunResult, type Wraps } from './run.ts';

/** Plain data: goes to JSON and back unchanged. Matrices row by row. */
export interface MatmulCase {
  readonly parameters: Partial<NpuParameters>;
  readonly dataflow: Dataflow;
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly aUnsigned: boolean;
  readonly bUnsigned: boolean;
  readonly aZero: number;
  readonly bZero: number;
  readonly bias: readonly number[] | null;
  readonly requantise: ScaleCase | null;
  readonly memory: { readonly latency: number; readonly stall: number; readonly seed: number };
}

export interface ScaleCase {
  readonly rounding: Rounding;
  /** Either: one for the tensor, or one for each column. */
  readonly multiplier: readonly number[];
  readonly shift: readonly number[];
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

const operand = (values: readonly number[], unsigned: boolean): Int8Array | Uint8Array =>
  unsigned ? Uint8Array.from(values) : Int8Array.from(values);

function requantiseOf({ multiplier, shift, ...rest }: ScaleCase): Requantise {
  return {
    ...rest,
    multiplier: multiplier.length === 1 ? (multiplier[0] ?? 0) : Int32Array.from(multiplier),
    shift: shift.length === 1 ? (shift[0] ?? 0) : Int8Array.from(shift),
  };
}

/** The product of a case. */
export function jobOf(c: MatmulCase): MatmulJob {
  return {
    m: c.m,
    k: c.k,
    n: c.n,
    dataflow: c.dataflow,
    a: operand(c.a, c.aUnsigned),
    b: operand(c.b, c.bUnsigned),
    aZero: c.aZero,
    bZero: c.bZero,
    ...(c.bias === null ? {} : { bias: Int32Array.from(c.bias) }),
    ...(c.requantise === null ? {} : { requantise: requantiseOf(c.requantise) }),
  };
}

const ofColumn = (list: readonly number[], column: number): number => list[list.length === 1 ? 0 : column] ?? 0;

/** What the NPU must give. */
export function expectedOf(c: MatmulCase): number[] {
  const sums = referenceMatmul({ ...jobOf(c), m: c.m, k: c.k, n: c.n });
  const { requantise } = c;
  if (requantise === null) return [...sums];
  return [...sums].map((x, i) =>
    referenceRequantise(x, {
      rounding: requantise.rounding,
      multiplier: ofColumn(requantise.multiplier, i % c.n),
      shift: ofColumn(requantise.shift, i % c.n),
      zero: requantise.zero,
      low: requantise.low,
      high: requantise.high,
    }),
  );
}

/** What must wrap on the way when the product is done in these parts, in this order. */
export function expectedWraps(c: MatmulCase, works: readonly Pick<Work, 'product'>[]): Wraps {
  const job = jobOf(c);
  const config = npuConfig(c.parameters);
  const { summedK } = matrixEngineOf(config).description;
  const parts = works.flatMap(({ product }) => {
    if (product === null) return [];
    const [shape, at] = [product.shape, product.at].map((size) => sizeOfJob(size, c.dataflow));
    if (shape === undefined || at === undefined) return [];
    return partsOf(shape.k, summedK(config, product.dataflow, shape.k)).map((part) => ({
      shape: { ...shape, k: part.size },
      at: { ...at, k: at.k + part.at },
    }));
  });
  const { requantise } = c;
  const shifted =
    requantise?.rounding === 'double' &&
    [...referenceMatmul(job)].some((x, i) => referenceShiftWraps(x, ofColumn(requantise.shift, i % c.n)));
  return { sums: referenceWraps(job, parts), shifts: shifted };
}

/** The commands and the data that a case runs as. */
export const programOfCase = (c: MatmulCase): Program =>
  matmulProgram(npuConfig(c.parameters), jobOf(c), { memory: c.memory });

/** Runs a case with every stream monitored. */
export function runCase(c: MatmulCase, options: Omit<RunOptions, 'memory' | 'monitors'> = {}): RunResult {
  return runMatmul(npuConfig(c.parameters), jobOf(c), { ...options, memory: c.memory, monitors: true });
}

/** The same as {@link runMatmulInTurns} does. */
export async function runCaseInTurns(
  c: MatmulCase,
  options: Omit<RunOptions, 'memory' | 'monitors'> = {},
  signal?: AbortSignal,
): Promise<RunResult> {
  return runMatmulInTurns(npuConfig(c.parameters), jobOf(c), { ...options, memory: c.memory, monitors: true }, signal);
}

/** The first place where a result is not what it must be, as one line; null where all is right. */
export function difference(c: MatmulCase, result: ArrayLike<number>): string | null {
  return differenceIn(c, result)?.text ?? null;
}

/** The same with the place. */
export function differenceIn(c: MatmulCase, result: ArrayLike<number>): Difference | null {
  const expected = expectedOf(c);
  const at = expected.findIndex((value, i) => value !== result[i]);
  if (at < 0) return null;
  const [row, column] = [Math.floor(at / c.n), at % c.n];
  return { row, column, text: `C[${row}][${column}] is ${result[at]}, not ${expected[at]}` };
}
