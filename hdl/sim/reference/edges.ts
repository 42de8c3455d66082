/** What happens at rising edges: everything looks at the settled values first, then everything changes at once. */
import type { Module, Node } from '../../ir/types.ts';
import { filterBody } from '../../ir/body.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Edges } from '../core.ts';
import { present, type ModuleView } from '../library.ts';
import { ones, withBits } from '../values.ts';
import { slicesOf } from '../../ir/slices.ts';
import { compileBody, compileSlice, type Evaluate, type Read, type Run } from './body.ts';
import type { Frame } from './frames.ts';
import type { MemoryState, State } from './state.ts';

/** A register or synchronous read: the slot that it keeps its value in and what it takes next. */
interface Held {
  readonly slot: number;
  readonly next: () => bigint;
}

/** How a definition's registers and memories change; `writes` notes the writes of one frame. */
interface Template {
  readonly registers: readonly {
    readonly node: number;
    readonly clock: string;
    readonly next: Evaluate;
    readonly resetTo: bigint | null;
  }[];
  readonly reads: readonly { readonly node: number; readonly clock: string; readonly next: Evaluate }[];
  readonly writes: Run | null;
}

/** Takes edges: registers, synchronous reads and memory writes of all frames. */
export class EdgeTaker {
  /** By clock of the top module. */
  private readonly held: Held[][];
  private readonly writers: (() => void)[] = [];
  private readonly state: State;
  private readonly read: Read;
  private readonly templates = new Map<ModuleView, Template>();
  private edges: Edges = 0;
  private written: MemoryState[] = [];

  constructor(frames: readonly Frame[], clocks: number, state: State) {
    this.state = state;
    this.read = (frame, node) => state.read(frame, node);
    this.held = Array.from({ length: clocks }, () => []);
    for (const frame of frames) this.addFrame(frame);
  }

  /** Combinational values must be settled before, and are stale after. */
  take(edges: Edges): void {
    this.edges = edges;
    for (const write of this.writers) write();
    const taking = this.held.filter((_, clock) => (edges & (1 << clock)) !== 0);
    const next = taking.map((held) => held.map((one) => one.next()));
    taking.forEach((held, group) => {
      held.forEach(({ slot }, index) => {
        this.state.values[slot] = present(next[group]?.[index], `next value of slot ${slot}`);
      });
    });
    for (const memory of this.written) applyWrites(memory);
    this.written = [];
  }

  private addFrame(frame: Frame): void {
    const { clocks } = frame.scope;
    const { registers, reads, writes } = this.templateOf(frame.scope.view);
    const add = (clock: string, node: number, next: () => bigint): void => {
      present(this.held[clockOf(frame, clock)], `clock ${clock}`).push({ slot: frame.base + node, next });
    };
    for (const { node, clock, next, resetTo } of registers) {
      const reset = clocks.get(clock)?.reset ?? null;
      const run = (): bigint => next(frame);
      add(
        clock,
        node,
        reset === null || resetTo === null
          ? run
          : () => (this.state.resets.get(reset) === true ? resetTo : next(frame)),
      );
    }
    for (const { node, clock, next } of reads) add(clock, node, () => next(frame));
    if (writes !== null) this.writers.push(() => writes(frame));
  }

  private templateOf(view: ModuleView): Template {
    const known = this.templates.get(view);
    if (known !== undefined) return known;
    const { nodes, body } = view.module;
    const slices = slicesOf(body, (target) => nodes[target]?.kind === 'reg');
    const made: Template = {
      registers: nodes.flatMap((node, id) =>
        node.kind === 'reg'
          ? [
              {
                node: id,
                clock: node.clock,
                next: compileSlice(slices.get(id) ?? [], this.read, (frame) => this.read(frame, id)),
                resetTo: node.resettable ? node.reset : null,
              },
            ]
          : [],
      ),
      reads: nodes.flatMap((node, id) =>
        node.kind === 'read' && node.clock !== null
          ? [{ node: id, clock: node.clock, next: this.readNext(node, id, node.clock) }]
          : [],
      ),
      writes: this.writesOf(view.module),
    };
    this.templates.set(view, made);
    return made;
  }

  private readNext(node: Extract<Node, { readonly kind: 'read' }>, id: number, clock: string): Evaluate {
    return (frame) => {
      if (node.enable !== null && this.read(frame, node.enable) === 0n) return this.read(frame, id);
      const state = this.state.memory(frame, node.memory);
      const address = this.read(frame, node.address);
      const old = state.words.get(Number(address)) ?? 0n;
      const own = clockOf(frame, clock);
      return state.writes
        .filter((write) => write.clock === own && write.address === address)
        .reduce((word, { data, mask }) => {
          switch (state.memory.readDuringWrite) {
            case 'old':
              return word;
            case 'new':
              return masked(word, data, mask);
            case 'undefined':
              return masked(word, ~old, mask);
          }
        }, old);
    };
  }

  private writesOf(module: Module): Run | null {
    const body = filterBody(module.body, (statement) => statement.kind === 'write');
    if (body.length === 0) return null;
    const laneMasks = new Map(
      module.memories.map((memory) => [memory.name, laneMasksOf(typeWidth(memory.word), memory.lanes)]),
    );
    return compileBody(body, this.read, (statement) => {
      if (statement.kind !== 'write') return () => {};
      const lanes = present(laneMasks.get(statement.memory), `memory ${statement.memory}`);
      const all = lanes.reduce((mask, lane) => mask | lane, 0n);
      const { mask } = statement;
      return (frame) => {
        const clock = clockOf(frame, statement.clock);
        if ((this.edges & (1 << clock)) === 0) return;
        const memory = this.state.memory(frame, statement.memory);
        const address = this.read(frame, statement.address);
        if (address >= BigInt(memory.memory.depth)) return;
        const bits = mask === null ? all : maskBits(this.read(frame, mask), lanes);
        if (memory.writes.length === 0) this.written.push(memory);
        memory.writes.push({ clock, address, data: this.read(frame, statement.data), mask: bits });
      };
    });
  }
}

/** The top module's clock that a clock of a frame's module is. */
export function clockOf(frame: Frame, clock: string): number {
  return present(frame.scope.clocks.get(clock), `clock ${clock} of ${frame.scope.view.module.name}`).clock;
}

function applyWrites(memory: MemoryState): void {
  for (const { address, data, mask } of memory.writes) {
    const at = Number(address);
    const word = masked(memory.words.get(at) ?? 0n, data, mask);
    if (word === 0n) memory.words.delete(at);
    else memory.words.set(at, word);
  }
  memory.writes = [];
}

function masked(old: bigint, data: bigint, mask: bigint): bigint {
  return (old & ~mask) | (data & mask);
}

/** Per lane, ones over the bits that it covers. */
function laneMasksOf(width: number, lanes: number): bigint[] {
  const size = width / lanes;
  return Array.from({ length: lanes }, (_, lane) => withBits(0n, lane * size, size, ones(size)));
}

function maskBits(mask: bigint, lanes: readonly bigint[]): bigint {
  return lanes.reduce((bits, lane, index) => ((mask >> BigInt(index)) & 1n ? bits | lane : bits), 0n);
}
