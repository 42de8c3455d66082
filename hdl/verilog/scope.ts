/** What is known of a module while it is written: who has which identifier, and what has been declared on the way. */
import { slicesBy, slicesOf } from '../ir/slices.ts';
import type { Module, NodeId, ScalarType, Statement, Type } from '../ir/types.ts';
import { nodeAt, sameType, typeWidth } from '../ir/walk.ts';
import { withoutHidden } from './statements.ts';
import { suggestName } from './suggest.ts';
import { dimensions, literal } from './text.ts';
import type { Uses } from './uses.ts';
import { upperCase, type Names } from './words.ts';

/** What a linter may ask about: comparisons by order, values that pass through cells, memories of several clocks. */
export type Fact = 'order' | 'passes' | 'clocks';

type EnumType = Extract<ScalarType, { readonly kind: 'enum' }>;

export class Scope {
  readonly module: Module;
  readonly uses: Uses;
  readonly names: Names;
  /** Nets with their values, each after those that it reads. */
  readonly values: string[] = [];
  readonly facts = new Set<Fact>();
  /** Assignments that give variables what they hold before the first edge. */
  readonly starts: string[] = [];
  /** The body, but for what nobody can see: {@link withoutHidden}. */
  readonly visible: readonly Statement[];
  readonly #reads = new Map<string, NodeId[]>();
  /** What writes each memory. */
  readonly #writes: ReadonlyMap<string, readonly Statement[]>;
  /** What decides each wire. */
  readonly #wires: ReadonlyMap<NodeId, readonly Statement[]>;
  readonly #signals = new Map<NodeId, string>();
  readonly #reserved = new Map<NodeId, string>();
  readonly #memories: ReadonlyMap<string, string>;
  readonly #flat = new Map<NodeId, string>();
  readonly #shared = new Map<string, readonly string[]>();
  readonly #genvars = new Set<string>();
  readonly #enumOf = new Map<EnumType, readonly string[]>();
  readonly #enums: { readonly type: EnumType; readonly labels: readonly string[] }[] = [];

  constructor(module: Module, uses: Uses, names: Names, memories: ReadonlyMap<string, string>) {
    this.#memories = memories;
    this.module = module;
    this.visible = withoutHidden(module.body);
    module.nodes.forEach((node, id) => {
      if (node.kind !== 'read') return;
      const known = this.#reads.get(node.memory);
      if (known === undefined) this.#reads.set(node.memory, [id]);
      else known.push(id);
    });
    this.#writes = slicesBy(this.visible, (leaf) => (leaf.kind === 'write' ? leaf.memory : null));
    this.#wires = slicesOf(this.visible, (target) => module.nodes[target]?.kind === 'wire');
    this.uses = uses;
    this.names = names;
  }

  type(id: NodeId): Type {
    return nodeAt(this.module, id).type;
  }

  /** The nodes that read a memory. */
  reads(memory: string): readonly NodeId[] {
    return this.#reads.get(memory) ?? [];
  }

  /** The part of the body that writes a memory. */
  writes(memory: string): readonly Statement[] {
    return this.#writes.get(memory) ?? [];
  }

  /** The part of the body that assigns a wire. */
  slice(wire: NodeId): readonly Statement[] {
    return this.#wires.get(wire) ?? [];
  }

  /** The signal that a node has, if it has one by now. */
  signal(id: NodeId): string | undefined {
    return this.#signals.get(id);
  }

  /** Gives a node the signal `name`, or one named after what it is. */
  name(
    id: NodeId,
    name = this.#reserved.get(id) ??
      this.names.claim(suggestName(this.module, this.uses, id, (other) => this.#signals.get(other))),
  ): string {
    this.#signals.set(id, name);
    return name;
  }

  /** A name like `wanted` that loops, or parts of loops, have in common: none of them sees another's. */
  shared(wanted: string, isTaken: (name: string) => boolean = () => false): string {
    const known = this.#shared.get(wanted) ?? [];
    const found = known.find((name) => !isTaken(name)) ?? this.names.claim(wanted, isTaken);
    this.#shared.set(wanted, [...new Set([...known, found])]);
    return found;
  }

  /** The variable of generate loops that is called like `wanted`. */
  genvar(wanted: string): string {
    const name = this.shared(wanted);
    this.#genvars.add(name);
    return name;
  }

  /** Declares the variables that loops in `lines` have. */
  genvarDeclarations(lines: readonly string[]): string[] {
    const used = [...this.#genvars].filter((name) => lines.some((line) => line.includes(`for (${name} = 0;`)));
    return used.length === 0 ? [] : [`genvar ${used.join(', ')};`];
  }

  /** Keeps `name` for a node until it gets its signal. */
  reserve(id: NodeId, name: string): void {
    this.#reserved.set(id, this.names.claim(name));
  }

  /** A memory's identifier. */
  memory(name: string): string {
    const found = this.#memories.get(name);
    if (found === undefined) throw new RangeError(`module ${this.module.name} has no memory ${name}`);
    return found;
  }

  /**
   * The constant of an enumeration's label; declared for the module when it is first asked for. Null past the labels.
   */
  label(type: EnumType, pattern: bigint): string | null {
    return this.#labelsOf(type)[Number(pattern)] ?? null;
  }

  #labelsOf(type: EnumType): readonly string[] {
    const same = this.#enumOf.get(type);
    if (same !== undefined) return same;
    const known = this.#enums.find((one) => sameType(one.type, type));
    if (known !== undefined) {
      this.#enumOf.set(type, known.labels);
      return known.labels;
    }
    const labels = type.labels.map((label) => this.names.claim(`${upperCase(type.name)}_${upperCase(label)}`));
    this.#enums.push({ type, labels });
    this.#enumOf.set(type, labels);
    return labels;
  }

  /** Constants of the enumerations that the module has asked for. */
  enumDeclarations(): string[] {
    return this.#enums.flatMap(({ type, labels }) => [
      ...labels.map((label, i) => `localparam${dimensions(type)} ${label} = ${literal(BigInt(i), type)};`),
      '',
    ]);
  }

  /** A signal with a vector's bits side by side, for parts that are not elements. `whole` is the vector's own. */
  flat(id: NodeId, whole: string): string {
    const type = this.type(id);
    if (type.kind !== 'vec') return whole;
    const known = this.#flat.get(id);
    if (known !== undefined) return known;
    const name = this.names.claim(`${whole}_bits`);
    this.#flat.set(id, name);
    this.values.push(`wire${dimensions({ kind: 'uint', width: typeWidth(type) })} ${name} = ${whole};`);
    return name;
  }
}
