/** Runs a network on a simulated system, and reads what every layer made. */
import type { Simulator } from '../../hdl/sim/index.ts';
import { outputsIn, withInputs } from '../../npu/compiler/network/inputs.ts';
import type { RunnableNetwork } from '../../npu/compiler/network/runnable.ts';
import type { NpuConfig } from '../../npu/config.ts';
import { cycleLimit } from '../limit.ts';
import { runProgram, runProgramInTurns, type ProgramResult, type RunOptions } from '../run.ts';
import { readLeft, type Left } from './left.ts';

export interface NetworkResult extends ProgramResult {
  readonly left: Left;
  /** The bytes that the host reads out of DRAM after the run, by tensor. */
  readonly outputs: ReadonlyMap<number, Uint8Array>;
}

export interface NetworkRunOptions extends RunOptions {
  /** To be called as the run begins, with what it will have left at any time. */
  readonly onLeft?: (left: Left, sim: Simulator) => void;
}

/**
 * @param inputs bytes of the tensors that the NPU takes from the host, by their index in the graph
 * @throws what runProgram throws, and RangeError for inputs that are missing or of another size
 */
export function runNetwork(
  config: NpuConfig,
  program: RunnableNetwork,
  inputs: ReadonlyMap<number, Uint8Array>,
  options: NetworkRunOptions = {},
): NetworkResult {
  const { whole, limit, watched, read } = prepared(config, program, inputs, options);
  return read(runProgram(config, whole, limit, watched));
}

/**
 * The same, and the event loop gets a turn several times a second.
 * @param signal ends the run in its next turn
 */
export async function runNetworkInTurns(
  config: NpuConfig,
  program: RunnableNetwork,
  inputs: ReadonlyMap<number, Uint8Array>,
  options: NetworkRunOptions = {},
  signal?: AbortSignal,
): Promise<NetworkResult> {
  const { whole, limit, watched, read } = prepared(config, program, inputs, options);
  return read(await runProgramInTurns(config, whole, limit, watched, signal));
}

function prepared(
  config: NpuConfig,
  program: RunnableNetwork,
  inputs: ReadonlyMap<number, Uint8Array>,
  options: NetworkRunOptions,
) {
  const found: Left[] = [];
  const onStart = (sim: Simulator): void => {
    const left = readLeft(sim, config, program);
    found.push(left);
    options.onLeft?.(left, sim);
    options.onStart?.(sim);
  };
  return {
    whole: { ...program, image: withInputs(program, inputs) },
    limit: options.limit ?? cycleLimit(config, program, options.memory),
    watched: { ...options, onStart },
    read: (ran: ProgramResult): NetworkResult => {
      const [left] = found;
      if (left === undefined) throw new RangeError('a run did not start');
      const dram = ran.sim.memory('memory.dram');
      const outputs = outputsIn(program, (address, bytes) => dram.dump(bytes, address / config.busBytes));
      return { ...ran, left, outputs };
    },
  };
}
