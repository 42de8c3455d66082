/** FST files, by way of GTKWave's converter `vcd2fst`: 7 to 15 times smaller than VCD, and quick to open. */
import { statSync } from 'node:fs';
import type { TraceSource } from '../../hdl/sim/trace.ts';
import { WaveformError } from '../error.ts';
import { orDiscard } from '../output-file.ts';
import { finishAtExit } from '../unfinished.ts';
import { VcdStream, type VcdOptions } from '../vcd/stream.ts';
import type { WaveSummary } from '../vcd/write.ts';
import { tablesOf } from './enumerations.ts';
import { FstFile } from './file.ts';

export interface FstWriter {
  /** As {@link VcdWriter.close}; waits for the converter. */
  close(): Promise<WaveSummary>;
  /** The same at once, for where nothing can be waited for, such as the end of a process. */
  closeSync(): WaveSummary;
  /** Stops without leaving a file. */
  discard(): void;
}

/**
 * Writes an FST file from now on, with the options of {@link writeVcd}; whatever ends this process, the converter makes
 * the file whole with what it has got. The text goes through a named pipe, since a simulation takes its steps without
 * giving Node the time that its own pipes need; no VCD is kept on disk or in memory.
 * @throws WaveformError when `vcd2fst` or `mkfifo` is missing, and as {@link writeVcd}.
 */
export function writeFst(trace: TraceSource, path: string, options: VcdOptions = {}): FstWriter {
  // The converter would replace a device by a file.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) {
    throw new WaveformError(`cannot write waves to ${path}: FST needs a plain file; give its name`);
  }
  const file = new FstFile(path, tablesOf(trace));
  const stream = orDiscard(file, () => new VcdStream(trace, file, options));
  const close = async (): Promise<WaveSummary> => {
    const held = stream.finish(path);
    return { path, bytes: await file.finish(), ...held };
  };
  let now: WaveSummary | null = null;
  const closeSync = (): WaveSummary => {
    forget();
    return (now ??= { path, ...stream.finish(path), bytes: file.finishNow() });
  };
  const forget = finishAtExit(closeSync);
  let summary: Promise<WaveSummary> | null = null;
  return {
    closeSync,
    close: () => {
      forget();
      return (summary ??= now === null ? close() : Promise.resolve(now));
    },
    discard: () => {
      if (summary !== null) return;
      forget();
      stream.stop();
      file.discard();
      summary = Promise.reject(new WaveformError(`the waves for ${path} were discarded`));
      summary.catch(() => undefined);
    },
  };
}
