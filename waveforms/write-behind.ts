/** Writes to a file in a thread of its own, so that whoever makes the bytes does not wait for the disk. */
import { writeSync } from 'node:fs';
import { getSystemErrorName } from 'node:util';
import { Worker } from 'node:worker_threads';

const SLOTS = 8;
const SLOT_BYTES = 1 << 18;
/** How long the disk may take for a slot, in milliseconds. */
const PATIENCE = 120_000;
/** A length that ends the thread. */
const END = -1;

/**
 * Slots are filled and written in turn; `control` counts those filled and those written, holds the number of the first system error, and
 * says whether the thread runs.
 */
interface Shared {
  readonly fd: number;
  readonly control: Int32Array;
  readonly lengths: Int32Array;
  readonly slots: Uint8Array;
}
const FILLED = 0;
const WRITTEN = 1;
const FAILED = 2;
const RUNS = 3;

export class WriteBehind {
  readonly #shared: Shared;

  /** @param fd an open file, which stays open until {@link end} has returned */
  constructor(fd: number) {
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
    this.#shared = { fd, control: new Int32Array(shared(16)), lengths: new Int32Array(shared(4 * SLOTS)), slots: new Uint8Array(shared(SLOTS * SLOT_BYTES)) };
    // Without the options of this process: a loader of TypeScript would only take time.
    const thread = new Worker(`(${serve.toString()})()`, { eval: true, execArgv: [], workerData: { ...this.#shared, SLOT_BYTES } });
    thread.unref();
  }

  /** Takes a copy; writes itself as long as the thread does not run yet. @throws an error with a system error's `code` once a write has failed. */
  write(bytes: Uint8Array): void {
    const { fd, control } = this.#shared;
    if (Atomics.load(control, RUNS) === 0) writeAll(fd, bytes);
    else for (let done = 0; done < bytes.length; done += SLOT_BYTES) this.#hand(bytes.subarray(done, done + SLOT_BYTES));
  }

  /** Waits until everything is written and ends the thread. @throws as {@link write}. */
  end(): void {
    const { control } = this.#shared;
    try {
      this.#wait(Atomics.load(control, FILLED));
    } finally {
      this.#fill(null);
    }
  }

  #hand(bytes: Uint8Array): void {
    this.#wait(Atomics.load(this.#shared.control, FILLED) - SLOTS + 1);
    this.#fill(bytes);
  }

  #fill(bytes: Uint8Array | null): void {
    const { control, lengths, slots } = this.#shared;
    const slot = Atomics.load(control, FILLED) % SLOTS;
    if (bytes !== null) slots.set(bytes, slot * SLOT_BYTES);
    lengths[slot] = bytes?.length ?? END;
    Atomics.add(control, FILLED, 1);
    Atomics.notify(control, FILLED);
  }

  /** Until so many slots have been written. */
  #wait(count: number): void {
    const { control } = this.#shared;
    for (let written = Atomics.load(control, WRITTEN); written < count; written = Atomics.load(control, WRITTEN)) {
      if (Atomics.wait(control, WRITTEN, written, PATIENCE) === 'timed-out') throw new Error(`the disk has taken nothing for ${PATIENCE / 1000} s`);
    }
    const failed = Atomics.load(control, FAILED);
    if (failed !== 0) throw Object.assign(new Error(getSystemErrorName(failed)), { code: getSystemErrorName(failed) });
  }
}

export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** What the thread runs: its text, so that it refers to nothing outside and defines no functions, to which loaders add calls of their own. */
function serve(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { writeSync } = process.getBuiltinModule('node:fs');
  const { fd, control, lengths, slots, SLOT_BYTES: size }: Shared & { readonly SLOT_BYTES: number } = workerData;
  const [filled, written, failed, runs] = [0, 1, 2, 3];
  Atomics.store(control, runs, 1);
  for (let next = 0; ; next++) {
    while (Atomics.load(control, filled) === next) Atomics.wait(control, filled, next);
    const slot = next % lengths.length;
    const length = lengths[slot] ?? 0;
    if (length < 0) return;
    try {
      // After a failure what comes is only taken.
      for (let done = 0; done < length && Atomics.load(control, failed) === 0;) done += writeSync(fd, slots, slot * size + done, length - done);
    } catch (error) {
      Atomics.store(control, failed, error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : -5);
    }
    Atomics.add(control, written, 1);
    Atomics.notify(control, written);
  }
}
