/** What an engine provides. {@link Simulation} makes a whole {@link Simulator} of it, so that engines differ in nothing else. */
import type { Memory } from '../ir/types.ts';
import type { Scope } from './hierarchy.ts';
import type { Source } from './library.ts';
import type { Target } from './paths.ts';
import type { CheckFailure, CoverPoint, EngineName, MemoryView } from './simulator.ts';

/** Clocks of the top module that rise together: bit i is clock i. */
export type Edges = number;

/** An `assert` or `assume` of an instance that does not hold. */
export type FailedCheck = Omit<CheckFailure, 'cycle'>;

export interface Core {
  readonly engine: EngineName;
  /** Reads the settled bit pattern of all that `source` holds. Made once, called often. */
  reader(scope: Scope, source: Source): () => bigint;
  /** Overwrites an input or reset of the top module, a register, a synchronous read or a memory's word with a pattern that fits. */
  writer(scope: Scope, source: Source): (pattern: bigint) => void;
  /** Looks at many signals again and again. */
  watch(targets: readonly Target[]): Watch;
  memory(scope: Scope, memory: Memory, path: string): MemoryView;
  /** Looks at the checks of those clocks that are not in reset. The first failure, or null; then the covers have been counted. */
  check(edges: Edges): FailedCheck | null;
  /** Takes edges that {@link check} has passed. */
  commit(edges: Edges): void;
  /** Checks and takes `edges` `count` times, or until a check fails or `until` is non-zero (looked at before each edge). */
  run(edges: Edges, count: number, until: Target | null): { readonly taken: number; readonly failed: FailedCheck | null };
  /** How often each cover point held. Hits are the testbench's statistics, not state: restoring a snapshot leaves them alone. */
  covers(): readonly CoverPoint[];
  /** Copies registers, memories, inputs and resets; the result puts them back, any number of times. */
  save(): () => void;
}

/** Values of signals (by index into those asked for), and which of them change. */
export interface Watch {
  /** Compares the settled values with those last kept; before the first {@link keep} every signal counts as changed. */
  look(): void;
  /** Calls back with each change that the last look found, by rising index; the words are valid only in the call. */
  changes(visit: (index: number, words: Uint32Array) => void): void;
  /** Remembers what the last look saw; the simulation must not have gone on since. */
  keep(): void;
  /** The current pattern in words, least significant first; valid until the next call. */
  words(index: number): Uint32Array;
}
