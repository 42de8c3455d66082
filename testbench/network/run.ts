/** Runs a network on a simulated system, and reads what every layer made. */
import { withInputs } from '../../npu/compiler/network/inputs.ts';
import type { NetworkProgram } from '../../npu/compiler/network/compile.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { cycleLimit } from '../limit.ts';
import { runProgram, type ProgramResult, type RunOptions } from '../run.ts';
import { readLeft, type Left } from './left.ts';

export interface NetworkResult extends ProgramResult {
  readonly left: Left;
}

/**
 * @param inputs bytes of the tensors that the NPU takes from the host, by their index in the graph
 * @throws what runProgram throws, and RangeError for inputs that are missing or of another size
 */
export function runNetwork(
  config: NpuConfig,
  program: NetworkProgram,
  inputs: ReadonlyMap<number, Uint8Array>,
  options: RunOptions = {},
): NetworkResult {
  const image = withInputs(program, inputs);
  const found: Left[] = [];
  const ran = runProgram(config, { ...program, image }, options.limit ?? cycleLimit(config, program, options.memory), {
    ...options,
    onStart: (sim) => {
      found.push(readLeft(sim, config, program));
      options.onStart?.(sim);
    },
  });
  const [left] = found;
  if (left === undefined) throw new RangeError('a run did not start');
  return { ...ran, left };
}
