import { compile, storageFor, type Shared } from './build/program.ts';
import type { FlatId, Storage } from './flat/types.ts';
import { start } from './start.ts';
import { readPattern } from './storage.ts';

/** A generated module that works out some values, and the state of the simulation that it last did so for. */
interface Look { readonly run: (count: number) => number; version: number }

/**
 * Reads combinational values, which the modules that run cycles do not keep: works them out anew from the state. Signals that are asked
 * for together are compiled together.
 */
export class Observer {
  private readonly shared: Shared;
  private readonly storages = new Map<FlatId, Storage>();
  private readonly looks = new Map<FlatId, Look>();
  private readonly pending = new Set<FlatId>();
  private version = 0;

  constructor(shared: Shared) { this.shared = shared; }

  /** State or inputs have changed. */
  changed(): void { this.version++; }

  reader(id: FlatId, lane: number): () => bigint {
    if (!this.looks.has(id)) this.pending.add(id);
    const { address, size, type } = storageFor(this.shared, id, this.storages);
    return () => {
      const look = this.looks.get(id) ?? this.compilePending(id);
      if (look.version !== this.version) {
        look.run(0);
        look.version = this.version;
      }
      return readPattern(this.shared.heap.view, address + lane * size, type);
    };
  }

  private compilePending(id: FlatId): Look {
    this.pending.add(id);
    const nodes = [...this.pending];
    this.pending.clear();
    const stores = nodes.map((node) => ({ node, storage: storageFor(this.shared, node, this.storages) }));
    const look: Look = { run: start(this.shared.heap, compile(this.shared, { kind: 'look', stores })).run, version: -1 };
    for (const node of nodes) this.looks.set(node, look);
    return look;
  }
}
