/** A lane that requantises, alone, at sums one after the other. */
import { expect } from 'vitest';
import { elaborate } from '../../hdl/index.ts';
import { simulate } from '../../hdl/sim/index.ts';
import { roundingNames, type Rounding } from './job.ts';
import { RequantiseLane } from './requantise.ts';

/** A sum to requantise. */
export interface Case {
  readonly x: number;
  /** 0 and `double` where not given. */
  readonly bias?: number;
  readonly rounding?: Rounding;
  readonly multiplier: number;
  readonly shift: number;
  readonly zero: number;
  readonly low: number;
  readonly high: number;
}

export interface Output {
  readonly y: bigint;
  readonly wrapped: boolean;
}

/** Cycles from a case's inputs to its outputs. */
const LATENCY = 2;

/**
 * Sends cases of one rounding through the pipeline, one each cycle, or none in a cycle of null, while inputs are
 * anything; what comes out.
 */
export function outputs(cases: readonly (Case | null)[], rounding: Rounding = 'double'): Output[] {
  const sim = simulate(elaborate(RequantiseLane()));
  const [y, wrapped] = [sim.signal('y'), sim.signal('wrapped')];
  const code = roundingNames.indexOf(rounding);
  sim.reset();
  const results: Output[] = [];
  for (let cycle = 0; cycle < cases.length + LATENCY; cycle++) {
    const [enters, within] = [cases[cycle] ?? null, cases[cycle - 1] ?? null];
    const {
      x,
      bias = 0,
      multiplier,
      shift,
    } = enters ?? { x: 77 * cycle, bias: 3, multiplier: cycle, shift: -(cycle % 7) };
    const { zero, low, high } = within ?? { zero: cycle % 9, low: 3, high: 4 };
    const now = { x, bias, multiplier, shift, rounding: code, zero, least: low - zero, most: high - zero, digit: 0 };
    for (const [name, value] of Object.entries({ ...now, multiply: enters !== null, finish: within !== null }))
      sim.poke(name, value);
    const out = { y: y.get(), wrapped: wrapped.get() === 1n };
    // What has come out stays until something else does.
    if (cycle >= LATENCY)
      if (cases[cycle - LATENCY] !== null) results.push(out);
      else if (results.length > 0) expect(out).toEqual(results.at(-1));
    sim.step();
  }
  return results;
}
