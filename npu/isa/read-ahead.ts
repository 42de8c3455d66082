/** How far commands are read ahead of their use: what the command fetch does, and what the compiler expects of it. */
import { COMMAND_BYTES } from './operations.ts';

/** What it follows from: bytes of a beat, beats of the longest burst, bursts in flight of each unit that reads. */
export interface BusOptions {
  readonly busBytes: number;
  readonly maxBurst: number;
  readonly outstanding: number;
}

/** Most commands that are read ahead, and most beats of them. */
const MOST = { commands: 16, beats: 64 };

/** The part of all beats that commands take where others read: one of so many. */
export const SHARE = 4;

/**
 * How commands are read: the beats of a command and of a burst, which are powers of two; the commands that are read
 * ahead, and the bursts in flight.
 */
export function readsAhead({ busBytes, maxBurst, outstanding }: BusOptions) {
  const beats = COMMAND_BYTES / busBytes;
  const burst = Math.min(beats, 2 ** Math.floor(Math.log2(maxBurst)));
  const commands = Math.min(MOST.commands, MOST.beats / beats);
  return { beats, burst, commands, inFlight: Math.min(outstanding, (commands * beats) / burst) };
}
