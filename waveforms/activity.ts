/** When the last thing happened in a run that stands still, though clocks are counted and random stalls go on. */
import { changeWords } from '../hdl/sim/changes.ts';
import type { Sample, TraceSource } from '../hdl/sim/trace.ts';

/** A sample with more words of changes is activity, whatever they are: to look at each would slow the run down. */
const MANY = 256;
/**
 * What has not changed for so many times the usual number of samples between its changes stands still; what has, goes
 * on by itself.
 */
const PATIENCE = 8;

export class Activity {
  /** By part the words that a change of it takes. */
  readonly #sizes: Int32Array;
  /** By part, of the samples that were looked at: how often it changed, and in which at first and at last. */
  readonly #counts: Uint32Array;
  readonly #first: Uint32Array;
  readonly #last: Uint32Array;
  /** By part the time of its last change. */
  readonly #times: Float64Array;
  #looked = 0;
  /** Time of the last sample that was not looked at. */
  #busy = -1;

  constructor({ parts }: Pick<TraceSource, 'parts'>) {
    this.#sizes = Int32Array.from(parts, ({ type }) => changeWords(type.width));
    this.#counts = new Uint32Array(parts.length);
    this.#first = new Uint32Array(parts.length);
    this.#last = new Uint32Array(parts.length);
    this.#times = new Float64Array(parts.length);
  }

  take({ time, changes }: Sample): void {
    const list = changes();
    // The first holds every part, and tells of no change.
    if (list.length > MANY && this.#looked > 0) {
      this.#busy = time;
      return;
    }
    const sample = this.#looked++;
    for (let at = 0; at < list.length;) {
      const part = list[at] ?? 0;
      const count = this.#counts[part] ?? 0;
      if (count === 0) this.#first[part] = sample;
      this.#counts[part] = count + 1;
      this.#last[part] = sample;
      this.#times[part] = time;
      at += this.#sizes[part] ?? 1;
    }
  }

  /** Time of the last change of anything that does not go on by itself; null where nothing has changed and stopped. */
  get last(): number | null {
    let found = this.#busy;
    for (const [part, count] of this.#counts.entries()) {
      if (count < 2) continue;
      const [first, last, time] = [this.#first[part] ?? 0, this.#last[part] ?? 0, this.#times[part] ?? 0];
      const usual = (last - first) / (count - 1);
      if (this.#looked - 1 - last > PATIENCE * usual && time > found) found = time;
    }
    return found < 0 ? null : found;
  }
}
