/** Worker processes that try mutants side by side. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endProcess } from '../../testbench/end-process.ts';
import type { Answer, Order } from './worker.ts';

export type Outcome = Omit<Answer, 'outcome'> & {
  readonly outcome: Answer['outcome'] | 'hung';
  readonly seconds: number;
};

/** Modules of old mutants are not let go of entirely: a worker is replaced after so many. */
const LIFE = 60;

/** One place for a worker: takes orders one at a time; starts a process when it needs one. */
export class Sandbox {
  #child: ChildProcess | null = null;
  #tried = 0;
  readonly #limit: number;
  /** `limit`: seconds after which an order counts as hung, and its process is stopped. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  async try(order: Order): Promise<Outcome> {
    if (this.#tried++ === LIFE) this.close();
    const child = (this.#child ??= await this.#start());
    const began = performance.now();
    return new Promise((resolve) => {
      const end = (outcome: Answer | { readonly outcome: 'hung'; readonly by: string; readonly why: string }): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve({ ...outcome, seconds: (performance.now() - began) / 1000 });
      };
      const lost = (why: string): void => {
        this.close();
        end({ outcome: 'hung', by: 'the worker', why });
      };
      const timer = setTimeout(() => lost(`no answer in ${this.#limit} s`), this.#limit * 1000);
      // Closed while it waits, it keeps nothing alive.
      timer.unref();
      child.on('message', (answer: Answer) => end(answer));
      child.on('exit', (code) => lost(`it ended with ${code}`));
      child.send(order);
    });
  }

  close(): void {
    const child = this.#child;
    this.#child = null;
    this.#tried = 0;
    child?.removeAllListeners();
    if (child !== null) endProcess(child, 'SIGKILL');
  }

  async #start(): Promise<ChildProcess> {
    const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('message', () => {
        child.removeAllListeners();
        resolve(child);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`a worker could not start: it ended with ${code}`)));
    });
  }
}
