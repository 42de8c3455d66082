/** How far a sweep is: a bar and the time left on a terminal, a line now and then elsewhere. */
const BAR = 24;
const INTERVAL_MS = 200;
/** Where stderr is a file or a pipe. */
const LINES_MS = 10_000;

export interface SweepProgress {
  /** A point more is done. */
  next(): void;
  end(): void;
}

const time = (seconds: number): string => (seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`);

export function startSweepProgress(
  total: number,
  already: number,
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
  now: () => number = () => performance.now(),
): SweepProgress {
  const began = now();
  const isTerminal = stream.isTTY === true;
  let next = began + (isTerminal ? INTERVAL_MS : LINES_MS);
  let [done, shown] = [Math.max(0, already), false];
  const first = done;
  return {
    next: () => {
      done++;
      const at = now();
      if (at < next) return;
      next = at + (isTerminal ? INTERVAL_MS : LINES_MS);
      const left = ((total - done) * (at - began)) / 1000 / (done - first);
      const full = Math.round((BAR * done) / total);
      const text = `${done} of ${total} points, ${time(left)} left`;
      shown = true;
      stream.write(isTerminal ? `\r\x1b[K${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${text}` : `${text}\n`);
    },
    end: () => {
      if (shown && isTerminal) stream.write('\r\x1b[K');
    },
  };
}
