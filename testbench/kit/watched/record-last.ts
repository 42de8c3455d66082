/**
 * The last cycles of a simulation, kept in memory while a test runs: nothing is written where it passes; where it
 * fails, waves, their view and a drawing are made of them.
 */
import { basename, dirname, join } from 'node:path';
import type { Simulator, TraceSource } from '../../../hdl/sim/index.ts';
import { LastCycles, openWaves, type Ending, type View, type WaveFiles } from '../../../waveforms/index.ts';
import { shellCommand } from '../shell.ts';
import { drawLast } from './draw-last.ts';
import { endingOf } from './ending.ts';
import { ReplayedTrace } from './replayed.ts';

export interface RecordLastOptions {
  /** Cycles that are kept (1,000). Memory: what changes in them, 8 bytes for each change of up to 32 bits. */
  readonly last?: number;
  /** What GTKWave is to show; unless given, the top module's ports and state, then a group for each instance. */
  readonly view?: (trace: TraceSource) => View;
}

/** What is left of a run that went wrong. */
export interface Left {
  /** The last cycles of what was involved, as text. */
  readonly drawing: string;
  readonly files: WaveFiles;
  /** What to type to see the waves. */
  readonly command: string;
}

export interface LastRecording {
  readonly sim: Simulator;
  /** Whether a check of the design has stopped it. */
  readonly failed: boolean;
  /**
   * Writes what was kept, up to the cycle in which the simulation stands, to a .vcd or .fst file, with a view that
   * leads to what went wrong, beside it; draws the last cycles of what was involved.
   * @param path relative ones stay so in the command
   * @throws WaveformError where the file cannot be written
   */
  leave(path: string, error: unknown): Left;
  /** Only the drawing, where all waves were written beside. */
  draw(files: WaveFiles, error: unknown): Left;
  /** Keeps no more. */
  stop(): void;
}

const LAST = 1000;

/** Keeps the last cycles of a simulation from now on. A simulation that is set back to a snapshot begins anew. */
export function recordLast(sim: Simulator, { last = LAST, view }: RecordLastOptions = {}): LastRecording {
  const trace = sim.trace();
  const kept = new LastCycles(trace, last);
  // A check that has stopped it says more than what a test made of that.
  const ended = (error: unknown): Ending => {
    const failure = trace.failed();
    return endingOf(failure === null ? error : { name: 'CheckError', failure });
  };
  return {
    sim,
    get failed() {
      return trace.failed() !== null;
    },
    leave: (path, error) => {
      const ending = ended(error);
      const replayed = new ReplayedTrace(trace, ...kept.stretches());
      const waves = openWaves(replayed, path, view === undefined ? {} : { view: () => view(replayed) });
      const draw = drawLast(replayed, ending);
      replayed.play();
      return leftIn(waves.closeSync(ending), draw);
    },
    draw: (files, error) => {
      const replayed = new ReplayedTrace(trace, ...kept.stretches());
      const draw = drawLast(replayed, ended(error));
      replayed.play();
      return leftIn(files, draw);
    },
    stop: () => kept.stop(),
  };
}

function leftIn(files: WaveFiles, draw: () => string): Left {
  // The view lies beside the waves; the paths stay as short as they were given.
  const view = files.view === null ? [] : [join(dirname(files.path), basename(files.view))];
  return { files, drawing: draw(), command: shellCommand('gtkwave', files.path, ...view) };
}
