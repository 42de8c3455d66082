/**
 * The only place that signals a process. A process that did not start has no pid, and some versions of Node then signal whatever an unset
 * field happens to name: this program's whole group, or a stranger.
 */
import type { ChildProcess } from 'node:child_process';

/** Ends a process that a test has started, where it has started. */
export function end(child: Pick<ChildProcess, 'pid' | 'kill'>, signal: NodeJS.Signals = 'SIGTERM'): void {
  if (child.pid !== undefined && child.pid > 1) child.kill(signal);
}

/** A statement for a script that a test runs as a process of its own: it signals itself. */
export function signalsItself(signal: NodeJS.Signals): string {
  return `process.kill(process.pid, '${signal}');`;
}
