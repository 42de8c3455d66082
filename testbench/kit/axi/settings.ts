/** What may differ between runs of one memory: its size, latency, stalls and their seed. */
import type { Simulator } from '../../../hdl/sim/index.ts';
import { show } from '../../../hdl/messages/show.ts';
import { channels, randomOf, randomStart, stallOf, stallRange, type Channel, type Stall } from './stalls.ts';

/**
 * Requests carry the time at which they may be answered. A response put off for 2^23 cycles by its consumer would look
 * early again.
 */
export const TIME_BITS = 24;
/** Queue and response register take a cycle each. */
export const LEAST_LATENCY = 2;

/** Registers of a tunable memory. */
export const settingNames = {
  /** Cycles from a request until its response may be given to the response register. */
  wait: 'wait_cycles',
  /** Words that exist. */
  words: 'word_count',
  stall: (channel: Channel): string => `${channel}_stall`,
} as const;

export interface MemorySettings {
  /** Size in bytes: whole beats, at most that of the design. */
  readonly bytes: number;
  /** As in AxiMemoryOptions. */
  readonly latency?: number | undefined;
  readonly stall?: Stall | undefined;
  readonly seed?: number | undefined;
}

/** What a run chooses, from the least to the most. */
export const settingRanges = {
  latency: { least: 0, most: 2 ** (TIME_BITS - 2) - 1 },
  stall: stallRange,
  /** 32 bits, with a sign or without. */
  seed: { least: -(2 ** 31), most: 2 ** 32 - 1 },
} as const;

/** @throws RangeError */
export function needs(holds: boolean, what: string): void {
  if (!holds) throw new RangeError(`an AXI memory needs ${what}`);
}

function needsWhole(name: keyof typeof settingRanges, value: unknown): void {
  const { least, most } = settingRanges[name];
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
  needs(fits, `a ${name} that is a whole number from ${least} to ${most}, not ${show(value)}`);
}

/** @throws RangeError for a latency, a stall or a seed that cannot be. */
export function checkSettings({ latency = LEAST_LATENCY, stall = 0, seed = 1 }: Omit<MemorySettings, 'bytes'>): void {
  needsWhole('latency', latency);
  needsWhole('seed', seed);
  if (typeof stall !== 'object' || Object.is(stall, null)) {
    needsWhole('stall', stall);
    return;
  }
  for (const [channel, cycles] of Object.entries(stall)) {
    needs(
      channels.some((name) => name === channel),
      `stalls of ${channels.join(', ')}, not of ${channel}`,
    );
    needsWhole('stall', cycles);
  }
}

/** Cycles from a request until its response may be given to the response register. */
export function waitOf(latency: number): number {
  return Math.max(latency - 1, 1);
}

/** Words of a memory of so many bytes. @throws RangeError */
export function depthOf(bytes: number, busBytes: number): number {
  const fits = bytes >= busBytes && bytes % busBytes === 0 && bytes <= 2 ** 31;
  needs(fits, `a size of whole beats of at most 2 GiB, not ${bytes} bytes`);
  return bytes / busBytes;
}

/**
 * Makes the tunable memory at `path` what it would be if it had been designed with `settings`. To be called in the
 * first cycle after reset, which puts back what the design says: from then on both do the same in every cycle.
 * @throws RangeError for settings that cannot be; SimulationError for a memory that is not tunable.
 */
export function tuneMemory(sim: Simulator, path: string, busBytes: number, settings: MemorySettings): void {
  checkSettings(settings);
  const { bytes, latency = LEAST_LATENCY, stall = 0, seed = 1 } = settings;
  sim.poke(`${path}.${settingNames.words}`, depthOf(bytes, busBytes));
  sim.poke(`${path}.${settingNames.wait}`, waitOf(latency));
  for (const channel of channels) {
    sim.poke(`${path}.${settingNames.stall(channel)}`, stallOf(stall, channel));
    sim.poke(`${path}.${randomOf(channel)}`, randomStart(seed, channel));
  }
}
