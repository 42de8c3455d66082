/** A product of any size as a program for the NPU: the computation of one operation. */
import type { NpuConfig } from '../config.ts';
import { dataflowNames } from '../matrix/dataflow.ts';
import { checkJob, checkTile } from './check.ts';
import { compileProgram } from './compile.ts';
import type { Dataflow, MatmulJob } from './job.ts';
import { checkOptions, scheduleFor, type Program, type ProgramOptions } from './program.ts';

/** What the result of {@link matmulProgram} is called. */
export const RESULT = 'c';

/**
 * The program's tensors are `a`, `b`, `bias` where there is one, and `c`, m × n: int32 sums, or bytes for a job that
 * requantises.
 * @throws JobError for a part of the job that is not what it must be; ShapeError where sizes and data do not agree,
 * local memories are too small for any tile, or the program would not fit the memory.
 */
export function matmulProgram(config: NpuConfig, job: MatmulJob, options: ProgramOptions = {}): Program {
  checkJob(job);
  checkOptions(options);
  if (job.tile !== undefined) checkTile(config, job.dataflow, job.tile, job);
  const { m, k, n, a, b, bias, dataflow, aZero, bZero, requantise, tile } = job;
  return compileProgram(
    config,
    {
      tensors: {
        a: { shape: [m, k], data: a },
        b: { shape: [k, n], data: b },
        ...(bias === undefined ? {} : { bias: { shape: [m, n], data: bias } }),
      },
      operations: [
        {
          kind: 'matmul',
          a: 'a',
          b: 'b',
          output: RESULT,
          dataflow,
          ...(bias === undefined ? {} : { bias: 'bias' }),
          ...(aZero === undefined ? {} : { aZero }),
          ...(bZero === undefined ? {} : { bZero }),
          ...(requantise === undefined ? {} : { requantise }),
          ...(tile === undefined ? {} : { tile }),
        },
      ],
    },
    options,
  );
}

/**
 * The dataflow by which a product is expected to take the fewest cycles, of several the first; it is compiled for each.
 * @throws as {@link matmulProgram} does
 */
export function fastestDataflow(
  config: NpuConfig,
  job: Omit<MatmulJob, 'dataflow' | 'tile'>,
  options: ProgramOptions = {},
): Dataflow {
  const [first, ...others] = dataflowNames.map((dataflow) => {
    const { cycles } = scheduleFor(matmulProgram(config, { ...job, dataflow }, options), RESULT);
    return { dataflow, cycles };
  });
  if (first === undefined) throw new RangeError('there are no dataflows');
  return others.reduce((best, one) => (one.cycles < best.cycles ? one : best), first).dataflow;
}
