/** Which part of a run goes into the file. */
import type { Sample, TracedClock, TracedPart } from '../../hdl/sim/trace.ts';
import { cycleAt, cycleStart } from '../clocks.ts';
import { WaveformError } from '../error.ts';
import { checkLast, Recording, type Stretch } from '../recording.ts';

/**
 * Cycles of the first clock, counted from 0: from `start` (0) up to and without `end` (the end of the run); or the
 * `last` N, of which the one that the run ended in is the last.
 */
export type Window =
  | { readonly start?: number; readonly end?: number; readonly last?: never }
  | { readonly last: number; readonly start?: never; readonly end?: never };

export interface Selector {
  /** Takes a sample of the running simulation. False: nothing that follows is wanted. */
  take(sample: Sample): boolean;
  /**
   * Writes what is left if the run ends in this cycle, which no edge has ended. Nothing is taken: the run may go on.
   */
  rest(sample: Sample): void;
}

type Write = (stretch: Stretch) => void;

/**
 * @param parts of the trace
 * @throws WaveformError for a window without a cycle in it.
 */
export function selector(window: Window, clock: TracedClock, parts: readonly TracedPart[], write: Write): Selector {
  const { start = 0, end = Infinity, last } = window;
  if (last !== undefined) {
    checkLast(last);
    return new LastCycles(last, clock, parts, write);
  }
  if (!(start >= 0 && end > start))
    throw new WaveformError(
      `a window from cycle ${start} to ${end} is empty: the end must be after the start, which is 0 or more`,
    );
  return new Span(cycleStart(clock, start), cycleStart(clock, end), write);
}

class Span implements Selector {
  readonly #from: number;
  readonly #to: number;
  readonly #write: Write;
  #started = false;
  #end = 0;

  constructor(from: number, to: number, write: Write) {
    this.#from = from;
    this.#to = to;
    this.#write = write;
  }

  take(sample: Sample): boolean {
    if (sample.time < this.#from) return true;
    if (sample.time >= this.#to) return false;
    this.#put(sample);
    this.#started = true;
    this.#end = sample.end;
    return true;
  }

  rest(sample: Sample): void {
    // After an error of another listener the current cycle is one that was sampled already.
    const fresh = sample.time >= this.#end && sample.time >= this.#from && sample.time < this.#to;
    if (fresh) this.#put(sample);
  }

  #put(sample: Sample): void {
    this.#write(this.#started ? sample : sample.whole());
  }
}

/** Memory is bounded by the changes of N cycles. */
class LastCycles implements Selector {
  readonly #cycles: number;
  readonly #clock: TracedClock;
  readonly #write: Write;
  readonly #recording: Recording;

  constructor(cycles: number, clock: TracedClock, parts: readonly TracedPart[], write: Write) {
    this.#cycles = cycles;
    this.#clock = clock;
    this.#write = write;
    this.#recording = new Recording(parts);
  }

  take(sample: Sample): boolean {
    this.#recording.push(this.#recording.end === 0 ? sample.whole() : sample);
    this.#forgetFor(sample);
    return true;
  }

  rest(sample: Sample): void {
    const fresh = sample.time >= this.#recording.end;
    // Older ones will not be wanted, wherever the run ends.
    if (fresh) this.#forgetFor(sample);
    let first = true;
    for (const stretch of this.#recording.stretches()) {
      this.#write(stretch);
      first = false;
    }
    if (fresh) this.#write(first ? sample.whole() : sample);
  }

  #forgetFor({ time }: Sample): void {
    this.#recording.forgetBefore(cycleStart(this.#clock, cycleAt(this.#clock, time) - this.#cycles + 1));
  }
}
