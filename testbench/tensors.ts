/** Tensors of a program in the memory of a system that runs it. */
import type { Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import type { Program } from '../npu/compiler/program.ts';
import { elementsOf, tensorOf, type TensorData } from '../npu/compiler/tensor.ts';

/**
 * The elements of a tensor row by row, as they are in DRAM.
 * @throws JobError for a name that the program does not have.
 */
export function tensorInMemory(
  sim: Simulator,
  { busBytes }: Pick<NpuConfig, 'busBytes'>,
  program: Pick<Program, 'tensors'>,
  name: string,
): TensorData {
  const tensor = tensorOf(program, name);
  return elementsOf(tensor, sim.memory('memory.dram').dump(tensor.bytes, tensor.address / busBytes));
}
