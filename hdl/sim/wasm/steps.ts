import type { Edges } from '../core.ts';
import type { Timeline } from '../timeline.ts';
import type { Condition } from './build/program.ts';
import type { Schedule } from './build/steps.ts';
import { conditionKey, type Compiled } from './compiled.ts';
import type { Heap } from './heap.ts';
import { start, type Started } from './start.ts';

/** WebAssembly counts to 2^32 − 1, and back to JavaScript to 2^31 − 1. */
export const mostAtOnce = 2 ** 31 - 1;

/** What a design with several clocks needs to run steps, in one simulation. */
export class Steps {
  private readonly heap: Heap;
  private readonly compiled: Compiled;
  private readonly schedule: Schedule;
  private readonly taker: (edges: Edges) => Started;
  /** What takes edges that have come together so far; those that never do are never compiled. */
  private readonly takers = new Map<Edges, Started>();
  /** By condition, for the takers of now. */
  private readonly runs = new Map<string, Started>();

  constructor(heap: Heap, compiled: Compiled, schedule: Schedule, taker: (edges: Edges) => Started) {
    this.heap = heap;
    this.compiled = compiled;
    this.schedule = schedule;
    this.taker = taker;
  }

  /**
   * Takes `count` steps, or those until a check fails or until the condition holds before one. The timeline moves on.
   * @returns the edges of the instant whose checks were looked at last; null where all steps were taken
   */
  run(timeline: Timeline, count: number, until: Condition | null): Edges | null {
    const { heap, schedule } = this;
    let isStuck = false;
    for (let left = count; left > 0;) {
      const asked = Math.min(left, mostAtOnce);
      const { run } = this.started(until);
      this.tell(timeline, isStuck);
      const taken = run(asked);
      timeline.pass(taken, this.long(schedule.passed));
      left -= taken;
      if (taken === asked) continue;
      const edges = heap.view.getInt32(schedule.edges, true);
      isStuck = heap.view.getInt32(schedule.stuck, true) !== 0;
      if (!isStuck) return edges;
      this.takers.set(edges, this.taker(edges));
      this.runs.clear();
    }
    return null;
  }

  private started(until: Condition | null): Started {
    const key = conditionKey(until);
    let run = this.runs.get(key);
    if (run === undefined) {
      const takers = [...this.takers.keys()].toSorted((a, b) => a - b);
      const module = this.compiled.module({ kind: 'steps', schedule: this.schedule, takers, until });
      this.runs.set(key, (run = start(this.heap, module, this.takers)));
    }
    return run;
  }

  private tell(timeline: Timeline, isStuck: boolean): void {
    const { clocks, stuck } = this.schedule;
    for (let clock = 0; clock < clocks.length; clock++) {
      const at = clocks[clock];
      if (at === undefined) continue;
      this.putLong(at.wait, timeline.wait(clock));
      this.putLong(at.period, timeline.rates[clock]?.period ?? 0);
    }
    this.heap.view.setInt32(stuck, isStuck ? 1 : 0, true);
  }

  // In halves: big integers would take longer than a step.
  private putLong(address: number, number: number): void {
    const { view } = this.heap;
    view.setUint32(address, number % word, true);
    view.setUint32(address + 4, number / word, true);
  }

  private long(address: number): number {
    const { view } = this.heap;
    return view.getUint32(address, true) + view.getUint32(address + 4, true) * word;
  }
}

const word = 2 ** 32;
