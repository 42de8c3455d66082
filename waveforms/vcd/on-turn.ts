/** Something to do once the event loop gets a turn, which a simulation that steps in a loop does not give it. */

/** Of the time that passes it takes no more than one part in so many. */
const SHARE = 20;

export class OnTurn {
  readonly #run: () => void;
  #cancel: (() => void) | null = null;
  /** Not before this time, in milliseconds. */
  #next = 0;

  constructor(run: () => void) {
    this.#run = run;
  }

  /** Runs it in a coming turn; asking again before changes nothing. It keeps no process alive. */
  ask(): void {
    if (this.#cancel !== null) return;
    // The clock is not asked in every step, but in the turn.
    const immediate = setImmediate(() => this.#atTurn());
    immediate.unref();
    this.#cancel = () => clearImmediate(immediate);
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #atTurn(): void {
    const began = performance.now();
    if (began < this.#next) {
      const timer = setTimeout(() => this.#atTurn(), this.#next - began);
      timer.unref();
      this.#cancel = () => clearTimeout(timer);
      return;
    }
    this.#cancel = null;
    this.#run();
    const ended = performance.now();
    this.#next = ended + SHARE * (ended - began);
  }
}
