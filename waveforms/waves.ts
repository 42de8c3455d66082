/** Waves of a run in one file, and a view of it beside. */
import { statSync } from 'node:fs';
import type { TraceSource } from '../hdl/sim/trace.ts';
import { Activity } from './activity.ts';
import { cycleClock, cycleStart } from './clocks.ts';
import { AFTER, BEFORE, leadTo, type Ending } from './ending.ts';
import { WaveformError } from './error.ts';
import { writeFst } from './fst/write.ts';
import { defaultView } from './gtkw/default-view.ts';
import type { View } from './gtkw/view.ts';
import { writeGtkw } from './gtkw/write.ts';
import { finishAtExit } from './unfinished.ts';
import type { Held, VcdOptions } from './vcd/stream.ts';
import { writeVcd, type WaveSummary } from './vcd/write.ts';

export type WaveOptions = VcdOptions & {
  /**
   * What GTKWave is to show, written beside the file as {@link writeGtkw} does: a view, or a function that is asked for
   * it when the run begins and when the waves are closed; false: no view is written. {@link defaultView} unless given.
   */
  readonly view?: View | (() => View) | false;
};

export interface WaveFiles extends WaveSummary {
  /** Path of the view; null where none was asked for, and beside a device or pipe. */
  readonly view: string | null;
  /** How long a cycle of the first clock is: `2 ns`. */
  readonly cycle: string;
}

export interface WaveWriter {
  /**
   * Writes the current cycle and ends the file; waits for the converter of FST. Then the view once more, which opens
   * where `ending` says, with a marker and what was involved; unless given, where an error has stopped the run, with a
   * marker `failed`, or at the end if only the last cycles are kept. Later calls do the same, errors included.
   * @throws WaveformError as {@link writeVcd}, and when the view cannot be written.
   */
  close(ending?: Ending | null): Promise<WaveFiles>;
  /** The same at once, for where nothing can be waited for: the end of a test or of a process. */
  closeSync(ending?: Ending | null): WaveFiles;
  /** Stops without leaving a file. */
  discard(): void;
}

/**
 * Writes waves in the format that the path's ending names, `.fst` for FST, VCD for anything else, and a view for
 * GTKWave beside them:
 *
 *     const waves = openWaves(simulator.trace(), 'run.vcd');
 *     simulator.step(100);
 *     await waves.close();       // then: gtkwave run.vcd run.gtkw
 *
 * What is not closed is closed at an orderly end of the process; a run that waits, as after a failed test, has all of
 * its waves on disk; what ends one suddenly while it steps in a loop costs at most its last second. An FST file that
 * nobody closed lacks the current cycle.
 * @throws WaveformError as {@link writeVcd} and {@link writeFst}.
 */
export function openWaves(
  trace: TraceSource,
  path: string,
  { view = () => defaultView(trace), ...options }: WaveOptions = {},
): WaveWriter {
  const withView: VcdOptions = {
    ...options,
    onWait: (held) => {
      if (held.stopped !== null) quietly(() => write(held));
      options.onWait?.(held);
    },
  };
  const writer = path.endsWith('.fst') ? writeFst(trace, path, withView) : writeVcd(trace, path, withView);
  const viewOf = typeof view === 'function' ? view : () => view;
  const write = (held: Partial<Held>): string | null => {
    const chosen = viewOf();
    // vcd2fst takes the file away before it makes its own.
    const isDevice = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
    if (chosen === false || isDevice) return null;
    const { last } = activity;
    return writeGtkw(trace, path, atTheEnd(trace, chosen, held, { ending, kept: options.last, last }), held);
  };
  let ending: Ending | null = null;
  const activity = new Activity(trace);
  const [from, to] = [options.start ?? 0, options.end ?? Infinity].map((cycle) => cycleStart(cycleClock(trace), cycle));
  const stopWatching = trace.onSample((sample) => {
    // What nobody keeps is not to be slow.
    if (sample.time < (to ?? 0)) activity.take(sample);
    else stopWatching();
  }, from);
  // Already with the first values, since nobody knows whether there will be an end; but not before there are any.
  const stopListening = trace.onSample(() => {
    stopListening();
    quietly(() => write({ timescale: options.timescale ?? '1ns' }));
  }, from);
  const told = (summary: WaveSummary): WaveFiles => ({
    ...summary,
    view: write(summary),
    cycle: cycleTime(trace, summary),
  });
  const endSync = (): WaveFiles => told('closeSync' in writer ? writer.closeSync() : writer.close());
  const forget = finishAtExit(endSync);
  let files: Promise<WaveFiles> | null = null;
  const end = (): void => {
    stopListening();
    stopWatching();
    forget();
  };
  return {
    close: (how = null) => {
      end();
      ending ??= how;
      return (files ??= (async () => told(await writer.close()))());
    },
    closeSync: (how = null) => {
      end();
      ending ??= how;
      return endSync();
    },
    discard: () => {
      end();
      writer.discard();
    },
  };
}

function cycleTime(trace: TraceSource, { timescale }: Held): string {
  return `${cycleClock(trace).period * Number.parseInt(timescale, 10)} ${timescale.replace(/^\d+/, '')}`;
}

/** A view that cannot be written is told when the waves are closed. */
function quietly(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof WaveformError)) throw error;
  }
}

/** What is known of the end when a view is written: `kept`, last cycles where only those are; `last` activity. */
interface Known {
  readonly ending: Ending | null;
  readonly kept: number | undefined;
  readonly last: number | null;
}

/** The view with what is to be seen at first: where the run was stopped, or the end if only that is kept. */
function atTheEnd(
  trace: TraceSource,
  view: View,
  { start = 0, end, stopped = null }: Partial<Held>,
  known: Known,
): View {
  const ending = known.ending ?? stoppedBy(trace, stopped);
  if (ending !== null) {
    const now = stopped ?? trace.now().time;
    if (ending.time !== 'last activity') return leadTo(trace, view, ending, ending.time ?? now);
    // Of a file that does not reach back to it, what is there shows what waits.
    return known.last !== null && known.last >= start
      ? leadTo(trace, view, ending, known.last)
      : leadTo(trace, view, { ...ending, marker: 'hung' }, now);
  }
  if (known.kept === undefined || end === undefined) return view;
  return { ...view, visible: { from: end - cycleClock(trace).period * (BEFORE + AFTER), to: end } };
}

/** What a run that nobody has told the end of was stopped by. */
function stoppedBy(trace: TraceSource, time: number | null): Ending | null {
  if (time === null) return null;
  const failed = trace.failed();
  return { marker: 'failed', time, why: failed?.message ?? 'stopped', involved: failed === null ? [] : [failed.path] };
}
