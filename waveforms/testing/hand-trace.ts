/** A trace made by hand: stands in for a simulation in the tests of this folder. */
import type { Type } from '../../hdl/ir/types.ts';
import type { Sample, TracedClock, TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
import { typeWidth } from '../../hdl/ir/walk.ts';
import { loadWords, wordsFor } from '../../hdl/sim/words.ts';
import { nextEdge, isHigh } from '../clocks.ts';

export function signal(path: string, type: Type, kind: TracedSignal['kind'] = 'wire'): TracedSignal {
  const scope = path.split('.');
  return { scope: scope.slice(0, -1), name: scope.at(-1) ?? '', type, kind };
}

export const uint = (width: number): Type => ({ kind: 'uint', width });
export const sint = (width: number): Type => ({ kind: 'sint', width });
export const vec = (length: number, element: Type): Type => ({ kind: 'vec', length, element });

export class HandTrace implements TraceSource {
  readonly signals: readonly TracedSignal[];
  readonly same: readonly number[];
  readonly clocks: readonly TracedClock[];
  /** Every sample taken so far. */
  readonly history: { time: number; end: number; values: bigint[] }[] = [];
  readonly #values: bigint[];
  readonly #listeners = new Map<symbol, { call: (sample: Sample) => void; before: readonly bigint[] | null }>();
  #time = 0;

  constructor(signals: readonly TracedSignal[], clocks: readonly TracedClock[] = [{ name: 'clock', period: 2, phase: 0 }]) {
    this.signals = signals;
    this.same = signals.map((_, index) => index);
    this.clocks = clocks;
    this.#values = signals.map(() => 0n);
  }

  set(index: number, pattern: bigint): void {
    this.#values[index] = pattern;
  }

  /** Takes the next rising edge of any clock. */
  edge(): void {
    const { time, end, values } = this.#current();
    this.history.push({ time, end, values });
    for (const listener of this.#listeners.values()) {
      const sample = this.#sample(time, end, values, listener.before);
      listener.before = values;
      listener.call(sample);
    }
    this.#time = end;
  }

  /** Back to time 0, as restoring a snapshot does. */
  rewind(): void {
    this.#time = 0;
  }

  onSample(listener: (sample: Sample) => void): () => void {
    const key = Symbol('listener');
    this.#listeners.set(key, { call: listener, before: null });
    return () => { this.#listeners.delete(key); };
  }

  now(): Sample {
    const { time, end, values } = this.#current();
    return this.#sample(time, end, values, this.history.at(-1)?.values ?? null);
  }

  /** What a reader should find: the history and the current cycle. */
  whole(): { time: number; end: number; values: bigint[] }[] {
    return [...this.history, this.#current()];
  }

  #sample(time: number, end: number, values: readonly bigint[], before: readonly bigint[] | null): Sample {
    const words = new Uint32Array(this.signals.reduce((most, { type }) => Math.max(most, wordsFor(typeWidth(type))), 1));
    return {
      time,
      end,
      value: (index) => values[index] ?? 0n,
      changes: (visit) => values.forEach((pattern, index) => {
        const type = this.signals[index]?.type;
        if (type === undefined || (before !== null && before[index] === pattern)) return;
        loadWords(words, pattern, typeWidth(type));
        visit(index, words);
      }),
      whole: () => this.#sample(time, end, values, null),
    };
  }

  #current(): { time: number; end: number; values: bigint[] } {
    return { time: this.#time, end: Math.min(...this.clocks.map((clock) => risingAfter(clock, this.#time))), values: [...this.#values] };
  }
}

function risingAfter(clock: TracedClock, time: number): number {
  let at = nextEdge(clock, time);
  while (!isHigh(clock, at)) at = nextEdge(clock, at);
  return at;
}
