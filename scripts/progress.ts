/** One line on the terminal that says how far a long run is; nothing where stderr is no terminal. */
import { count, rate } from './text.ts';

/** Runs shorter than this show nothing. */
const QUIET_MS = 500;
const INTERVAL_MS = 100;

export interface Progress {
  /** Cycles so far. */
  at(cycle: number): void;
  /** What is being done. */
  say(doing: string): void;
  /** Removes the line. */
  end(): void;
}

export function startProgress(
  terminal: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
): Progress {
  if (terminal.isTTY !== true) return { at: () => undefined, say: () => undefined, end: () => undefined };
  const began = performance.now();
  let next = began + QUIET_MS;
  let shown = false;
  const draw = (text: (milliseconds: number) => string): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + INTERVAL_MS;
    shown = true;
    terminal.write(`\r\x1b[K${text(now - began)}`);
  };
  return {
    at: (cycle) => draw((passed) => `cycle ${count(cycle)}, ${rate((cycle / passed) * 1000)}`),
    say: (doing) => draw((passed) => `${doing}, ${(passed / 1000).toFixed(0)} s`),
    end: () => {
      if (shown) terminal.write('\r\x1b[K');
    },
  };
}
