/** Testbenches: the NPU with a memory and a checker, references, properties that replay. */
export { matmulCases } from './arbitrary.ts';
export { difference, runCase, type MatmulCase } from './case.ts';
export { readCase } from './case-file.ts';
export { CaseError } from './kit/replay.ts';
export { runComputation, type ComputationResult } from './computation.ts';
export { explainHang } from './hang.ts';
export { Host } from './host.ts';
export { checkProperty, PropertyError, type PropertyOptions } from './property.ts';
export { referenceMatmul, referenceRequantise, referenceT2, referenceWraps } from './reference.ts';
export { RingFeeder } from './ring.ts';
export {
  NpuError,
  runMatmul,
  runMatmulInTurns,
  runProgram,
  type Counters,
  type ProgramResult,
  type RunOptions,
  type RunResult,
  type Wraps,
} from './run.ts';
export { System } from './system.ts';
export { tensorInMemory } from './tensors.ts';
export { recordRun, type RunWaveOptions, type RunWaves } from './waves.ts';
