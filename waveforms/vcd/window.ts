/** Which part of a run goes into the file. */
import type { Sample, TracedClock } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleStart } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { changesSince, Recording, type Stretch } from '../recording.ts';

/**
 * Cycles of the first clock, counted from 0: from `start` (0) up to and without `end` (the end of the run); or the `last` N, of which
 * the one that the run ended in is the last.
 */
export type Window =
  | { readonly start?: number; readonly end?: number; readonly last?: never }
  | { readonly last: number; readonly start?: never; readonly end?: never };

export interface Selector {
  /** Takes a sample of the running simulation. False: nothing that follows is wanted. */
  take(sample: Sample): boolean;
  /** Takes the last cycle, which no edge has ended, and writes what is left. */
  finish(sample: Sample): void;
}

type Write = (stretch: Stretch) => void;

/** @throws WaveformError for a window without a cycle in it. */
export function selector(window: Window, clock: TracedClock, signals: number, write: Write): Selector {
  const { start = 0, end = Infinity, last } = window;
  if (last !== undefined) {
    if (!Number.isInteger(last) || last < 1) throw new WaveformError(`a window of the last ${last} cycles is empty: ask for 1 or more`);
    return new LastCycles(last, clock, signals, write);
  }
  if (!(start >= 0 && end > start)) throw new WaveformError(`a window from cycle ${start} to ${end} is empty: the end must be after the start, which is 0 or more`);
  return new Span(cycleStart(clock, start), cycleStart(clock, end), signals, write);
}

class Span implements Selector {
  readonly #from: number;
  readonly #to: number;
  readonly #signals: number;
  readonly #write: Write;
  readonly #latest: bigint[] = [];
  #end = 0;

  constructor(from: number, to: number, signals: number, write: Write) {
    this.#from = from;
    this.#to = to;
    this.#signals = signals;
    this.#write = write;
  }

  take(sample: Sample): boolean {
    if (sample.time < this.#from) return true;
    if (sample.time >= this.#to) return false;
    this.#put(this.#latest.length === 0 ? changesSince(sample, [], this.#signals) : sample);
    return true;
  }

  finish(sample: Sample): void {
    // After a failed check the current cycle is one that was sampled already.
    const fresh = sample.time >= this.#end && sample.time >= this.#from && sample.time < this.#to;
    if (fresh) this.#put(changesSince(sample, this.#latest, this.#signals));
  }

  #put(stretch: Stretch): void {
    this.#end = stretch.end;
    this.#write({
      time: stretch.time,
      end: stretch.end,
      changes: (visit) => stretch.changes((index, pattern) => {
        this.#latest[index] = pattern;
        visit(index, pattern);
      }),
    });
  }
}

/** Memory is bounded by the changes of N cycles. */
class LastCycles implements Selector {
  readonly #cycles: number;
  readonly #clock: TracedClock;
  readonly #signals: number;
  readonly #write: Write;
  readonly #recording = new Recording();

  constructor(cycles: number, clock: TracedClock, signals: number, write: Write) {
    this.#cycles = cycles;
    this.#clock = clock;
    this.#signals = signals;
    this.#write = write;
  }

  take(sample: Sample): boolean {
    this.#put(sample);
    return true;
  }

  finish(sample: Sample): void {
    if (sample.time >= this.#recording.end) this.#put(changesSince(sample, this.#recording.latest, this.#signals));
    for (const stretch of this.#recording.stretches()) this.#write(stretch);
  }

  #put(stretch: Stretch): void {
    this.#recording.push(stretch);
    this.#recording.forgetBefore(cycleStart(this.#clock, cycleAt(this.#clock, stretch.time) - this.#cycles + 1));
  }
}
