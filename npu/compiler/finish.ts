/** From steps in their order to a program: semaphores, places in DRAM, commands, the image, and the check of all. */
import type { NpuConfig } from '../config.ts';
import type { Command } from '../isa/assembler.ts';
import { commandsOf, ending } from './commands.ts';
import { hazardsOf } from './hazards.ts';
import { order } from './order.ts';
import { placed, programFrom, type Program, type ProgramOptions } from './program.ts';
import type { Step } from './step.ts';
import type { Tensor, TensorData } from './tensor.ts';

export interface Finished {
  readonly program: Program;
  /** The command of each step, in the order of the steps. */
  readonly ofSteps: readonly Command[];
}

/**
 * @param contents the program's tensors, what they hold from the start, and how its products are done
 * @throws ShapeError where the program would not fit the memory
 */
export function finish(
  config: NpuConfig,
  steps: readonly Step[],
  contents: {
    readonly tensors: readonly Tensor[];
    readonly data: ReadonlyMap<string, TensorData>;
    readonly schedules: Program['schedules'];
  },
  options: ProgramOptions,
): Finished {
  const ordered = order(steps);
  const placement = placed(contents.tensors, ordered.length + ending.length, options);
  const addressOf = (name: string): number => {
    const address = placement.tensors.get(name)?.address;
    if (address === undefined) throw new RangeError(`tensor ${name} has no place`);
    return address;
  };
  const commands = commandsOf(ordered, addressOf);
  const hazards = hazardsOf(config, commands);
  if (hazards.length > 0)
    throw new Error(`a program was made with a hazard: ${hazards[0]}; this is a fault of Systole`);
  return {
    program: programFrom(commands, placement, contents.data, contents.schedules),
    ofSteps: ordered.flatMap(({ kind }, at) => (kind === 'step' ? (commands[at] ?? []) : [])),
  };
}
