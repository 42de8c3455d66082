/** From what a designer hands in to a node of the type that is needed there. */
import type { NodeId, ScalarType } from '../ir/types.ts';
import { sameType } from '../ir/walk.ts';
import { current, type ModuleBuilder } from './builder.ts';
import { show } from '../messages/show.ts';
import {
  complain,
  local,
  Node,
  pattern,
  rangeOf,
  ScalarNode,
  scalarName,
  type Given,
  type Kind,
  type Use,
} from './node.ts';
import { surface } from './surface.ts';

/**
 * What asks for a type, where messages can name it: the other operand of an operation, or the register or wire that
 * takes the value.
 */
type Asking = Node | { readonly target: Node } | null;

/**
 * `given` as a node of exactly one scalar type: a signal of that type, a number in its range, or a label of its
 * enumeration. Mistakes are reported, and a zero stands in.
 */
export function scalarOf(type: ScalarType, kind: Kind, given: Given, use: Use, asking: Asking = null): NodeId {
  const builder = current('an expression');
  const zero = (): NodeId => builder.standIn(type);
  if (given instanceof ScalarNode) {
    const id = local(given);
    if (given.builder !== builder) return zero();
    if (given.kind !== kind || (kind === 'enum' && !sameType(given.type, type))) {
      complain(
        {
          code: 'E0002',
          message: use(given.description),
          help: `${scalarName(type, kind)} is expected: ${conversion(kind, given)}`,
        },
        'used here',
        given,
        nodeOf(asking),
      );
      return zero();
    }
    if (given.width !== type.width) {
      complain(
        { code: 'E0001', message: use(given.description), help: resizing(type, given, asking) },
        'used here',
        given,
        nodeOf(asking),
      );
      return zero();
    }
    return id;
  }
  if (typeof given === 'string' && type.kind === 'enum') {
    const index = labelIndex(type, given);
    if (index >= 0) return builder.constant(type, BigInt(index));
    complain(
      {
        code: 'E0013',
        message: `${use(`'${given}'`)}: ${type.name} has no such value`,
        help: `one of ${type.labels.join(', ')}`,
      },
      'used here',
      nodeOf(asking),
    );
    return zero();
  }
  if (
    kind !== 'enum' &&
    (typeof given === 'number' || typeof given === 'bigint' || (typeof given === 'boolean' && kind === 'bit'))
  ) {
    return literal(builder, kind, type, given, use, asking);
  }
  complain(
    {
      code: 'E0002',
      message: use(describeGiven(given)),
      help: remedyFor(given, `${scalarName(type, kind)} is expected`),
    },
    'used here',
    given,
    nodeOf(asking),
  );
  return zero();
}

/** A number as a constant of a type; E0003 where it does not fit or is no whole number. */
export function literal(
  builder: ModuleBuilder,
  kind: Kind,
  type: ScalarType,
  value: number | bigint | boolean,
  use: Use,
  asking: Asking = null,
): NodeId {
  const [least, most] = rangeOf(kind, type.width);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    complain(
      {
        code: 'E0003',
        message: `${use(show(value))}: it is not a whole number of at most 53 bits`,
        help: 'round it, or write it as a bigint',
      },
      'used here',
      nodeOf(asking),
    );
    return builder.constant(type, 0n);
  }
  const whole = BigInt(value);
  if (whole < least || whole > most) {
    const help =
      whole < 0n && least === 0n
        ? 'use a number from 0, or a signed type'
        : 'use a number in that range, or a wider type';
    complain(
      {
        code: 'E0003',
        message: `${use(show(value))}: ${scalarName(type, kind)} holds ${least} to ${most}`,
        help,
      },
      'used here',
      nodeOf(asking),
    );
  }
  return builder.constant(type, pattern(whole, type.width));
}

/** What is addressed or counted by index: `what` (`element`, `word`) of `whole`, of which there are `count`. */
export interface Indexed {
  readonly what: string;
  readonly whole: string;
  readonly count: number;
  readonly nodes?: readonly Node[];
}

/**
 * An amount of a shift or an index: an unsigned signal, or a number, made a constant just wide enough; past `of` E0004.
 */
export function indexNode(given: Given, use: Use, of: Indexed | null = null): NodeId {
  const builder = current('an expression');
  if (given instanceof ScalarNode) {
    const id = local(given);
    if (given.kind === 'uint') return id;
    complain(
      {
        code: 'E0002',
        message: use(given.description),
        help: `an unsigned signal is expected: ${given.text}.asUint()`,
      },
      'used here',
      given,
    );
    return builder.standIn({ kind: 'uint', width: 1 });
  }
  const index = literalIndex(given, use, of);
  if (index === null) return builder.standIn({ kind: 'uint', width: 1 });
  return builder.constant({ kind: 'uint', width: index.toString(2).length }, index);
}

/**
 * A literal as an index. E0002 for no number, E0003 for one below 0 or not whole, E0004 for one past `of`; null then.
 */
export function literalIndex(given: Given, use: Use, of: Indexed | null): bigint | null {
  const { nodes = [] } = of ?? {};
  const help = 'use a whole number from 0, or an unsigned signal';
  if (typeof given !== 'number' && typeof given !== 'bigint') {
    complain(
      {
        code: 'E0002',
        message: use(describeGiven(given)),
        help: remedyFor(given, help),
      },
      'used here',
      ...nodes,
    );
    return null;
  }
  if (given < 0 || (typeof given === 'number' && !Number.isSafeInteger(given))) {
    complain({ code: 'E0003', message: use(show(given)), help }, 'used here', ...nodes);
    return null;
  }
  if (of === null || given < of.count) return BigInt(given);
  complain(
    {
      code: 'E0004',
      message: `${of.what} ${show(given)} of ${of.whole}`,
      help: `its ${of.what}s are 0 to ${of.count - 1}`,
    },
    'used here',
    ...nodes,
  );
  return null;
}

/** The key under which an object of the language that is no signal says what it is. */
export const note: unique symbol = Symbol('note');
export interface Note {
  /** `machine state`. */
  readonly what: string;
  /** How to get at a signal of it. */
  readonly remedy: string;
}

/** `object`, which says from now on what it is. */
export function noted<T extends object>(object: T, said: Note): T {
  return Object.assign(object, { [note]: said });
}

export function noteOf(given: Given): Note | null {
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null || !(note in given)) return null;
  return surface<{ readonly [note]: Note }>(given)[note];
}

const labelTables = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The code of a label; -1 where the enumeration has none of that name. */
export function labelIndex({ labels }: Extract<ScalarType, { kind: 'enum' }>, label: string): number {
  const table = labelTables.get(labels) ?? new Map(labels.map((each, i) => [each, i]));
  labelTables.set(labels, table);
  return table.get(label) ?? -1;
}

/** What somebody handed in, in words. */
export function describeGiven(given: Given): string {
  if (given instanceof Node) return given.description;
  const shown = noteOf(given)?.what ?? show(given);
  return shown === 'an object' ? 'a bundle' : shown;
}

/** How to go on from there: how to get at a signal of what was handed in, else `usual`. */
export function remedyFor(given: Given, usual: string): string {
  return noteOf(given)?.remedy ?? usual;
}

function nodeOf(asking: Asking): Node | null {
  return asking === null || asking instanceof Node ? asking : asking.target;
}

function resizing(type: ScalarType, given: ScalarNode, asking: Asking): string {
  if (given.width < type.width) return `${given.text}.extend(${type.width})`;
  const wider =
    asking === null
      ? `take ${given.width} bits`
      : asking instanceof Node
        ? `${asking.text}.extend(${given.width})`
        : `make ${asking.target.text} ${given.width} bits wide`;
  return `${wider}, or ${given.text}.truncate(${type.width}), which drops the high bits`;
}

function conversion(wanted: Kind, given: ScalarNode): string {
  const { text, width } = given;
  if (wanted === 'enum') return 'an enumeration meets only its own values';
  if (wanted === 'bit')
    return given.kind === 'enum'
      ? `${text}.is(…)`
      : `${text}.any() where any bit counts, ${text}.ne(0), ${text}.bit(0), …`;
  if (given.kind === 'enum') return `${text}.asUint() is the code of the value`;
  if (given.kind === 'bit') return `${text}.asUint().extend(…) makes a number of a bit`;
  return wanted === 'sint'
    ? `${text}.extend(${width + 1}).asSint() keeps the value, ${text}.asSint() the bits`
    : `${text}.asUint() reads the same bits as unsigned`;
}
