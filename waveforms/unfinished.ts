/**
 * Ends what nobody has closed when this process ends in an orderly way: by itself, by `process.exit`, or by an error
 * that nobody caught.
 */

const unfinished = new Set<() => void>();

function finishAll(): void {
  for (const finish of unfinished) {
    try {
      finish();
    } catch {
      // It was told to whoever could still hear it; others are to be finished too.
    }
  }
}

/** Calls `finish` at the end of the process. @returns what takes that back */
export function finishAtExit(finish: () => void): () => void {
  if (unfinished.size === 0) process.once('exit', finishAll);
  unfinished.add(finish);
  return () => {
    unfinished.delete(finish);
    if (unfinished.size === 0) process.off('exit', finishAll);
  };
}
