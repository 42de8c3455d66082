/** Keeps what signals did, as a list of changes; optionally only the latest stretch of time. */
import { changeWords, eachChange } from '../hdl/sim/changes.ts';
import type { Changes, Sample, TracedPart } from '../hdl/sim/trace.ts';
import { WaveformError } from './error.ts';

/** Values from `time` to `end`, as changes from the stretch before. */
export type Stretch = Pick<Sample, 'time' | 'end' | 'changes'>;

interface Entry {
  readonly time: number;
  readonly end: number;
  readonly changes: Changes;
}

/** Spent entries are freed this many at a time: freeing each one would move the whole list. */
const FREE_AT = 1024;
const NOTHING = -1;

export class Recording {
  readonly #entries: Entry[] = [];
  readonly #parts: readonly TracedPart[];
  readonly #wanted: ReadonlySet<number> | null;
  /** Values just before the first entry kept, as changes; and by part where each lies. */
  #base: Changes = new Uint32Array(0);
  readonly #places: Int32Array;
  /** By part the words that a change of it takes. */
  readonly #sizes: Int32Array;
  #first = 0;
  #end = 0;

  /**
   * @param parts of the trace
   * @param wanted the parts to keep, by number; null: all
   */
  constructor(parts: readonly TracedPart[], wanted: ReadonlySet<number> | null = null) {
    this.#parts = parts;
    this.#wanted = wanted;
    this.#places = new Int32Array(parts.length).fill(NOTHING);
    this.#sizes = Int32Array.from(parts, ({ type }) => changeWords(type.width));
  }

  /** The first stretch must hold every part. @throws WaveformError when the simulation was set back. */
  push(stretch: Stretch): void {
    if (this.#entries.length > 0) mustFollow(this.#end, stretch);
    this.#end = stretch.end;
    const changes = this.#kept(stretch.changes());
    if (this.#base.length === 0) this.#startFrom(changes);
    this.#entries.push({ time: stretch.time, end: stretch.end, changes });
  }

  /** End of the last stretch in time units; 0 before the first. */
  get end(): number {
    return this.#end;
  }

  /** Forgets stretches that ended at `time` or before. */
  forgetBefore(time: number): void {
    for (
      let entry = this.#entries[this.#first];
      entry !== undefined && entry.end <= time;
      entry = this.#entries[++this.#first]
    ) {
      this.#apply(this.#base, entry.changes);
    }
    if (this.#first >= FREE_AT && this.#first * 2 >= this.#entries.length) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** What is kept, in order. The first stretch has every recorded part among its changes. */
  *stretches(): Generator<Stretch> {
    for (let i = this.#first; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry === undefined) return;
      const { time, end, changes } = entry;
      yield { time, end, changes: () => (i === this.#first ? this.#whole(changes) : changes) };
    }
  }

  /** A copy of the wanted ones: those told are valid for the moment only. */
  #kept(changes: Changes): Changes {
    const wanted = this.#wanted;
    if (wanted === null) return changes.slice();
    const kept = new Uint32Array(changes.length);
    let length = 0;
    eachChange(changes, this.#parts, (part, at) => {
      if (!wanted.has(part)) return;
      const end = at - 1 + (this.#sizes[part] ?? 0);
      kept.set(changes.subarray(at - 1, end), length);
      length += end - at + 1;
    });
    return kept.slice(0, length);
  }

  #startFrom(changes: Changes): void {
    this.#base = changes.slice();
    eachChange(changes, this.#parts, (part, at) => {
      this.#places[part] = at - 1;
    });
  }

  #whole(changes: Changes): Changes {
    const values = this.#base.slice();
    this.#apply(values, changes);
    return values;
  }

  /** Every change of a run comes through here once it is forgotten. */
  #apply(values: Changes, changes: Changes): void {
    for (let at = 0; at < changes.length;) {
      const part = changes[at] ?? 0;
      const place = this.#places[part] ?? NOTHING;
      const words = this.#sizes[part] ?? 1;
      if (place !== NOTHING) for (let word = 0; word < words; word++) values[place + word] = changes[at + word] ?? 0;
      at += words;
    }
  }
}

/** @throws WaveformError for a number of last cycles that is not whole and 1 or more. */
export function checkLast(last: number): void {
  if (!Number.isInteger(last) || last < 1)
    throw new WaveformError(`a window of the last ${last} cycles is empty: ask for 1 or more`);
}

/** @throws WaveformError when a stretch does not begin at `end`, where the one before it ended. */
export function mustFollow(end: number, stretch: Stretch): void {
  if (stretch.time === end) return;
  throw new WaveformError(
    `waves cannot go ${stretch.time < end ? 'back' : 'on'} in time, from ${end} to ${stretch.time}: close them before restoring a snapshot`,
  );
}
