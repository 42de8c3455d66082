import type { Statement, Type } from '../../../ir/types.ts';
import type { Edges } from '../../core.ts';
import type { Flat, FlatId, Frame, Storage } from '../flat/types.ts';
import type { Helper } from '../helpers/index.ts';
import type { WireSlices } from './dependencies.ts';
import type { GridGroups } from './groups.ts';
import type { Keepable, Kernel } from './pass.ts';

/** What the functions of one generated module share. */
export interface Context {
  readonly flat: Flat;
  readonly slices: WireSlices;
  readonly groups: GridGroups;
  /** The clocks that rise; none where only values are looked at. */
  readonly edges: Edges;
  /** Whether every check that fails is noted, instead of the first one recorded. */
  readonly noteFailures: boolean;
  /** What a previous attempt found to be overwritten before it was read for the last time. */
  readonly early: ReadonlySet<Keepable>;
  /** Registers that must not change: where one would, the function is left with result 2. */
  readonly quiet: ReadonlySet<FlatId>;
  /** Records that `item` has to become one of {@link early}. */
  conflict(item: Keepable): void;
  /** Address of a constant. */
  constant(type: Type, pattern: bigint): number;
  /** Address where a kept node's value is put for called functions to read. */
  slot(id: FlatId): number;
  /** Address of fresh scratch memory. */
  temporary(size: number): number;
  /** Where a combinational output of a grid's cells is put, by lane. */
  portStorage(port: FlatId): Storage;
  helper(name: Helper): number;
  /** Address of a fresh 32-bit word that whatever changes state from outside sets to 0. */
  idleFlag(): number;
  /** The kernel of a group of ports. */
  groupKernel(key: string): Kernel;
  /** Where checks are counted and recorded. */
  readonly checks: Checks;
}

export interface Checks {
  /** Number of an `assert` or `assume` of a frame. */
  failure(frame: Frame, statement: Statement): number;
  /** Address of bytes, one per lane, that are 1 where an `assert` or `assume` is noted to fail. */
  failed(frame: Frame, statement: Statement): number;
  /** Address of the 64-bit hit counters of a `cover`, one per lane. */
  cover(frame: Frame, statement: Statement): number;
  /** Address of two 32-bit words: 1 + the number of the first failing check, 0 if none; and its lane. */
  readonly record: number;
}
