/** The last cycles of a running simulation, kept in memory. */
import type { Sample, TraceSource } from '../hdl/sim/trace.ts';
import { cycleAt, cycleClock, cycleStart } from './clocks.ts';
import { checkLast, Recording, type Stretch } from './recording.ts';

export class LastCycles {
  readonly #trace: TraceSource;
  readonly #stop: () => void;
  #recording: Recording;

  /** Keeps the last `cycles` from now on. @throws WaveformError for a number that is not whole and 1 or more */
  constructor(trace: TraceSource, cycles: number) {
    checkLast(cycles);
    this.#trace = trace;
    this.#recording = new Recording(trace.parts);
    const clock = cycleClock(trace);
    this.#stop = trace.onSample((sample) => {
      this.#take(sample);
      // The cycle that follows, in which the run will stand, counts as well.
      this.#recording.forgetBefore(cycleStart(clock, cycleAt(clock, sample.time) - cycles + 2));
    });
  }

  /**
   * What is kept before the current cycle, the first stretch with every part; the current cycle by its changes; and the
   * same with every part.
   */
  stretches(): [before: readonly Stretch[], now: Stretch, whole: Stretch] {
    const now = this.#trace.now();
    // After an error of another listener the current cycle is one that was kept already.
    const before = [...this.#recording.stretches()].filter(({ time }) => time < now.time);
    const [changes, whole] = [now.changes().slice(), now.whole().changes().slice()];
    const stretch = (of: Stretch['changes']): Stretch => ({ time: now.time, end: now.end, changes: of });
    return [before, stretch(() => changes), stretch(() => whole)];
  }

  stop(): void {
    this.#stop();
  }

  #take(sample: Sample): void {
    const { end } = this.#recording;
    if (end !== 0 && sample.time === end) {
      this.#recording.push(sample);
      return;
    }
    // The first, or one that follows a simulation that was set back.
    this.#recording = new Recording(this.#trace.parts);
    this.#recording.push(sample.whole());
  }
}
