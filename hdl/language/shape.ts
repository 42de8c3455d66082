/** Shapes: how the designer's types map to the ir's, and back. */
import type { ScalarType, Type } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { current, report } from './builder.ts';
import { Node, scalarName, type Given, type Kind, type Use } from './node.ts';
import { describeGiven, note, remedyFor, scalarOf, type Note } from './operand.ts';
import { Scalar } from './signal.ts';
import type { PortShape } from './types.ts';

/** One node that a value of a shape consists of. `path` names it within the value. */
export interface Leaf {
  readonly path: readonly string[];
  readonly type: Type;
}

/** The run-time side of {@link Shape}. */
export abstract class ShapeImpl {
  abstract readonly name: string;
  abstract readonly leaves: readonly Leaf[];
  /** The designer's value over one node per leaf. */
  abstract wrap(nodes: readonly Node[]): unknown;
  /**
   * Checks a value given to `target` (a register or wire) against this shape; one node per leaf. Mistakes are reported,
   * and zeros stand in.
   */
  abstract unwrap(given: Given, use: Use, target?: Node | null): Node[];
  get bits(): number {
    return this.leaves.reduce((sum, leaf) => sum + typeWidth(leaf.type), 0);
  }
  get [note](): Note {
    return {
      what: `the type ${this.name}`,
      remedy: 'make a value of the type: constant(type, …), or a port, register or wire',
    };
  }

  protected zeros(): Node[] {
    const builder = current('an expression');
    return this.leaves.map(({ type }) => new Node(builder, builder.standIn(type), type));
  }
}

export class ScalarShape extends ShapeImpl {
  readonly type: ScalarType;
  readonly kind: Kind;
  readonly leaves: readonly Leaf[];
  constructor(type: ScalarType, kind: Kind) {
    super();
    this.type = type;
    this.kind = kind;
    this.leaves = [{ path: [], type }];
  }
  get name(): string {
    return scalarName(this.type, this.kind);
  }
  wrap([node]: readonly Node[]): Scalar {
    if (node === undefined) throw new RangeError('a scalar has one node');
    return new Scalar(node.builder, node.id, this.type, this.kind);
  }
  unwrap(given: Given, use: Use, target: Node | null = null): Node[] {
    return [
      new Node(
        current('an expression'),
        scalarOf(this.type, this.kind, given, use, target === null ? null : { target }),
        this.type,
      ),
    ];
  }
}

/** Stands in for a shape after a mistake, and takes everything, so that one mistake gives one message. */
class NoShape extends ScalarShape {
  constructor() {
    super({ kind: 'uint', width: 1 }, 'bit');
  }
  override unwrap(): Node[] {
    return this.zeros();
  }
  override wrap(nodes: readonly Node[]): Scalar {
    for (const node of nodes) node.builder.doubt(node.id);
    return super.wrap(nodes);
  }
}
export const noShape: ShapeImpl = new NoShape();

/** The run-time side of a {@link PortShape} that is no {@link Shape}: only `module` looks inside. */
export abstract class PortShapeImpl {
  abstract readonly name: string;
  /** Why no value has this type, and what to write. */
  abstract readonly remedy: string;
  get [note](): Note {
    return { what: `the type ${this.name}`, remedy: this.remedy };
  }
}

/** The run-time side of a shape; E0004 where it is none. */
export function shapeOf(shape: PortShape): ShapeImpl {
  if (shape instanceof ShapeImpl) return shape;
  if (shape instanceof PortShapeImpl) {
    report({ code: 'E0004', message: `a ${shape.name} where the type of a value is expected`, help: shape.remedy });
    return noShape;
  }
  report({
    code: 'E0004',
    message: `${describeGiven(shape)} is not a shape`,
    help: remedyFor(shape, 'give bit, uint(n), sint(n), enumeration(…), struct({…}), vec(n, …) or stream(…)'),
  });
  return noShape;
}
