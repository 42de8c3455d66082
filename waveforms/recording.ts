/** Keeps what signals did, as a list of changes; optionally only the latest stretch of time. */
import type { Sample, Visit } from '../hdl/sim/trace.ts';
import { loadWords, patternOfWords, wordsFor } from '../hdl/sim/words.ts';
import { WaveformError } from './error.ts';

/** Values from `time` to `end`, as changes from the stretch before. */
export type Stretch = Pick<Sample, 'time' | 'end' | 'changes'>;

type Each = (index: number, pattern: bigint) => void;

interface Entry { readonly time: number; readonly end: number; readonly indices: readonly number[]; readonly patterns: readonly bigint[] }

/** Spent entries are freed this many at a time: freeing each one would move the whole list. */
const FREE_AT = 1024;

export class Recording {
  /** Values just before the first entry kept. */
  readonly #base: bigint[] = [];
  readonly #entries: Entry[] = [];
  readonly #widths: readonly number[];
  readonly #words: Uint32Array;
  readonly #wanted: ReadonlySet<number> | null;
  #first = 0;
  #end = 0;

  /**
   * @param widths of the signals, in bits
   * @param wanted the signals to keep, by index; null: all
   */
  constructor(widths: readonly number[], wanted: ReadonlySet<number> | null = null) {
    this.#widths = widths;
    this.#words = new Uint32Array(widths.reduce((most, width) => Math.max(most, wordsFor(width)), 1));
    this.#wanted = wanted;
  }

  /** @throws WaveformError when the simulation was set back. */
  push(stretch: Stretch): void {
    mustFollow(this.#end, stretch);
    this.#end = stretch.end;
    const indices: number[] = [];
    const patterns: bigint[] = [];
    stretch.changes((index, words) => {
      if (this.#wanted !== null && !this.#wanted.has(index)) return;
      indices.push(index);
      patterns.push(patternOfWords(words, this.#widths[index] ?? 0));
    });
    this.#entries.push({ time: stretch.time, end: stretch.end, indices, patterns });
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
      const patterns = i === this.#first ? this.#whole(entry) : (each: Each): void => apply(entry, each);
      const changes = (visit: Visit): void => patterns((index, pattern) => {
        loadWords(this.#words, pattern, this.#widths[index] ?? 0);
        visit(index, this.#words);
      });
      yield { time: entry.time, end: entry.end, changes };
    }
  }

  #whole(first: Entry): (each: Each) => void {
    const values = this.#base.slice();
    apply(first, (index, pattern) => { values[index] = pattern; });
    return (each) => values.forEach((pattern, index) => each(index, pattern));
  }
}

/** @throws WaveformError when a stretch begins before `end`, where the one before it ended. */
export function mustFollow(end: number, stretch: Stretch): void {
  if (stretch.time < end) {
    throw new WaveformError(`waves cannot go back in time, from ${end} to ${stretch.time}: close them before restoring a snapshot`);
  }
}

function apply(entry: Entry, each: Each): void {
  entry.indices.forEach((index, i) => {
    const pattern = entry.patterns[i];
    if (pattern !== undefined) each(index, pattern);
  });
}
