/** The only thing of a simulation that waveforms see. */
import type { ScalarType, Type } from '../ir/types.ts';

export interface TracedSignal {
  /** Scopes from the top module down; a grid's cell is one scope, `pe[3][2]`. */
  readonly scope: readonly string[];
  readonly name: string;
  readonly type: Type;
  readonly kind: 'input' | 'output' | 'register' | 'wire';
}

/** A scalar: a signal, or an innermost element of one that is a vector. */
export interface TracedPart {
  /** Index into {@link TraceSource.signals}. */
  readonly signal: number;
  /** Of the element, outermost first; of a scalar none. */
  readonly indices: readonly number[];
  readonly type: ScalarType;
  /** Its lowest bit in the signal's pattern. */
  readonly low: number;
}

export interface TracedClock {
  readonly name: string;
  readonly period: number;
  readonly phase: number;
}

/** A check that failed: the path of the instance that it stands in, and what it says. */
export interface TracedFailure {
  readonly path: string;
  readonly message: string;
}

/**
 * Signals over time. Cycle n of a clock lasts from its nth rising edge to the next; a sample is what the signals are
 * just before an edge, and belongs to the time from the edge before.
 */
export interface TraceSource {
  readonly clocks: readonly TracedClock[];
  readonly signals: readonly TracedSignal[];
  /** The parts of all signals, in the signals' order; a vector's by rising index. A part's number is its index here. */
  readonly parts: readonly TracedPart[];
  /**
   * By part: the number of the first that is the same thing under another name (a port and what drives it), or its own.
   * Samples tell changes of first ones only.
   */
  readonly same: Int32Array;
  /**
   * Registers a listener called once per instant with an edge, before the edge is taken, for samples whose stretch
   * begins at time `from` (0) or later: until then the simulation need not stop for it. Returns a function that removes
   * it.
   */
  onSample(listener: (sample: Sample) => void, from?: number): () => void;
  /** The check of the design that has stopped the run in the current cycle, whose edge is not taken; null: none has. */
  failed(): TracedFailure | null;
  /** The current, settled values as one more sample (the last cycle, which no edge has ended yet). */
  now(): Sample;
}

export interface Sample {
  /** Start of the stretch that these values hold for, in time units: the time of the previous edge (0 at first). */
  readonly time: number;
  /** Time of the edge that ends it. */
  readonly end: number;
  /**
   * The first parts (see {@link TraceSource.same}) whose values are not those of the previous sample (all, in a
   * listener's first sample). Valid only until the simulation goes on or the next sample.
   */
  changes(): Changes;
  /** The same with all first parts as changes. */
  whole(): Sample;
}

/**
 * Values one after the other, in an order that is the same from run to run: each a part's number, then its bit pattern
 * as 32-bit words, least significant first, as many as its width needs; bits past the width are 0.
 */
export type Changes = Uint32Array;
