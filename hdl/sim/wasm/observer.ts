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
    const { address, size, type } = this.storage(id);
    const refresh = this.refresher([id]);
    return () => {
      refresh();
      return readPattern(this.shared.heap.view, address + lane * size, type);
    };
  }

  /** Where a {@link refresher} puts a node's values by lane. */
  storage(id: FlatId): Storage {
    if (!this.looks.has(id)) this.pending.add(id);
    return storageFor(this.shared, id, this.storages);
  }

  /** A function that works out nodes whose storage was asked for, unless nothing has changed since. */
  refresher(ids: readonly FlatId[]): () => void {
    let looks: readonly Look[] | null = null;
    return () => {
      looks ??= [...new Set(ids.map((id) => this.looks.get(id) ?? this.compilePending(id)))];
      for (const look of looks) {
        if (look.version === this.version) continue;
        look.run(0);
        look.version = this.version;
      }
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
