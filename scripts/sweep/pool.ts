/** Processes side by side that run the chunks of a sweep. */
import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endProcess } from '../../testbench/end-process.ts';
import { pointsOf, type Plan } from '../../testbench/sweep/plan.ts';
import { toldOf, type Line, type Lost } from '../../testbench/sweep/point.ts';
import type { Order } from './worker.ts';

/** As this file is: TypeScript in a checkout, JavaScript in the package. */
const worker = fileURLToPath(new URL(`worker${extname(import.meta.url)}`, import.meta.url));

/** A process for points, made when it is needed; one that ends under a point is replaced. */
class Runner {
  #child: ChildProcess | null = null;

  async run(order: Order): Promise<Line> {
    const child = (this.#child ??= fork(worker, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
    return new Promise((resolve) => {
      const end = (line: Line): void => {
        child.removeAllListeners();
        resolve(line);
      };
      const lost = (why: string): void => {
        this.#child = null;
        const line: Lost = { ...toldOf(order.point), status: 'error', error: `the process that ran it ${why}` };
        end({ ...line, point: order.index, layer: order.point.layer });
      };
      child.once('message', (line: Line) => end(line));
      child.once('error', (error) => lost(`failed: ${error.message}`));
      child.once('exit', (code, signal) => lost(`ended with ${signal ?? code}`));
      child.send(order);
    });
  }

  close(): void {
    this.#child?.removeAllListeners();
    if (this.#child !== null) endProcess(this.#child, 'SIGKILL');
    this.#child = null;
  }
}

export interface PoolEvents {
  /** A point is run. */
  readonly point: (line: Line) => void;
  /** All points of a chunk are. */
  readonly chunk: (number: number, lines: readonly Line[]) => void;
}

/**
 * Runs chunks on `jobs` processes.
 * @throws the reason of the signal, as soon as it comes: what was being run is lost, what is done was told
 */
export async function runChunks(
  plan: Plan,
  chunks: readonly number[],
  jobs: number,
  events: PoolEvents,
  signal: AbortSignal,
): Promise<void> {
  const left = [...chunks];
  const runners = Array.from({ length: Math.min(jobs, chunks.length) }, () => new Runner());
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const work = async (runner: Runner): Promise<void> => {
    for (let chunk = left.shift(); chunk !== undefined; chunk = left.shift()) {
      const lines: Line[] = [];
      for (const [index, point] of pointsOf(plan, chunk)) {
        const line = await runner.run({ index, point });
        signal.throwIfAborted();
        lines.push(line);
        events.point(line);
      }
      events.chunk(chunk, lines);
    }
  };
  try {
    await Promise.race([Promise.all(runners.map(work)), aborted]);
  } finally {
    for (const runner of runners) runner.close();
  }
}
