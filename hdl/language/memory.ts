/** Memories. */
import { addressWidth, typeName, typeWidth } from '../ir/walk.ts';
import type { NodeId } from '../ir/types.ts';
import { current } from './builder.ts';
import { when } from './control.ts';
import { here } from './place.ts';
import { shapeOf } from './shape.ts';
import { bitType, Node, pattern, Scalar, scalarOf, type Given } from './signal.ts';
import { surface } from './surface.ts';
import type { BitIn, Literal, Shape, Value } from './types.ts';

export interface SramOptions<T, I, L extends number> {
  /** Number of words. */
  readonly depth: number;
  /** A number, enumeration or vector; `pack` a struct. */
  readonly word: Shape<T, I>;
  /** Parts of a word that can be written apart (1): bit i of a mask stands for the ith part from the least significant end. */
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
  /** Writes at the next edge, where `enable` (1) and the conditions around it hold, the lanes whose `mask` bit (all) is 1. */
  write(port: { readonly address: Address; readonly data: I; readonly enable?: BitIn; readonly mask?: Value<'uint', L> | Literal }): void;
}

/** A memory called `name`. Its addresses have exactly ceil(log2(depth)) bits (at least 1); words past the depth read as 0. */
export function sram<T, I, const L extends number = 1>(name: string, options: SramOptions<T, I, L>): Sram<T, I, L> {
  const builder = current(`memory ${name}`);
  const place = here();
  builder.claim(name, 'memory', place);
  const shape = shapeOf(options.word);
  const [leaf, more] = shape.leaves;
  const lanes = options.lanes ?? 1;
  if (leaf === undefined || more !== undefined) throw new TypeError(`memory ${name}: a word is one number or vector; store pack(value) in a uint(bitsOf(shape)) for ${shape.name}`);
  const width = typeWidth(leaf.type);
  if (!Number.isInteger(options.depth) || options.depth < 1 || !Number.isInteger(lanes) || lanes < 1 || width % lanes !== 0) {
    builder.report({ code: 'E0004', message: `memory ${name} of ${options.depth} words of ${typeName(leaf.type)} in ${lanes} lanes`, help: 'the depth is at least 1, and the lanes divide the word' });
  }
  builder.memories.push({
    name, depth: options.depth, word: leaf.type, lanes, readDuringWrite: options.readDuringWrite ?? 'undefined',
    init: (options.init ?? []).map((word) => pattern(BigInt(word), width)), place,
  });

  const addressType = { kind: 'uint', width: addressWidth(options.depth) } as const;
  function addressed(given: Given, port: string): NodeId {
    if (given instanceof Scalar && given.kind === 'uint' && given.width !== addressType.width) {
      builder.report({ code: 'E0010', message: `${port} of ${name} (${options.depth} words) is addressed by ${given.description}`, help: `use an address of ${addressType.width} bits` });
      return builder.constant(addressType, 0n);
    }
    return scalarOf(addressType, 'uint', given, (seen) => `${port} of ${name} is addressed by ${seen}`);
  }
  const enabled = (given: BitIn): NodeId => scalarOf(bitType, 'bit', given, (seen) => `a port of ${name} is enabled by ${seen}`);

  return {
    read(port, { address, enable }) {
      builder.claim(port, 'read port', here());
      const conditions = [...builder.conditions, ...(enable === undefined ? [] : [enabled(enable)])];
      const all = conditions.length === 0 ? null : conditions.reduce((a, b) => builder.op('and', bitType, [a, b]));
      const id = builder.add({ kind: 'read', type: leaf.type, memory: name, clock: builder.useClock(), address: addressed(address, port), enable: all, name: port, place: here() });
      return surface(shape.wrap([new Node(builder, id, leaf.type)]));
    },
    readNow({ address }) {
      const id = builder.add({ kind: 'read', type: leaf.type, memory: name, clock: null, address: addressed(address, 'a read'), enable: null, name: null, place: here() });
      return surface(shape.wrap([new Node(builder, id, leaf.type)]));
    },
    write({ address, data, enable, mask }) {
      const maskType = { kind: 'uint', width: lanes } as const;
      const given: Given = mask;
      if (given instanceof Scalar && given.width !== lanes) {
        builder.report({ code: 'E0010', message: `the mask of ${name} (${lanes} lanes) is ${given.description}`, help: 'give one bit per lane' });
      }
      const [word] = shape.unwrap(data, (seen) => `${name} stores ${seen}`);
      const write = (): void => builder.statement({
        kind: 'write', memory: name, clock: builder.useClock(), address: addressed(address, 'a write'), data: word?.id ?? 0,
        mask: mask === undefined || (given instanceof Scalar && given.width !== lanes) ? null : scalarOf(maskType, 'uint', mask, (seen) => `${name} is masked by ${seen}`),
        place: here(),
      });
      if (enable === undefined) write();
      else when(enable, write);
    },
  };
}
