/** One line on the terminal that says how far a long run is; nothing where stderr is no terminal. */
import { count, rate } from './text.ts';

/** Runs shorter than this show nothing. */
const QUIET_MS = 500;
const INTERVAL_MS = 100;

export interface Progress {
  /** Cycles so far. */
  at(cycle: number): void;
  /** Removes the line. */
  end(): void;
}

export function startProgress(terminal: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr): Progress {
  if (terminal.isTTY !== true) return { at: () => undefined, end: () => undefined };
  const began = performance.now();
  let next = began + QUIET_MS;
  let shown = false;
  return {
    at: (cycle) => {
      const now = performance.now();
      if (now < next) return;
      next = now + INTERVAL_MS;
      shown = true;
      terminal.write(`\r\x1b[Kcycle ${count(cycle)}, ${rate(cycle / (now - began) * 1000)}`);
    },
    end: () => {
      if (shown) terminal.write('\r\x1b[K');
    },
  };
}
