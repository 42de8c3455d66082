/** VCD files (IEEE 1364-2005, clause 18) of a running simulation. */
import type { Sample, TraceSource } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleClock, cycleStart } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { orDiscard, OutputFile } from '../output-file.ts';
import { finishAtExit } from '../unfinished.ts';
import { VcdBody } from './body.ts';
import { VcdFormatter, type VcdSink } from './formatter.ts';
import { checkNames, declarations, identifiersOf, type Timescale } from './header.ts';
import { selector, type Window } from './window.ts';

export type VcdOptions = Window & {
  /** What one time unit is; the unit of clock periods. `1ns` unless given. */
  readonly timescale?: Timescale;
};

/** What a file holds. */
export interface WaveSummary {
  readonly path: string;
  readonly bytes: number;
  /** Time at which the last value ends. */
  readonly end: number;
}

export interface VcdWriter {
  /**
   * Writes the current cycle and ends the file. Later calls do the same, errors included.
   * @throws WaveformError when the file cannot be written to its end, or the run ended before the window began (no file is left then).
   */
  close(): WaveSummary;
  /** Stops without leaving a file. */
  discard(): void;
}

export interface VcdStream {
  /** @param path for messages @returns the time at which the last value ends */
  finish(path: string): number;
  stop(): void;
}

/**
 * Writes a VCD file from now on, under its own name: an older file is replaced in the first step, and whatever ends the run leaves what is
 * written; what an orderly end of the process finds unclosed is closed then. Every signal of the trace and both edges of its clocks are in
 * it; which signals there are is decided where the trace is made.
 *
 * Errors while the simulation runs come out of the step that meets them, or of a later one, or of close.
 *
 * @throws WaveformError when the path cannot be written, a name does not fit VCD, or the window is empty.
 */
export function writeVcd(trace: TraceSource, path: string, options: VcdOptions = {}): VcdWriter {
  const file = new OutputFile(path);
  const stream = orDiscard(file, () => streamVcd(trace, file, options));
  let outcome: (() => WaveSummary) | null = null;
  const close = (): WaveSummary => {
    if (outcome !== null) return outcome();
    forget();
    try {
      const end = stream.finish(path);
      const summary = { path, bytes: file.keep(), end };
      outcome = () => summary;
    } catch (error) {
      outcome = () => { throw error; };
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
      outcome = () => { throw new WaveformError(`the waves for ${path} were discarded`); };
    },
  };
}

/** Writes VCD text into any sink from now on, until finish or stop. For {@link writeVcd} and the FST writer. */
export function streamVcd(trace: TraceSource, sink: VcdSink, options: VcdOptions): VcdStream {
  const identifiers = identifiersOf(trace);
  const out = new VcdFormatter(sink, trace.parts.map(({ type: { width } }) => width), identifiers.parts);
  checkNames(trace);
  const head = (): Iterable<string> => declarations(trace, identifiers, options.timescale ?? '1ns');
  const body = new VcdBody(out, identifiers.clocks, head);
  const clock = cycleClock(trace);
  const chosen = selector(options, clock, trace.parts, (stretch) => body.write(stretch));
  let unlisten = (): void => undefined;
  const stop = (): void => {
    unlisten();
    out.stop();
  };
  let failure: { readonly error: unknown } | null = null;
  /** An error ends the stream: what is written until then is made whole, and later calls meet the same error. */
  const orStop = <T>(run: () => T): T => {
    if (failure === null) {
      try {
        return run();
      } catch (error) {
        unlisten();
        finishQuietly(body);
        out.stop(error);
        failure = { error: sink.fail === undefined ? error : sink.fail(error) };
      }
    }
    throw failure.error;
  };
  const listen = (sample: Sample): void => orStop(() => {
    if (!chosen.take(sample)) unlisten();
  });
  unlisten = trace.onSample(listen, cycleStart(clock, options.start ?? 0));
  return {
    finish: (path) => {
      const end = orStop(() => {
        unlisten();
        const now = trace.now();
        chosen.finish(now);
        if (body.end < 0) {
          const { start = 0 } = options;
          const [cycle, begin] = [cycleAt(clock, now.time), `before cycle ${start} where they should start`];
          throw new WaveformError(`no waves written to ${path}: the run ended in cycle ${cycle}, ${begin}`);
        }
        body.finish();
        return body.end;
      });
      stop();
      return end;
    },
    stop,
  };
}

/** Writes what the stream has whole, if anything can be written. */
function finishQuietly(body: VcdBody): void {
  try {
    if (body.end >= 0) body.finish();
  } catch {
    // What stopped the stream is told.
  }
}
