/**
 * Where a clock's edges lie. Rising edges are at `phase + period·k` for k ≥ 1, falling ones half a period later; it
 * starts low.
 */
import type { TracedClock, TraceSource } from '../hdl/sim/trace.ts';

/** The clock that cycles are counted by: the first; a design without clocks steps by 2 time units. */
export function cycleClock(trace: Pick<TraceSource, 'clocks'>): TracedClock {
  return trace.clocks[0] ?? { name: 'step', period: 2, phase: 0 };
}

/** Start of cycle n in time units: the nth rising edge; cycle 0 starts at 0. */
export function cycleStart(clock: TracedClock, cycle: number): number {
  return cycle <= 0 ? 0 : clock.phase + clock.period * cycle;
}

/** The cycle that a time lies in. */
export function cycleAt(clock: TracedClock, time: number): number {
  return Math.max(0, Math.floor((time - clock.phase) / clock.period));
}

/** Whether the clock is high at a time (at an edge: after it). */
export function isHigh(clock: TracedClock, time: number): boolean {
  const since = time - clock.phase;
  return since >= clock.period && since % clock.period < clock.period / 2;
}

/** Time of the first edge, of either direction, after `time`. */
export function nextEdge(clock: TracedClock, time: number): number {
  const half = clock.period / 2;
  const halves = Math.floor((time - clock.phase) / half) + 1;
  return clock.phase + half * Math.max(2, halves);
}
