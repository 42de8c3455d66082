/** Makes text of words and writes it: here, or in a thread of its own. */
import { getSystemErrorName } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { OpenFile } from '../output-file.ts';

/** Room for text: it is written as soon as it reaches the limit, behind which there is space for the longest piece. */
export interface Area {
  readonly start: number;
  readonly limit: number;
}

/** How long the disk may take for a slot, in milliseconds. */
const PATIENCE = 120_000;
const WORD = 4;

/**
 * The first words of the memory: how many turns have been handed over and how many are written, the number of the first
 * system error, whether the thread runs, how far the text code came (here, there); by turn where words or text begin
 * and end, and whether it is text.
 */
const CONTROL = { handed: 0, written: 1, failed: 2, runs: 3, restHere: 4, restThere: 5, turns: 8 } as const;
const TURN_WORDS = 3;
/** In place of an error's number: nobody wants the file. */
const UNWANTED = 1;
const MOST_TURNS = 16;
export const controlBytes = WORD * (CONTROL.turns + TURN_WORDS * MOST_TURNS);

/** Hands the text of the words between two addresses to `write`, piece by piece. */
export type TextWriter = (from: number, to: number, write: (bytes: Uint8Array) => void) => void;

export function textWriter(module: WebAssembly.Module, memory: WebAssembly.Memory, { start, limit }: Area): TextWriter {
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
}

/** What the thread gets. */
interface Given extends Job {
  readonly fd: number;
  readonly control: typeof CONTROL;
  readonly turnWords: number;
  readonly mostTurns: number;
  readonly word: number;
}

export class TextThread {
  readonly #file: OpenFile;
  readonly #control: Int32Array;
  #handed = 0;

  /**
   * @param file stays open until {@link wait} for all turns, or {@link abandon}, has returned
   * @throws what Node throws where threads are not allowed or cannot be made
   */
  constructor(file: OpenFile, job: Job) {
    this.#file = file;
    this.#control = new Int32Array(job.memory.buffer);
    const given: Given = {
      ...job,
      fd: file.fd,
      control: CONTROL,
      turnWords: TURN_WORDS,
      mostTurns: MOST_TURNS,
      word: WORD,
    };
    // Without the options of this process: a loader of TypeScript would only take time.
    const thread = new Worker(`(${serve.toString()})()`, {
      eval: true,
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
      workerData: given,
    });
    thread.unref();
    // One that does not start is not waited for: nothing is handed over before it runs.
    thread.on('error', () => undefined);
  }

  /** Whether it has started. */
  get runs(): boolean {
    return Atomics.load(this.#control, CONTROL.runs) !== 0;
  }

  /** Turns that are written. */
  get written(): number {
    return Atomics.load(this.#control, CONTROL.written);
  }

  /** Turns that have been handed over. */
  get handed(): number {
    return this.#handed;
  }

  /**
   * Hands over what lies between two addresses: words, or text that was made of them already. At most 16 turns may wait
   * to be written.
   */
  hand(from: number, to: number, isText: boolean): void {
    const turn = CONTROL.turns + TURN_WORDS * (this.#handed % MOST_TURNS);
    this.#control[turn] = from;
    this.#control[turn + 1] = to;
    this.#control[turn + 2] = isText ? 1 : 0;
    this.#handed++;
    Atomics.store(this.#control, CONTROL.handed, this.#handed);
    Atomics.notify(this.#control, CONTROL.handed);
  }

  /** Ends the thread; waits until nothing more of what it has is written, which is not wanted. */
  abandon(): void {
    Atomics.compareExchange(this.#control, CONTROL.failed, 0, UNWANTED);
    this.#drain(this.#handed);
    this.hand(0, 0, false);
  }

  /** Until so many turns are written; Infinity: all. @throws what the file has for a failure */
  wait(count: number): void {
    const drained = this.#drain(Math.min(count, this.#handed));
    const failed = Atomics.load(this.#control, CONTROL.failed);
    if (failed !== 0)
      throw this.#file.failure(
        Object.assign(new Error(getSystemErrorName(failed)), { code: getSystemErrorName(failed) }),
      );
    if (!drained) throw this.#file.failure(new Error(`the disk has taken nothing for ${PATIENCE / 1000} s`));
  }

  /** Whether so many turns were written, or after a failure at least taken, before patience ran out. */
  #drain(count: number): boolean {
    for (let { written } = this; written < count; { written } = this) {
      if (Atomics.wait(this.#control, CONTROL.written, written, PATIENCE) === 'timed-out') return false;
    }
    return true;
  }
}

/**
 * What the thread runs: its text, so that it refers to nothing outside and defines no functions, to which loaders add
 * calls of their own.
 */
function serve(): void {
  const { workerData } = process.getBuiltinModule('node:worker_threads');
  const { writeSync } = process.getBuiltinModule('node:fs');
  const {
    fd,
    module,
    memory,
    area,
    control: { handed, written, failed, runs, restThere, turns },
    turnWords,
    mostTurns,
    word,
  }: Given = workerData;
  const { write } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const [control, bytes] = [new Int32Array(memory.buffer), new Uint8Array(memory.buffer)];
  if (typeof write !== 'function') return;
  Atomics.store(control, runs, 1);
  for (let next = 0; ; next++) {
    while (Atomics.load(control, handed) === next) Atomics.wait(control, handed, next);
    const turn = turns + turnWords * (next % mostTurns);
    const [from = 0, to = 0, isText = 0] = control.subarray(turn, turn + turnWords);
    if (to === 0) return;
    try {
      // After a failure what comes is only taken.
      for (
        let at = from;
        at < to && Atomics.load(control, failed) === 0;
        at = isText === 1 ? to : (control[restThere] ?? to)
      ) {
        const [start, end] =
          isText === 1 ? [from, to] : [area.start, Number(write(at, to, area.start, area.limit, word * restThere))];
        for (let done = start; done < end;) done += writeSync(fd, bytes, done, end - done);
      }
    } catch (error) {
      Atomics.store(
        control,
        failed,
        error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : -5,
      );
    }
    Atomics.store(control, written, next + 1);
    Atomics.notify(control, written);
  }
}
