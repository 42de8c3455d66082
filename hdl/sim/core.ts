/**
 * What an engine provides. {@link Simulation} makes a whole {@link Simulator} of it, so that engines differ in nothing
 * else.
 */
import type { Memory } from '../ir/types.ts';
import type { Scope } from './hierarchy.ts';
import type { Bits } from './origin.ts';
import type { Target } from './paths.ts';
import type { CheckFailure, CoverPoint, EngineName, MemoryView } from './simulator.ts';
import type { Timeline } from './timeline.ts';
import type { Changes } from './trace.ts';

/** Clocks of the top module that rise together: bit i is clock i. */
export type Edges = number;

/** An `assert` or `assume` of an instance that does not hold. */
export type FailedCheck = Omit<CheckFailure, 'cycle'>;

export interface Core {
  readonly engine: EngineName;
  /** Reads the settled value: signed for `sint`, else the bit pattern. Made once, called often. */
  reader(target: Target): () => bigint;
  /**
   * Overwrites an input or reset of the top module, a register, a synchronous read or a memory's word with a value
   * of its type. Made once, called often.
   */
  writer(target: Target): (value: number | bigint) => void;
  /** Looks at many values again and again. */
  watch(watched: readonly Watched[]): Watch;
  memory(scope: Scope, memory: Memory, path: string): MemoryView;
  /** Looks at the checks of those clocks that are not in reset. The first failure, or null. */
  check(edges: Edges): FailedCheck | null;
  /** Takes edges that {@link check} has passed, and counts the covers of their cycle. */
  commit(edges: Edges): void;
  /**
   * Checks and takes the edges of `count` steps, or until a check fails, or until `until` is non-zero, looked at before
   * each step. The timeline, on which all their times can be counted, moves on with what is taken. @returns what failed
   */
  run(timeline: Timeline, count: number, until: Target | null): FailedCheck | null;
  /**
   * How often each cover point held. Hits are the testbench's statistics, not state: restoring a snapshot leaves them
   * alone.
   */
  covers(): readonly CoverPoint[];
  /** Copies registers, memories, inputs and resets; the result puts them back, any number of times. */
  save(): () => void;
}

/** What changes name by `part`. */
export interface Watched extends Bits {
  readonly part: number;
}

/** Many values, and which of them change. Lists are valid only until anything else of the simulation is called. */
export interface Watch {
  /** Compares the settled values with those last kept; before the first {@link keep} every one counts as changed. */
  look(): void;
  /** What the last look found, again and again. */
  changes(): Changes;
  /** All values, as they are now. */
  whole(): Changes;
  /** Remembers what the last look saw. */
  keep(): void;
}
