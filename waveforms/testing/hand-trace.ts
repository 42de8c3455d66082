/** A trace made by hand: stands in for a simulation in the tests of this folder. */
import type { Type } from '../../hdl/ir/types.ts';
import { ChangeList } from '../../hdl/sim/changes.ts';
import { partsOf } from '../../hdl/sim/parts.ts';
import type { Sample, TracedClock, TracedPart, TracedSignal, TraceSource } from '../../hdl/sim/trace.ts';
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
  readonly parts: readonly TracedPart[];
  readonly same: Int32Array;
  readonly clocks: readonly TracedClock[];
  /** Every sample taken so far. */
  readonly history: { time: number; end: number; values: bigint[] }[] = [];
  readonly #values: bigint[];
  readonly #listeners = new Map<
    symbol,
    { call: (sample: Sample) => void; from: number; before: readonly bigint[] | null }
  >();
  #time = 0;

  constructor(
    signals: readonly TracedSignal[],
    clocks: readonly TracedClock[] = [{ name: 'clock', period: 2, phase: 0 }],
  ) {
    this.signals = signals;
    this.parts = partsOf(signals);
    this.same = Int32Array.from(this.parts.keys());
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
      if (time < listener.from) continue;
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

  onSample(listener: (sample: Sample) => void, from = 0): () => void {
    const key = Symbol('listener');
    this.#listeners.set(key, { call: listener, from, before: null });
    return () => {
      this.#listeners.delete(key);
    };
  }

  failed(): null {
    return null;
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
    const list = new ChangeList(this.parts.map(({ type }) => type.width));
    this.parts.forEach(({ signal, low, type: { width } }, part) => {
      const bits = (of: readonly bigint[]): bigint => BigInt.asUintN(width, (of[signal] ?? 0n) >> BigInt(low));
      if (before === null || bits(before) !== bits(values)) list.add(part, bits(values), width);
    });
    return { time, end, changes: () => list.changes, whole: () => this.#sample(time, end, values, null) };
  }

  #current(): { time: number; end: number; values: bigint[] } {
    return {
      time: this.#time,
      end: Math.min(...this.clocks.map((clock) => risingAfter(clock, this.#time))),
      values: [...this.#values],
    };
  }
}

function risingAfter(clock: TracedClock, time: number): number {
  let at = nextEdge(clock, time);
  while (!isHigh(clock, at)) at = nextEdge(clock, at);
  return at;
}
