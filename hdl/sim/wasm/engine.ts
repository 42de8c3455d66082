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
import { constantAddress } from './build/program.ts';
import { CheckRecords } from './checks.ts';
import type { Compiled, Repeated } from './compiled.ts';
import { idOf, memoryOf } from './flat/flatten.ts';
import type { Flat, FlatId } from './flat/types.ts';
import { Heap } from './heap.ts';
import { locate } from './locate.ts';
import { Observer } from './observer.ts';
import { nodeOf } from './plan/dependencies.ts';
import { nothingQuiet } from './quiet/quiet.ts';
import { QuietWatcher } from './quiet/watcher.ts';
import { start, type Started } from './start.ts';
import { readerAt, writerAt } from './slots.ts';
import { liesPacked, readPattern, writePattern } from './storage.ts';
import { MemoryWatch, offsetOf, type Place } from './watch.ts';

/** Bits of a node that a run stops at when they are not 0. */
interface Condition { readonly node: FlatId; readonly low: number; readonly width: number }

/** Where all that a source holds lies, and the node that has to be worked out before it is read, or null. */
interface Lying { readonly address: number; readonly whole: Type; readonly observed: FlatId | null }

/** Cycles taken, and what ended them before their time. */
interface Taken { readonly taken: number; readonly failed: FailedCheck | null }

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
  private readonly waiting = new Map<string, Started>();
  /** The module that took the last edge. */
  private current: Started | null = null;
  /** Until it is known what is quiet, of a design with one clock. */
  private watcher: QuietWatcher | null = null;

  /** What does not fit in code is found when it is first run. */
  constructor(compiled: Compiled) {
    const { layout, flat, checks, library, looks } = compiled;
    this.compiled = compiled;
    this.heap = new Heap(layout);
    this.flat = flat;
    this.records = new CheckRecords(checks, flat, this.heap, library);
    this.observer = new Observer(this.heap, looks);
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
    const places = seen.map(({ part, address, whole, low, width }): Place =>
      ({ part, address: address + offsetOf(whole, low), width }));
    const observed = new Set(seen.flatMap((one) => (one.observed === null ? [] : [one.observed])));
    return new MemoryWatch(this.heap, places, this.observer.refresher([...observed]));
  }

  memory(scope: Scope, memory: Memory, path: string): MemoryView {
    const { address, wordSize } = this.memoryPlace(scope, memory.name);
    const { heap } = this;
    const bytesAt = (word: number, length: number): Uint8Array => new Uint8Array(heap.memory.buffer, address + word * wordSize, length);
    return memoryView(path, memory.depth, typeWidth(memory.word), {
      ...(liesPacked(memory.word) ? { bytes: {
        get: (word, length) => bytesAt(word, length).slice(),
        set: (word, bytes) => {
          bytesAt(word, bytes.length).set(bytes);
          this.changedFromOutside();
        },
      } } : {}),
      get: (word) => readPattern(heap.view, address + word * wordSize, memory.word),
      set: (word, pattern) => {
        writePattern(heap.view, address + word * wordSize, memory.word, pattern);
        this.changedFromOutside();
      },
    });
  }

  check(edges: Edges): FailedCheck | null {
    this.started(this.checking, { kind: 'check', edges }).run(1);
    return this.failure(edges);
  }

  commit(edges: Edges): void {
    // It checks again, and counts covers: one module less to compile.
    const { failed } = this.runWith(edges, this.cycles(edges), 1);
    if (failed !== null) throw new SimulationError(`${failed.path}: ${failed.message}: inputs were changed after the cycle's checks were looked at`);
  }

  run(edges: Edges, count: number, until: Target | null): Taken {
    let taken = 0;
    for (;;) {
      const watcher = this.watcherOf(edges);
      const asked = watcher?.allow(count - taken) ?? count - taken;
      const done = this.runPart(edges, asked, until);
      taken += done.taken;
      const quiet = done.taken === asked && done.failed === null ? watcher?.ran(asked) ?? null : null;
      if (quiet !== null) {
        this.compiled.settle(edges, quiet);
        this.adopt();
      }
      if (taken === count || done.taken < asked || done.failed !== null) return { taken, failed: done.failed };
    }
  }

  private runPart(edges: Edges, count: number, until: Target | null): Taken {
    const cycles = this.cycles(edges);
    if (until === null) return this.runWith(edges, cycles, count);
    const { source, scope, low, width } = until;
    if (source.kind === 'node' && scopesTo(scope).every(({ step }) => step?.kind !== 'cell')) {
      const { frame } = locate(this.flat, scope);
      return this.runWith(edges, this.until(edges, { node: idOf(frame, source.node), low, width }, cycles), count);
    }
    const read = this.reader(until);
    for (let taken = 0; taken < count; taken++) {
      if (read() !== 0n) return { taken, failed: null };
      const { failed } = this.runWith(edges, cycles, 1);
      if (failed !== null) return { taken, failed };
    }
    return { taken: count, failed: null };
  }

  covers(): readonly CoverPoint[] { return this.records.covers(); }

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
    return this.watcher ??= new QuietWatcher(flat, heap, compiled.shared.thresholds.quiet, compiled.shared.guarded);
  }

  /** Cycles are taken by other code from now on. */
  private adopt(): void {
    this.watcher = null;
    this.running.clear();
    this.waiting.clear();
  }

  private runWith(edges: Edges, { run }: Started, count: number): Taken {
    // WebAssembly counts to 2^32 − 1, and back to JavaScript to 2^31 − 1.
    const most = 2 ** 31 - 1;
    let taken = 0;
    let failed: FailedCheck | null = null;
    while (taken < count && failed === null) {
      const asked = Math.min(count - taken, most);
      const done = run(asked);
      taken += done;
      failed = this.failure(edges);
      if (done < asked) break;
    }
    this.observer.changed();
    return { taken, failed };
  }

  /** The module that takes edges, compiled when it is first needed. */
  private cycles(edges: Edges): Started {
    const started = this.started(this.running, { kind: 'run', edges, quiet: nothingQuiet });
    if (this.current !== started) {
      // What one module has noted of idle grids, another one makes untrue.
      this.current = started;
      this.changedFromOutside();
    }
    return started;
  }

  /** What the last run or check recorded as failing. */
  private failure(edges: Edges): FailedCheck | null {
    return this.records.take(this.flat.sharesCode ? () => { this.started(this.failing, { kind: 'failures', edges }).run(1); } : null);
  }

  private started(known: Map<Edges, Started>, task: Extract<Repeated, { readonly edges: Edges }>): Started {
    let started = known.get(task.edges);
    if (started === undefined) known.set(task.edges, started = start(this.heap, this.compiled.module(task)));
    return started;
  }

  /** The module that runs `cycles`, those for `edges`, until some bits of a node are not 0. */
  private until(edges: Edges, bits: Condition, { cycle }: Started): Started {
    const key = [edges, ...Object.values(bits)].join();
    let started = this.waiting.get(key);
    if (started === undefined) {
      const { node, low, width } = bits;
      this.waiting.set(key, started = start(this.heap, this.compiled.module({ kind: 'until', node, low, width }), cycle));
    }
    return started;
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

  private memoryPlace(scope: Scope, name: string): { readonly address: number; readonly wordSize: number; readonly type: Memory['word'] } {
    const { frame, lane } = locate(this.flat, scope);
    const { address, laneSize, wordSize, memory } = memoryOf(frame, name);
    return { address: address + lane * laneSize, wordSize, type: memory.word };
  }
}
