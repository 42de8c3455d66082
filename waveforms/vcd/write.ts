/** VCD files (IEEE 1364-2005, clause 18) of a running simulation. */
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { WaveformError } from '../error.ts';
import { orDiscard, OutputFile } from '../output-file.ts';
import { finishAtExit } from '../unfinished.ts';
import { VcdStream, type Held, type VcdOptions } from './stream.ts';

/** What a file holds. */
export interface WaveSummary extends Held {
  readonly path: string;
  readonly bytes: number;
}

export interface VcdWriter {
  /**
   * Writes the current cycle and ends the file. Later calls do the same, errors included.
   * @throws WaveformError when the file cannot be written to its end, or the run ended before the window began (no file
   * is left then).
   */
  close(): WaveSummary;
  /** Stops without leaving a file. */
  discard(): void;
}

/**
 * Writes a VCD file from now on, under its own name: an older file is replaced in the first step, and whatever ends the
 * run leaves what is written; what an orderly end of the process finds unclosed is closed then. Every signal of the
 * trace and both edges of its clocks are in it; which signals there are is decided where the trace is made.
 *
 * Errors while the simulation runs come out of the step that meets them, or of a later one, or of close.
 *
 * @throws WaveformError when the path cannot be written, a name does not fit VCD, or the window is empty.
 */
export function writeVcd(trace: TraceSource, path: string, options: VcdOptions = {}): VcdWriter {
  const file = new OutputFile(path);
  const stream = orDiscard(file, () => new VcdStream(trace, file, options));
  let outcome: (() => WaveSummary) | null = null;
  const close = (): WaveSummary => {
    if (outcome !== null) return outcome();
    forget();
    try {
      const held = stream.finish(path);
      const summary = { path, bytes: file.keep(), ...held };
      outcome = () => summary;
    } catch (error) {
      outcome = () => {
        throw error;
      };
    }
    return outcome();
  };
  const forget = finishAtExit(close);
  return {
    close,
    discard: () => {
      if (outcome !== null) return;
      forget();
      stream.stop();
      file.discard();
      outcome = () => {
        throw new WaveformError(`the waves for ${path} were discarded`);
      };
    },
  };
}
