/** Configurations with a name: those of machines that there are, as far as they can be had, and one for teaching. */
import type { NpuParameters } from './parameters.ts';

/** A named set of parameters; what it leaves out is as by default. */
export interface Preset {
  readonly parameters: Partial<NpuParameters>;
  /** Where its figures come from. */
  readonly source: string;
  /** What is otherwise there, and cannot be had here; null where nothing is. */
  readonly differs: string | null;
}

const [KIB, MIB] = [1024, 1024 * 1024];

export const presets = {
  tiny: {
    parameters: { rows: 4, cols: 4, busBytes: 8, scratchpadBytes: 16 * KIB, accumulatorBytes: 4 * KIB },
    source: 'for teaching: every wave fits a screen',
    differs: null,
  },
  edge: {
    parameters: { rows: 16, cols: 16, busBytes: 8, scratchpadBytes: 32 * KIB, accumulatorBytes: 16 * KIB },
    source:
      "sizes of Arm's Ethos-U55 with 256 multipliers: 48 KiB of local memory, a bus of 64 bits (its compiler Vela, architecture_features.py)",
    differs: 'its multipliers are no systolic array, and its local memory is one, shared out by its compiler',
  },
  gemmini: {
    parameters: {
      rows: 16,
      cols: 16,
      busBytes: 16,
      scratchpadBytes: 256 * KIB,
      accumulatorBytes: 64 * KIB,
      maxBurst: 4,
      outstanding: 16,
      queueDepth: 8,
    },
    source:
      'the default configuration of Gemmini: DMA of 64 bytes at 128 bits (github.com/ucb-bar/gemmini, src/main/scala/gemmini/Configs.scala)',
    differs:
      'its scratchpad has 4 banks, where this one has at least 6; its queue of stores has 2 entries, where all of these are alike',
  },
  'tesla-fsd': {
    parameters: { rows: 96, cols: 96, busBytes: 32, scratchpadBytes: 16 * MIB, accumulatorBytes: 256 * KIB },
    source: "one of the two accelerators of Tesla's FSD: 96 × 96, 68 GB/s at 2 GHz (Hot Chips 31; IEEE Micro 40:2)",
    differs:
      'its memory of 32 MiB is twice what a scratchpad can have here; its sums stay in the array, 256 KiB for them are ours',
  },
  'tpu-v3': {
    parameters: { rows: 128, cols: 128, busBytes: 64, scratchpadBytes: 16 * MIB, accumulatorBytes: 512 * KIB },
    source:
      'one matrix unit of a TPU v3, with a core\'s half of the 32 MiB on the chip (CACM 63:7; ISCA 2021, "Ten Lessons", table 1)',
    differs:
      'it multiplies bfloat16; its memory gives about 1,000 bytes a cycle, where a beat here has at most 64; 512 KiB of sums are ours',
  },
} as const satisfies Readonly<Record<string, Preset>>;
