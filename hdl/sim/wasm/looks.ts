import { storageFor, type Shared } from './build/program.ts';
import type { FlatId, Storage } from './flat/types.ts';

/** A compiled module that works out some combinational values of a design and stores them. */
export interface Look {
  readonly module: WebAssembly.Module;
}

/**
 * The modules that work out what the modules that run cycles do not keep. Signals that are asked for together are
 * compiled together; all simulations of the design use the same.
 */
export class Looks {
  private readonly shared: Shared;
  private readonly compile: (
    stores: readonly { readonly node: FlatId; readonly storage: Storage }[],
  ) => WebAssembly.Module;
  private readonly storages = new Map<FlatId, Storage>();
  private readonly known = new Map<FlatId, Look>();
  private readonly pending = new Set<FlatId>();

  constructor(shared: Shared, compile: Looks['compile']) {
    this.shared = shared;
    this.compile = compile;
  }

  /** Where a node's values by lane are put. */
  storage(id: FlatId): Storage {
    if (!this.known.has(id)) this.pending.add(id);
    return storageFor(this.shared, id, this.storages);
  }

  /** What works out a node, together with all others that were asked for in the meantime. */
  of(id: FlatId): Look {
    const known = this.known.get(id);
    if (known !== undefined) return known;
    this.pending.add(id);
    const nodes = [...this.pending];
    this.pending.clear();
    const look = {
      module: this.compile(nodes.map((node) => ({ node, storage: storageFor(this.shared, node, this.storages) }))),
    };
    for (const node of nodes) this.known.set(node, look);
    return look;
  }
}
