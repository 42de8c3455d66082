/**
 * Operations as expressions.
 *
 * Verilog widens operands to the width of what surrounds them and drops signs where one operand has none. So that
 * neither ever changes a value, every expression made here has exactly its node's width, and where an operator needs
 * wider operands (a product), or looks at signs, its operands are names, selections or calls, or the value gets a net
 * of its own.
 */
import type { Node, NodeId, OpNode, Type } from '../ir/types.ts';
import { addressWidth, findMemory, nodeAt, typeWidth } from '../ir/walk.ts';
import { bind, castTo, compare, infix, primary, shift, unary, within, withSign, type Expression } from './operators.ts';
import { selection } from './selection.ts';
import type { Scope } from './scope.ts';
import { dimensions, literal, signedPattern, withPlace } from './text.ts';

/**
 * Where an expression stands. `root`: it is all that is assigned. `inBlock`: in a combinational block (see {@link
 * Expressions.read}).
 */
export interface Position {
  readonly root?: boolean;
  readonly inBlock?: boolean;
}

/** An expression inside another one gets a net when it is longer than this. */
const MOST_INLINE = 72;
/** The condition of what never happens. */
export const NEVER = "1'b0";

/** What several places may repeat instead of sharing a net. */
const MOST_REPEATED = 26;

export class Expressions {
  readonly #scope: Scope;
  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /**
   * A node's value as an expression of its exact width. Icarus wants no constant selections in combinational blocks:
   * they get nets.
   */
  read(id: NodeId, position: Position = {}): Expression {
    const { module } = this.#scope;
    const name = this.#scope.signal(id);
    const type = this.#scope.type(id);
    if (name !== undefined) return primary(name, type.kind === 'sint');
    const node = nodeAt(module, id);
    if (node.kind === 'const') return this.#constant(node.value, type);
    if (node.kind !== 'op' || this.#wantsNet(id, node, position)) return primary(this.named(id), type.kind === 'sint');
    if (node.op === 'cast') {
      const [of] = node.args;
      return of === undefined ? primary('0') : this.read(of, { ...position, root: false });
    }
    const expression = this.#operation(node, position);
    if (position.root !== true && expression.text.length > MOST_INLINE)
      return primary(this.named(id), type.kind === 'sint');
    return expression;
  }

  text(id: NodeId, position: Position = {}): string {
    return this.read(id, position).text;
  }

  /** The signal of a node; where it has none yet, a net is declared. */
  named(id: NodeId): string {
    const known = this.#scope.signal(id);
    if (known !== undefined) return known;
    const node = nodeAt(this.#scope.module, id);
    const value = node.kind === 'op' && node.op === 'update' ? null : this.whole(id);
    const name = this.#scope.name(id);
    if (value === null && node.kind === 'op') {
      this.#scope.values.push(`wire${dimensions(node.type)} ${name};`);
      this.update(node, name);
    } else {
      const place = node.name === null ? null : node.place;
      this.#scope.values.push(withPlace(`wire${dimensions(node.type)} ${name} = ${value};`, place));
    }
    return name;
  }

  /** A node's value as all that stands on the right of an assignment; chains of choices take a line each. */
  whole(id: NodeId): string {
    const node = nodeAt(this.#scope.module, id);
    switch (node.kind) {
      case 'const':
        return this.#constant(node.value, node.type).text;
      case 'op':
        return node.op === 'cast'
          ? this.#argument(node, 0, { root: false }).text
          : this.#operation(node, { root: true }).text;
      case 'read':
        return this.#asynchronousRead(node.memory, node.address, node.type);
      default:
        throw new RangeError(`node %${id} of ${this.#scope.module.name} has no signal`);
    }
  }

  #constant(value: bigint, type: Type): Expression {
    const label = type.kind === 'enum' ? this.#scope.label(type, value) : null;
    if (label !== null) return primary(label);
    const text = literal(value, type);
    return { text, binds: text.startsWith('-') ? bind.unary : bind.primary, signed: type.kind === 'sint' };
  }

  #wantsNet(id: NodeId, node: OpNode, { root = false, inBlock = false }: Position): boolean {
    if (node.name !== null || node.op === 'update') return true;
    if (node.op === 'mul' && !root) return true;
    if (inBlock && ['slice', 'index', 'truncate'].includes(node.op)) return true;
    return (this.#scope.uses[id]?.length ?? 0) > 1 && !this.#isCheap(node);
  }

  #isSignal(id: NodeId | undefined): boolean {
    return id !== undefined && this.#scope.signal(id) !== undefined;
  }

  /** Short enough to write wherever it is used. */
  #isCheap(node: OpNode): boolean {
    if (!['not', 'slice', 'truncate', 'cast', 'eq', 'ne', 'index', 'extend', 'orReduce'].includes(node.op))
      return false;
    const simple = node.args.every((arg) => this.#isSignal(arg) || nodeAt(this.#scope.module, arg).kind === 'const');
    return simple && (node.op === 'cast' || this.#operation(node, {}).text.length <= MOST_REPEATED);
  }

  #argument(node: OpNode, index: number, position: Position): Expression {
    const id = node.args[index];
    if (id === undefined) throw new RangeError(`${node.op} lacks argument ${index}`);
    return this.read(id, { ...position, root: false });
  }

  /** A value that no width and no sign around it can change. */
  firm(id: NodeId | undefined, position: Position = {}): Expression {
    if (id === undefined) throw new RangeError('an argument is missing');
    const node = nodeAt(this.#scope.module, id);
    // A minus is an operator, of as many bits as stand around it.
    if (node.kind === 'const' && node.type.kind === 'sint') {
      return primary(signedPattern(node.value, node.type.width), true);
    }
    const expression = this.read(id, { ...position, root: false });
    return expression.binds >= bind.unary && !expression.text.startsWith('~') && !expression.text.startsWith('!')
      ? expression
      : primary(this.named(id), this.#scope.type(id).kind === 'sint');
  }

  #operation(node: OpNode, position: Position): Expression {
    const { op, args, type } = node;
    const argument = (index: number): Expression => this.#argument(node, index, position);
    const argumentType = (index: number): Type => this.#scope.type(args[index] ?? -1);
    const isBit = type.kind === 'uint' && type.width === 1;
    switch (op) {
      case 'add':
        return infix(argument(0), '+', argument(1), bind.sum);
      case 'sub':
        return infix(argument(0), '-', argument(1), bind.sum);
      case 'mul':
        return infix(
          withSign(this.firm(args[0], position), type),
          '*',
          withSign(this.firm(args[1], position), type),
          bind.product,
        );
      case 'and':
        return (
          this.#bitwise(node, position) ??
          infix(argument(0), isBit ? '&&' : '&', argument(1), isBit ? bind.both : bind.and)
        );
      case 'or':
        return (
          this.#bitwise(node, position) ??
          infix(argument(0), isBit ? '||' : '|', argument(1), isBit ? bind.either : bind.or)
        );
      case 'xor':
        return infix(argument(0), '^', argument(1), bind.xor);
      case 'not':
        return this.#opposite(node, position) ?? unary(isBit ? '!' : '~', argument(0));
      case 'shl':
        return shift(argument(0), '<<', this.#amount(node, position));
      case 'shr': {
        if (type.kind !== 'sint') return shift(argument(0), '>>', this.#amount(node, position));
        const shifted = shift(withSign(argument(0), type), '>>>', this.#amount(node, position));
        return position.root === true ? shifted : primary(`$signed(${shifted.text})`, true);
      }
      case 'eq':
      case 'ne':
        return this.#equality(node, position);
      case 'lt':
      case 'le':
      case 'gt':
      case 'ge': {
        const certain = this.#certain(node);
        if (certain !== null) return certain;
        this.#scope.facts.add('order');
        return compare(argument(0), { lt: '<', le: '<=', gt: '>', ge: '>=' }[op], argument(1), argumentType(0));
      }
      case 'mux':
        return this.#choice(node, position);
      case 'cat':
        return this.#joined(args, position);
      case 'vec':
        return this.#joined(args.toReversed(), position);
      case 'fill': {
        const length = type.kind === 'vec' ? type.length : 1;
        return length === 1 ? argument(0) : primary(`{${length}{${argument(0).text}}}`);
      }
      case 'slice':
        return primary(this.#part(args[0], node.low, typeWidth(type), position));
      case 'truncate':
        return this.#truncation(node, position);
      case 'extend': {
        const from = argumentType(0);
        if (typeWidth(from) === typeWidth(type)) return argument(0);
        const value = withSign(this.firm(args[0], position), from);
        if (from.kind === 'sint') return castTo(typeWidth(type), { ...value, signed: true });
        return primary(`{${literal(0n, { kind: 'uint', width: typeWidth(type) - typeWidth(from) })}, ${value.text}}`);
      }
      case 'orReduce':
        return typeWidth(argumentType(0)) === 1 ? argument(0) : unary('|', argument(0));
      case 'andReduce':
        return typeWidth(argumentType(0)) === 1 ? argument(0) : unary('&', argument(0));
      case 'xorReduce':
        return typeWidth(argumentType(0)) === 1 ? argument(0) : unary('^', argument(0));
      case 'index':
        return this.#element(node, position);
      case 'cast':
      case 'update':
        throw new RangeError(`${op} is no expression`);
    }
  }

  /**
   * A shift's amount. Verilator takes no constant ones of more than 32 bits: wider ones are cut to the width of what is
   * shifted.
   */
  #amount(node: OpNode, position: Position): Expression {
    const amount = this.#argument(node, 1, position);
    const id = node.args[1] ?? -1;
    const width = typeWidth(this.#scope.type(id));
    const most = literal(BigInt(typeWidth(node.type)), { kind: 'uint', width: 32 });
    const constant = nodeAt(this.#scope.module, id);
    if (constant.kind === 'const' && constant.value > BigInt(typeWidth(node.type))) return primary(most);
    if (width <= 32) return amount;
    if (constant.kind === 'const') return primary(literal(constant.value, { kind: 'uint', width: 32 }));
    const [low, high] = [this.#part(id, 0, 32, position), this.#part(id, 32, width - 32, position)];
    return { text: `${width === 33 ? high : `|${high}`} ? ${most} : ${low}`, binds: bind.choice, signed: false };
  }

  /** `and` and `or` of a bit with a constant. */
  #bitwise(node: OpNode, position: Position): Expression | null {
    if (node.type.kind !== 'uint' || node.type.width !== 1) return null;
    const values = [this.#argument(node, 0, position), this.#argument(node, 1, position)];
    const at = values.findIndex(({ text }) => text === "1'b0" || text === "1'b1");
    if (at < 0) return null;
    return ((values[at]?.text === "1'b1") === (node.op === 'and') ? values[1 - at] : values[at]) ?? null;
  }

  /** The opposite of a comparison for equality that is used nowhere else. */
  #opposite({ args: [of = -1] }: OpNode, position: Position): Expression | null {
    const node = nodeAt(this.#scope.module, of);
    if (
      node.kind !== 'op' ||
      (node.op !== 'eq' && node.op !== 'ne') ||
      this.#scope.signal(of) !== undefined ||
      this.#wantsNet(of, node, position)
    )
      return null;
    return this.#equality({ ...node, op: node.op === 'eq' ? 'ne' : 'eq' }, position);
  }

  /**
   * A comparison with itself, or with the least or the greatest number, that can only come out one way: tools warn of
   * those.
   */
  #certain({ op, args: [left = -1, right = -1] }: OpNode): Expression | null {
    const type = this.#scope.type(left);
    const bits = BigInt(typeWidth(type));
    const [least, greatest] =
      type.kind === 'sint' ? [1n << (bits - 1n), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n];
    const value = (id: NodeId): bigint | null => {
      const node = nodeAt(this.#scope.module, id);
      return node.kind === 'const' ? node.value : null;
    };
    const [a, b] = [value(left), value(right)];
    const same = left === right;
    const notBelow = same || b === least || a === greatest;
    const notAbove = same || b === greatest || a === least;
    const never = (op === 'lt' && notBelow) || (op === 'gt' && notAbove);
    const always = (op === 'ge' && notBelow) || (op === 'le' && notAbove);
    return never || always ? primary(always ? "1'b1" : "1'b0") : null;
  }

  #equality(node: OpNode, position: Position): Expression {
    if (node.args[0] === node.args[1]) return primary(node.op === 'eq' ? "1'b1" : "1'b0");
    const [a, b] = [this.#argument(node, 0, position), this.#argument(node, 1, position)];
    const type = this.#scope.type(node.args[0] ?? -1);
    const right = nodeAt(this.#scope.module, node.args[1] ?? -1);
    if (type.kind === 'uint' && type.width === 1 && right.kind === 'const')
      return (right.value === 1n) === (node.op === 'eq') ? a : unary('!', a);
    return infix(a, node.op === 'eq' ? '==' : '!=', b, bind.equality);
  }

  #choice(node: OpNode, position: Position): Expression {
    const [condition, then] = [this.#argument(node, 0, position), this.#argument(node, 1, position)];
    const [, , rest] = node.args;
    if (rest === undefined) throw new RangeError('a choice lacks an argument');
    const next = nodeAt(this.#scope.module, rest);
    const chain =
      position.root === true &&
      next.kind === 'op' &&
      next.op === 'mux' &&
      this.#scope.signal(rest) === undefined &&
      !this.#wantsNet(rest, next, position);
    const otherwise = this.read(rest, { ...position, root: chain });
    if (condition.text === "1'b0") return otherwise;
    if (condition.text === "1'b1") return then;
    const text = `${within(condition, bind.either)} ? ${within(then, bind.choice + 1)} :${chain ? '\n  ' : ' '}${otherwise.text}`;
    return { text, binds: bind.choice, signed: then.signed && otherwise.signed };
  }

  /** Side by side, the first in the most significant bits. */
  #joined(args: readonly NodeId[], position: Position): Expression {
    const parts = args.map((arg) => this.read(arg, { ...position, root: false }));
    const [first] = parts;
    if (first !== undefined && parts.length === 1) return first;
    return primary(`{${parts.map(({ text }) => text).join(', ')}}`);
  }

  /** Bits of a node that has a signal, or gets one. Casts, and slices of slices, are seen through. */
  #part(id: NodeId | undefined, low: number, width: number, position: Position): string {
    if (id === undefined) throw new RangeError('a slice of nothing');
    const node = nodeAt(this.#scope.module, id);
    if (this.#scope.signal(id) === undefined) {
      if (node.kind === 'const')
        return literal((node.value >> BigInt(low)) & ((1n << BigInt(width)) - 1n), { kind: 'uint', width });
      if (
        node.kind === 'op' &&
        node.name === null &&
        (node.op === 'slice' || node.op === 'cast' || node.op === 'truncate')
      )
        return this.#part(node.args[0], low + node.low, width, position);
    }
    const name = this.named(id);
    return (
      selection(name, node.type, low, width) ??
      selection(this.#scope.flat(id, name), { kind: 'uint', width: typeWidth(node.type) }, low, width) ??
      name
    );
  }

  /**
   * A cast keeps the low bits of what does not let its high bits reach them; of anything else the low bits of a net are
   * taken.
   */
  #truncation(node: OpNode, position: Position): Expression {
    const [from] = node.args;
    const width = typeWidth(node.type);
    if (from === undefined) throw new RangeError('a truncation of nothing');
    if (typeWidth(this.#scope.type(from)) === width) return this.#argument(node, 0, position);
    const inner = nodeAt(this.#scope.module, from);
    const alone =
      inner.kind === 'op' &&
      this.#scope.signal(from) === undefined &&
      inner.name === null &&
      (this.#scope.uses[from]?.length ?? 0) === 1;
    if (alone && ['add', 'sub', 'and', 'or', 'xor'].includes(inner.op)) {
      const value = this.read(from, { ...position, root: false });
      return castTo(width, value);
    }
    return primary(this.#part(from, 0, width, position));
  }

  #element(node: OpNode, position: Position): Expression {
    const [vector, index] = node.args;
    if (vector === undefined || index === undefined) throw new RangeError('an index lacks an argument');
    const type = this.#scope.type(vector);
    if (type.kind !== 'vec') throw new RangeError('an index of no vector');
    const at = nodeAt(this.#scope.module, index);
    const made = nodeAt(this.#scope.module, vector);
    const zero = literal(0n, { kind: 'uint', width: typeWidth(type.element) });
    if (at.kind === 'const') {
      if (at.value >= BigInt(type.length)) return primary(zero);
      const element =
        made.kind === 'op' && made.op === 'vec' && this.#scope.signal(vector) === undefined
          ? made.args[Number(at.value)]
          : undefined;
      return element === undefined
        ? primary(`${this.named(vector)}[${at.value}]`)
        : this.read(element, { ...position, root: false });
    }
    const name = this.named(vector);
    const { narrow, inside } = this.index(index, type.length);
    if (inside === null) return primary(`${name}[${narrow}]`);
    return { text: `${inside} ? ${name}[${narrow}] : ${zero}`, binds: bind.choice, signed: false };
  }

  /**
   * An index among `length` things, of exactly the bits that it takes, and the condition that there is such a thing:
   * null where there always is, {@link NEVER} where there never is.
   */
  index(id: NodeId, length: number): { readonly narrow: string; readonly inside: string | null } {
    const type = this.#scope.type(id);
    const node = nodeAt(this.#scope.module, id);
    if (node.kind === 'const') {
      return { narrow: String(node.value), inside: node.value < BigInt(length) ? null : NEVER };
    }
    const width = typeWidth(type);
    const needed = addressWidth(length);
    if (length === 1)
      return { narrow: '0', inside: `${within(this.read(id), bind.equality + 1)} == ${literal(0n, type)}` };
    if (length === 2 ** width) return { narrow: this.wholeIndex(id), inside: null };
    if (width < needed) return { narrow: this.widened(id, needed), inside: null };
    const name = this.named(id);
    this.#scope.facts.add('order');
    const narrow = width > needed ? this.#part(id, 0, needed, {}) : name;
    return { narrow, inside: `${name} < ${literal(BigInt(length), type)}` };
  }

  /** What may stand between square brackets: Icarus 11 lets a sum grow there, and a signed name is a negative place. */
  wholeIndex(id: NodeId): string {
    return withSign(this.firm(id), { kind: 'uint', width: typeWidth(this.#scope.type(id)) }).text;
  }

  /** A number with zeros before it, up to `width` bits. */
  widened(id: NodeId, width: number, position: Position = {}): string {
    const missing = width - typeWidth(this.#scope.type(id));
    if (missing <= 0) return this.text(id, position);
    return `{${literal(0n, { kind: 'uint', width: missing })}, ${this.text(id, { ...position, root: false })}}`;
  }

  /** Drives `name` with a vector of which one element is changed: each element is the new one or the old one. */
  update(node: OpNode, name: string): void {
    const [vector, index, value] = node.args;
    if (vector === undefined || index === undefined || value === undefined || node.type.kind !== 'vec')
      throw new RangeError('an update lacks an argument');
    const { length } = node.type;
    const { values } = this.#scope;
    const old = this.named(vector);
    const at = nodeAt(this.#scope.module, index);
    const element = this.text(value);
    if (at.kind === 'const' || length === 1) {
      values.push(`assign ${name} = ${this.#replaced(old, length, at, index, element)};`);
      return;
    }
    const [width, needed] = [typeWidth(this.#scope.type(index)), addressWidth(length)];
    const asked = width < needed ? this.widened(index, needed) : within(this.read(index), bind.equality + 1);
    const [k, label] = [this.#scope.genvar('k'), this.#scope.names.claim(`${name}_elements`)];
    values.push(
      `for (${k} = 0; ${k} < ${length}; ${k} = ${k} + 1) begin : ${label}`,
      `  assign ${name}[${k}] = ${asked} == ${Math.max(width, needed)}'(${k}) ? ${element} : ${old}[${k}];`,
      'end',
    );
  }

  /** The vector `old` with a new element in a place that is known, or that must be 0. */
  #replaced(old: string, length: number, at: Node, index: NodeId, element: string): string {
    if (at.kind !== 'const') return `${this.index(index, length).inside} ? ${element} : ${old}`;
    const place = Number(at.value);
    if (at.value >= BigInt(length)) return old;
    const run = (high: number, low: number): readonly string[] => {
      if (high < low) return [];
      return [high === low ? `${old}[${low}]` : `${old}[${high}:${low}]`];
    };
    return `{${[...run(length - 1, place + 1), element, ...run(place - 1, 0)].join(', ')}}`;
  }

  #asynchronousRead(memory: string, address: NodeId, type: Type): string {
    const found = findMemory(this.#scope.module, memory);
    if (found === undefined) throw new RangeError(`no memory ${memory}`);
    const { narrow, inside } = this.index(address, found.depth);
    const word = `${this.#scope.memory(memory)}[${narrow}]`;
    const zero = literal(0n, { kind: 'uint', width: typeWidth(type) });
    return inside === null ? word : inside === NEVER ? zero : `${inside} ? ${word} : ${zero}`;
  }
}
