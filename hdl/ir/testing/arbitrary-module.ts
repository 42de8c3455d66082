import type {
  Edge,
  Grid,
  GridSource,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  Operation,
  Place,
  Port,
  Statement,
  StreamPorts,
  Type,
} from '../types.ts';
import { addressWidth, gridOutputType, gridSourceType, sameType, typeWidth } from '../walk.ts';

/** A random integer from `low` to `high`, both included. */
export type Pick = (low: number, high: number) => number;

const bit: Type = { kind: 'uint', width: 1 };
const clock = 'clk';

/** A module in the making: every value uses only earlier ones, or registers, so that there is no combinational loop. */
export class ModuleDraft {
  readonly #name: string;
  readonly #known: readonly Module[];
  readonly #pick: Pick;
  readonly #nodes: Node[] = [];
  readonly #ports: Port[] = [];
  readonly #streams: StreamPorts[] = [];
  readonly #memories: Memory[] = [];
  readonly #instances: Instance[] = [];
  readonly #grids: Grid[] = [];
  readonly #body: Statement[] = [];
  readonly #outputs: Record<string, NodeId> = {};
  #names = 0;

  constructor(name: string, known: readonly Module[], pick: Pick) {
    this.#name = name;
    this.#known = known;
    this.#pick = pick;
  }

  finish(): Module {
    this.#repeat(1, 3, () => this.#addInput(this.#type()));
    if (this.#chance(3)) this.#addStream();
    this.#repeat(1, 12, () => this.#addSomething());
    this.#repeat(0, 2, () => this.#addCheck());
    this.#repeat(1, 3, () => this.#addOutput(this.#anyNode()));
    return {
      name: this.#name,
      clocks: [{ name: clock, reset: this.#chance(2) ? 'rst' : null }],
      ports: this.#ports,
      streams: this.#streams,
      nodes: this.#nodes,
      memories: this.#memories,
      instances: this.#instances,
      grids: this.#grids,
      body: this.#body,
      outputs: this.#outputs,
      blackBox: null,
      place: this.#place(),
    };
  }

  #addSomething(): void {
    const makers = [
      () => this.#addOperation(),
      () => this.#addOperation(),
      () => this.#addOperation(),
      () => this.#addRegister(),
      () => this.#addWire(),
      () => this.#addMemory(),
      () => this.#addInstance(),
      () => this.#addGrid(),
    ];
    this.#oneOf(makers)();
  }

  #addInput(type: Type): string {
    const name = this.#fresh('in');
    this.#ports.push({ name, direction: 'in', type, clock, place: this.#place() });
    this.#add({ kind: 'input', type, port: name, name, place: this.#place() });
    return name;
  }

  #addOutput(driver: NodeId): string {
    const name = this.#fresh('out');
    this.#ports.push({ name, direction: 'out', type: this.#typeOf(driver), clock, place: this.#place() });
    this.#outputs[name] = driver;
    return name;
  }

  #addStream(): void {
    const [valid, payload] = [this.#addInput(bit), this.#addInput(this.#type())];
    this.#streams.push({
      name: this.#fresh('stream'),
      direction: 'in',
      valid,
      ready: this.#addOutput(this.#value(bit)),
      payload: [payload],
    });
  }

  #addOperation(): void {
    const a = this.#anyNode();
    const type = this.#typeOf(a);
    const width = typeWidth(type);
    const op = (op: Operation, result: Type, args: readonly NodeId[], low = 0): NodeId =>
      this.#add({
        kind: 'op',
        op,
        type: result,
        args,
        low,
        name: this.#chance(2) ? this.#fresh('op') : null,
        place: this.#place(),
      });
    const uint = (bits: number): Type => ({ kind: 'uint', width: bits });
    const makers = [
      () => op(this.#oneOf(['eq', 'ne']), bit, [a, this.#value(type)]),
      () => op('mux', type, [this.#value(bit), a, this.#value(type)]),
      () => op('cat', uint(width + 1), [a, this.#value(bit)]),
      () => {
        const low = this.#pick(0, width - 1);
        return op('slice', uint(this.#pick(1, width - low)), [a], low);
      },
      () => op('cast', uint(width), [a]),
      () => op(this.#oneOf(['orReduce', 'andReduce', 'xorReduce']), bit, [a]),
      () => op('vec', { kind: 'vec', length: 2, element: type }, [a, this.#value(type)]),
      () => op('fill', { kind: 'vec', length: 3, element: type }, [a]),
    ];
    if (type.kind === 'vec') {
      makers.push(
        () => op('index', type.element, [a, this.#value(uint(2))]),
        () => op('update', type, [a, this.#value(uint(2)), this.#value(type.element)]),
      );
    }
    if (type.kind === 'uint' || type.kind === 'sint') {
      const { kind } = type;
      makers.push(
        () => op(this.#oneOf(['add', 'sub', 'and', 'or', 'xor']), type, [a, this.#value(type)]),
        () => op('not', type, [a]),
        () => op('mul', { kind, width: width * 2 }, [a, this.#value(type)]),
        () => op(this.#oneOf(['shl', 'shr']), type, [a, this.#value(uint(3))]),
        () => op(this.#oneOf(['lt', 'le', 'gt', 'ge']), bit, [a, this.#value(type)]),
        () => op('extend', { kind, width: width + this.#pick(0, 9) }, [a]),
        () => op('truncate', { kind, width: this.#pick(1, width) }, [a]),
      );
    }
    this.#oneOf(makers)();
  }

  #addRegister(): void {
    const type = this.#type();
    const id = this.#add({
      kind: 'reg',
      name: this.#fresh('reg'),
      type,
      clock,
      reset: this.#pattern(type),
      resettable: this.#chance(2),
      synchroniser: this.#chance(8),
      place: this.#place(),
    });
    this.#body.push(this.#guarded(() => this.#assign(id)));
  }

  #addWire(): void {
    const type = this.#type();
    const fallback = this.#chance(2) ? this.#value(type) : null;
    // The value comes first: a wire may use only what is before it.
    const value = this.#value(type);
    const target = this.#add({ kind: 'wire', name: this.#fresh('wire'), type, fallback, place: this.#place() });
    if (fallback === null || this.#chance(2)) this.#body.push({ kind: 'assign', target, value, place: this.#place() });
  }

  #addMemory(): void {
    const word = this.#type();
    const depth = this.#pick(1, 9);
    const name = this.#fresh('memory');
    const address: Type = { kind: 'uint', width: addressWidth(depth) };
    const lanes = this.#chance(2) ? 1 : typeWidth(word);
    this.#memories.push({
      name,
      depth,
      word,
      lanes,
      readDuringWrite: this.#oneOf(['old', 'new', 'undefined']),
      init: Array.from({ length: this.#pick(0, Math.min(3, depth)) }, () => this.#pattern(word)),
      place: this.#place(),
    });
    const synchronous = this.#chance(2);
    this.#add({
      kind: 'read',
      type: word,
      name: this.#chance(2) ? this.#fresh('read') : null,
      memory: name,
      clock: synchronous ? clock : null,
      address: this.#value(address),
      enable: synchronous && this.#chance(2) ? this.#value(bit) : null,
      place: this.#place(),
    });
    this.#body.push(
      this.#guarded(() => ({
        kind: 'write',
        memory: name,
        clock,
        address: this.#value(address),
        data: this.#value(word),
        mask: this.#chance(2) ? this.#value({ kind: 'uint', width: lanes }) : null,
        place: this.#place(),
      })),
    );
  }

  #addInstance(): void {
    if (this.#known.length === 0) return;
    const child = this.#oneOf(this.#known);
    const name = this.#fresh('instance');
    const inputs = Object.fromEntries(portsOf(child, 'in').map((port) => [port.name, this.#value(port.type)]));
    this.#instances.push({ name, module: child.name, inputs, clocks: { [clock]: clock }, place: this.#place() });
    for (const port of portsOf(child, 'out')) {
      this.#add({
        kind: 'instanceOutput',
        type: port.type,
        instance: name,
        port: port.name,
        name: this.#chance(2) ? this.#fresh('port') : null,
        place: this.#place(),
      });
    }
  }

  #addGrid(): void {
    if (this.#known.length === 0) return;
    const cell = this.#oneOf(this.#known);
    const name = this.#fresh('grid');
    const shape = this.#oneOf(['full', 'full', 'lower', 'upper'] as const);
    const rows = this.#pick(1, 3);
    const size = { rows, cols: shape === 'full' ? this.#pick(1, 3) : rows };
    const inputs = Object.fromEntries(
      portsOf(cell, 'in').map((port): [string, GridSource] => {
        const given = portsOf(cell, 'out').find((candidate) => sameType(candidate.type, port.type));
        if (given !== undefined) {
          // Values that travel to the east and south only make no loop.
          const from: Edge = this.#oneOf(['west', 'north']);
          return [port.name, { from, port: given.name, edge: this.#value(gridSourceType(size, from, port.type)) }];
        }
        const from = this.#oneOf(['all', 'row', 'column', 'cell'] as const);
        return [port.name, { from, node: this.#value(gridSourceType(size, from, port.type)) }];
      }),
    );
    this.#grids.push({
      name,
      module: cell.name,
      ...size,
      shape,
      inputs,
      clocks: { [clock]: clock },
      place: this.#place(),
    });
    const edges = ['west', 'north', 'east', 'south', ...(shape === 'full' ? ['cells' as const] : [])] as const;
    for (const port of portsOf(cell, 'out')) {
      const edge = this.#oneOf(edges);
      this.#add({
        kind: 'gridOutput',
        type: gridOutputType(size, edge, port.type),
        grid: name,
        port: port.name,
        edge,
        name: null,
        place: this.#place(),
      });
    }
  }

  #addCheck(): void {
    const message = this.#oneOf(['stays', 'two words', '"quoted"\n@x:1:1']);
    const check = this.#oneOf(['assert', 'assume', 'cover'] as const);
    this.#body.push(
      this.#guarded(() => ({
        kind: 'check',
        check,
        clock,
        condition: this.#value(bit),
        message,
        place: this.#place(),
      })),
    );
  }

  /** A statement, perhaps under conditions. */
  #guarded(make: () => Statement): Statement {
    const place = this.#place();
    switch (this.#pick(0, 3)) {
      case 0:
        return {
          kind: 'when',
          condition: this.#value(bit),
          then: [this.#guarded(make)],
          otherwise: this.#chance(2) ? [this.#guarded(make)] : [],
          place,
        };
      case 1: {
        const type: Type = { kind: 'uint', width: 3 };
        const cases = [
          { values: [0n, 5n], body: [this.#guarded(make)] },
          { values: [3n], body: this.#chance(2) ? [make()] : [] },
        ];
        return { kind: 'switch', subject: this.#value(type), cases, fallback: this.#chance(2) ? [make()] : [], place };
      }
      default:
        return make();
    }
  }

  #assign(target: NodeId): Statement {
    return { kind: 'assign', target, value: this.#value(this.#typeOf(target)), place: this.#place() };
  }

  /** A node of `type`: one that is there, or a new constant. */
  #value(type: Type): NodeId {
    const fitting = this.#nodes.flatMap((node, id) => (sameType(node.type, type) ? [id] : []));
    if (fitting.length > 0 && !this.#chance(4)) return this.#oneOf(fitting);
    return this.#add({ kind: 'const', type, value: this.#pattern(type), name: null, place: this.#place() });
  }

  #anyNode(): NodeId {
    return this.#nodes.length === 0 ? this.#value(bit) : this.#pick(0, this.#nodes.length - 1);
  }

  #type(depth = 0): Type {
    switch (this.#pick(0, depth < 2 ? 5 : 4)) {
      case 0:
        return bit;
      case 1:
        return { kind: 'sint', width: this.#pick(1, 70) };
      case 2:
        return {
          kind: 'enum',
          width: 2,
          name: 'state',
          labels: this.#chance(2) ? ['idle', 'busy now', 'done'] : ['on', 'off'],
        };
      case 5:
        return { kind: 'vec', length: this.#pick(1, 3), element: this.#type(depth + 1) };
      default:
        return { kind: 'uint', width: this.#pick(1, 40) };
    }
  }

  #pattern(type: Type): bigint {
    const width = typeWidth(type);
    return BigInt.asUintN(
      width,
      (BigInt(this.#pick(0, 0x7fff_ffff)) * 0x9e37_79b9_7f4a_7c15n) >> BigInt(this.#pick(0, 63)),
    );
  }

  #place(): Place | null {
    return this.#chance(3)
      ? null
      : {
          file: this.#oneOf(['pe.ts', 'a/b-c/mesh.ts', 'C:\\my chip\\é"1".ts']),
          line: this.#pick(1, 999),
          column: this.#pick(1, 80),
        };
  }

  #fresh(stem: string): string {
    return `${this.#oneOf(['', '', '', '__proto__', '0x', '%', 'é "', 'a b'])}${stem}_${this.#names++}`;
  }

  #add(node: Node): NodeId {
    return this.#nodes.push(node) - 1;
  }

  #typeOf(id: NodeId): Type {
    return this.#nodes[id]?.type ?? bit;
  }

  #repeat(low: number, high: number, make: () => unknown): void {
    for (let count = this.#pick(low, high); count > 0; count--) make();
  }

  /** True once in `n` times. */
  #chance(n: number): boolean {
    return this.#pick(1, n) === 1;
  }

  #oneOf<T>(items: readonly T[]): T {
    const item = items[this.#pick(0, items.length - 1)];
    if (item === undefined) throw new RangeError('a choice among nothing');
    return item;
  }
}

function portsOf(module: Module, direction: Port['direction']): readonly Port[] {
  return module.ports.filter((port) => port.direction === direction);
}
