/** The properties whose cases are drawn again to be replayed, by name. */
import { anyCommands } from './any-commands.ts';
import { replayable, type Replayable } from './drawn.ts';
import { gemmCommands } from './gemm-commands.ts';
import { randomPrograms } from './random-programs.ts';

export const properties: readonly Replayable[] = [
  replayable(randomPrograms),
  replayable(gemmCommands),
  replayable(anyCommands),
];
