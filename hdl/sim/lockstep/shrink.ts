/** Failing choices made shorter and lower while they still fail, until nothing helps or time is up. */
export function shrink<F>(list: readonly number[], failure: F, attempt: (list: readonly number[]) => F | null, milliseconds: number): { readonly list: readonly number[]; readonly failure: F } {
  const until = performance.now() + milliseconds;
  let best = { list, failure };
  const better = (candidate: readonly number[]): boolean => {
    const found = attempt(candidate);
    if (found !== null) best = { list: candidate, failure: found };
    return found !== null;
  };
  for (let progress = true; progress && performance.now() < until;) {
    progress = false;
    for (let size = Math.max(1, best.list.length >> 1); size >= 1 && performance.now() < until; size >>= 1) {
      for (let at = 0; at + size <= best.list.length && performance.now() < until;) {
        const piece = best.list.slice(at, at + size);
        if (better([...best.list.slice(0, at), ...best.list.slice(at + size)])) {
          progress = true;
          continue;
        }
        if (piece.some((number) => number !== 0) && better(best.list.map((number, i) => (i >= at && i < at + size ? 0 : number)))) progress = true;
        at += size;
      }
    }
  }
  return best;
}
