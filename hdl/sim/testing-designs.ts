/** Builds small designs by hand, for tests that must not lean on the language. */
import type {
  Clock,
  Design,
  Grid,
  GridOutputNode,
  Instance,
  Memory,
  Module,
  Node,
  NodeId,
  Operation,
  Place,
  Port,
  SwitchCase,
  Statement,
  StreamPorts,
  Type,
} from '../ir/types.ts';
import { typeWidth } from '../ir/walk.ts';

export const uint = (width: number): Type => ({ kind: 'uint', width });
export const sint = (width: number): Type => ({ kind: 'sint', width });
export const vec = (length: number, element: Type): Type => ({ kind: 'vec', length, element });
export const labels = (name: string, ...list: readonly string[]): Type => ({
  kind: 'enum',
  width: Math.max(1, Math.ceil(Math.log2(list.length))),
  name,
  labels: list,
});
export const bit = uint(1);

type Types = Readonly<Record<string, Type>>;
type RegOptions = Partial<Pick<Extract<Node, { kind: 'reg' }>, 'clock' | 'reset' | 'resettable' | 'place'>>;

/** A module in the making: each call adds to it and returns the node's id. */
export class Draft {
  readonly nodes: Node[] = [];
  readonly memories: Memory[] = [];
  readonly instances: Instance[] = [];
  readonly grids: Grid[] = [];
  readonly streams: StreamPorts[] = [];
  readonly body: Statement[] = [];

  private push(node: Node): NodeId {
    return this.nodes.push(node) - 1;
  }

  type(id: NodeId): Type {
    const node = this.nodes[id];
    if (node === undefined) throw new RangeError(`no node ${id}`);
    return node.type;
  }

  input(port: string, type: Type): NodeId {
    return this.push({ kind: 'input', port, type, name: port, place: null });
  }

  constant(type: Type, value: number | bigint): NodeId {
    return this.push({
      kind: 'const',
      type,
      value: BigInt.asUintN(typeWidth(type), BigInt(value)),
      name: null,
      place: null,
    });
  }

  op(
    op: Operation,
    type: Type,
    args: readonly NodeId[],
    { name = null, low = 0, place = null }: { name?: string | null; low?: number; place?: Place | null } = {},
  ): NodeId {
    return this.push({ kind: 'op', op, type, args, low, name, place });
  }

  reg(name: string, type: Type, options: RegOptions = {}): NodeId {
    return this.push({
      kind: 'reg',
      name,
      type,
      clock: 'clk',
      reset: 0n,
      resettable: true,
      synchroniser: false,
      place: null,
      ...options,
    });
  }

  wire(name: string, type: Type, fallback: NodeId | null, place: Place | null = null): NodeId {
    return this.push({ kind: 'wire', name, type, fallback, place });
  }

  memory(memory: Pick<Memory, 'name' | 'depth' | 'word'> & Partial<Memory>): void {
    this.memories.push({ lanes: 1, readDuringWrite: 'old', init: [], place: null, ...memory });
  }

  read(
    memory: string,
    type: Type,
    address: NodeId,
    {
      clock = null,
      enable = null,
      name = null,
    }: { clock?: string | null; enable?: NodeId | null; name?: string | null } = {},
  ): NodeId {
    return this.push({ kind: 'read', memory, type, address, clock, enable, name, place: null });
  }

  instance(
    name: string,
    module: Module,
    inputs: Readonly<Record<string, NodeId>>,
    clocks: Readonly<Record<string, string>> = { clk: 'clk' },
  ): (port: string) => NodeId {
    this.instances.push({ name, module: module.name, inputs, clocks, place: null });
    return (port) =>
      this.push({
        kind: 'instanceOutput',
        instance: name,
        port,
        type: portType(module, port),
        name: null,
        place: null,
      });
  }

  grid(
    module: Module,
    grid: Omit<Grid, 'module' | 'clocks' | 'place'>,
  ): (port: string, edge: GridOutputNode['edge']) => NodeId {
    this.grids.push({ ...grid, module: module.name, clocks: { clk: 'clk' }, place: null });
    return (port, edge) => {
      const element = portType(module, port);
      const type =
        edge === 'cells'
          ? vec(grid.rows, vec(grid.cols, element))
          : vec(edge === 'west' || edge === 'east' ? grid.rows : grid.cols, element);
      return this.push({ kind: 'gridOutput', grid: grid.name, port, edge, type, name: null, place: null });
    };
  }

  assign(target: NodeId, value: NodeId): void {
    this.body.push(assignment(target, value));
  }
  when(condition: NodeId, then: readonly Statement[], otherwise: readonly Statement[] = []): void {
    this.body.push({ kind: 'when', condition, then, otherwise, place: null });
  }
  switch(subject: NodeId, cases: readonly SwitchCase[], fallback: readonly Statement[] = []): void {
    this.body.push({ kind: 'switch', subject, cases, fallback, place: null });
  }

  write(
    memory: string,
    address: NodeId,
    data: NodeId,
    { mask = null, clock = 'clk' }: { mask?: NodeId | null; clock?: string } = {},
  ): void {
    this.body.push(writing(memory, address, data, { mask, clock }));
  }

  check(check: 'assert' | 'assume' | 'cover', condition: NodeId, message: string, clock = 'clk'): void {
    this.body.push({ kind: 'check', check, clock, condition, message, place: { file: 'unit.ts', line: 7, column: 3 } });
  }
}

export const assignment = (target: NodeId, value: NodeId): Statement => ({
  kind: 'assign',
  target,
  value,
  place: null,
});

export const writing = (
  memory: string,
  address: NodeId,
  data: NodeId,
  { mask = null, clock = 'clk' }: { mask?: NodeId | null; clock?: string } = {},
): Statement => ({ kind: 'write', memory, clock, address, data, mask, place: null });

function portType(module: Module, name: string): Type {
  const port = module.ports.find((one) => one.name === name);
  if (port === undefined) throw new RangeError(`${module.name} has no port ${name}`);
  return port.type;
}

const usualClocks: readonly Clock[] = [{ name: 'clk', reset: 'rst' }];

/** A module: `make` gets the draft and a function from input port to node, and returns the outputs' drivers. */
export function draft<I extends Types>(
  name: string,
  inputs: I,
  make: (m: Draft, input: (port: keyof I & string) => NodeId) => Readonly<Record<string, NodeId>>,
  clocks: readonly Clock[] = usualClocks,
): Module {
  const m = new Draft();
  const made = new Map(Object.entries(inputs).map(([key, type]) => [key, m.input(key, type)]));
  const outputs = make(m, (key) => made.get(key) ?? -1);
  const port = (direction: Port['direction'], key: string, type: Type): Port => ({
    name: key,
    direction,
    type,
    clock: clocks[0]?.name ?? null,
    place: null,
  });
  return {
    name,
    clocks,
    streams: m.streams,
    nodes: m.nodes,
    memories: m.memories,
    instances: m.instances,
    grids: m.grids,
    body: m.body,
    outputs,
    ports: [
      ...Object.entries(inputs).map(([key, type]) => port('in', key, type)),
      ...Object.entries(outputs).map(([key, id]) => port('out', key, m.type(id))),
    ],
    blackBox: null,
    place: null,
  };
}

/** A design of these modules, the top module last. */
export function designOf(...modules: readonly Module[]): Design {
  return { top: modules.at(-1)?.name ?? '', modules };
}

/** A counter of `width` bits with an enable: outputs `count`. */
export const counter = (width: number): Module =>
  draft('counter', { enable: bit }, (m, input) => {
    const count = m.reg('count', uint(width));
    const next = m.op('add', uint(width), [count, m.constant(uint(width), 1)], { name: 'next' });
    m.when(input('enable'), [assignment(count, next)]);
    return { count };
  });
