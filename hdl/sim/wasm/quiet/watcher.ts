/** Finds out, while a design runs, what of it is quiet. */
import { idOf } from '../flat/flatten.ts';
import type { Domain, Flat, FlatId, Storage } from '../flat/types.ts';
import type { Heap } from '../heap.ts';
import type { Kernel } from '../plan/pass.ts';
import { formOf } from '../storage.ts';
import type { Thresholds } from '../thresholds.ts';
import type { Quiet } from './quiet.ts';

/** What may turn out to be quiet, and the looks at which it was not. */
interface Watched<T> {
  readonly what: T;
  readonly address: number;
  readonly size: number;
  readonly busy: number[];
}

/**
 * Looks at single cycles, far apart: what changed in them. It is asked before each run of cycles how many to run, and
 * told after it how many were.
 */
export class QuietWatcher {
  private readonly heap: Heap;
  private readonly rule: Thresholds['quiet'];
  private readonly flat: Flat;
  private readonly guarded: ReadonlyMap<Domain, Kernel>;
  /** Nothing before the first look: most simulations end earlier. */
  private registers: readonly Watched<FlatId>[] = [];
  private grids: readonly Watched<Domain>[] = [];
  /** Cycles until the next that is looked at. */
  private left: number;
  private looks = 0;
  private before: Uint8Array = new Uint8Array(0);

  constructor(flat: Flat, heap: Heap, rule: Thresholds['quiet'], guarded: ReadonlyMap<Domain, Kernel>) {
    this.flat = flat;
    this.heap = heap;
    this.rule = rule;
    this.left = rule.after;
    this.guarded = guarded;
  }

  /** How many of `count` cycles to run, at least one. */
  allow(count: number): number {
    if (count === 0 || this.left > 0) return Math.min(count, this.left);
    if (this.looks === 0) this.begin();
    this.before = this.contents();
    return 1;
  }

  /** @returns what is quiet, as soon as that is known */
  ran(cycles: number): Quiet | null {
    if (cycles === 0 || this.left > 0) {
      this.left -= cycles;
      return null;
    }
    this.look(this.contents());
    this.left = this.rule.apart;
    return this.looks < this.rule.looks ? null : this.result();
  }

  private begin(): void {
    this.registers = candidates(this.flat).map(([what, { address, size }]) => ({ what, address, size, busy: [] }));
    this.grids = [...this.guarded].flatMap(([what, { isIdle }]) =>
      isIdle === null ? [] : [{ what, address: isIdle.flag, size: 4, busy: [] }],
    );
  }

  private contents(): Uint8Array {
    const memory = new Uint8Array(this.heap.memory.buffer);
    const bytes = new Uint8Array(this.registers.reduce((sum, { size }) => sum + size, 0));
    let at = 0;
    for (const { address, size } of this.registers) {
      bytes.set(memory.subarray(address, address + size), at);
      at += size;
    }
    return bytes;
  }

  private look(after: Uint8Array): void {
    let at = 0;
    for (const { size, busy } of this.registers) {
      const end = at + size;
      while (at < end && after[at] === this.before[at]) at++;
      if (at < end) busy.push(this.looks);
      at = end;
    }
    for (const { address, busy } of this.grids) if (this.heap.view.getInt32(address, true) === 0) busy.push(this.looks);
    this.looks++;
  }

  /** As much as is quiet together in nearly all cycles, the quietest first. */
  private result(): Quiet {
    const busy = new Set<number>();
    const most = this.rule.share * this.looks;
    const take = <T>(watched: readonly Watched<T>[]): Set<T> => {
      const taken = new Set<T>();
      for (const one of watched.toSorted((a, b) => a.busy.length - b.busy.length)) {
        const more = one.busy.filter((look) => !busy.has(look));
        if (busy.size + more.length > most) continue;
        for (const look of more) busy.add(look);
        taken.add(one.what);
      }
      return taken;
    };
    const registers = take(this.registers);
    return { registers, grids: take(this.grids) };
  }
}

/**
 * Registers of the top module's domain. Large ones that every cycle assigns cannot be told to keep their value without
 * comparing it.
 */
function candidates(flat: Flat): (readonly [FlatId, Storage])[] {
  const assigned = new Set(
    flat.frames.flatMap((frame) =>
      frame.view.module.body.flatMap((statement) =>
        statement.kind === 'assign' ? [idOf(frame, statement.target)] : [],
      ),
    ),
  );
  return flat.nodes.flatMap(({ id, node, domain, storage, type }) => {
    if (node.kind !== 'reg' || storage === null || domain !== flat.top.domain) return [];
    return formOf(type) === 'address' && assigned.has(id) ? [] : [[id, storage] as const];
  });
}
