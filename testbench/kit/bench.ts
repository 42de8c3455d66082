/**
 * A bench: a simulated design and what plays the world around it, cycle by cycle.
 *
 * Timing: a cycle is three things. Every part drives; every part looks at what has settled; the clock's edge. So a
 * ready of the design that follows a valid at once is seen, and no part's driving depends on what moves in the same
 * cycle.
 */
import type { Shape } from '../../hdl/index.ts';
import type { Design } from '../../hdl/ir/types.ts';
import { HangError, simulate, type EngineName, type Level, type Simulator } from '../../hdl/sim/index.ts';
import { testSeed } from './environment.ts';
import {
  StreamMonitor,
  StreamSink,
  StreamSource,
  type EndOptions,
  type Pace,
  type Part,
  type SinkOptions,
} from './stream.ts';

export interface BenchOptions extends Partial<Pace> {
  readonly engine?: EngineName;
  /** Called with the simulation before its first cycle, to attach waves. */
  readonly onStart?: ((sim: Simulator) => void) | undefined;
}

/** Levels of inputs, by name. */
export type Levels = Readonly<Record<string, Level>>;

export class Bench {
  readonly sim: Simulator;
  readonly #parts: Part[] = [];
  #pace: Pace;
  #pulse: readonly string[] = [];

  /**
   * Elaborate the design with `{ monitors: true }`, and the rules of its output streams are checked too. The run has
   * begun: {@link begin} holds the reset.
   */
  constructor(
    design: Design | Simulator,
    { seed = testSeed(), stall = 0, engine = 'wasm', onStart }: BenchOptions = {},
  ) {
    this.sim = 'modules' in design ? simulate(design, { engine }) : design;
    this.#pace = { seed, stall };
    onStart?.(this.sim);
  }

  /** The cycle of the simulation. */
  get cycle(): number {
    return this.sim.cycle;
  }

  /** Takes a part in, after those that are there. */
  add<P extends Part>(part: P): P {
    this.#parts.push(part);
    part.begin?.(this.#pace);
    return part;
  }

  /** Offers payloads on an input stream of the top module. */
  source<T>(name: string, payload: Shape<T, unknown>, options?: EndOptions): StreamSource<T> {
    return this.add(new StreamSource(this.sim, name, payload, options));
  }

  /** Takes the payloads of an output stream of the top module. */
  sink<T>(name: string, payload: Shape<T, unknown>, options?: SinkOptions<T>): StreamSink<T> {
    return this.add(new StreamSink(this.sim, name, payload, options));
  }

  /** Looks at a stream port of the top module, or of any instance. */
  monitor<T>(path: string, payload: Shape<T, unknown>): StreamMonitor<T> {
    return this.add(new StreamMonitor(this.sim, path, payload));
  }

  /** Resets the design for a cycle, and every part begins anew; what is not given stays as it was. */
  begin({ seed = this.#pace.seed, stall = this.#pace.stall }: Partial<Pace> = {}): void {
    this.#pace = { seed, stall };
    this.#endPulse();
    for (const part of this.#parts) part.begin?.(this.#pace);
    this.sim.reset();
  }

  /** A signal's value as a number. */
  get(path: string): number {
    return Number(this.sim.peek(path));
  }

  /** The values of several. */
  all(...paths: readonly string[]): number[] {
    return paths.map((path) => this.get(path));
  }

  /** Sets inputs from now on. */
  set(levels: Levels): void {
    for (const [name, level] of Object.entries(levels)) this.sim.poke(name, level);
  }

  /** Sets inputs for one cycle; after it they are 0. */
  pulse(levels: Levels): void {
    this.set(levels);
    this.#pulse = [...this.#pulse, ...Object.keys(levels)];
  }

  /** Goes on by so many cycles (1). */
  step(cycles = 1): void {
    for (let left = cycles; left > 0; left--) {
      const { cycle } = this.sim;
      for (const part of this.#parts) part.drive?.(cycle);
      for (const part of this.#parts) part.look?.(cycle);
      this.sim.step();
      for (const part of this.#parts) part.after?.();
      this.#endPulse();
    }
  }

  /**
   * Goes on until something holds, or else until no part has anything left to do; the number of cycles.
   * @param limit cycles after which that counts as a hang
   * @throws HangError, which says what every part waits for, and which streams of the design stand still
   */
  run(limit: number, until?: () => boolean): number {
    const isDone = until ?? (() => !this.#parts.some((part) => part.busy?.() === true));
    const from = this.cycle;
    for (let taken = 0; !isDone(); taken++) {
      if (taken >= limit)
        throw this.#hang(limit, until === undefined ? 'all parts of the bench' : 'what the bench asked');
      this.step();
    }
    return this.cycle - from;
  }

  #hang(limit: number, goal: string): HangError {
    const parts = this.#parts.flatMap((part) => (part.busy?.() === true ? [part.waits?.() ?? 'a part is busy'] : []));
    return new HangError(goal, limit, this.cycle, [...parts, ...this.sim.waits()]);
  }

  #endPulse(): void {
    for (const name of this.#pulse) this.sim.poke(name, 0);
    this.#pulse = [];
  }
}
