import type { Clock } from '../ir/types.ts';
import { show } from '../messages/show.ts';
import type { Edges } from './core.ts';
import { SimulationError } from './errors.ts';
import type { Timing } from './simulator.ts';
import type { TracedClock } from './trace.ts';

/** The next instant at which clocks rise. `ends` says whether it ends a step: the first clock is one of them. */
export interface Instant {
  readonly time: number;
  readonly edges: Edges;
  readonly ends: boolean;
}

const usual = { period: 2, phase: 0 };
/** {@link Edges} are bits of a number. */
const mostClocks = 31;

/**
 * Simulated time: which clocks rise when. A design without clocks steps as if it had one, which drives nothing.
 *
 * All that changes is the time of the last instant: from it follows which edges were taken. Steps are counted beside
 * it.
 */
export class Timeline {
  readonly clocks: readonly TracedClock[];
  /** The edges that every instant has, where they are always the same: at most one clock. Else null. */
  readonly constantEdges: Edges | null;
  /** By clock; of a design without any, as if it had one. */
  readonly rates: readonly { readonly period: number; readonly phase: number }[];
  private readonly first: { readonly period: number; readonly phase: number };
  /** Steps until times are too large to count. */
  private readonly mostSteps: number;
  private now = 0;
  private taken = 0;

  /**
   * @throws SimulationError for periods that are not even and positive, negative phases, unknown clocks, more than 31
   * clocks.
   */
  constructor(clocks: readonly Clock[], timing: Timing) {
    if (clocks.length > mostClocks)
      throw new SimulationError(`a simulation takes at most ${mostClocks} top-level clocks, not ${clocks.length}`);
    for (const [name, { period, phase }] of Object.entries(timing)) {
      if (!clocks.some((clock) => clock.name === name)) {
        throw new SimulationError(
          `timing for an unknown clock ${name}; the clocks are ${clocks.map((clock) => clock.name).join(', ')}`,
        );
      }
      if (!Number.isSafeInteger(period) || period <= 0 || period % 2 !== 0)
        throw new SimulationError(`clock ${name}: a period is an even number from 2 up, not ${show(period)}`);
      if (!Number.isSafeInteger(phase) || phase < 0)
        throw new SimulationError(`clock ${name}: a phase is a whole number from 0 up, not ${show(phase)}`);
    }
    this.clocks = clocks.map(({ name }) => ({ name, ...(timing[name] ?? usual) }));
    this.constantEdges = clocks.length > 1 ? null : clocks.length;
    this.rates = clocks.length > 0 ? this.clocks : [usual];
    this.first = this.rates[0] ?? usual;
    this.mostSteps = Math.floor((Number.MAX_SAFE_INTEGER - this.first.phase) / this.first.period);
  }

  /** Of the last edge taken, 0 at first, in time units. */
  get time(): number {
    return this.now;
  }

  /** Edges of the first clock that were taken. */
  get steps(): number {
    return this.taken;
  }

  /** The next edge of a clock, in time units from now; it need not be a time that can be counted. */
  wait(clock: number): number {
    const { period, phase } = this.rates[clock] ?? usual;
    return phase + period * Math.max(1, Math.floor((this.now - phase) / period) + 1) - this.now;
  }

  /** @throws SimulationError when times have become too large to count. */
  next(): Instant {
    const waits = this.rates.map((_, clock) => this.wait(clock));
    const wait = Math.min(...waits);
    const time = this.now + wait;
    if (!Number.isSafeInteger(time)) throw pastCounting(time);
    const rising = this.clocks.map((_, clock) => (waits[clock] === wait ? 1 << clock : 0));
    const edges = rising.reduce((mask, bit) => mask | bit, 0);
    return { time, edges, ends: waits[0] === wait };
  }

  /** Moves to the next instant. */
  take({ time, ends }: Instant): void {
    this.now = time;
    if (ends) this.taken++;
  }

  /** Moves over whole steps, and to the end of the last one. */
  takeSteps(count: number): void {
    if (count === 0) return;
    this.taken += count;
    this.now = this.first.phase + this.first.period * this.taken;
  }

  /** Moves over so many steps, and instants beyond them, `units` of time in all. */
  pass(count: number, units: number): void {
    this.taken += count;
    this.now += units;
  }

  /** How many of `count` steps, at least one, have times that can be counted. @throws SimulationError where none has */
  countable(count: number): number {
    const most = this.mostSteps - this.taken;
    if (most <= 0) throw pastCounting(this.first.phase + this.first.period * (this.taken + 1));
    return Math.min(count, most);
  }

  /** Steps, none at least, of which each ends at `time` or before it: so no part of them begins there or later. */
  stepsUntil(time: number): number {
    return Math.max(0, Math.floor((time - this.first.phase) / this.first.period) - this.taken);
  }

  save(): () => void {
    const { now, taken } = this;
    return () => {
      this.now = now;
      this.taken = taken;
    };
  }
}

function pastCounting(time: number): SimulationError {
  return new SimulationError(`time ${time} is past what can be counted in units: use shorter periods`);
}
