/** Removes unfinished files when this process ends, however it does: while a simulation runs, a signal ends it without a word to JavaScript. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Socket } from 'node:net';

const guards = new Set<Guard>();

function removeAll(): void {
  for (const guard of guards) guard.remove();
}

export class Guard {
  readonly #paths: readonly string[];
  /** Waits for the end of its input, which comes with that of this process; in a session of its own, since Ctrl-C is for all of ours. */
  readonly #watcher: ChildProcess;

  /** @param paths absolute; files, and folders with all that is in them */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
    this.#watcher = spawn('sh', ['-c', 'cat > /dev/null; rm -rf -- "$@"', 'sh', ...paths], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    // Where there is no shell, only an ordinary end of the process removes them.
    this.#watcher.on('error', () => undefined);
    this.#watcher.unref();
    if (this.#watcher.stdin instanceof Socket) this.#watcher.stdin.unref();
    if (guards.size === 0) process.once('exit', removeAll);
    guards.add(this);
  }

  remove(): void {
    for (const path of this.#paths) rmSync(path, { recursive: true, force: true });
  }

  /** What is left is to stay. */
  release(): void {
    guards.delete(this);
    if (guards.size === 0) process.off('exit', removeAll);
    // Without a pid there is no process: Node would signal whatever the unset field happens to name.
    if (this.#watcher.pid !== undefined) this.#watcher.kill('SIGKILL');
  }
}
