/**
 * Checks that every engine and the Verilog see. They apply where they stand: inside `when`, only under its condition.
 */
import { current } from './builder.ts';
import { textGiven } from './given.ts';
import { here } from './place.ts';
import { bitOf } from './signal.ts';
import type { BitIn } from './types.ts';

function check(kind: 'assert' | 'assume' | 'cover', condition: BitIn, message: string): void {
  const builder = current(kind);
  const { id } = bitOf(condition, (seen) => `${kind}(${seen})`);
  textGiven(message, kind, `say what must hold: ${kind}(condition, 'the count stays below the limit')`);
  builder.statement({ kind: 'check', check: kind, clock: builder.useClock(), condition: id, message, place: here() });
}

/** Must hold just before every rising edge of the clock while reset is low; a simulation stops where it does not. */
export function assert(condition: BitIn, message: string): void {
  check('assert', condition, message);
}
/** Must hold likewise, but is the surroundings' duty. */
export function assume(condition: BitIn, message: string): void {
  check('assume', condition, message);
}
/** Counts the rising edges, with reset low, before which it holds: `Simulator.covers()`. Never stops anything. */
export function cover(condition: BitIn, message: string): void {
  check('cover', condition, message);
}
