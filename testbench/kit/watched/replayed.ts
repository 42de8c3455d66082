/** What was recorded of a simulation, once more as a trace: for waves and drawings that are made afterwards. */
import type { Sample, TracedFailure, TraceSource } from '../../../hdl/sim/index.ts';
import type { Stretch } from '../../../waveforms/index.ts';

export class ReplayedTrace implements TraceSource {
  readonly clocks: TraceSource['clocks'];
  readonly signals: TraceSource['signals'];
  readonly parts: TraceSource['parts'];
  readonly same: TraceSource['same'];
  readonly #failed: TracedFailure | null;
  readonly #stretches: readonly Stretch[];
  /** The current cycle, and the same with every part. */
  readonly #now: Stretch;
  readonly #whole: Stretch;
  readonly #listeners = new Map<symbol, { readonly call: (sample: Sample) => void; readonly from: number }>();

  /**
   * @param stretches before the current cycle, the first with every part
   * @param now the current cycle by its changes, which is the first of all where there is none before
   * @param whole the same with every part
   */
  constructor(source: TraceSource, stretches: readonly Stretch[], now: Stretch, whole: Stretch) {
    ({ clocks: this.clocks, signals: this.signals, parts: this.parts, same: this.same } = source);
    this.#failed = source.failed();
    [this.#stretches, this.#now, this.#whole] = [stretches, now, whole];
  }

  /** Shows everything up to the current cycle to the listeners, which must have been there before. */
  play(): void {
    // Only the first is asked for as a whole, which it is.
    for (const stretch of this.#stretches)
      for (const { call, from } of this.#listeners.values()) if (stretch.time >= from) call(wholeOf(stretch));
  }

  onSample(listener: (sample: Sample) => void, from = 0): () => void {
    const key = Symbol('listener');
    // Whoever comes late would miss the first values.
    this.#listeners.set(key, { call: listener, from });
    return () => {
      this.#listeners.delete(key);
    };
  }

  failed(): TracedFailure | null {
    return this.#failed;
  }

  now(): Sample {
    const whole = wholeOf(this.#whole);
    return this.#stretches.length === 0 ? whole : sampleOf(this.#now, () => whole);
  }
}

const sampleOf = (stretch: Stretch, whole: () => Sample): Sample => ({
  time: stretch.time,
  end: stretch.end,
  changes: () => stretch.changes(),
  whole,
});

/** Of a stretch with every part. */
function wholeOf(stretch: Stretch): Sample {
  const sample: Sample = sampleOf(stretch, () => sample);
  return sample;
}
