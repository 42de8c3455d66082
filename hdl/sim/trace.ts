/** The only thing of a simulation that waveforms see. */
import type { Type } from '../ir/types.ts';

export interface TracedSignal {
  /** Scopes from the top module down; a grid's cell is one scope, `pe[3][2]`. */
  readonly scope: readonly string[];
  readonly name: string;
  readonly type: Type;
  readonly kind: 'input' | 'output' | 'register' | 'wire';
}

export interface TracedClock { readonly name: string; readonly period: number; readonly phase: number }

/**
 * Signals over time. Cycle n of a clock lasts from its nth rising edge to the next; a sample is what the signals are just before an
 * edge, and belongs to the time from the edge before.
 */
export interface TraceSource {
  readonly clocks: readonly TracedClock[];
  readonly signals: readonly TracedSignal[];
  /** Registers a listener called once per instant with an edge, before the edge is taken. Returns a function that removes it. */
  onSample(listener: (sample: Sample) => void): () => void;
  /** The current, settled values as one more sample (the last cycle, which no edge has ended yet). */
  now(): Sample;
}

export interface Sample {
  /** Start of the stretch that these values hold for, in time units: the time of the previous edge (0 at first). */
  readonly time: number;
  /** Time of the edge that ends it. */
  readonly end: number;
  /** Bit pattern of `signals[index]`. */
  value(index: number): bigint;
  /** Calls back for each signal whose value is not that of the previous sample (for all in a listener's first sample), by rising index. */
  changes(visit: (index: number, pattern: bigint) => void): void;
}
