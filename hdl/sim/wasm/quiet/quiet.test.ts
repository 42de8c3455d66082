/** Cycles in which nothing quiet changes are taken by less code, and change what the others would. */
import { expect, test } from 'vitest';
import {
  all,
  assert,
  bit,
  delay,
  elaborate,
  grid,
  module,
  named,
  reg,
  regs,
  select,
  uint,
  vec,
  when,
} from '../../../index.ts';
import type { Design } from '../../../ir/types.ts';
import { openLibrary } from '../../library.ts';
import { reference } from '../../lockstep/engines.ts';
import { Simulation } from '../../simulation.ts';
import type { Simulator } from '../../simulator.ts';
import { Compiled } from '../compiled.ts';
import { WasmCore } from '../engine.ts';
import { usual } from '../thresholds.ts';

/** Squares what it was given last; work comes seldom, and a counter beside it never rests. */
const Seldom = module(
  'seldom',
  { in: { start: bit, x: uint(16) }, out: { count: uint(16), result: uint(32), odd: bit } },
  ({ start, x }) => {
    const count = reg('count', uint(16));
    count.next = count.add(1);
    const r = regs({ left: uint(3), kept: uint(16), result: uint(32), history: vec(4, uint(32)) });
    const square = named('square', r.kept.mul(r.kept));
    const busy = r.left.ne(0);
    r.result.next = select(busy, square, r.result);
    when(start, () => {
      r.kept.next = x;
      r.left.next = 5;
    }).elsewhen(busy, () => {
      r.left.next = r.left.sub(1);
      when(r.left.eq(1), () => {
        r.history.next = r.history.with(r.kept.slice(0, 2), square);
      });
    });
    assert(r.result.ne(81), 'the result is not 81');
    return { count, result: r.result, odd: r.history.at(count.slice(0, 2)).bit(0) };
  },
);

/** What both hold, signal by signal. */
function same(first: Simulator, other: Simulator, when: string): void {
  const values = (sim: Simulator): string[] => [...sim.signals()].map(({ path }) => `${path} ${sim.peek(path)}`);
  expect(values(other), when).toEqual(values(first));
}

/** A simulation that soon takes some registers for quiet, and the compiled design that it runs. */
function watched(design: Design): { readonly sim: Simulator; readonly compiled: Compiled } {
  const compiled = new Compiled(openLibrary(design), {
    ...usual,
    idle: { fewestCells: 1, patience: 2 },
    quiet: { after: 4, looks: 8, apart: 2, share: 0.02, most: 1, patience: 1 },
  });
  return { sim: new Simulation(compiled.library, new WasmCore(compiled), {}), compiled };
}

test('a unit that seldom works does the same, at work and at rest, poked and restored', () => {
  const design = elaborate(Seldom);
  const right = reference(design);
  const { sim, compiled } = watched(design);
  const both = (act: (one: Simulator) => void): void => {
    act(right);
    act(sim);
  };
  both((one) => {
    one.reset(2);
    one.step(60);
  });
  expect(compiled.settled).toBe(true);
  same(right, sim, 'at rest');
  const saved = [right.save(), sim.save()];
  for (let i = 0; i < 40; i++) {
    both((one) => {
      one.poke('start', i % 13 === 0);
      one.poke('x', 1000 + i);
      one.step();
    });
    same(right, sim, `cycle ${i}`);
  }
  both((one) => {
    one.step(100);
    one.poke('seldom.left', 3);
    one.poke('seldom.kept', 77);
    one.step(30);
  });
  same(right, sim, 'poked');
  both((one) => {
    one.poke('rst', 1);
    one.step(3);
    one.poke('rst', 0);
    one.step(30);
  });
  same(right, sim, 'reset');
  right.restore(saved[0] ?? right.save());
  sim.restore(saved[1] ?? sim.save());
  both((one) => {
    one.step(33);
  });
  same(right, sim, 'restored');
});

test('a check that fails in a quiet cycle, and one that wakes it, end the run where they should', () => {
  const design = elaborate(Seldom);
  const messages = [reference(design), watched(design).sim].map((one) => {
    one.reset(2);
    one.step(60);
    one.poke('x', 9);
    one.poke('start', 1);
    one.step();
    one.poke('start', 0);
    try {
      one.step(50);
      return 'nothing failed';
    } catch (error) {
      return `${String(error)} at ${one.cycle}`;
    }
  });
  expect(messages[0]).toContain('the result is not 81');
  expect(messages[1]).toBe(messages[0]);
});

test('a quiet grid wakes by a register that has just changed', () => {
  const Follower = module('follower', { in: { x: uint(8) }, out: { y: uint(8) } }, ({ x }) => ({ y: delay('y', x) }));
  const Chain = module('chain', { in: { x: uint(8) }, out: { y: vec(1, uint(8)) } }, ({ x }) => {
    const last = delay('last', delay('second', delay('first', x)));
    return { y: grid('cells', { rows: 1, cols: 2, cell: Follower, inputs: { x: all(last) } }).east('y') };
  });
  const design = elaborate(Chain);
  const { sim, compiled } = watched(design);
  const right = reference(design);
  const both = (act: (one: Simulator) => void): void => {
    act(right);
    act(sim);
  };
  both((one) => {
    one.step(60);
  });
  expect(compiled.settled).toBe(true);
  for (let i = 1; i < 60; i++) {
    both((one) => {
      one.poke('x', i % 7 === 0 ? 0 : i >> 3);
      one.step();
    });
    same(right, sim, `cycle ${i}`);
  }
});
