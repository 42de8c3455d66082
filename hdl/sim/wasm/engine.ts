/** The fast engine: compiles a design to WebAssembly, piece by piece as a testbench asks for it. */
import type { Memory, Type } from '../../ir/types.ts';
import { typeWidth } from '../../ir/walk.ts';
import type { Core, Edges, FailedCheck, Watch, Watched } from '../core.ts';
import { SimulationError } from '../errors.ts';
import type { Scope } from '../hierarchy.ts';
import type { Library, Source } from '../library.ts';
import { memoryView } from '../memory-view.ts';
import type { Target } from '../paths.ts';
import type { CoverPoint, MemoryView } from '../simulator.ts';
import { bitsOf } from '../values.ts';
import { compile, constantAddress, type Shared, type Task } from './build/program.ts';
import { CheckRecords } from './checks.ts';
import { flatten, idOf, memoryOf } from './flat/flatten.ts';
import type { Flat, FlatId } from './flat/types.ts';
import { Heap } from './heap.ts';
import { locate } from './locate.ts';
import { Observer } from './observer.ts';
import { nodeOf, WireSlices } from './plan/dependencies.ts';
import { GridGroups } from './plan/groups.ts';
import { refuseLoops } from './plan/loops.ts';
import { start, type Started } from './start.ts';
import { liesPacked, readPattern, sizeOf, writePattern } from './storage.ts';
import { MemoryWatch, offsetOf, type Place } from './watch.ts';

export class WasmCore implements Core {
  readonly engine = 'wasm';
  private readonly heap = new Heap();
  private readonly flat: Flat;
  private readonly shared: Shared;
  private readonly records: CheckRecords;
  private readonly observer: Observer;
  private readonly running = new Map<Edges, Started>();
  private readonly checking = new Map<Edges, Started>();
  private readonly waiting = new Map<string, Started>();
  /** The module that took the last edge. */
  private current: Started | null = null;

  /** @throws DesignError E0005 for a combinational loop; CapacityError when the state does not fit; what does not fit in code is found when it is first run. */
  constructor(library: Library) {
    this.flat = flatten(library, this.heap);
    this.records = new CheckRecords(this.flat, this.heap, library);
    const slices = new WireSlices();
    const groups = new GridGroups(this.flat, slices);
    refuseLoops(this.flat, groups);
    this.shared = {
      flat: this.flat, heap: this.heap, slices, groups, checks: this.records, constants: new Map(), ports: new Map(), early: new Set(), idleFlags: new Set(),
    };
    this.observer = new Observer(this.shared);
  }

  reader(scope: Scope, source: Source): () => bigint {
    const { heap, flat } = this;
    if (source.kind === 'reset') {
      const address = this.resetAddress(source.name);
      return () => BigInt(heap.view.getUint8(address));
    }
    const { frame, lane } = locate(flat, scope);
    if (source.kind === 'word') {
      const { address, type } = this.word(scope, source.memory, source.address);
      return () => readPattern(heap.view, address, type);
    }
    const { id, node, storage, type } = nodeOf(flat, idOf(frame, source.node));
    if (node.kind === 'const') return () => node.value;
    if (storage !== null) return () => readPattern(heap.view, storage.address + lane * storage.size, type);
    return this.observer.reader(id, lane);
  }

  writer(scope: Scope, source: Source): (pattern: bigint) => void {
    const { heap } = this;
    if (source.kind === 'reset') {
      const address = this.resetAddress(source.name);
      return (pattern) => { heap.view.setUint8(address, pattern === 0n ? 0 : 1); };
    }
    const place = source.kind === 'word' ? this.word(scope, source.memory, source.address) : this.stored(scope, source.node);
    const isInput = source.kind === 'node' && scope.view.module.nodes[source.node]?.kind === 'input';
    return (pattern) => {
      writePattern(heap.view, place.address, place.type, pattern);
      if (isInput) this.observer.changed();
      else this.changedFromOutside();
    };
  }

  watch(watched: readonly Watched[]): Watch {
    const observed = new Set<FlatId>();
    const addressOf = ({ scope, source }: Watched): { readonly address: number; readonly type: Type } => {
      if (source.kind === 'reset') return { address: this.resetAddress(source.name), type: { kind: 'uint', width: 1 } };
      if (source.kind === 'word') return this.word(scope, source.memory, source.address);
      const { frame, lane } = locate(this.flat, scope);
      const { id, node, storage, type } = nodeOf(this.flat, idOf(frame, source.node));
      if (node.kind === 'const') return { address: constantAddress(this.shared, type, node.value), type };
      if (storage === null) observed.add(id);
      const { address, size } = storage ?? this.observer.storage(id);
      return { address: address + lane * size, type };
    };
    const places = watched.map((one): Place => {
      const { address, type } = addressOf(one);
      return { part: one.part, address: address + offsetOf(type, one.low), width: one.width };
    });
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
    this.started(this.checking, edges, 'check').run(1);
    return this.records.take();
  }

  commit(edges: Edges): void {
    // It checks again, and counts covers: one module less to compile.
    const { failed } = this.runWith(this.cycles(edges), 1);
    if (failed !== null) throw new SimulationError(`${failed.path}: ${failed.message}: inputs were changed after the cycle's checks were looked at`);
  }

  run(edges: Edges, count: number, until: Target | null): { readonly taken: number; readonly failed: FailedCheck | null } {
    const cycles = this.cycles(edges);
    if (until === null) return this.runWith(cycles, count);
    const { source, scope, low, width } = until;
    if (source.kind === 'node' && scope.steps.every((step) => step.kind === 'instance')) {
      const { frame } = locate(this.flat, scope);
      return this.runWith(this.until(edges, { node: idOf(frame, source.node), low, width }, cycles), count);
    }
    const read = this.reader(scope, source);
    for (let taken = 0; taken < count; taken++) {
      if (bitsOf(read(), low, width) !== 0n) return { taken, failed: null };
      const { failed } = this.runWith(cycles, 1);
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

  private runWith({ run }: Started, count: number): { readonly taken: number; readonly failed: FailedCheck | null } {
    // WebAssembly counts to 2^32 − 1, and back to JavaScript to 2^31 − 1.
    const most = 2 ** 31 - 1;
    let taken = 0;
    let failed: FailedCheck | null = null;
    while (taken < count && failed === null) {
      const asked = Math.min(count - taken, most);
      const done = run(asked);
      taken += done;
      failed = this.records.take();
      if (done < asked) break;
    }
    this.observer.changed();
    return { taken, failed };
  }

  /** The module that takes edges, compiled when it is first needed. */
  private cycles(edges: Edges): Started {
    const started = this.started(this.running, edges, 'run');
    if (this.current !== started) {
      // What one module has noted of idle grids, another one makes untrue.
      this.current = started;
      this.changedFromOutside();
    }
    return started;
  }

  private started(known: Map<Edges, Started>, edges: Edges, kind: 'run' | 'check'): Started {
    let started = known.get(edges);
    if (started === undefined) known.set(edges, started = start(this.heap, compile(this.shared, { kind, edges })));
    return started;
  }

  /** The module that runs `cycles`, those for `edges`, until some bits of a node are not 0. */
  private until(edges: Edges, bits: Omit<Extract<Task, { kind: 'until' }>, 'kind'>, { cycle }: Started): Started {
    const key = [edges, ...Object.values(bits)].join();
    let started = this.waiting.get(key);
    if (started === undefined) this.waiting.set(key, started = start(this.heap, compile(this.shared, { kind: 'until', ...bits }), cycle));
    return started;
  }

  private changedFromOutside(): void {
    this.observer.changed();
    for (const flag of this.shared.idleFlags) this.heap.view.setInt32(flag, 0, true);
  }

  private resetAddress(name: string): number {
    const address = this.flat.resets.get(name);
    if (address === undefined) throw new RangeError(`no reset ${name}`);
    return address;
  }

  private stored(scope: Scope, node: number): { readonly address: number; readonly type: Memory['word'] } {
    const { frame, lane } = locate(this.flat, scope);
    const { storage, type } = nodeOf(this.flat, idOf(frame, node));
    if (storage === null) throw new RangeError('only inputs of the top module and state can be set');
    return { address: storage.address + lane * storage.size, type };
  }

  private memoryPlace(scope: Scope, name: string): { readonly address: number; readonly wordSize: number; readonly type: Memory['word'] } {
    const { frame, lane } = locate(this.flat, scope);
    const { address, laneSize, wordSize, memory } = memoryOf(frame, name);
    return { address: address + lane * laneSize, wordSize, type: memory.word };
  }

  private word(scope: Scope, name: string, word: number): { readonly address: number; readonly size: number; readonly type: Memory['word'] } {
    const { address, wordSize, type } = this.memoryPlace(scope, name);
    return { address: address + word * wordSize, size: sizeOf(type), type };
  }
}
