/** The fast engine: one simulation of a design compiled to WebAssembly. */
import type { Memory, Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Core, Edges, FailedCheck, Watch, Watched } from '../core.ts';
import { SimulationError } from '../errors.ts';
import { scopesTo, type Scope } from '../hierarchy.ts';
import { present, type Source } from '../library.ts';
import { memoryView } from '../memory-view.ts';
import type { Target } from '../paths.ts';
import type { CoverPoint, MemoryView } from '../simulator.ts';
import type { Timeline } from '../timeline.ts';
import { constantAddress, type Condition } from './build/program.ts';
import { CheckRecords } from './checks.ts';
import { conditionKey, type Compiled, type Repeated } from './compiled.ts';
import { idOf, memoryOf } from './flat/flatten.ts';
import type { Flat, FlatId } from './flat/types.ts';
import { Heap } from './heap.ts';
import { locate } from './locate.ts';
import { Observer } from './observer.ts';
import { nodeOf } from './plan/dependencies.ts';
import { nothingQuiet } from './quiet/quiet.ts';
import { QuietWatcher } from './quiet/watcher.ts';
import { start, type Started } from './start.ts';
import { mostAtOnce, Steps } from './steps.ts';
import { readerAt, writerAt } from './slots.ts';
import { liesPacked, readPattern, writePattern } from './storage.ts';
import { MemoryWatch, offsetOf, type WatchedPart } from './watch.ts';

/** Where all that a source holds lies, and the node that has to be worked out before it is read, or null. */
interface Lying {
  readonly address: number;
  readonly whole: Type;
  readonly observed: FlatId | null;
}

export class WasmCore implements Core {
  readonly engine = 'wasm';
  private readonly compiled: Compiled;
  private readonly heap: Heap;
  private readonly flat: Flat;
  private readonly records: CheckRecords;
  private readonly observer: Observer;
  private readonly running = new Map<Edges, Started>();
  private readonly checking = new Map<Edges, Started>();
  private readonly failing = new Map<Edges, Started>();
  /** Of a design with several clocks; else null. */
  private readonly steps: Steps | null;
  private readonly waiting = new Map<string, Started>();
  /** The module that took the last edge, and which edges it takes. */
  private current: { readonly edges: Edges; readonly started: Started } | null = null;
  /** Until it is known what is quiet, of a design with one clock. */
  private watcher: QuietWatcher | null = null;

  /** What does not fit in code is found when it is first run. */
  constructor(compiled: Compiled) {
    const { layout, flat, checks, library, looks, schedule } = compiled;
    this.compiled = compiled;
    this.heap = new Heap(layout);
    this.flat = flat;
    this.records = new CheckRecords(checks, flat, this.heap, library);
    this.observer = new Observer(this.heap, looks);
    this.steps = schedule === null ? null : new Steps(this.heap, compiled, schedule, (edges) => this.cycles(edges));
  }

  reader({ scope, source, low, info: { type } }: Target): () => bigint {
    const { address, whole, observed } = this.placeOf(scope, source);
    const read = readerAt(this.heap, address + offsetOf(whole, low), type);
    if (observed === null) return read;
    const refresh = this.observer.refresher([observed]);
    return () => {
      refresh();
      return read();
    };
  }

  writer({ scope, source, low, info: { type } }: Target): (value: number | bigint) => void {
    const { address, whole, observed } = this.placeOf(scope, source);
    if (observed !== null) throw new RangeError('only inputs of the top module and state can be set');
    const write = writerAt(this.heap, address + offsetOf(whole, low), type);
    // Resets are looked at after each edge, and nothing else looks at them.
    if (source.kind === 'reset') return write;
    const isInput = source.kind === 'node' && scope.view.module.nodes[source.node]?.kind === 'input';
    return (value) => {
      write(value);
      if (isInput) this.observer.changed();
      else this.changedFromOutside();
    };
  }

  watch(watched: readonly Watched[]): Watch {
    const seen = watched.map((one) => ({ ...one, ...this.placeOf(one.scope, one.source) }));
    const places = seen.map(({ part, address, whole, low, width }): WatchedPart => ({
      part,
      address: address + offsetOf(whole, low),
      width,
    }));
    const observed = new Set(seen.flatMap((one) => (one.observed === null ? [] : [one.observed])));
    return new MemoryWatch(this.heap, places, this.observer.refresher([...observed]));
  }

  memory(scope: Scope, memory: Memory, path: string): MemoryView {
    const { address, wordSize } = this.memoryPlace(scope, memory.name);
    const { heap } = this;
    const bytesAt = (word: number, length: number): Uint8Array =>
      new Uint8Array(heap.memory.buffer, address + word * wordSize, length);
    return memoryView(path, memory.depth, typeWidth(memory.word), {
      ...(liesPacked(memory.word)
        ? {
            bytes: {
              get: (word, length) => bytesAt(word, length).slice(),
              set: (word, bytes) => {
                bytesAt(word, bytes.length).set(bytes);
                this.changedFromOutside();
              },
            },
          }
        : {}),
      get: (word) => readPattern(heap.view, address + word * wordSize, memory.word),
      set: (word, pattern) => {
        writePattern(heap.view, address + word * wordSize, memory.word, pattern);
        this.changedFromOutside();
      },
    });
  }

  check(edges: Edges): FailedCheck | null {
    const { run } = this.started(this.checking, { kind: 'check', edges });
    return run(1) === 1 ? null : this.failure(edges);
  }

  commit(edges: Edges): void {
    // It checks again, and counts covers: one module less to compile.
    const taken = this.cycles(edges).run(1);
    this.observer.changed();
    const failed = taken === 1 ? null : this.failure(edges);
    if (failed !== null)
      throw new SimulationError(
        `${failed.path}: ${failed.message}: inputs were changed after the cycle's checks were looked at`,
      );
  }

  run(timeline: Timeline, count: number, until: Target | null): FailedCheck | null {
    const condition = until === null ? null : this.conditionOf(until);
    if (until !== null && condition === null) return this.runLooking(timeline, count, until);
    if (this.steps !== null) return this.runSteps(this.steps, timeline, count, condition);
    return this.runCycles(timeline, count, condition);
  }

  /** Of a design with one clock, or none. */
  private runCycles(timeline: Timeline, count: number, until: Condition | null): FailedCheck | null {
    const edges = timeline.constantEdges ?? 0;
    for (let left = count; left > 0;) {
      const watcher = this.watcherOf(edges);
      const asked = Math.min(watcher?.allow(left) ?? left, mostAtOnce);
      const cycles = this.cycles(edges);
      const taken = (until === null ? cycles : this.until(edges, until, cycles)).run(asked);
      timeline.takeSteps(taken);
      this.observer.changed();
      if (taken < asked) return this.failure(edges);
      const quiet = watcher?.ran(asked) ?? null;
      if (quiet !== null) {
        this.compiled.settle(edges, quiet);
        this.adopt();
      }
      left -= taken;
    }
    return null;
  }

  private runSteps(steps: Steps, timeline: Timeline, count: number, until: Condition | null): FailedCheck | null {
    // Before, so that it holds even if edges that come together late cannot be compiled.
    this.observer.changed();
    const edges = steps.run(timeline, count, until);
    return edges === null ? null : this.failure(edges);
  }

  /** Stops at what modules that run cycles cannot look at. */
  private runLooking(timeline: Timeline, count: number, until: Target): FailedCheck | null {
    const read = this.reader(until);
    for (const end = timeline.steps + count; timeline.steps < end && read() === 0n;) {
      const failed = this.run(timeline, 1, null);
      if (failed !== null) return failed;
    }
    return null;
  }

  covers(): readonly CoverPoint[] {
    return this.records.covers();
  }

  save(): () => void {
    const { start: from, end } = this.flat.state;
    const copy = new Uint8Array(this.heap.memory.buffer.slice(from, end));
    return () => {
      new Uint8Array(this.heap.memory.buffer).set(copy, from);
      this.changedFromOutside();
    };
  }

  /** Of a design with one clock of which it is not known yet what is quiet. */
  private watcherOf(edges: Edges): QuietWatcher | null {
    const { compiled, flat, heap } = this;
    if (compiled.settled) {
      // Perhaps by another simulation.
      if (this.watcher !== null) this.adopt();
      return null;
    }
    if (flat.top.clocks.size !== 1) return null;
    this.cycles(edges);
    return (this.watcher ??= new QuietWatcher(flat, heap, compiled.shared.thresholds.quiet, compiled.shared.guarded));
  }

  /** Cycles are taken by other code from now on. */
  private adopt(): void {
    this.watcher = null;
    this.current = null;
    this.running.clear();
    this.waiting.clear();
  }

  /** The module that takes edges, compiled when it is first needed. */
  private cycles(edges: Edges): Started {
    if (this.current?.edges === edges) return this.current.started;
    const started = this.started(this.running, { kind: 'run', edges, quiet: nothingQuiet });
    // What one module has noted of idle grids, another one makes untrue.
    this.current = { edges, started };
    this.changedFromOutside();
    return started;
  }

  /** What the last run or check recorded as failing. */
  private failure(edges: Edges): FailedCheck | null {
    return this.records.take(
      this.flat.sharesCode
        ? () => {
            this.started(this.failing, { kind: 'failures', edges }).run(1);
          }
        : null,
    );
  }

  private started(known: Map<Edges, Started>, task: Extract<Repeated, { readonly edges: Edges }>): Started {
    let started = known.get(task.edges);
    if (started === undefined) known.set(task.edges, (started = start(this.heap, this.compiled.module(task))));
    return started;
  }

  /** The module that runs `cycles`, those for `edges`, until the condition holds. */
  private until(edges: Edges, until: Condition, cycles: Started): Started {
    const key = conditionKey(until);
    let started = this.waiting.get(key);
    if (started === undefined) {
      const module = this.compiled.module({ kind: 'until', taker: edges, until });
      this.waiting.set(key, (started = start(this.heap, module, new Map([[edges, cycles]]))));
    }
    return started;
  }

  /** Null for what is not of the top module's domain, and for what is no node. */
  private conditionOf({ source, scope, low, width }: Target): Condition | null {
    if (source.kind !== 'node' || scopesTo(scope).some(({ step }) => step?.kind === 'cell')) return null;
    const { frame } = locate(this.flat, scope);
    return { node: idOf(frame, source.node), low, width };
  }

  private changedFromOutside(): void {
    this.observer.changed();
    for (const flag of this.compiled.shared.idleFlags) this.heap.view.setInt32(flag, 0, true);
  }

  private placeOf(scope: Scope, source: Source): Lying {
    const { compiled, flat } = this;
    if (source.kind === 'reset') {
      const address = present(flat.resets.get(source.name), `reset ${source.name}`);
      return { address, whole: { kind: 'uint', width: 1 }, observed: null };
    }
    if (source.kind === 'word') {
      const { address, wordSize, type } = this.memoryPlace(scope, source.memory);
      return { address: address + source.address * wordSize, whole: type, observed: null };
    }
    const { frame, lane } = locate(flat, scope);
    const { id, node, storage, type } = nodeOf(flat, idOf(frame, source.node));
    if (node.kind === 'const') {
      return { address: constantAddress(compiled.shared, type, node.value), whole: type, observed: null };
    }
    const { address, size } = storage ?? compiled.looks.storage(id);
    return { address: address + lane * size, whole: type, observed: storage === null ? id : null };
  }

  private memoryPlace(
    scope: Scope,
    name: string,
  ): { readonly address: number; readonly wordSize: number; readonly type: Memory['word'] } {
    const { frame, lane } = locate(this.flat, scope);
    const { address, laneSize, wordSize, memory } = memoryOf(frame, name);
    return { address: address + lane * laneSize, wordSize, type: memory.word };
  }
}
