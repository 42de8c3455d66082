import type { Clock } from '../ir/types.ts';
import { show } from '../messages/show.ts';
import type { Edges } from './core.ts';
import { SimulationError } from './errors.ts';
import type { Timing } from './simulator.ts';
import type { TracedClock } from './trace.ts';

/** The next instant at which clocks rise. `ends` says whether it ends a step: the first clock is one of them. */
export interface Instant { readonly time: number; readonly edges: Edges; readonly ends: boolean }

const usual = { period: 2, phase: 0 };
/** {@link Edges} are bits of a number. */
const mostClocks = 31;

/** Simulated time: which clocks rise when. A design without clocks steps as if it had one, which drives nothing. */
export class Timeline {
  readonly clocks: readonly TracedClock[];
  /** Of the last edge taken, 0 at first, in time units. */
  time = 0;
  private taken: number[];
  private readonly rates: readonly { readonly period: number; readonly phase: number }[];

  /** @throws SimulationError for periods that are not even and positive, negative phases, unknown clocks, more than 31 clocks. */
  constructor(clocks: readonly Clock[], timing: Timing) {
    if (clocks.length > mostClocks) throw new SimulationError(`a simulation takes at most ${mostClocks} top-level clocks, not ${clocks.length}`);
    for (const [name, { period, phase }] of Object.entries(timing)) {
      if (!clocks.some((clock) => clock.name === name)) {
        throw new SimulationError(`timing for an unknown clock ${name}; the clocks are ${clocks.map((clock) => clock.name).join(', ')}`);
      }
      if (!Number.isSafeInteger(period) || period <= 0 || period % 2 !== 0) throw new SimulationError(`clock ${name}: a period is an even number from 2 up, not ${show(period)}`);
      if (!Number.isSafeInteger(phase) || phase < 0) throw new SimulationError(`clock ${name}: a phase is a whole number from 0 up, not ${show(phase)}`);
    }
    this.clocks = clocks.map(({ name }) => ({ name, ...(timing[name] ?? usual) }));
    this.rates = clocks.length > 0 ? this.clocks : [usual];
    this.taken = this.rates.map(() => 0);
  }

  /** The edges that every instant has, where they are always the same: at most one clock. Else null. */
  get constantEdges(): Edges | null {
    return this.clocks.length > 1 ? null : this.clocks.length;
  }

  /** @throws SimulationError when times have become too large to count. */
  next(): Instant {
    const times = this.taken.map((n, clock) => this.edgeTime(clock, n));
    const time = Math.min(...times);
    if (!Number.isSafeInteger(time)) throw new SimulationError(`time ${time} is past what can be counted in units: use shorter periods`);
    const edges = times.reduce((mask, at, clock) => (at === time && clock < this.clocks.length ? mask | (1 << clock) : mask), 0);
    return { time, edges, ends: times[0] === time };
  }

  /** Moves past the next instant, or past `count` of them where the edges are constant. */
  take(count = 1): void {
    if (count === 0) return;
    const constant = this.constantEdges !== null;
    const time = constant ? this.edgeTime(0, (this.taken[0] ?? 0) + count - 1) : this.next().time;
    this.taken = constant ? this.taken.map((n) => n + count) : this.taken.map((n, clock) => (this.edgeTime(clock, n) === time ? n + 1 : n));
    this.time = time;
  }

  /** Where the edges are constant: steps until what comes after the last edge begins at `time` or later. */
  stepsUntil(time: number): number {
    if (this.time >= time) return 0;
    const { period, phase } = this.rates[0] ?? usual;
    // Before the first edge it is time 0, however late that is.
    return Math.max(1, Math.ceil((time - phase) / period)) - (this.taken[0] ?? 0);
  }

  save(): () => void {
    const { time, taken } = this;
    return () => {
      this.time = time;
      this.taken = taken;
    };
  }

  private edgeTime(clock: number, taken: number): number {
    const { period, phase } = this.rates[clock] ?? usual;
    return phase + period * (taken + 1);
  }
}
