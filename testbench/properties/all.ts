/** The properties whose cases are drawn again to be replayed, by name, with the machine of a case. */
import type { NpuConfig } from '../../npu/config.ts';
import { replayable, type Replayable } from '../kit/replay.ts';
import { anyCommands } from './any-commands.ts';
import { gemmCommands } from './gemm-commands.ts';
import { randomChains } from './random-chains.ts';
import { randomPrograms } from './random-programs.ts';

export const properties: readonly Replayable<NpuConfig>[] = [
  replayable(randomPrograms, randomPrograms.configOf),
  replayable(randomChains, randomChains.configOf),
  replayable(gemmCommands, gemmCommands.configOf),
  replayable(anyCommands, anyCommands.configOf),
];
