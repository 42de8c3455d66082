export interface Shrunk<F> {
  readonly list: readonly number[];
  readonly failure: F;
  /** Whether it may become smaller yet: the attempts were used up. */
  readonly cut: boolean;
}

/**
 * Failing choices made shorter and lower while they still fail, until nothing helps or `most` attempts were made: a
 * number, so that what is found does not depend on how busy a machine is.
 */
export function shrink<F>(
  list: readonly number[],
  failure: F,
  attempt: (list: readonly number[]) => F | null,
  most: number,
): Shrunk<F> {
  let best = { list, failure };
  let left = most;
  const better = (candidate: readonly number[]): boolean => {
    if (left-- <= 0) return false;
    const found = attempt(candidate);
    if (found !== null) best = { list: candidate, failure: found };
    return found !== null;
  };
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (let size = Math.max(1, best.list.length >> 1); size >= 1 && left > 0; size >>= 1) {
      for (let at = 0; at + size <= best.list.length && left > 0;) {
        const piece = best.list.slice(at, at + size);
        if (better([...best.list.slice(0, at), ...best.list.slice(at + size)])) {
          progress = true;
          continue;
        }
        if (
          piece.some((number) => number !== 0) &&
          better(best.list.map((number, i) => (i >= at && i < at + size ? 0 : number)))
        )
          progress = true;
        at += size;
      }
    }
  }
  return { ...best, cut: left <= 0 };
}
