/** Ctrl-C and its kind: a run ends in an orderly way, and its waves with it. */
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly NodeJS.Signals[];

/** A signal has ended the run. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** The exit status that a shell gives to a program which a signal has ended. */
  readonly status: number;
  constructor(signal: (typeof signals)[number]) {
    super(`interrupted by ${signal}`);
    this.status = 128 + constants.signals[signal];
  }
}

/**
 * Runs something that looks at an abort signal in its turns of the event loop: the first of the process's signals
 * aborts it with an {@link Interruption}, the second ends the process as ever.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const listeners = signals.map(
    (signal) =>
      [
        signal,
        () => {
          release();
          abort.abort(new Interruption(signal));
        },
      ] as const,
  );
  const release = (): void => listeners.forEach(([signal, listener]) => process.off(signal, listener));
  listeners.forEach(([signal, listener]) => process.on(signal, listener));
  try {
    return await run(abort.signal);
  } finally {
    release();
  }
}
