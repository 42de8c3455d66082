/** Memories. */
import { addressWidth, typeName, typeWidth } from '../ir/walk.ts';
import type { NodeId, Type } from '../ir/types.ts';
import { current, nameOf, Under } from './builder.ts';
import { show } from '../messages/show.ts';
import { when } from './control.ts';
import { listGiven, recordGiven, wordGiven } from './given.ts';
import { isSize, local, Node, placesOf, type Given } from './node.ts';
import { describeGiven, literal, literalIndex, noted, scalarOf } from './operand.ts';
import { here } from './place.ts';
import { shapeOf } from './shape.ts';
import { bitOf, Scalar } from './signal.ts';
import { surface } from './surface.ts';
import type { BitIn, Literal, Shape, Value } from './types.ts';
import { packNodes, unpack } from './values.ts';

export interface SramOptions<T, I, L extends number> {
  /** Number of words. */
  readonly depth: number;
  /** Stored as it is; a struct as its bits side by side. */
  readonly word: Shape<T, I>;
  /**
   * Parts of a word that can be written apart (1): bit i of a mask stands for the ith part from the least significant
   * end.
   */
  readonly lanes?: L;
  /** What a synchronous read takes when the same edge writes its word (`undefined`: a poison). */
  readonly readDuringWrite?: 'old' | 'new' | 'undefined';
  /** The first words' bit patterns; the rest start as 0. */
  readonly init?: readonly (number | bigint)[];
}

type Address = Value<'uint'> | Literal;

export interface Sram<T, I, L extends number> {
  /** A synchronous read port: the word is there one cycle after the address, and stays while `enable` is 0. */
  read(name: string, port: { readonly address: Address; readonly enable?: BitIn }): T;
  /** A combinational read port. */
  readNow(port: { readonly address: Address }): T;
  /**
   * Writes at the next edge, where `enable` (1) and the conditions around it hold, the lanes whose `mask` bit (all) is
   * 1.
   */
  write(port: {
    readonly address: Address;
    readonly data: I;
    readonly enable?: BitIn;
    readonly mask?: Value<'uint', L> | Literal;
  }): void;
}

/**
 * A memory called `name` of `depth` words. Reset does not touch it. Its addresses have exactly ceil(log2(depth)) bits
 * (at least 1); words past the depth read as 0 and swallow writes. @throws DesignError E0004 for an impossible depth or
 * lanes, E0010 for an address or mask of another width, E0012 for a taken name.
 */
export function sram<T, I, const L extends number = 1>(name: string, options: SramOptions<T, I, L>): Sram<T, I, L> {
  const builder = current(`memory ${nameOf(name, 'a memory')}`);
  recordGiven(options, `memory ${name}`, `give its size: sram('${name}', { depth: 64, word: uint(8) })`);
  const place = here();
  builder.claim(name, 'memory', place);
  const { depth, lanes = 1, readDuringWrite = 'undefined', init = [] } = options;
  const shape = shapeOf(options.word);
  const width = shape.leaves.reduce((sum, leaf) => sum + typeWidth(leaf.type), 0);
  const [only] = shape.leaves.length === 1 ? shape.leaves : [];
  const word = only?.type ?? { kind: 'uint', width };
  wordGiven(readDuringWrite, ['old', 'new', 'undefined'], `readDuringWrite of ${name}`);
  listGiven(init, `the init of ${name}`, 'list the first words: init: [1, 2, 3]');
  const possible = Number.isSafeInteger(depth) && depth >= 1 && isSize(lanes) && width % lanes === 0;
  if (!possible) {
    builder.report({
      code: 'E0004',
      message: `memory ${name} of ${show(depth)} words of ${typeName(word)} in ${show(lanes)} lanes`,
      help: 'the depth is at least 1, and the lanes divide the word',
    });
  }
  if (possible && init.length > depth)
    builder.report({
      code: 'E0004',
      message: `memory ${name} of ${depth} words begins with ${init.length}`,
      help: 'give at most as many words as there are',
    });
  builder.memories.push({
    name,
    depth,
    word,
    lanes,
    readDuringWrite,
    init: init.map((value, i) => firstWord(name, word, value, i)),
    place,
  });

  const addressType = { kind: 'uint', width: possible ? addressWidth(depth) : 1 } as const;
  const maskType = { kind: 'uint', width: possible ? lanes : 1 } as const;
  /**
   * A number of exactly `type`; E0010 where a signal has another width. What an impossible memory needs, nobody knows.
   */
  const exactly = (type: typeof addressType, given: Given, use: (seen: string) => string, help: string): NodeId => {
    if (!possible || (given instanceof Scalar && given.builder.isDoubtful(given.id))) return builder.standIn(type);
    if (!(given instanceof Scalar) || given.kind !== 'uint' || given.width === type.width)
      return scalarOf(type, 'uint', given, use);
    builder.report({
      code: 'E0010',
      message: use(given.description),
      help,
      places: [...placesOf('used here', given), { what: `memory ${name}`, place }],
    });
    return builder.standIn(type);
  };
  const addressed = (given: Given, port: string): NodeId => {
    if (possible && (typeof given === 'number' || typeof given === 'bigint')) {
      const words = { what: 'word', whole: `${name} (${depth} words)`, count: depth };
      const address = literalIndex(
        given,
        (seen) => `${port} of ${name} (${depth} words) is addressed by ${seen}`,
        words,
      );
      return address === null ? builder.standIn(addressType) : builder.constant(addressType, address);
    }
    const wider =
      given instanceof Scalar && given.width < addressType.width
        ? `.extend(${addressType.width})`
        : `.truncate(${addressType.width})`;
    const help = `${depth} words take an address of ${addressType.width} bits${given instanceof Scalar ? `: ${given.text}${wider}` : ''}`;
    return exactly(addressType, given, (seen) => `${port} of ${name} (${depth} words) is addressed by ${seen}`, help);
  };
  const read = (clock: string | null, address: NodeId, enable: NodeId | null, port: string | null): T => {
    const node = new Node(
      builder,
      builder.add({ kind: 'read', type: word, memory: name, clock, address, enable, name: port, place: here() }),
      word,
    );
    if (only !== undefined) return surface(shape.wrap([node]));
    return unpack(options.word, surface(new Scalar(builder, node.id, { kind: 'uint', width }, 'uint')));
  };

  const example = `write ${name}.write({ address, data }), ${name}.read('word', { address })`;
  const view: Sram<T, I, L> = {
    read(port, options) {
      recordGiven(options, `read port ${nameOf(port, `a read port of ${name}`)} of ${name}`, example);
      const { address, enable } = options;
      builder.claim(port, 'read port', here());
      const enabled =
        enable === undefined
          ? null
          : local(bitOf(enable, (seen) => `read port ${port} of ${name} is enabled by ${seen}`));
      const under = enabled === null ? builder.under : new Under(builder.under, () => enabled);
      return read(builder.useClock(), addressed(address, `read port ${port}`), Under.all(under, builder), port);
    },
    readNow(options) {
      recordGiven(options, `a read of ${name}`, example);
      return read(null, addressed(options.address, 'a read'), null, null);
    },
    write(options) {
      recordGiven(options, `a write of ${name}`, example);
      const { address, data, enable, mask } = options;
      const leaves = shape.unwrap(data, (seen) => `${name} stores ${seen}`);
      const stored = only === undefined ? packNodes(leaves).id : (leaves[0]?.id ?? 0);
      const to = addressed(address, 'a write');
      const masked =
        mask === undefined
          ? null
          : exactly(
              maskType,
              mask,
              (seen) => `a write of ${name} (${lanes} lanes) is masked by ${seen}`,
              `give one bit for each lane: ${lanes}`,
            );
      const write = (): void => {
        builder.statement({
          kind: 'write',
          memory: name,
          clock: builder.useClock(),
          address: to,
          data: stored,
          mask: masked,
          place: here(),
        });
      };
      if (enable === undefined) write();
      else when(enable, write);
    },
  };
  return noted(view, { what: `memory ${name}`, remedy: `read a word of it: ${name}.read('word', { address })` });
}

/** A word's bit pattern; a signed word may be given as a negative number. */
function firstWord(name: string, word: Type, value: number | bigint, index: number): bigint {
  const width = typeWidth(word);
  const signed = word.kind === 'sint' && value < 0;
  const type = { kind: signed ? 'sint' : 'uint', width } as const;
  const builder = current(`memory ${name}`);
  const use = (seen: string): string => `word ${index} of ${name} begins as ${seen}`;
  if (typeof value !== 'number' && typeof value !== 'bigint') {
    builder.report({
      code: 'E0002',
      message: use(describeGiven(value)),
      help: 'give the bits of the word as a number or bigint',
    });
    return 0n;
  }
  const node = builder.nodes[literal(builder, type.kind, type, value, use)];
  return node?.kind === 'const' ? node.value : 0n;
}
