/** The run-time side of scalar signals: one class behind the interfaces of types.ts. */
import { DesignError } from '../diagnostics/diagnostic.ts';
import type { NodeId, Operation, ScalarType } from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';
import { current, type ModuleBuilder } from './builder.ts';
import {
  bitType,
  complain,
  isSize,
  MOST_BITS,
  local,
  pattern,
  placesOf,
  rangeOf,
  ScalarNode,
  type Given,
  type Kind,
  type Node,
} from './node.ts';
import { show } from '../messages/show.ts';
import { indexNode, literalIndex, scalarOf } from './operand.ts';
import { assigningPart } from './part.ts';

export class Scalar extends ScalarNode {
  get labels(): readonly string[] {
    return this.type.kind === 'enum' ? this.type.labels : [];
  }

  /** JavaScript's operators see an object; those that would make a number or a string of it end here. */
  [Symbol.toPrimitive](): never {
    throw new DesignError([
      {
        code: 'E0002',
        message: `${this.description} is a signal, and JavaScript's operators work on values`,
        path: [this.builder.name],
        places: placesOf('used here', this),
        help: 'use add, sub, eq, lt, and, select, …',
      },
    ]);
  }

  /** Registers and wires have their own; this one is for all other values. */
  set next(_: unknown) {
    current('an assignment').report({
      code: 'E0007',
      message: `${this.description} is assigned, and has its value already`,
      help: assigningPart(this),
      places: placesOf('assigned here', this),
    });
  }

  add(other: Given): Scalar {
    return this.#binary('add', other);
  }
  sub(other: Given): Scalar {
    return this.#binary('sub', other);
  }
  addGrow(other: Given): Scalar {
    return this.#grown('add', other, 'addGrow');
  }
  subGrow(other: Given): Scalar {
    return this.#grown('sub', other, 'subGrow');
  }
  addSat(other: Given): Scalar {
    return this.#saturated('add', other);
  }
  subSat(other: Given): Scalar {
    return this.#saturated('sub', other);
  }

  mul(other: Given): Scalar {
    const factor = other instanceof Scalar ? other : this.#sameType(other, 'mul');
    const alike = factor.kind === this.kind;
    if (!alike) {
      const [signed, unsigned] = this.kind === 'sint' ? [this, factor] : [factor, this];
      complain(
        {
          code: 'E0002',
          message: `${this.description} mul ${factor.description}`,
          help:
            signed.kind === 'sint' && unsigned.kind === 'uint'
              ? `both signed or both unsigned: ${unsigned.text}.extend(${unsigned.width + 1}).asSint() keeps the value`
              : 'multiply numbers: both uint, or both sint',
        },
        'used here',
        this,
        factor,
      );
      return this.#instead(this.width + factor.width);
    }
    const kind = this.kind === 'sint' ? 'sint' : 'uint';
    return this.#make({ kind, width: this.width + factor.width }, kind, 'mul', [local(this), local(factor)]);
  }

  and(other: Given): Scalar {
    return this.#binary('and', other);
  }
  or(other: Given): Scalar {
    return this.#binary('or', other);
  }
  xor(other: Given): Scalar {
    return this.#binary('xor', other);
  }
  not(): Scalar {
    return this.#make(this.type, this.kind, 'not', [local(this)]);
  }
  shl(amount: Given): Scalar {
    return this.#shift('shl', amount);
  }
  shr(amount: Given): Scalar {
    return this.#shift('shr', amount);
  }

  eq(other: Given): Scalar {
    return this.#compare('eq', other);
  }
  ne(other: Given): Scalar {
    return this.#compare('ne', other);
  }
  lt(other: Given): Scalar {
    return this.#compare('lt', other);
  }
  le(other: Given): Scalar {
    return this.#compare('le', other);
  }
  gt(other: Given): Scalar {
    return this.#compare('gt', other);
  }
  ge(other: Given): Scalar {
    return this.#compare('ge', other);
  }
  is(label: string): Scalar {
    return this.#make(bitType, 'bit', 'eq', [local(this), this.#same(label, 'is')]);
  }

  extend(width: number): Scalar {
    return this.#resize('extend', width, (whole) => whole >= this.width && whole <= MOST_BITS);
  }
  truncate(width: number): Scalar {
    return this.#resize('truncate', width, (whole) => whole <= this.width && whole >= 1);
  }

  bit(index: Given): Scalar {
    if (!(index instanceof ScalarNode)) {
      const of = { what: 'bit', whole: this.description, count: this.width, nodes: [this] };
      const at = literalIndex(index, (given) => `${this.description} bit ${given}`, of);
      return at === null ? this.#instead(1, 'bit') : this.#slice(Number(at), 1, 'bit');
    }
    // A right shift by an amount past the width gives 0 for uint, as the language promises.
    return this.asUint().shr(index).#slice(0, 1, 'bit');
  }
  slice(low: number, width: number): Scalar {
    return this.#slice(low, width, 'uint');
  }

  asUint(): Scalar {
    return this.#cast('uint');
  }
  asSint(): Scalar {
    return this.#cast('sint');
  }

  any(): Scalar {
    return this.#reduce('orReduce');
  }
  all(): Scalar {
    return this.#reduce('andReduce');
  }
  parity(): Scalar {
    return this.#reduce('xorReduce');
  }

  expectWidth(width: number): Scalar {
    if (width === this.width) return this;
    complain(
      {
        code: 'E0001',
        message: `${this.description} where ${show(width)} bits are expected`,
        help: !isSize(width)
          ? 'give the width as a whole number'
          : width > this.width
            ? `${this.text}.extend(${width})`
            : `${this.text}.truncate(${width}), which drops the high bits`,
      },
      'expected here',
      this,
    );
    return this.#instead(width);
  }

  /** A stand-in of this kind and the width that was asked for, after a mistake. */
  #instead(wanted: number, kind: Kind = this.kind): Scalar {
    const builder = current('an expression');
    const width = isSize(wanted) ? wanted : 1;
    const type: ScalarType = { kind: kind === 'sint' ? 'sint' : 'uint', width };
    return new Scalar(builder, builder.standIn(type), type, kind);
  }

  #make(type: ScalarType, kind: Kind, op: Operation, args: readonly NodeId[], low = 0): Scalar {
    const builder = current('an expression');
    return new Scalar(builder, builder.op(op, type, args, low), type, kind);
  }

  /** The other operand as a node of exactly this type. */
  #same(other: Given, operation: string): NodeId {
    return scalarOf(this.type, this.kind, other, (given) => `${this.description} ${operation} ${given}`, this);
  }
  #sameType(other: Given, operation: string): Scalar {
    return new Scalar(current('an expression'), this.#same(other, operation), this.type, this.kind);
  }

  #binary(op: Operation, other: Given): Scalar {
    return this.#make(this.type, this.kind, op, [local(this), this.#same(other, op)]);
  }
  #compare(op: Operation, other: Given): Scalar {
    return this.#make(bitType, 'bit', op, [local(this), this.#same(other, op)]);
  }
  #reduce(op: Operation): Scalar {
    return this.#make(bitType, 'bit', op, [local(this)]);
  }
  #shift(op: Operation, amount: Given): Scalar {
    return this.#make(this.type, this.kind, op, [
      local(this),
      indexNode(amount, (given) => `${this.description} ${op} by ${given}`),
    ]);
  }

  /** The exact result, one bit wider. */
  #grown(op: 'add' | 'sub', other: Given, called: string): Scalar {
    const operand = this.#sameType(other, called);
    return this.extend(this.width + 1).#binary(op, operand.extend(this.width + 1));
  }

  /**
   * A result that does not fit becomes the end of the range on its side. In this many bits, not one more: an unsigned
   * sum wrapped if it is less than what was added; a signed result has left the range if its sign is not the first
   * operand's where that could not be (for a sum: the operands have one sign, for a difference: they differ).
   */
  #saturated(op: 'add' | 'sub', other: Given): Scalar {
    const builder = current('an expression');
    const constant = (value: bigint): Scalar =>
      new Scalar(builder, builder.constant(this.type, pattern(value, this.width)), this.type, this.kind);
    const operand = this.#sameType(other, `${op}Sat`);
    const result = this.#binary(op, operand);
    const [least, most] = rangeOf(this.kind, this.width);
    if (this.kind !== 'sint') {
      return op === 'add'
        ? choose(result.lt(operand), constant(most), result)
        : choose(this.lt(operand), constant(least), result);
    }
    const sign = (value: Scalar): Scalar => value.bit(this.width - 1);
    const differ = sign(this).xor(sign(operand));
    const left = (op === 'add' ? differ.not() : differ).and(sign(result).xor(sign(this)));
    return choose(left, choose(sign(this), constant(least), constant(most)), result);
  }

  #resize(op: 'extend' | 'truncate', width: number, fits: (whole: number) => boolean): Scalar {
    if (!Number.isInteger(width) || !fits(width)) {
      const most = Number.isInteger(width) && width > MOST_BITS ? `, up to ${MOST_BITS}` : '';
      complain(
        {
          code: 'E0004',
          message: `${this.description} ${op} to ${show(width)} bits`,
          help:
            op === 'extend'
              ? `extend to ${this.width} bits or more${most}; truncate(…) drops bits`
              : `truncate to between 1 and ${this.width} bits; extend(…) adds bits`,
        },
        'used here',
        this,
      );
      return this.#instead(width);
    }
    const kind = this.kind === 'sint' ? 'sint' : 'uint';
    if (width === this.width) return new Scalar(current('an expression'), local(this), { kind, width }, kind);
    return this.#make({ kind, width }, kind, op, [local(this)]);
  }

  #slice(low: number, width: number, kind: Kind): Scalar {
    if (Number.isInteger(low) && Number.isInteger(width) && low >= 0 && width >= 1 && low + width <= this.width) {
      return this.#make({ kind: 'uint', width }, kind, 'slice', [local(this)], low);
    }
    complain(
      {
        code: 'E0004',
        message: `${show(width)} bits from bit ${show(low)} of ${this.description}`,
        help: `its bits are 0 to ${this.width - 1}`,
      },
      'used here',
      this,
    );
    return this.#instead(width, kind);
  }

  #cast(kind: 'uint' | 'sint'): Scalar {
    const type: ScalarType = { kind, width: this.width };
    if (this.type.kind === kind) return new Scalar(current('an expression'), local(this), type, kind);
    return this.#make(type, kind, 'cast', [local(this)]);
  }
}

/** `condition ? then : otherwise` for two scalars of one type. */
function choose(condition: Scalar, then: Scalar, otherwise: Scalar): Scalar {
  const builder = current('an expression');
  return new Scalar(
    builder,
    builder.op('mux', then.type, [local(condition), local(then), local(otherwise)]),
    then.type,
    then.kind,
  );
}

/** `given` as a bit. */
export function bitOf(given: Given, use: (given: string) => string): Scalar {
  return new Scalar(current('an expression'), scalarOf(bitType, 'bit', given, use), bitType, 'bit');
}

/** The bits of a vector's or scalar's node, as one unsigned scalar. */
export function packed(node: Node): Scalar {
  const type: ScalarType = { kind: 'uint', width: typeWidth(node.type) };
  const builder = current('an expression');
  const id = local(node);
  return new Scalar(
    builder,
    node.type.kind === 'uint' ? id : (uncast(builder, id) ?? builder.op('cast', type, [id])),
    type,
    'uint',
  );
}

/** The unsigned number that a node is only another reading of. */
function uncast(builder: ModuleBuilder, id: NodeId): NodeId | null {
  const node = builder.nodes[id];
  const [from] = node?.kind === 'op' && node.op === 'cast' && node.name === null ? node.args : [];
  return from !== undefined && builder.nodes[from]?.type.kind === 'uint' ? from : null;
}
