import type { Design } from '../ir/types.ts';
import { show } from '../messages/show.ts';
import type { Core, FailedCheck } from './core.ts';
import { CheckError, HangError, SimulationError } from './errors.ts';
import type { Library } from './library.ts';
import { topScope, walkScopes } from './hierarchy.ts';
import { findMemory, findSignal, targetOf, type Target } from './paths.ts';
import { signalAt } from './signal.ts';
import type {
  CoverPoint,
  EngineName,
  Level,
  MemoryView,
  Signal,
  SignalInfo,
  Simulator,
  SimulatorOptions,
  Snapshot,
  Task,
} from './simulator.ts';
import { Timeline } from './timeline.ts';
import type { TraceSource } from './trace.ts';
import { makeTracer, chooseSignals, type Tracer } from './tracer.ts';
import { describeWaits } from './waits.ts';

/** What a snapshot holds: only the class makes one, so that a restore can tell it from anything else. */
class Saved {
  readonly restore: () => void;
  constructor(restore: () => void) {
    this.restore = restore;
  }
}

/** A {@link Simulator} over any engine's {@link Core}. */
export class Simulation implements Simulator {
  readonly engine: EngineName;
  readonly design: Design;
  private readonly library: Library;
  private readonly core: Core;
  private readonly timeline: Timeline;
  private readonly owner = Symbol('simulation');
  private readonly resets: readonly Signal[];
  private readonly found = new Map<string, Signal>();
  /** Those that somebody listens to: a trace that nobody needs any more is let go. */
  private readonly tracers = new Set<Tracer>();
  /** Moves with every edge, and with whatever else moves time. */
  private instant = 0;
  /** The check that failed last, and in which instant. */
  private failed: { readonly check: FailedCheck; readonly instant: number } | null = null;

  constructor(library: Library, core: Core, { timing = {} }: SimulatorOptions = {}) {
    this.engine = core.engine;
    this.design = library.design;
    this.library = library;
    this.core = core;
    this.timeline = new Timeline(library.top.module.clocks, timing);
    const names = new Set(library.top.module.clocks.flatMap(({ reset }) => (reset === null ? [] : [reset])));
    this.resets = [...names].map((name) => this.signal(name));
  }

  get cycle(): number {
    return this.timeline.steps;
  }

  *signals(): Generator<SignalInfo, void, void> {
    for (const scope of walkScopes(this.library, topScope(this.library))) {
      for (const [name, signal] of scope.view.signals) yield targetOf(scope, name, signal).info;
    }
  }

  signal(path: string): Signal {
    const known = this.found.get(path);
    if (known !== undefined) return known;
    const target = findSignal(this.library, path);
    const signal = signalAt(this.core, target);
    // Words are not kept: a testbench may walk through a whole memory by path.
    if (target.source.kind !== 'word') this.found.set(path, signal);
    return signal;
  }

  memory(path: string): MemoryView {
    const { scope, memory, path: full } = findMemory(this.library, path);
    return this.core.memory(scope, memory, full);
  }

  peek(path: string): bigint {
    return this.signal(path).get();
  }

  poke(path: string, value: Level): void {
    this.signal(path).set(value);
  }

  step(n = 1): void {
    checkCount(n, 'steps');
    for (let left = n; left > 0;) left -= this.advance(left, null);
  }

  reset(n = 1): void {
    checkCount(n, 'steps');
    for (const reset of this.resets) reset.set(1);
    this.step(n);
    for (const reset of this.resets) reset.set(0);
  }

  runUntil(path: string, limit: number): number {
    const before = this.cycle;
    if (!this.stepUntil(path, limit)) throw this.hang(findSignal(this.library, path).info.path, limit);
    return this.cycle - before;
  }

  stepUntil(path: string, most: number): boolean {
    checkCount(most, 'steps');
    const target = findSignal(this.library, path);
    const read = this.core.reader(target);
    for (let left = most; left > 0 && read() === 0n;) left -= this.advance(left, target);
    return read() !== 0n;
  }

  run(tasks: readonly Task[], limit: number): void {
    checkCount(limit, 'limit');
    let waiting = [...tasks];
    try {
      for (let taken = 0; ; taken++) {
        waiting = waiting.filter((task) => task.next().done !== true);
        if (waiting.length === 0) return;
        if (taken === limit) throw this.hang(`${waiting.length} of ${tasks.length} tasks`, limit);
        this.step();
      }
    } finally {
      // After a failure: lets every task run its own clean-up.
      for (const task of waiting) task.return();
    }
  }

  waits(): readonly string[] {
    return describeWaits(this.library, (target) => this.core.reader(target)());
  }

  save(): Snapshot {
    const { cycle } = this;
    const core = this.core.save();
    const timeline = this.timeline.save();
    const restore = (): void => {
      this.instant++;
      core();
      timeline();
    };
    return { cycle, owner: this.owner, state: new Saved(restore) };
  }

  restore(snapshot: Snapshot): void {
    if (snapshot.owner !== this.owner || !(snapshot.state instanceof Saved))
      throw new SimulationError('a snapshot can be restored only by the simulation that made it');
    snapshot.state.restore();
  }

  covers(): readonly CoverPoint[] {
    return this.core.covers();
  }

  trace({ scope, depth = Infinity }: { readonly scope?: string; readonly depth?: number } = {}): TraceSource {
    const tracer = makeTracer(this.library, chooseSignals(this.library, scope, depth), {
      clocks: this.timeline.clocks,
      time: () => this.timeline.time,
      end: () => this.timeline.next().time,
      watch: (watched) => this.core.watch(watched),
      failed: () => (this.failed?.instant === this.instant ? this.failed.check : null),
      heard: (one, isHeard) => {
        if (isHeard) this.tracers.add(one);
        else this.tracers.delete(one);
      },
    });
    return tracer.source;
  }

  /**
   * Takes at least one step and at most `most`: many at once, inside the engine, while nothing listens, else one.
   * Stops before a step that begins with `until` non-zero. @returns how many
   */
  private advance(most: number, until: Target | null): number {
    const unseen = this.tracers.size === 0 ? most : Math.min(most, this.timeline.stepsUntil(this.heardFrom()));
    if (unseen > 0) return this.runFast(unseen, until);
    this.stepOnce();
    return 1;
  }

  /** The time from which anything listens. */
  private heardFrom(): number {
    let from = Infinity;
    for (const tracer of this.tracers) from = Math.min(from, tracer.from());
    return from;
  }

  private stepOnce(): void {
    for (let ends = false; !ends;) {
      const instant = this.timeline.next();
      const failed = this.core.check(instant.edges);
      if (failed !== null) throw this.failure(failed);
      for (const tracer of this.tracers) if (tracer.from() <= this.timeline.time) tracer.sample(this.instant);
      this.core.commit(instant.edges);
      this.timeline.take(instant);
      this.instant++;
      ({ ends } = instant);
    }
  }

  private runFast(most: number, until: Target | null): number {
    const { timeline } = this;
    const before = timeline.steps;
    const failed = this.core.run(timeline, timeline.countable(most), until);
    this.instant++;
    if (failed !== null) throw this.failure(failed);
    return timeline.steps - before;
  }

  private failure(failed: FailedCheck): CheckError {
    this.failed = { check: failed, instant: this.instant };
    return new CheckError({ ...failed, cycle: this.cycle });
  }

  private hang(goal: string, limit: number): HangError {
    return new HangError(goal, limit, this.cycle, this.waits());
  }
}

function checkCount(count: number, what: string): void {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new SimulationError(`${what}: a number, whole and from 0 up, is needed, not ${show(count)}`);
}
