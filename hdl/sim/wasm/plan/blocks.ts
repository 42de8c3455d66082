import type { Statement } from '../../../ir/types.ts';
import type { FlatId, Frame } from '../flat/types.ts';

/** A stretch of a function that runs as a whole or not at all. */
export class Block {
  readonly parent: Block | null;
  /** The step of the parent that this block is part of. */
  readonly anchor: number;
  readonly depth: number;
  /** Step → what is worked out just before it. */
  readonly placed = new Map<number, number[]>();

  constructor(parent: Block | null, anchor: number) {
    this.parent = parent;
    this.anchor = anchor;
    this.depth = parent === null ? 0 : parent.depth + 1;
  }
}

/** A step of a body. */
export type Step =
  /** A statement and the bodies inside it: of a `when` both arms, of a `switch` the cases and the fallback. */
  | { readonly kind: 'statement'; readonly statement: Statement; readonly inner: readonly Body[] }
  /**
   * A long `when … elsewhen …`, flat: each condition is looked at where those before it do not hold, at its own step of
   * `block`.
   */
  | {
      readonly kind: 'chain';
      readonly block: Block;
      readonly arms: readonly { readonly condition: FlatId; readonly body: Body }[];
      readonly otherwise: Body;
    };

export interface Body {
  readonly block: Block;
  readonly frame: Frame;
  readonly steps: readonly Step[];
}

/** A step of a block. */
export interface Spot {
  readonly block: Block;
  readonly anchor: number;
}

/** The last spot that comes before both, in the innermost block that contains both. */
export function meet(a: Spot, b: Spot): Spot {
  let { block, anchor } = a;
  let other = b.block;
  let otherAnchor = b.anchor;
  while (block !== other) {
    if (block.depth >= other.depth && block.parent !== null) {
      ({ anchor } = block);
      block = block.parent;
    } else if (other.parent !== null) {
      otherAnchor = other.anchor;
      other = other.parent;
    } else {
      throw new RangeError('two blocks of different functions');
    }
  }
  return { block, anchor: Math.min(anchor, otherAnchor) };
}
