/** What an engine makes of the arrays of a design. */
import type { Place } from '../ir/types.ts';

/** Why a function over the cells of an array works on one cell at a time. */
export interface Obstacle {
  /** To be read after what it is said of: `is wider than 64 bits`. */
  readonly reason: string;
  /**
   * What stands in the way, by its path, such as `top.mesh.product`; the array itself, where it is none of its cells'
   * values.
   */
  readonly what: string;
  /** Where the designer wrote that. */
  readonly place: Place | null;
}

/** One of the functions over the cells of an array that run in every cycle. */
export interface ArrayFunction {
  /**
   * `state`: what an edge changes; `outputs`: combinational outputs, worked out together; `checks`, `covers`: those
   * inside the cells.
   */
  readonly kind: 'state' | 'outputs' | 'checks' | 'covers';
  /** Of `outputs`: which. */
  readonly ports: readonly string[];
  /** Null where it works on several cells at once, as lanes of vectors. */
  readonly scalar: Obstacle | null;
}

/** A grid, or instances of one definition that share their code. */
export interface ArrayReport {
  /** As a testbench names it, such as `top.mesh`; of instances the first and the last: `top.core0 … top.core63`. */
  readonly path: string;
  readonly rows: number;
  readonly cols: number;
  readonly functions: readonly ArrayFunction[];
}
