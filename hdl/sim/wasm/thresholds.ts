import { usualPaths, type PathRule } from '../../ir/shared-paths.ts';

/**
 * From where on the engine does what pays only for large designs or long runs; values of {@link usual} are measured.
 */
export interface Thresholds {
  /** Instances of one definition that share a body of code. */
  readonly replicas: {
    /** Fewer have code of their own each: what is known of one, such as a constant input, makes its code shorter. */
    readonly fewest: number;
    /** Nodes of all of them together: less code than this stays in the processor's instruction cache. */
    readonly fewestNodes: number;
  };
  /** Ways to arms that many wires are assigned in. */
  readonly paths: PathRule;
  /** Grids that are left out of cycles in which they cannot change. */
  readonly idle: {
    /** Smaller ones are not worth the comparison. */
    readonly fewestCells: number;
    /** A busy one is looked at every so many cycles. */
    readonly patience: number;
  };
  /** State that hardly ever changes, and what follows from it. */
  readonly quiet: {
    /** Cycles after which a design is looked at. */
    readonly after: number;
    /** Cycles that are looked at, and those between two of them. */
    readonly looks: number;
    readonly apart: number;
    /** Of the cycles looked at, the share in which something quiet may change. */
    readonly share: number;
    /** Of all values, the share that may be left to work out in a quiet cycle: with more it is not worth its code. */
    readonly most: number;
    /** Cycles from one attempt to leave it out to the next. */
    readonly patience: number;
  };
}

export const usual: Thresholds = {
  replicas: { fewest: 9, fewestNodes: 1500 },
  paths: usualPaths,
  idle: { fewestCells: 16, patience: 16 },
  quiet: { after: 500_000, looks: 512, apart: 997, share: 0.02, most: 0.5, patience: 4 },
};
