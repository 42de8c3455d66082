/**
 * The only place that signals a process, for tests and tools that start some. One that did not start has no pid, and
 * some versions of Node then signal whatever an unset field happens to name: this program's whole group, or a stranger.
 */
import type { ChildProcess } from 'node:child_process';

/** Ends a process, if it has started. */
export function endProcess(child: Pick<ChildProcess, 'pid' | 'kill'>, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid !== undefined && child.pid > 1) child.kill(signal);
}
