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
  /**
   * By signal: the first signal that is the same thing under another name (a port and what drives it), or the signal itself. Samples
   * tell changes of first ones only.
   */
  readonly same: readonly number[];
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
  /** Bit pattern of `signals[index]`. Like all of a sample only until the simulation goes on. */
  value(index: number): bigint;
  /**
   * Calls back for each first signal (see {@link TraceSource.same}) whose value is not that of the previous sample (for all in a
   * listener's first sample), by rising index.
   */
  changes(visit: Visit): void;
  /** The same with all first signals as changes. */
  whole(): Sample;
}

/**
 * Takes a signal's bit pattern as 32-bit words, least significant first; what is past its width may be anything. The words are valid only
 * in the call.
 */
export type Visit = (index: number, words: Uint32Array) => void;
