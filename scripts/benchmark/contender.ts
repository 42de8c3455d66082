/** What takes part in a comparison. */

/** Where a run ended, in what time, and what came out. */
export interface Run {
  readonly seconds: number;
  /** Of a processor: what can be compared on a machine that others use. Null where nobody says. */
  readonly processorSeconds: number | null;
  readonly cycles: number;
  /** Of equal numbers of cycles of one subject, equal. */
  readonly checksum: number;
}

export interface RunOptions {
  /** Ends the run, where the design is not done before. */
  readonly cycles: number;
  /** Writes waves of everything to this file. */
  readonly vcd?: string;
}

export interface Contender {
  /** From the start, after reset, again and again. Only the run itself is timed. */
  run(options: RunOptions): Run;
}

/** The names of contenders, in the order of tables. */
export const contenderNames = ['ours', 'verilator', 'verilatorDefault', 'icarus'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** What tables and messages call them. */
export const contenderTitles: Readonly<Record<ContenderName, string>> = {
  ours: 'Systole',
  verilator: 'Verilator, `clang -O3`',
  verilatorDefault: 'Verilator, defaults',
  icarus: 'Icarus',
};

/** A tool that failed, or whose results differ from ours; one line and what the tool said. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}
