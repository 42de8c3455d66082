/** Makes text of words and writes it: here, or in a thread of its own. */
import { getSystemErrorName } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { OpenFile } from '../output-file.ts';

/** Room for text: it is written as soon as it reaches the limit, behind which there is space for the longest piece. */
export interface Area { readonly start: number; readonly limit: number }

/** How long the disk may take for a slot, in milliseconds. */
const PATIENCE = 120_000;
const WORD = 4;

/**
 * The first words of the memory: how many slots have been handed over and how many written, the number of the first system error, whether
 * the thread runs, how far the text code came (here, there); by turn where a slot begins and ends.
 */
const CONTROL = { handed: 0, written: 1, failed: 2, runs: 3, restHere: 4, restThere: 5, turns: 8 } as const;
const MOST_SLOTS = 8;
export const controlBytes = WORD * (CONTROL.turns + 2 * MOST_SLOTS);

/** A function that hands the text of the words between two addresses to `write`, piece by piece. */
export function textWriter(module: WebAssembly.Module, memory: WebAssembly.Memory, { start, limit }: Area): (from: number, to: number, write: (bytes: Uint8Array) => void) => void {
  const { write: format } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  if (typeof format !== 'function') throw new RangeError('the module exports its function');
  const [words, bytes] = [new Int32Array(memory.buffer), new Uint8Array(memory.buffer)];
  return (from, to, write) => {
    for (let at = from; at < to; at = words[CONTROL.restHere] ?? to) {
      const end = Number(format(at, to, start, limit, WORD * CONTROL.restHere));
      write(bytes.subarray(start, end));
    }
  };
}

export interface Job {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly area: Area;
  /** How many slots there are, 8 at most, which are handed over in turn. */
  readonly slots: number;
}

/** What the thread gets. */
interface Given extends Job { readonly fd: number; readonly control: typeof CONTROL; readonly mostSlots: number }

export class TextThread {
  readonly #file: OpenFile;
  readonly #control: Int32Array;
  readonly #slots: number;
  #handed = 0;

  /** @param file stays open until {@link end} has returned */
  constructor(file: OpenFile, job: Job) {
    this.#file = file;
    this.#control = new Int32Array(job.memory.buffer);
    this.#slots = job.slots;
    const given: Given = { ...job, fd: file.fd, control: CONTROL, mostSlots: MOST_SLOTS };
    // Without the options of this process: a loader of TypeScript would only take time.
    const thread = new Worker(`(${serve.toString()})()`, { eval: true, execArgv: [], workerData: given });
    thread.unref();
  }

  /** Whether it has started. */
  get runs(): boolean {
    return Atomics.load(this.#control, CONTROL.runs) !== 0;
  }

  /**
   * Hands over a slot, the words from one address to another, and waits until the next one is free. @returns which that is
   * @throws what the file has for a failure
   */
  hand(from: number, to: number): number {
    this.#fill(from, to);
    this.#wait(this.#handed - this.#slots + 1);
    return this.#handed % this.#slots;
  }

  /** Waits until everything is written and ends the thread. @throws as {@link hand}. */
  end(): void {
    try {
      if (this.runs) this.#wait(this.#handed);
    } finally {
      this.#fill(0, 0);
    }
  }

  #fill(from: number, to: number): void {
    const turn = CONTROL.turns + 2 * (this.#handed % MOST_SLOTS);
    this.#control[turn] = from;
    this.#control[turn + 1] = to;
    this.#handed++;
    Atomics.store(this.#control, CONTROL.handed, this.#handed);
    Atomics.notify(this.#control, CONTROL.handed);
  }

  /** Until so many slots have been written. */
  #wait(count: number): void {
    const control = this.#control;
    for (let written = Atomics.load(control, CONTROL.written); written < count; written = Atomics.load(control, CONTROL.written)) {
      if (Atomics.wait(control, CONTROL.written, written, PATIENCE) === 'timed-out') throw this.#file.failure(new Error(`the disk has taken nothing for ${PATIENCE / 1000} s`));
    }
    const failed = Atomics.load(control, CONTROL.failed);
    if (failed !== 0) throw this.#file.failure(Object.assign(new Error(getSystemErrorName(failed)), { code: getSystemErrorName(failed) }));
  }
}

/** What the thread runs: its text, so that it refers to nothing outside and defines no functions, to which loaders add calls of their own. */
function serve(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { fd, module, memory, area, control: { handed, written, failed, runs, restThere, turns }, mostSlots }: Given = workerData;
  const { write } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const [control, bytes] = [new Int32Array(memory.buffer), new Uint8Array(memory.buffer)];
  Atomics.store(control, runs, 1);
  if (typeof write !== 'function') return;
  for (let next = 0; ; next++) {
    while (Atomics.load(control, handed) === next) Atomics.wait(control, handed, next);
    const turn = turns + 2 * (next % mostSlots);
    const to = control[turn + 1] ?? 0;
    if (to === 0) return;
    try {
      // After a failure what comes is only taken.
      for (let at = control[turn] ?? to; at < to && Atomics.load(control, failed) === 0; at = control[restThere] ?? to) {
        const end = Number(write(at, to, area.start, area.limit, 4 * restThere));
        for (let done = area.start; done < end;) done += writeSync(fd, bytes, done, end - done);
      }
    } catch (error) {
      Atomics.store(control, failed, error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : -5);
    }
    Atomics.store(control, written, next + 1);
    Atomics.notify(control, written);
  }
}
