/** Properties of whole programs, and how one is tried again on the case in which it failed. */
import fc from 'fast-check';
import type { NpuConfig } from '../../npu/config.ts';
import { UserError } from '../../hdl/messages/user-error.ts';
import { CaseError } from '../case-file.ts';
import type { RunOptions } from '../run.ts';

export type Watched = Pick<RunOptions, 'engine' | 'onStart'>;

/** Something that must hold of every case; cases are plain data. */
export interface Property<C> {
  readonly name: string;
  readonly cases: fc.Arbitrary<C>;
  readonly configOf: (drawn: C) => NpuConfig;
  /** Runs the case. @throws what the run throws, and {@link DifferenceError}. */
  readonly holds: (drawn: C, watched?: Watched) => void;
}

/** The NPU came to its end, and what it left is not what it must leave. */
export class DifferenceError extends UserError {
  override readonly name = 'DifferenceError';
}

/**
 * What is written of a case that failed: its seed and path draw it again; it itself is there for people, and as a
 * check.
 */
export interface DrawnFile {
  readonly property: string;
  readonly seed: number;
  readonly path: string;
  readonly case: unknown;
}

/** A property whose cases can be drawn again. */
export interface Replayable {
  readonly name: string;
  readonly again: (seed: number, path: string) => Again;
}

/** A case that was drawn again. */
export interface Again {
  readonly case: unknown;
  readonly config: NpuConfig;
  readonly run: (watched: Watched) => void;
}

export function replayable<C>({ name, cases, configOf, holds }: Property<C>): Replayable {
  return {
    name,
    again: (seed, path) => {
      // A property of one argument draws as a tuple of one does.
      const [drawn] = fc.sample(fc.tuple(cases), { seed, path, numRuns: 1 });
      if (drawn === undefined)
        throw new CaseError(`no case of ${name} has the path ${path}; give the file as it was written`);
      const [one] = drawn;
      return {
        case: one,
        config: configOf(one),
        run: (watched) => {
          holds(one, watched);
        },
      };
    },
  };
}
