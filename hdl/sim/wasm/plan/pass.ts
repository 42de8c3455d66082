/** What one function of the generated module does, before it is decided where each value is worked out. */
import type { Statement } from '../../../ir/types.ts';
import type { Domain, FlatId, FlatMemory, Frame, Storage } from '../flat/types.ts';

/** One function over all cells of a grid, called by the function of the parent's domain. */
export interface Kernel {
  readonly key: string;
  readonly functionIndex: number;
  readonly domain: Domain;
  /** Nodes of the parent's domain that must be in memory before the call. */
  readonly uses: readonly FlatId[];
  /** Kernels that must have run before. */
  readonly after: readonly Kernel[];
  /** Tells whether a call would change nothing; null where that cannot be told cheaply. */
  readonly isIdle: Idle | null;
  /** Whether it writes the cells' state, else it fills arrays of combinational values or looks at checks. */
  readonly commits: boolean;
}

/**
 * A function that gives 1 where a kernel would change nothing, and the address of a word that is 0 where it is not
 * known to.
 */
export interface Idle {
  readonly functionIndex: number;
  readonly flag: number;
}

/** What a kernel needs of the surroundings, also by way of what it needs of its cells' neighbours. */
export function surroundings({ uses, after }: Kernel): FlatId[] {
  return [...new Set([...uses, ...after.flatMap(surroundings)])];
}

/** A step at the outermost level of a pass. Steps run in order. */
export type Item =
  | { readonly kind: 'statement'; readonly statement: Statement; readonly frame: Frame }
  /** Writes a node's value for the current lane. */
  | { readonly kind: 'store'; readonly node: FlatId; readonly storage: Storage }
  | { readonly kind: 'kernel'; readonly kernel: Kernel }
  /**
   * A synchronous read: takes its word aside before memories change; hands it over after everything has read the old
   * one.
   */
  | { readonly kind: 'readStart' | 'readEnd'; readonly node: FlatId }
  /** Leaves the function with result 1 if an earlier item of the pass has found a failing check. */
  | { readonly kind: 'leaveIfFailed' }
  /** From here on assignments of registers go to copies of them. */
  | { readonly kind: 'hold'; readonly registers: readonly FlatId[] }
  /** Leaves the function with result 2 if one of the copies has become another value. */
  | { readonly kind: 'leaveIfMoved'; readonly registers: readonly FlatId[] }
  /** Leaves the function with result 2 unless a function of that number gives 1. */
  | { readonly kind: 'leaveUnless'; readonly functionIndex: number }
  /** Leaves the function with whether the node's bits [low, low + width) are non-zero. */
  | { readonly kind: 'resultNonZero'; readonly node: FlatId; readonly low: number; readonly width: number };

/** Something that a pass changes, so that reading it later in the pass gives the wrong value. */
export type Changeable = FlatId | FlatMemory | Domain;

/** Something that can be worked out early and kept: a node, or the call of a kernel. */
export type Keepable = FlatId | string;
