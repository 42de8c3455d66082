/**
 * One design at work on many sets of inputs at once: its top module becomes the cell of a row, so that the lanes of
 * vectors are runs.
 */
import type { Design, GridSource, Module, Node, NodeId, Type } from '../ir/types.ts';
import { CheckError, LaneError, SimulationError } from './errors.ts';
import type { Library } from './library.ts';
import { findMemory, findSignal } from './paths.ts';
import type { Level, MemoryView, Signal, Simulator } from './simulator.ts';

/** One of many runs: what {@link Simulator} has of the same names, for the one design by its own paths. */
export interface Lane {
  /** @throws SimulationError naming the nearest existing names; for a reset, which all lanes share */
  signal(path: string): Signal;
  /** @throws SimulationError naming the nearest memories */
  memory(path: string): MemoryView;
  /** @throws SimulationError as {@link Lane.signal} */
  peek(path: string): bigint;
  /** @throws SimulationError as {@link Lane.signal}, for what cannot be set, and for a value out of range */
  poke(path: string, value: Level): void;
}

/** Runs of one design, each in a lane of its own; all of them are in the same cycle. */
export interface ManySimulator {
  readonly lanes: readonly Lane[];
  /** Steps since the start. */
  readonly cycle: number;
  /**
   * Advances all lanes n (1) steps. @throws LaneError when an assert or assume of any lane fails: of the lanes that
   * fail in this cycle it names the first, and no lane has taken the edge.
   */
  step(n?: number): void;
  /** Holds every reset of all lanes high for n (1) steps, then low. @throws LaneError */
  reset(n?: number): void;
}

const grid = 'lane';

/** A module with a row of `count` of the design's top modules, whose ports are vectors of theirs. */
export function manyOf({ modules, top }: Design, count: number): Design {
  const one = modules.find(({ name }) => name === top);
  if (one === undefined) throw new RangeError(`no module ${top}`);
  const nodes: Node[] = [];
  const inputs: Record<string, GridSource> = {};
  const outputs: Record<string, NodeId> = {};
  const ports = one.ports.map((port) => {
    const { name, place } = port;
    const type: Type = { kind: 'vec', length: count, element: port.type };
    const common = { port: name, type, name: null, place };
    if (port.direction === 'in') inputs[name] = { from: 'column', node: nodes.length };
    else outputs[name] = nodes.length;
    nodes.push(
      port.direction === 'in' ? { kind: 'input', ...common } : { kind: 'gridOutput', grid, edge: 'north', ...common },
    );
    return { ...port, type };
  });
  const clocks = Object.fromEntries(one.clocks.map(({ name }) => [name, name]));
  const names = new Set(modules.map(({ name }) => name));
  let name = `${top}_lanes`;
  while (names.has(name)) name += '_';
  const row: Module = {
    name,
    clocks: one.clocks,
    ports,
    streams: [],
    nodes,
    memories: [],
    instances: [],
    grids: [{ name: grid, module: top, rows: 1, cols: count, shape: 'full', inputs, clocks, place: one.place }],
    body: [],
    outputs,
    blackBox: null,
    place: one.place,
  };
  return { top: name, modules: [...modules, row] };
}

/** Lanes of a simulation of what {@link manyOf} makes of a design. */
export class ManySimulation implements ManySimulator {
  readonly lanes: readonly Lane[];
  private readonly sim: Simulator;
  private readonly top: string;

  /** @param library of the one design, @param sim of as many of it */
  constructor(library: Library, sim: Simulator, count: number) {
    this.sim = sim;
    this.top = library.top.module.name;
    this.lanes = Array.from({ length: count }, (_, index) => new OneLane(library, sim, index));
  }

  get cycle(): number {
    return this.sim.cycle;
  }

  step(n?: number): void {
    this.naming(() => {
      this.sim.step(n);
    });
  }

  reset(n?: number): void {
    this.naming(() => {
      this.sim.reset(n);
    });
  }

  private naming(run: () => void): void {
    try {
      run();
    } catch (error) {
      throw error instanceof CheckError ? this.inLane(error) : error;
    }
  }

  /** The failure by the path that it has in the one design. */
  private inLane({ failure }: CheckError): LaneError {
    const [, lane, inner = ''] = /^[^.]*\.[^.[]*\[0\]\[(\d+)\](.*)$/.exec(failure.path) ?? [];
    return new LaneError(Number(lane), { ...failure, path: `${this.top}${inner}` });
  }
}

class OneLane implements Lane {
  private readonly library: Library;
  private readonly sim: Simulator;
  private readonly index: number;
  private readonly found = new Map<string, Signal>();

  constructor(library: Library, sim: Simulator, index: number) {
    this.library = library;
    this.sim = sim;
    this.index = index;
  }

  signal(path: string): Signal {
    const known = this.found.get(path);
    if (known !== undefined) return known;
    const { info, scope, source } = findSignal(this.library, path);
    if (source.kind === 'reset')
      throw new SimulationError(`${info.path} is shared by all lanes: reset(n) holds it high in all of them`);
    const inner = withoutTop(info.path);
    // What a parent drives cannot be set: of the row's cells that is the vector of all lanes.
    const isInput = scope.parent === null && info.kind === 'input';
    const signal = this.sim.signal(
      isInput ? inner.replace(/^[^[]*/, (port) => `${port}[${this.index}]`) : this.whole(inner),
    );
    if (source.kind !== 'word') this.found.set(path, signal);
    return signal;
  }

  memory(path: string): MemoryView {
    return this.sim.memory(this.whole(withoutTop(findMemory(this.library, path).path)));
  }

  peek(path: string): bigint {
    return this.signal(path).get();
  }

  poke(path: string, value: Level): void {
    this.signal(path).set(value);
  }

  private whole(inner: string): string {
    return `${this.sim.design.top}.${grid}[0][${this.index}].${inner}`;
  }
}

const withoutTop = (path: string): string => path.slice(path.indexOf('.') + 1);
