/** Waves of a run in one file, and a view of it beside. */
import { statSync } from 'node:fs';
import type { TraceSource } from '../hdl/sim/trace.ts';
import { cycleClock, cycleStart } from './clocks.ts';
import { WaveformError } from './error.ts';
import { writeFst } from './fst/write.ts';
import { defaultView } from './gtkw/default-view.ts';
import type { Marker, View } from './gtkw/view.ts';
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
   * where an error has stopped the run, with a marker `failed`, or at the end if only the last cycles are kept. Later
   * calls do the same, errors included.
   * @throws WaveformError as {@link writeVcd}, and when the view cannot be written.
   */
  close(): Promise<WaveFiles>;
  /** Stops without leaving a file. */
  discard(): void;
}

const FAILED = 'failed';
/** Cycles on screen before and after the one in which a run has failed. */
const [BEFORE, AFTER] = [24, 8];

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
    return chosen === false || isDevice ? null : writeGtkw(trace, path, atTheEnd(trace, chosen, held, options), held);
  };
  // Already with the first values, since nobody knows whether there will be an end; but not before there are any.
  const stopListening = trace.onSample(
    () => {
      stopListening();
      quietly(() => write({ timescale: options.timescale ?? '1ns' }));
    },
    cycleStart(cycleClock(trace), options.start ?? 0),
  );
  const forget = finishAtExit(() => write('closeSync' in writer ? writer.closeSync() : writer.close()));
  const close = async (): Promise<WaveFiles> => {
    const summary = await writer.close();
    return { ...summary, view: write(summary), cycle: cycleTime(trace, summary) };
  };
  let files: Promise<WaveFiles> | null = null;
  const end = (): void => {
    stopListening();
    forget();
  };
  return {
    close: () => {
      end();
      return (files ??= close());
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

/** The view with what is to be seen at first: where the run was stopped, or the end if only that is kept. */
function atTheEnd(trace: TraceSource, view: View, { end, stopped = null }: Partial<Held>, { last }: VcdOptions): View {
  const { period } = cycleClock(trace);
  if (stopped !== null && view.markers.every(({ name }) => name !== FAILED)) return failedAt(trace, view, stopped);
  if (last === undefined || end === undefined) return view;
  return { ...view, visible: { from: end - period * (BEFORE + AFTER), to: end } };
}

/** A view that opens at a time, in time units, where the run failed, with a marker `failed`. */
export function failedAt(trace: Pick<TraceSource, 'clocks'>, view: View, time: number): View {
  const { period } = cycleClock(trace);
  const failed: Marker = { name: FAILED, time };
  return {
    ...view,
    markers: [...view.markers, failed],
    visible: { from: time - period * BEFORE, to: time + period * AFTER },
  };
}
