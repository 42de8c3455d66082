/** Waiting for the NPU's interrupt. */
import { HangError, type Simulator } from '../hdl/sim/index.ts';
import { explainHang } from './hang.ts';
import type { RingFeeder } from './ring.ts';

/** A run that may be left now and then, where it yields; what it gives in the end is its result. */
export type Steps<R> = Generator<void, R, void>;

/** Time between calls of `onProgress`, and between turns of the event loop, about. */
const REPORT_EVERY_MS = 250;

/**
 * Runs to the interrupt, and keeps the ring full, in cycles that do not depend on who looks in between. Yields after
 * every report. `code`: the bytes of the program's commands.
 * @throws HangError after `limit` cycles, with what the NPU's queues wait for.
 */
export function* untilInterrupt(
  sim: Simulator,
  limit: number,
  feeder: RingFeeder,
  code: Uint8Array,
  onProgress?: (cycle: number) => void,
): Steps<void> {
  const end = sim.cycle + limit;
  const nextFeed = (): number => (feeder.done ? Infinity : sim.cycle + feeder.interval);
  let feedAt = nextFeed();
  // As many cycles at a time as make a report worth its while, whatever the engine and the design.
  let steps = onProgress === undefined ? Infinity : 64;
  while (sim.cycle < end) {
    const began = performance.now();
    if (sim.stepUntil('irq', Math.min(end, feedAt, sim.cycle + steps) - sim.cycle)) return;
    if (sim.cycle >= feedAt) {
      feeder.feed();
      feedAt = nextFeed();
    }
    if (onProgress === undefined) continue;
    onProgress(sim.cycle);
    yield;
    if (performance.now() - began < REPORT_EVERY_MS) steps *= 2;
  }
  try {
    sim.runUntil('irq', 0);
  } catch (error) {
    throw error instanceof HangError ? explainHang(sim, code, limit, error) : error;
  }
}
