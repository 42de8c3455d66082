/** Waves of a run, as the flags ask for them. */
import { resolve, sep } from 'node:path';
import { SimulationError, type Simulator } from '../hdl/sim/index.ts';
import type { NpuConfig } from '../npu/config.ts';
import { endingOf } from '../testbench/kit/watched/ending.ts';
import { shellPath } from '../testbench/kit/shell.ts';
import {
  recordDesign,
  recordRun,
  wrongAt,
  type Difference,
  type NpuWaves,
  type RunWaveOptions,
  type RunWaves,
} from '../testbench/waves.ts';
import type { Program } from '../npu/compiler/program.ts';
import type { Ending } from '../waveforms/index.ts';
import { UsageError } from './failure.ts';
import { fileFlag, numberFlag, textFlag } from './flags.ts';

const group = 'Waveforms:';
const cycle = (flag: string, least: number, describe: string) =>
  numberFlag(flag, { least, most: Number.MAX_SAFE_INTEGER }, { group, describe });

export const waveFlags = {
  waves: fileFlag('waves', ['.vcd', '.fst'], {
    group,
    describe:
      'write waves to this .vcd or .fst file (.fst needs vcd2fst, which comes with GTKWave), and a view for GTKWave beside it',
  }),
  'waves-start': cycle('waves-start', 0, 'first cycle to write'),
  'waves-end': cycle('waves-end', 1, 'first cycle not to write'),
  'waves-last': cycle('waves-last', 1, 'write only the last N cycles'),
  'waves-scope': textFlag('waves-scope', {
    group,
    describe: 'only what is at or below this path, such as system.npu.matrix',
  }),
  'waves-memory': textFlag('waves-memory', {
    group,
    describe:
      'words of memories too, such as system.memory.dram:0-15 (all without a range); several with commas between',
  }),
  'waves-depth': cycle('waves-depth', 1, 'only so many levels of hierarchy'),
};

type WaveChoice = {
  readonly [F in keyof typeof waveFlags]: (F extends `waves${'' | '-scope' | '-memory'}` ? string : number) | undefined;
};

/** `view`: null beside a device or pipe; `cycle`: how long a cycle is in them. */
export interface WaveFiles {
  readonly wave: string;
  readonly view: string | null;
  readonly bytes: number;
  readonly cycle: string;
}

/** The waves of one run: nothing when none are asked for. */
export class Waves {
  readonly path: string | undefined;
  readonly #options: RunWaveOptions;
  #recording: RunWaves | NpuWaves | null = null;

  /** @throws UsageError for flags that contradict each other or stand alone. */
  constructor(flags: WaveChoice) {
    const {
      waves,
      'waves-start': start,
      'waves-end': end,
      'waves-last': last,
      'waves-scope': scope,
      'waves-depth': depth,
      'waves-memory': memory,
    } = flags;
    const alone = Object.entries(flags).find(([name, value]) => name.startsWith('waves-') && value !== undefined)?.[0];
    if (waves === undefined && alone !== undefined)
      throw new UsageError(`--${alone} is given without --waves`, 'name the file with --waves FILE.vcd');
    if (last !== undefined && (start ?? end) !== undefined)
      throw new UsageError(
        '--waves-last is given with --waves-start or --waves-end',
        'choose the last cycles or a stretch',
      );
    if (end !== undefined && end <= (start ?? 0))
      throw new UsageError(`--waves-end ${end} is not after --waves-start ${start ?? 0}`, 'make the end larger');
    this.path = waves;
    const window =
      last === undefined
        ? { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) }
        : { last };
    this.#options = {
      ...window,
      ...(scope === undefined ? {} : { scope }),
      ...(depth === undefined ? {} : { depth }),
      ...(memory === undefined ? {} : { memories: rangesIn(memory) }),
    };
  }

  /**
   * Starts to record; `config`: of an NPU, null of any other design.
   * @throws UsageError for a scope that the design does not have; WaveformError for a path that cannot be written.
   */
  attach(sim: Simulator, config: NpuConfig | null): void {
    if (this.path === undefined) return;
    const options = { ...this.#options, onError: () => undefined };
    this.#checkMemories(sim);
    try {
      // A run whose waves cannot be written goes on to its result; what became of them is told at the end.
      this.#recording =
        config === null ? recordDesign(sim, this.path, options) : recordRun(sim, config, this.path, options);
    } catch (error) {
      if (error instanceof SimulationError)
        throw new UsageError(`--waves-scope: ${error.message}`, 'systole info shows the hierarchy', { cause: error });
      throw error;
    }
  }

  #checkMemories(sim: Simulator): void {
    try {
      for (const { path } of this.#options.memories ?? []) sim.memory(path);
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      throw new UsageError(`--waves-memory: ${error.message}`, 'systole info shows the hierarchy', { cause: error });
    }
  }

  /** What an error that ended the run means for its waves. */
  endingOf(error: unknown): Ending {
    const recording = this.#recording;
    return recording !== null && 'endingOf' in recording ? recording.endingOf(error) : endingOf(error);
  }

  /** The ending of a product whose result is wrong; null where nothing was recorded. */
  wrongAt(program: Pick<Program, 'tensors'>, difference: Difference): Ending | null {
    const recording = this.#recording;
    return recording !== null && 'writtenAt' in recording ? wrongAt(recording, program, difference) : null;
  }

  /**
   * Ends the file, and writes the view, which opens at an ending if there is one; null where there are no waves.
   * @throws WaveformError, also for what could not be written while the simulation ran.
   */
  async close(ending: Ending | null = null): Promise<WaveFiles | null> {
    if (this.#recording === null) return null;
    const { path, bytes, view, cycle } = await this.#recording.close(ending);
    return { wave: path, view, bytes, cycle };
  }
}

/** @throws UsageError for what is no list of memories */
function rangesIn(given: string): NonNullable<RunWaveOptions['memories']> {
  return given.split(',').map((one) => {
    const [, path = '', from, to] = /^([^\s:]+)(?::(\d+)(?:-(\d+))?)?$/.exec(one) ?? [];
    if (path === '')
      throw new UsageError(`--waves-memory is ${given}`, 'give PATH or PATH:FROM-TO, several with commas between');
    return from === undefined ? { path } : { path, from: Number(from), to: Number(to ?? from) };
  });
}

/** From so many bytes on VCD is slow to open. */
const LARGE = 30e6;

/** What is to be said of a large VCD file; null of others. */
export function sizeAdvice({ wave, bytes }: Pick<WaveFiles, 'wave' | 'bytes'>): string | null {
  if (bytes < LARGE || wave.endsWith('.fst')) return null;
  return 'VCD of this size opens slowly: a name that ends in .fst makes a file 7 to 15 times smaller, which opens at once';
}

/** What to type to see them. */
export function viewerCommand({ wave, view }: WaveFiles): string {
  const here = resolve('.');
  const short = (path: string): string => {
    const full = resolve(path);
    return shellPath(full.startsWith(`${here}${sep}`) ? full.slice(here.length + 1) : full);
  };
  return ['gtkwave', short(wave), ...(view === null ? [] : [short(view)])].join(' ');
}
