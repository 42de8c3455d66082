/** VCD text of a running simulation, into any sink. */
import type { Sample, TraceSource } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleClock, cycleStart } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { VcdBody } from './body.ts';
import { VcdFormatter, type VcdSink } from './formatter.ts';
import { checkNames, CYCLE_BITS, declarations, identifiersOf, type Timescale } from './header.ts';
import { OnTurn } from './on-turn.ts';
import { selector, type Selector, type Window } from './window.ts';

export type VcdOptions = Window & {
  /** What one time unit is; the unit of clock periods. `1ns` unless given. */
  readonly timescale?: Timescale;
  /**
   * Called once with what goes wrong while the simulation runs, which then goes on without waves; unless given, the
   * step throws it. Closing throws it in any case.
   */
  readonly onError?: (error: unknown) => void;
  /** Called when the simulation waits, and all of its waves so far are in the file. */
  readonly onWait?: (held: Held) => void;
};

/** Which stretch of the run a file holds, in time units. */
export interface Held {
  readonly timescale: Timescale;
  /** Time at which the first value begins. */
  readonly start: number;
  /** Time at which the last value ends. */
  readonly end: number;
  /** Time of the cycle in which an error stopped the run: its edge was never taken. Null where none did. */
  readonly stopped: number | null;
}

/**
 * While the simulation gives nothing else a turn, so much of it may be lost by a sudden end: milliseconds, looked at
 * every so many samples.
 */
const [KEPT_BACK, LOOK_EVERY] = [1000, 64];

export class VcdStream {
  readonly #trace: TraceSource;
  readonly #sink: VcdSink;
  readonly #start: number;
  readonly #timescale: Timescale;
  readonly #onError: VcdOptions['onError'];
  readonly #onWait: VcdOptions['onWait'];
  readonly #out: VcdFormatter;
  readonly #body: VcdBody;
  readonly #selector: Selector;
  readonly #turn = new OnTurn(() => this.#settle());
  #unlisten = (): void => undefined;
  #failure: { readonly error: unknown } | null = null;
  /** Takes back the end that {@link #settle} has written. */
  #takeBack: (() => void) | null = null;
  #samples = 0;
  /** End of the last sample that was taken. */
  #taken = 0;
  #flushAt = performance.now() + KEPT_BACK;

  /**
   * Writes from now on, until {@link finish} or {@link stop}. @throws WaveformError for an empty window, and names that
   * do not fit VCD
   */
  constructor(trace: TraceSource, sink: VcdSink, options: VcdOptions) {
    checkNames(trace);
    const clock = cycleClock(trace);
    [this.#trace, this.#sink, this.#onError, this.#onWait] = [trace, sink, options.onError, options.onWait];
    [this.#start, this.#timescale] = [options.start ?? 0, options.timescale ?? '1ns'];
    this.#selector = selector(options, clock, trace.parts, (stretch) => this.#body.write(stretch));
    const identifiers = identifiersOf(trace);
    // After the parts, as one more: what counts cycles.
    const cycle = { clock, part: trace.parts.length };
    const widths = [...trace.parts.map(({ type: { width } }) => width), CYCLE_BITS];
    this.#out = new VcdFormatter(sink, widths, Int32Array.from([...identifiers.parts, identifiers.cycle]));
    this.#body = new VcdBody(this.#out, identifiers.clocks, cycle, () =>
      declarations(trace, identifiers, this.#timescale),
    );
    this.#unlisten = trace.onSample((sample) => this.#take(sample), cycleStart(clock, this.#start));
  }

  /** Ends the text with the current cycle. @param path for messages */
  finish(path: string): Held {
    const held = this.#orStop(() => {
      this.#unlisten();
      this.#goOn();
      const now = this.#trace.now();
      this.#selector.rest(now);
      if (this.#body.end < 0) {
        const cycle = cycleAt(cycleClock(this.#trace), now.time);
        const where = `the run ended in cycle ${cycle}, before cycle ${this.#start} where they should start`;
        throw new WaveformError(`no waves written to ${path}: ${where}`);
      }
      this.#body.finish();
      return this.#held(now.time);
    });
    this.stop();
    return held;
  }

  /** @param now of the current cycle: where it was taken already, something kept the run from going on */
  #held(now: number): Held {
    const { start, end } = this.#body;
    const isStopped = now < end && (now < this.#taken || this.#trace.failed() !== null);
    return { timescale: this.#timescale, start, end, stopped: isStopped ? now : null };
  }

  stop(): void {
    this.#unlisten();
    this.#turn.cancel();
    this.#out.stop();
  }

  #take(sample: Sample): void {
    try {
      this.#orStop(() => {
        this.#goOn();
        this.#taken = sample.end;
        if (!this.#selector.take(sample)) this.#unlisten();
        if (++this.#samples % LOOK_EVERY === 0) this.#flushInTime();
        this.#turn.ask();
      });
    } catch (error) {
      if (this.#onError === undefined) throw error;
      this.#onError(error);
    }
  }

  /**
   * What ends the process between two turns of the event loop ends it without a word; so what is written must be on its
   * way by itself.
   */
  #flushInTime(): void {
    const now = performance.now();
    if (now < this.#flushAt) return;
    this.#flushAt = now + KEPT_BACK;
    this.#out.flush();
  }

  /**
   * Nothing steps the simulation at the moment, and perhaps nothing ever will: a test may have failed. The text is made
   * whole, with the current cycle, as if the run had ended; what is added for that is taken back when it goes on.
   */
  #settle(): void {
    if (this.#failure !== null || this.#takeBack !== null) return;
    try {
      this.#out.finish();
      const now = this.#trace.now();
      this.#finishFor(now);
      if (this.#body.end >= 0) this.#onWait?.(this.#held(now.time));
    } catch {
      // What cannot be written is told in the next step, or when the waves are closed.
    }
  }

  /** Where what is written can be taken back. */
  #finishFor(now: Sample): void {
    const lose = this.#sink.mark?.() ?? null;
    if (lose === null) return;
    const forget = this.#body.mark();
    this.#takeBack = () => {
      lose();
      forget();
    };
    this.#selector.rest(now);
    if (this.#body.end >= 0) this.#body.finish();
  }

  #goOn(): void {
    const takeBack = this.#takeBack;
    this.#takeBack = null;
    takeBack?.();
  }

  /** An error ends the stream: what is written until then is made whole, and later calls meet the same error. */
  #orStop<T>(run: () => T): T {
    if (this.#failure === null) {
      try {
        return run();
      } catch (error) {
        this.#unlisten();
        this.#turn.cancel();
        this.#finishQuietly();
        this.#out.stop(error);
        this.#failure = { error: this.#sink.fail === undefined ? error : this.#sink.fail(error) };
      }
    }
    throw this.#failure.error;
  }

  #finishQuietly(): void {
    try {
      if (this.#body.end >= 0) this.#body.finish();
    } catch {
      // What stopped the stream is told.
    }
  }
}
