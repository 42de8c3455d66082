/** Runs operations on named tensors on a simulated system. */
import type { NpuConfig } from '../npu/config.ts';
import { compileProgram } from '../npu/compiler/compile.ts';
import type { Computation } from '../npu/compiler/computation.ts';
import type { Program } from '../npu/compiler/program.ts';
import type { TensorData } from '../npu/compiler/tensor.ts';
import { cycleLimit } from './limit.ts';
import { runProgram, type ProgramResult, type RunOptions } from './run.ts';
import { tensorInMemory } from './tensors.ts';

export interface ComputationResult extends ProgramResult {
  readonly program: Program;
  /** What every tensor is in the end, by name, row by row. */
  readonly tensors: Readonly<Record<string, TensorData>>;
}

/**
 * Computes on the simulated NPU.
 * @throws JobError and ShapeError for what cannot be, and what {@link runProgram} throws.
 */
export function runComputation(
  config: NpuConfig,
  computation: Computation,
  options: RunOptions = {},
): ComputationResult {
  const program = compileProgram(config, computation, options);
  const ran = runProgram(config, program, options.limit ?? cycleLimit(config, program, options.memory), options);
  const names = Object.keys(program.tensors);
  const tensors = names.map((name) => [name, tensorInMemory(ran.sim, config, program, name)] as const);
  return { ...ran, program, tensors: Object.fromEntries(tensors) };
}
