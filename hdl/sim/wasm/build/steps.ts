/** The function that runs steps of a design with several clocks: it works out which of them rise next. */
import type { Edges } from '../../core.ts';
import { Code, type Local } from '../../../webassembly/code.ts';
import type { ModuleBuilder } from '../../../webassembly/module.ts';
import type { Layout } from '../layout.ts';

type Address = number;

/** Where a simulation and the function that runs its steps tell each other of time, in units. */
export interface Schedule {
  /** Until its next edge, and from edge to edge. */
  readonly clocks: readonly { readonly wait: Address; readonly period: Address }[];
  /** What went by in the last run. */
  readonly passed: Address;
  /** The clocks that rise at the last instant that was looked at. */
  readonly edges: Address;
  /** Whether the run ended because there is no taker for those; before a run: whether its first step has begun. */
  readonly stuck: Address;
}

export function placeSchedule(layout: Layout, clocks: number): Schedule {
  const address = layout.allocate(16 * clocks + 16, 'times of clocks');
  const passed = address + 16 * clocks;
  const at = Array.from({ length: clocks }, (_, clock) => address + 16 * clock);
  return { clocks: at.map((wait) => ({ wait, period: wait + 8 })), passed, edges: passed + 8, stuck: passed + 12 };
}

/** A function that takes those edges and gives 0, or gives 1 and does nothing where a check fails. */
export interface Taker {
  readonly edges: Edges;
  readonly functionIndex: number;
}

/** A clock as a function's local variables have it. */
interface Counted {
  /** Until its next edge, from the beginning of the run. */
  readonly next: Local;
  readonly period: Local;
}

/**
 * Exports `run(count) → taken`: steps, each up to an edge of the first clock and over it, until a check fails, until
 * `until`, looked at before each, or until edges come together that no taker is for.
 */
export function writeSteps(
  module: ModuleBuilder,
  schedule: Schedule,
  takers: readonly Taker[],
  until: number | null,
): void {
  const index = module.declare('run', { parameters: ['i32'], results: ['i32'] }, true);
  const code = new Code(1);
  const [taken, edges, begun] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [least, passed] = [code.local('i64'), code.local('i64')];
  const clocks = schedule.clocks.map(({ wait, period }): Counted => {
    const load = (from: Address): Local => {
      const local = code.local('i64');
      code.i32(0);
      code.memory('i64.load', from);
      code.set(local);
      return local;
    };
    return { next: load(wait), period: load(period) };
  });
  code.i32(0);
  code.memory('i32.load', schedule.stuck);
  code.set(begun);
  code.i32(0);
  code.i32(0);
  code.memory('i32.store', schedule.stuck);

  code.block();
  code.loop();
  code.get(taken);
  code.get(0);
  code.op('i32.ge_u');
  code.brIf(1);
  if (until !== null) {
    code.get(begun);
    code.op('i32.eqz');
    code.if();
    code.call(until);
    code.brIf(2);
    code.end();
    code.i32(0);
    code.set(begun);
  }
  code.loop();
  findNext(code, clocks, least, edges);
  code.block();
  // Out of what is around the block: the instants, the steps, all.
  takeEdges(code, takers, edges, 3);
  code.i32(0);
  code.i32(1);
  code.memory('i32.store', schedule.stuck);
  code.br(3);
  code.end();
  pass(code, clocks, least);
  code.get(least);
  code.set(passed);
  code.get(edges);
  code.i32(1);
  code.op('i32.and');
  code.op('i32.eqz');
  code.brIf(0);
  code.end();
  code.get(taken);
  code.i32(1);
  code.op('i32.add');
  code.set(taken);
  code.br(0);
  code.end();
  code.end();

  code.i32(0);
  code.get(passed);
  code.memory('i64.store', schedule.passed);
  code.i32(0);
  code.get(edges);
  code.memory('i32.store', schedule.edges);
  code.get(taken);
  module.define(index, code);
}

/** When anything rises next, from the beginning of the run, and what rises then. */
function findNext(code: Code, clocks: readonly Counted[], least: Local, edges: Local): void {
  clocks.forEach(({ next }, clock) => {
    code.get(next);
    if (clock > 0) {
      code.get(least);
      code.get(next);
      code.get(least);
      code.op('i64.lt_u');
      code.op('select');
    }
    code.set(least);
  });
  clocks.forEach(({ next }, clock) => {
    code.get(next);
    code.get(least);
    code.op('i64.eq');
    if (clock > 0) {
      code.i32(clock);
      code.op('i32.shl');
      code.get(edges);
      code.op('i32.or');
    }
    code.set(edges);
  });
}

/**
 * Leaves the block around it when the edges are taken, and `out` more where a check fails; goes on where no taker is
 * for them.
 */
function takeEdges(code: Code, takers: readonly Taker[], edges: Local, out: number): void {
  for (const taker of takers) {
    code.get(edges);
    code.i32(taker.edges);
    code.op('i32.eq');
    code.if();
    code.call(taker.functionIndex);
    code.brIf(out + 1);
    code.br(1);
    code.end();
  }
}

/** Moves on over an instant: those that rise at it do so again after their period. */
function pass(code: Code, clocks: readonly Counted[], least: Local): void {
  for (const { next, period } of clocks) {
    code.get(next);
    code.get(period);
    code.i64(0n);
    code.get(next);
    code.get(least);
    code.op('i64.eq');
    code.op('select');
    code.op('i64.add');
    code.set(next);
  }
}
