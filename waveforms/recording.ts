/** Keeps what signals did, as a list of changes; optionally only the latest stretch of time. */
import type { Sample } from '../hdl/sim/trace.ts';
import { WaveformError } from './error.ts';

/** Values from `time` to `end`, as changes from the stretch before. */
export type Stretch = Pick<Sample, 'time' | 'end' | 'changes'>;

type Visit = (index: number, pattern: bigint) => void;

interface Entry { readonly time: number; readonly end: number; readonly indices: readonly number[]; readonly patterns: readonly bigint[] }

/** Spent entries are freed this many at a time: freeing each one would move the whole list. */
const FREE_AT = 1024;

export class Recording {
  /** Values just before the first entry kept. */
  readonly #base: bigint[] = [];
  readonly #latest: bigint[] = [];
  readonly #entries: Entry[] = [];
  readonly #wanted: ReadonlySet<number> | null;
  #first = 0;
  #end = 0;

  /** @param wanted the signals to keep, by index; null: all */
  constructor(wanted: ReadonlySet<number> | null = null) {
    this.#wanted = wanted;
  }

  /** @throws WaveformError when the simulation was set back. */
  push(stretch: Stretch): void {
    mustFollow(this.#end, stretch);
    this.#end = stretch.end;
    const indices: number[] = [];
    const patterns: bigint[] = [];
    stretch.changes((index, pattern) => {
      if (this.#wanted !== null && !this.#wanted.has(index)) return;
      indices.push(index);
      patterns.push(pattern);
      this.#latest[index] = pattern;
    });
    this.#entries.push({ time: stretch.time, end: stretch.end, indices, patterns });
  }

  /** Values after the last stretch, by signal. */
  get latest(): readonly bigint[] {
    return this.#latest;
  }

  /** End of the last stretch in time units; 0 before the first. */
  get end(): number {
    return this.#end;
  }

  /** Forgets stretches that ended at `time` or before. */
  forgetBefore(time: number): void {
    for (let entry = this.#entries[this.#first]; entry !== undefined && entry.end <= time; entry = this.#entries[++this.#first]) {
      apply(entry, (index, pattern) => { this.#base[index] = pattern; });
    }
    if (this.#first >= FREE_AT && this.#first * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** What is kept, in order. The first stretch has every recorded signal among its changes. */
  *stretches(): Generator<Stretch> {
    for (let i = this.#first; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry === undefined) return;
      const changes = i === this.#first ? this.#whole(entry) : (visit: Visit): void => apply(entry, visit);
      yield { time: entry.time, end: entry.end, changes };
    }
  }

  #whole(first: Entry): (visit: Visit) => void {
    const values = this.#base.slice();
    apply(first, (index, pattern) => { values[index] = pattern; });
    return (visit) => values.forEach((pattern, index) => visit(index, pattern));
  }
}

/** A whole sample as changes from `before`: all signals where that is empty. */
export function changesSince(sample: Sample, before: readonly bigint[], signals: number): Stretch {
  return {
    time: sample.time,
    end: sample.end,
    changes: (visit) => {
      for (let index = 0; index < signals; index++) {
        const pattern = sample.value(index);
        if (pattern !== before[index]) visit(index, pattern);
      }
    },
  };
}

/** @throws WaveformError when a stretch begins before `end`, where the one before it ended. */
export function mustFollow(end: number, stretch: Stretch): void {
  if (stretch.time < end) {
    throw new WaveformError(`waves cannot go back in time, from ${end} to ${stretch.time}: close them before restoring a snapshot`);
  }
}

function apply(entry: Entry, visit: Visit): void {
  entry.indices.forEach((index, i) => {
    const pattern = entry.patterns[i];
    if (pattern !== undefined) visit(index, pattern);
  });
}
