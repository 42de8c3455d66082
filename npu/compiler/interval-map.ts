/** A state for each number of a range, in few segments: which step wrote a line last, and which have read it since. */
import type { Run } from './region.ts';

interface Segment<S> {
  readonly from: number;
  to: number;
  readonly state: S;
}

/** As many items as one call may have arguments, and no more than a few pages of them. */
const FEW = 1024;

/** Sorted segments that do not overlap. Numbers without one have no state. */
export class IntervalMap<S> {
  #segments: Segment<S>[] = [];

  get segments(): readonly Readonly<Segment<S>>[] {
    return this.#segments;
  }

  /**
   * Gives every number in `runs` (sorted, not overlapping) the state that `change` makes of the one it has. Neighbours
   * become one segment where their states are the same object. Takes time with the segments between the first run and
   * the last, which it goes through once.
   */
  update(runs: readonly Run[], change: (state: S | undefined) => S): void {
    const [start, end] = [runs[0]?.from, runs.at(-1)?.to];
    if (start === undefined || end === undefined) return;
    const first = this.#firstEndingAfter(start);
    let last = first;
    while (last < this.#segments.length && (this.#segments[last]?.from ?? end) < end) last++;

    const next: Segment<S>[] = [];
    const push = (from: number, to: number, state: S): void => {
      const before = next.at(-1);
      if (before !== undefined && before.to === from && before.state === state) before.to = to;
      else next.push({ from, to, state });
    };
    let at = first;
    /** What is left of the segment at `at`. */
    let old = at < last ? this.#segments[at] : undefined;
    /** Goes on to `upTo` within the old segments. */
    const pass = (upTo: number): void => {
      if (old === undefined) return;
      if (old.to > upTo) old = { from: upTo, to: old.to, state: old.state };
      else old = ++at < last ? this.#segments[at] : undefined;
    };
    for (const { from, to } of runs) {
      while (old !== undefined && old.from < from) {
        push(old.from, Math.min(old.to, from), old.state);
        pass(from);
      }
      for (let here = from; here < to;) {
        if (old === undefined || old.from > here) {
          const until: number = Math.min(to, old?.from ?? to);
          push(here, until, change(undefined));
          here = until;
        } else {
          const until: number = Math.min(to, old.to);
          push(here, until, change(old.state));
          pass(until);
          here = until;
        }
      }
    }
    while (old !== undefined) {
      push(old.from, old.to, old.state);
      pass(old.to);
    }
    if (next.length < FEW) this.#segments.splice(first, last - first, ...next);
    else this.#segments = this.#segments.slice(0, first).concat(next, this.#segments.slice(last));
  }

  #firstEndingAfter(number: number): number {
    let [low, high] = [0, this.#segments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#segments[middle]?.to ?? Infinity) > number) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
