import { formatPlace } from '../diagnostics/diagnostic.ts';
import type { CheckFailure } from './simulator.ts';
import { UserError } from '../messages/user-error.ts';

/**
 * A testbench asked a simulation for something impossible: an unknown path, a value out of range, a foreign snapshot.
 * One line.
 */
export class SimulationError extends UserError {
  override readonly name: string = 'SimulationError';
}

/** An `assert` or `assume` failed: the simulation stands in the failing cycle, the edge not taken. */
export class CheckError extends UserError {
  override readonly name = 'CheckError';
  readonly failure: CheckFailure;
  constructor(failure: CheckFailure) {
    super(
      `${failure.check} failed in ${failure.path}, cycle ${failure.cycle}: ${failure.message}\n  at ${formatPlace(failure.place)}`,
    );
    this.failure = failure;
  }
}

/**
 * An `assert` or `assume` failed in one of many lanes, the first of those in which any does: all of them stand in the
 * failing cycle, the edge not taken.
 */
export class LaneError extends UserError {
  override readonly name = 'LaneError';
  readonly lane: number;
  readonly failure: CheckFailure;
  constructor(lane: number, failure: CheckFailure) {
    super(`lane ${lane}: ${new CheckError(failure).message}`);
    this.lane = lane;
    this.failure = failure;
  }
}

/** A run reached its limit of steps. `waits` says which streams wait for what, and the states that machines are in. */
export class HangError extends UserError {
  override readonly name = 'HangError';
  readonly goal: string;
  readonly limit: number;
  readonly cycle: number;
  readonly waits: readonly string[];
  /** Paths of the streams and signals that `waits` tells of, without the top module's name. */
  readonly involved: readonly string[];
  /** @param involved unless given, what the lines of `waits` begin with: `dma.read: valid, …`, `dma.state = copy` */
  constructor(
    goal: string,
    limit: number,
    cycle: number,
    waits: readonly string[],
    involved: readonly string[] = waits.flatMap((line) => /^([\w.[\]]+)(?:: | = )/.exec(line)?.[1] ?? []),
  ) {
    const found = waits.length > 0 ? waits : ['no stream waits'];
    super(
      `no end after ${limit} steps (cycle ${cycle}), waiting for ${goal}\n${found.map((line) => `  ${line}`).join('\n')}`,
    );
    this.goal = goal;
    this.limit = limit;
    this.cycle = cycle;
    this.waits = waits;
    this.involved = involved;
  }
}
