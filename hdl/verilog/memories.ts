/**
 * Memories: an array, one block a write clock, one block a read port; the forms that synthesis tools infer as block
 * RAM. Writes that exclude each other share one port.
 */
import type { Memory, Module, NodeId, ReadNode, Statement } from '../ir/types.ts';
import { walkBody, type Branch, type Leaf } from '../ir/body.ts';
import { slicesBy } from '../ir/slices.ts';
import { addressWidth, findMemory, nodeAt, typeWidth } from '../ir/walk.ts';
import { writeDecision, type Decided } from './combinational.ts';
import { NEVER, type Expressions } from './expressions.ts';
import type { Scope } from './scope.ts';
import { writeBody } from './statements.ts';
import { dimensions, indent, literal, packed, withPlace } from './text.ts';

type WriteStatement = Extract<Statement, { readonly kind: 'write' }>;
type SynchronousRead = ReadNode & { readonly clock: string };

/** Signals that carry a write: `enable` has a bit a lane. */
interface Port {
  readonly enable: string;
  readonly address: string;
  readonly addressWidth: number;
  readonly data: string;
}
/** `body`: the part of the module's body that has these writes. */
interface PortGroup {
  readonly clock: string;
  readonly writes: readonly WriteStatement[];
  readonly body: readonly Statement[];
}

/**
 * Verilator unrolls no more turns of a loop by itself, and takes assignments to memories only in loops that it has
 * unrolled.
 */
const MOST_UNROLLED = 64;
/** More first words than this go into a file. */
const MOST_INLINE_WORDS = 64;

export interface WrittenMemory {
  readonly declarations: readonly string[];
  readonly blocks: readonly string[];
  /** The file of the first words, where they are too many to be written out. */
  readonly file: { readonly name: string; readonly text: string } | null;
}

/**
 * Whether a synchronous read must be written lane by lane where lanes are no elements: then a flat register takes it.
 */
export function needsFlatRead(module: Module, { memory: name, clock, type }: ReadNode): boolean {
  const memory = findMemory(module, name);
  return (
    clock !== null &&
    memory !== undefined &&
    memory.lanes > 1 &&
    memory.readDuringWrite !== 'old' &&
    type.kind === 'vec' &&
    type.length !== memory.lanes
  );
}

export class MemoryWriter {
  readonly #scope: Scope;
  readonly #expressions: Expressions;
  readonly #memory: Memory;
  readonly #name: string;
  readonly #width: number;
  /** Whether words are declared as vectors of their lanes. */
  readonly #byLane: boolean;
  readonly #clock: (name: string) => string;
  /** The part of the module's body that writes the memory. */
  readonly #body: readonly Statement[];
  readonly #flatReads = new Map<NodeId, string>();

  constructor(scope: Scope, expressions: Expressions, memory: Memory, clock: (name: string) => string) {
    this.#scope = scope;
    this.#expressions = expressions;
    this.#memory = memory;
    this.#name = scope.memory(memory.name);
    this.#width = typeWidth(memory.word);
    this.#byLane = memory.lanes > 1 && memory.word.kind === 'vec' && memory.word.length === memory.lanes;
    this.#clock = clock;
    this.#body = scope.writes(memory.name);
  }

  write(claimFile: () => string): WrittenMemory {
    const { module } = this.#scope;
    const reads = this.#scope
      .reads(this.#memory.name)
      .flatMap((id): { readonly id: NodeId; readonly node: SynchronousRead }[] => {
        const node = nodeAt(module, id);
        return node.kind === 'read' && node.clock !== null ? [{ id, node: { ...node, clock: node.clock } }] : [];
      });
    const groups = this.#portGroups();
    const forwards =
      this.#memory.readDuringWrite !== 'old' &&
      reads.some(({ node }) => groups.some(({ clock }) => clock === node.clock));
    const declarations = [
      withPlace(`logic${this.#dimensions()} ${this.#name} [0:${this.#memory.depth - 1}];`, this.#memory.place),
    ];
    const blocks: string[] = [];
    for (const { id, node } of reads) if (needsFlatRead(module, node)) declarations.push(...this.#flatRead(id, node));
    const ports = groups.map((group) =>
      forwards || group.writes.length > 1 ? this.#makePort(group, declarations, blocks) : null,
    );
    const file = this.#start(blocks, claimFile);
    const clocks = new Set(groups.map((group) => group.clock));
    if (clocks.size > 1) this.#scope.facts.add('clocks');
    for (const clock of clocks) {
      const lines = groups.flatMap((group, i) => {
        if (group.clock !== clock) return [];
        const port = ports[i] ?? null;
        return port === null
          ? this.#guarded(group.body, (s) => (s.kind === 'write' ? this.#store(s) : []))
          : this.#storeFrom(port);
      });
      blocks.push(`always @(posedge ${this.#clock(clock)}) begin`, ...indent(lines), 'end', '');
    }
    for (const read of reads)
      blocks.push(
        ...this.#read(
          read,
          groups.flatMap((group, i) => {
            const port = ports[i];
            return group.clock === read.node.clock && port != null ? [port] : [];
          }),
        ),
      );
    return { declarations, blocks, file };
  }

  #flatRead(id: NodeId, node: ReadNode): string[] {
    const name = this.#scope.signal(id) ?? '';
    const flat = this.#scope.names.claim(`${name}_bits`);
    this.#flatReads.set(id, flat);
    this.#scope.starts.push(`${flat} = ${literal(0n, { kind: 'uint', width: this.#width })};`);
    return [`logic [${this.#width - 1}:0] ${flat};`, `wire${dimensions(node.type)} ${name} = ${flat};`];
  }

  #dimensions(): string {
    const { word } = this.#memory;
    if (this.#byLane) return ` ${packed(word)}`;
    return this.#width === 1 ? '' : ` [${this.#width - 1}:0]`;
  }

  /**
   * Zeros and the first words. Synthesis gives memories zeros by itself, where it can, and takes long over the loop.
   */
  #start(blocks: string[], claimFile: () => string): WrittenMemory['file'] {
    const { init, depth } = this.#memory;
    const word = this.#scope.shared('i');
    const zero = literal(0n, { kind: 'uint', width: this.#width });
    const zeros = [
      `for (int ${word} = 0; ${word} < ${depth}; ${word} = ${word} + 1) ${this.#name}[${word}] = ${zero};`,
    ];
    const words = init.slice(0, depth).map((value) => literal(value, { kind: 'uint', width: this.#width }));
    if (words.length <= MOST_INLINE_WORDS) {
      blocks.push('`ifndef SYNTHESIS', `initial ${zeros[0]}`, '`endif');
      if (words.length > 0)
        blocks.push('initial begin', ...indent(words.map((value, i) => `${this.#name}[${i}] = ${value};`)), 'end');
      blocks.push('');
      return null;
    }
    const name = `${claimFile()}.hex`;
    blocks.push(
      'initial begin',
      ...indent([...zeros, `$readmemh("${name}", ${this.#name}, 0, ${words.length - 1});`]),
      'end',
      '',
    );
    return {
      name,
      text: `${init
        .slice(0, depth)
        .map((value) => value.toString(16))
        .join('\n')}\n`,
    };
  }

  /** Writes that no path through the body reaches together, in the order of the body. */
  #portGroups(): readonly PortGroup[] {
    const groups: { readonly clock: string; readonly writes: WriteStatement[]; last: Way | null }[] = [];
    for (const { write, way } of waysToWrites(this.#body)) {
      // Only the last group: a write that joined an earlier one would no longer come after those between. And only its
      // last write: what excludes that one excludes those before it.
      const group = groups.at(-1);
      if (group?.clock === write.clock && exclusive(group.last, way)) {
        group.writes.push(write);
        group.last = way;
      } else {
        groups.push({ clock: write.clock, writes: [write], last: way });
      }
    }
    const places = new Map(groups.flatMap(({ writes }, i) => writes.map((write): [Statement, number] => [write, i])));
    const bodies = slicesBy(this.#body, (leaf) => places.get(leaf) ?? null);
    return groups.map(({ clock, writes }, i) => ({ clock, writes, body: bodies.get(i) ?? [] }));
  }

  #guarded(body: readonly Statement[], leaf: (s: Leaf) => readonly string[]): string[] {
    return writeBody(body, { scope: this.#scope, expressions: this.#expressions, leaf });
  }

  #makePort({ writes, body }: PortGroup, declarations: string[], blocks: string[]): Port {
    const { names } = this.#scope;
    const { lanes, word, depth } = this.#memory;
    const width = Math.max(...writes.map((s) => typeWidth(this.#scope.type(s.address))), addressWidth(depth));
    const addressType = { kind: 'uint', width } as const;
    const claim = (what: string): string => names.claim(`${this.#name}_${what}`);
    const port = {
      enable: claim('write'),
      address: claim('write_address'),
      addressWidth: width,
      data: claim('write_data'),
    };
    const enableType = { kind: 'uint', width: lanes } as const;
    const dataDimensions = this.#byLane ? ` ${packed(word)}` : this.#width === 1 ? '' : ` [${this.#width - 1}:0]`;
    declarations.push(
      `logic${lanes === 1 ? '' : ` ${packed(enableType)}`} ${port.enable};`,
      `logic${typeWidth(addressType) === 1 ? '' : ` ${packed(addressType)}`} ${port.address};`,
      `logic${dataDimensions} ${port.data};`,
    );
    const position = { inBlock: true, root: true };
    const every = lanes === 1 ? "1'b1" : `{${lanes}{1'b1}}`;
    const target = (name: string, width: number): Decided => ({
      name,
      width,
      otherwise: () => literal(0n, { kind: 'uint', width }),
    });
    const by = { scope: this.#scope, expressions: this.#expressions };
    blocks.push(
      `// The write port of ${this.#name}, ${depth} words.`,
      ...writeDecision(by, {
        targets: [target(port.enable, lanes), target(port.address, addressType.width), target(port.data, this.#width)],
        body,
        place: null,
        leaf: (s, [enable, address, data]) =>
          s.kind !== 'write'
            ? []
            : [
                `${enable} = ${s.mask === null ? every : this.#expressions.text(s.mask, position)};`,
                `${address} = ${this.#expressions.widened(s.address, addressType.width, position)};`,
                `${data} = ${this.#expressions.text(s.data, position)};`,
              ].flatMap((line) => line.split('\n')),
      }),
      '',
    );
    return port;
  }

  /** One write as the body has it. */
  #store(s: WriteStatement): string[] {
    const { depth } = this.#memory;
    const isExact = typeWidth(this.#scope.type(s.address)) === addressWidth(depth) && depth > 1;
    const isKnown = this.#scope.module.nodes[s.address]?.kind === 'const';
    // Past the depth Verilog writes nothing either, but Verilator warns of an address that is known to be.
    const { narrow: address, inside } =
      isExact && !isKnown
        ? { narrow: this.#expressions.wholeIndex(s.address), inside: null }
        : this.#expressions.index(s.address, depth);
    if (inside === NEVER) return [];
    const lines = this.#storeAt(s, address);
    return inside === null ? lines : [`if (${inside}) begin`, ...indent(lines), 'end'];
  }

  #storeAt(s: WriteStatement, address: string): string[] {
    if (this.#memory.lanes === 1) {
      const enable = s.mask === null ? '' : `if (${this.#expressions.text(s.mask)}) `;
      return `${enable}${this.#name}[${address}] <= ${this.#expressions.text(s.data, { root: true })};`.split('\n');
    }
    const data = this.#lanesOf(s.data);
    const mask = s.mask === null ? '' : this.#expressions.named(s.mask);
    return this.#eachLane(
      (lane) =>
        `${mask === '' ? '' : `if (${mask}[${lane}]) `}${this.#lane(`${this.#name}[${address}]`, lane, this.#byLane)} <= ${data(lane)};`,
    );
  }

  #storeFrom({ enable, address, addressWidth: width, data }: Port): string[] {
    const { depth } = this.#memory;
    const needed = addressWidth(depth);
    if (depth > 1 && width === needed) return this.#storeLanes({ enable, data }, address);
    const at = depth === 1 ? '0' : `${address}[${needed - 1}:0]`;
    const lines = this.#storeLanes({ enable, data }, at);
    this.#scope.facts.add('order');
    return [`if (${address} < ${literal(BigInt(depth), { kind: 'uint', width })}) begin`, ...indent(lines), 'end'];
  }

  #storeLanes({ enable, data }: Pick<Port, 'enable' | 'data'>, at: string): string[] {
    if (this.#memory.lanes === 1) return [`if (${enable}) ${this.#name}[${at}] <= ${data};`];
    return this.#eachLane(
      (lane) =>
        `if (${enable}[${lane}]) ${this.#lane(`${this.#name}[${at}]`, lane, this.#byLane)} <= ${this.#lane(data, lane, this.#byLane)};`,
    );
  }

  #eachLane(line: (lane: string) => string): string[] {
    const { lanes } = this.#memory;
    const lane = this.#scope.shared('lane');
    const loops = Array.from({ length: Math.ceil(lanes / MOST_UNROLLED) }, (_, i) => [
      i * MOST_UNROLLED,
      Math.min(lanes, (i + 1) * MOST_UNROLLED),
    ]);
    return loops.flatMap(([from, to]) => [
      `for (int ${lane} = ${from}; ${lane} < ${to}; ${lane} = ${lane} + 1) begin`,
      ...indent([line(lane)]),
      'end',
    ]);
  }

  #lane(whole: string, lane: string, byLane: boolean): string {
    const size = this.#width / this.#memory.lanes;
    return byLane || size === 1 ? `${whole}[${lane}]` : `${whole}[${lane}*${size} +: ${size}]`;
  }

  #lanesOf(id: NodeId): (lane: string) => string {
    const name = this.#expressions.named(id);
    const type = this.#scope.type(id);
    const byLane = type.kind === 'vec' && type.length === this.#memory.lanes;
    const whole = byLane ? name : this.#scope.flat(id, name);
    return (lane) => this.#lane(whole, lane, byLane);
  }

  /** A read port. Where the same edge writes the word, the port's copy of the write decides what is read. */
  #read({ id, node }: { readonly id: NodeId; readonly node: SynchronousRead }, ports: readonly Port[]): string[] {
    const { depth, readDuringWrite, lanes } = this.#memory;
    const name = this.#flatReads.get(id) ?? this.#scope.signal(id) ?? '';
    const forwards = readDuringWrite !== 'old' && ports.length > 0;
    const width = typeWidth(this.#scope.type(node.address));
    const wide = (name: string, from: number, to: number): string =>
      from < to ? `{${literal(0n, { kind: 'uint', width: to - from })}, ${name}}` : name;
    const isThere = (port: Port): string => {
      const name = this.#expressions.named(node.address);
      return `${wide(port.address, port.addressWidth, width)} == ${wide(name, width, port.addressWidth)}`;
    };
    const { narrow: at, inside } = this.#expressions.index(node.address, depth);
    const word = `${this.#name}[${at}]`;
    const poison = readDuringWrite === 'undefined';
    const changed = (port: Port, old: string, data: string, target: string, lane: string): string =>
      `if (${port.enable}${lane} && ${isThere(port)}) ${target} <= ${poison ? `~${old}` : data};`;
    const byLane = node.type.kind === 'vec' && node.type.length === lanes;
    const forward = !forwards
      ? []
      : ports.flatMap((port) =>
          lanes === 1
            ? [changed(port, word, port.data, name, '')]
            : this.#eachLane((lane) =>
                changed(
                  port,
                  this.#lane(word, lane, this.#byLane),
                  this.#lane(port.data, lane, this.#byLane),
                  this.#lane(name, lane, byLane),
                  `[${lane}]`,
                ),
              ),
        );
    const taken = [
      `${name} <= ${word};`,
      ...(forward.length === 0
        ? []
        : poison
          ? [
              '`ifndef SYNTHESIS',
              '// No design may rely on a word that is read while it is written.',
              ...forward,
              '`endif',
            ]
          : forward),
    ];
    const bounded =
      inside === null
        ? taken
        : [
            `if (${inside}) begin`,
            ...indent(taken),
            'end else begin',
            `  ${name} <= ${literal(0n, { kind: 'uint', width: this.#width })};`,
            'end',
          ];
    if (inside === NEVER) return [];
    const lines =
      node.enable === null ? bounded : [`if (${this.#expressions.text(node.enable)}) begin`, ...indent(bounded), 'end'];
    return [withPlace(`always @(posedge ${this.#clock(node.clock)}) begin`, node.place), ...indent(lines), 'end', ''];
  }
}

/** An arm that a statement is in, and those around it. */
interface Way {
  readonly branch: Branch;
  readonly outer: Way | null;
  readonly depth: number;
}

function waysToWrites(
  body: readonly Statement[],
): readonly { readonly write: WriteStatement; readonly way: Way | null }[] {
  const found: { readonly write: WriteStatement; readonly way: Way | null }[] = [];
  let way: Way | null = null;
  const outers: (Way | null)[] = [];
  walkBody(body, {
    leaf: (statement) => {
      if (statement.kind === 'write') found.push({ write: statement, way });
    },
    enter: () => {
      outers.push(way);
    },
    arm: (branch) => {
      const outer: Way | null = outers.at(-1) ?? null;
      way = { branch, outer, depth: (outer?.depth ?? 0) + 1 };
    },
    leave: () => {
      way = outers.pop() ?? null;
    },
  });
  return found;
}

/** Whether the two ways part at a branch, into different arms of it. */
function exclusive(a: Way | null, b: Way | null): boolean {
  let [left, right] = [a, b];
  while (left !== null && left.depth > (right?.depth ?? 0)) left = left.outer;
  while (right !== null && right.depth > (left?.depth ?? 0)) right = right.outer;
  while (left !== right && left?.outer !== right?.outer) [left, right] = [left?.outer ?? null, right?.outer ?? null];
  return left !== right && left?.branch === right?.branch;
}
