import type { FlatId } from './flat/types.ts';
import type { Heap } from './heap.ts';
import type { Look, Looks } from './looks.ts';
import { start } from './start.ts';

/** A look of this simulation, and the state that it was last taken of. */
interface Taken {
  readonly run: (count: number) => number;
  version: number;
}

/**
 * Reads combinational values of one simulation, which are not kept from cycle to cycle: works them out anew from the
 * state.
 */
export class Observer {
  private readonly heap: Heap;
  private readonly looks: Looks;
  private readonly taken = new Map<Look, Taken>();
  private version = 0;

  constructor(heap: Heap, looks: Looks) {
    this.heap = heap;
    this.looks = looks;
  }

  /** State or inputs have changed. */
  changed(): void {
    this.version++;
  }

  /** A function that works out nodes whose storage was asked for, unless nothing has changed since. */
  refresher(ids: readonly FlatId[]): () => void {
    let needed: readonly Taken[] | null = null;
    return () => {
      needed ??= [...new Set(ids.map((id) => this.take(this.looks.of(id))))];
      for (const look of needed) {
        if (look.version === this.version) continue;
        look.run(0);
        look.version = this.version;
      }
    };
  }

  private take(look: Look): Taken {
    let taken = this.taken.get(look);
    if (taken === undefined) this.taken.set(look, (taken = { run: start(this.heap, look.module).run, version: -1 }));
    return taken;
  }
}
