/**
 * Cycles by what they were spent on, in bins of equal width along time. However long a run is, it takes the same
 * memory: where there are too many bins, each two become one of twice the width, so that no cycle is lost.
 */
export class Bins {
  readonly #most: number;
  readonly #kinds: number;
  #counts: Uint32Array;
  #width = 1;
  #used = 0;

  /** `kinds`: of what is counted; at most `most` bins, an even number. */
  constructor(kinds: number, most: number) {
    this.#kinds = kinds;
    this.#most = most;
    this.#counts = new Uint32Array(kinds * most);
  }

  /** Cycles of a bin, a power of two. */
  get width(): number {
    return this.#width;
  }

  /** Counts one of `kind` at a time, in cycles from the first on. Times may come in any order. */
  add(time: number, kind: number): void {
    while (time >= this.#width * this.#most) this.#merge();
    const bin = Math.floor(time / this.#width);
    if (bin >= this.#used) this.#used = bin + 1;
    const at = bin * this.#kinds + kind;
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
  }

  /** The counts of a kind, bin by bin. */
  of(kind: number): readonly number[] {
    return Array.from({ length: this.#used }, (_, bin) => this.#counts[bin * this.#kinds + kind] ?? 0);
  }

  #merge(): void {
    const [before, kinds] = [this.#counts, this.#kinds];
    const after = new Uint32Array(before.length);
    for (let at = 0; at < before.length; at++) {
      const to = Math.floor(at / kinds / 2) * kinds + (at % kinds);
      after[to] = (after[to] ?? 0) + (before[at] ?? 0);
    }
    this.#counts = after;
    this.#width *= 2;
    this.#used = Math.ceil(this.#used / 2);
  }
}

/** The same numbers, each followed by how often it comes one after the other. */
export function runLengths(values: readonly number[]): readonly number[] {
  const runs: number[] = [];
  for (const value of values) {
    const last = runs.length - 2;
    if (last >= 0 && runs[last] === value) runs[last + 1] = (runs[last + 1] ?? 0) + 1;
    else runs.push(value, 1);
  }
  return runs;
}
