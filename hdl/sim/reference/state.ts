/** Everything that changes while a simulation runs. */
import type { Memory, NodeId } from '../../ir/types.ts';
import { present } from '../library.ts';
import type { Frame } from './frames.ts';

/** A write that an edge takes: the word's bits where `mask` is 1. `clock` is the top module's. */
export interface Write {
  readonly clock: number;
  readonly address: bigint;
  readonly data: bigint;
  readonly mask: bigint;
}

export interface MemoryState {
  readonly memory: Memory;
  /** Words that are not 0; so a memory costs what it holds, however deep. */
  readonly words: Map<number, bigint>;
  /** Those of the edges being taken, in the order of the body. */
  writes: Write[];
}

/** Bit patterns by slot, memories and resets. Slots whose value is just another slot's share that one: their home. */
export class State {
  readonly values: bigint[] = [];
  readonly homes: number[] = [];
  readonly resets = new Map<string, boolean>();
  private readonly memories = new Map<Frame, ReadonlyMap<string, MemoryState>>();

  constructor(frames: readonly Frame[]) {
    for (const frame of frames) {
      const { memories } = frame.scope.view;
      if (memories.size > 0)
        this.memories.set(frame, new Map([...memories].map(([name, memory]) => [name, fresh(memory)])));
    }
  }

  /** Makes slots up to `count`, each its own home, holding 0. */
  grow(count: number): void {
    for (let slot = this.values.length; slot < count; slot++) {
      this.values.push(0n);
      this.homes.push(slot);
    }
  }

  /** What a slot holds, or its home where it has another one. */
  at(slot: number): bigint {
    const pattern = this.values[this.homes[slot] ?? slot];
    if (pattern === undefined) throw new RangeError(`no slot ${slot}`);
    return pattern;
  }

  /** The value of a node of a frame. */
  read(frame: Frame, node: NodeId): bigint {
    return this.at(frame.base + node);
  }

  memory(frame: Frame, name: string): MemoryState {
    return present(this.memories.get(frame)?.get(name), `memory ${name}`);
  }

  /** Copies everything; the result puts it back. */
  save(): () => void {
    const values = [...this.values];
    const resets = [...this.resets];
    const memories = [...this.memories.values()].flatMap((named) =>
      [...named.values()].map(({ words }) => ({ words, copy: new Map(words) })),
    );
    return () => {
      values.forEach((pattern, slot) => {
        this.values[slot] = pattern;
      });
      this.resets.clear();
      for (const [name, high] of resets) this.resets.set(name, high);
      for (const { words, copy } of memories) {
        words.clear();
        for (const [address, word] of copy) words.set(address, word);
      }
    };
  }
}

function fresh(memory: Memory): MemoryState {
  const words = new Map<number, bigint>();
  memory.init.slice(0, memory.depth).forEach((word, address) => {
    if (word !== 0n) words.set(address, word);
  });
  return { memory, words, writes: [] };
}
