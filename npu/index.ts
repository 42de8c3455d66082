/** The NPU: its configuration, its description, its instruction set and the software that makes programs for it. */
export { ConfigError, npuConfig, type NpuConfig } from './config.ts';
export { parameters, sections, type MatrixKind, type NpuParameter, type NpuParameters } from './parameters.ts';
export { presets, type Preset } from './presets.ts';
export { Npu } from './npu.ts';
export { int8, integers, type NumberFormat } from './common/format.ts';
export * from './common/axi.ts';
export { litePorts } from './control/csr.ts';
export type { ArraySize } from './matrix/size.ts';
export { SystolicArray } from './matrix/systolic/array.ts';
export { Cell } from './matrix/systolic/cell.ts';
export type { MatrixDescription } from './matrix/description.ts';
export { matrixEngineOf, type MatrixEngine } from './matrix/engines.ts';
export {
  denseFields,
  denseWalk,
  foldsAcross,
  linesOf,
  placeOf,
  walksOf,
  type Dimension,
  type Layout,
  type Layouts,
  type ProductSize,
  type Walk,
  type WalkFields,
} from './matrix/layout.ts';
export { matrixPorts } from './matrix/port.ts';
export { SingleEngine } from './matrix/single/engine.ts';
export { cyclesOfJob, cyclesWithoutOverlap } from './matrix/systolic/cycles.ts';
export { SystolicEngine } from './matrix/systolic/engine.ts';
export { assemble, AssemblyError, decodeCommand, disassemble, type Command } from './isa/assembler.ts';
export { units, type Unit } from './isa/units.ts';
export { operations, type OperationName } from './isa/operations.ts';
export { registers, type RegisterName } from './control/registers.ts';
export { compileProgram } from './compiler/compile.ts';
export type { Computation, GivenTensor, MatmulOperation } from './compiler/computation.ts';
export { JobError, ShapeError } from './compiler/errors.ts';
export { hazardsOf } from './compiler/hazards.ts';
export type { Dataflow, MatmulJob, Requantise } from './compiler/job.ts';
export { fastestDataflow, matmulProgram } from './compiler/matmul.ts';
export { fitsRing, scheduleFor, type Program, type ProgramOptions } from './compiler/program.ts';
export {
  elementsOf,
  tensorOf,
  type ElementType,
  type PlacedTensor,
  type Tensor,
  type TensorData,
  type TensorRole,
} from './compiler/tensor.ts';
export type { Tile } from './compiler/plan.ts';
