/** Instances that share a body do what they do alone, each under its own name. */
import { expect, test } from 'vitest';
import {
  assert,
  bit,
  constant,
  cover,
  delay,
  elaborate,
  module,
  regs,
  sram,
  uint,
  vec,
  type UInt,
} from '../../../index.ts';
import { all, eager } from '../../lockstep/engines.ts';
import { openLibrary } from '../../library.ts';
import { flatten } from './flatten.ts';
import { Layout } from '../layout.ts';
import type { Design } from '../../../ir/types.ts';

const word = uint(8);

/** How many instances share a body with others, where any two may. */
function shared(design: Design): number {
  const { frames } = flatten(openLibrary(design), new Layout(), eager);
  return frames.reduce((sum, { replicas }) => sum + replicas.size, 0);
}

/** What each engine gives, which must be one and the same. */
function onEach<T>(design: Design, run: (sim: ReturnType<(typeof all)[number]>) => T): T {
  const [first, ...others] = all.map((start) => run(start(design)));
  if (first === undefined) throw new RangeError('no engine');
  for (const other of others) expect(other).toEqual(first);
  return first;
}

const Small = module('small', { in: { x: word }, out: { y: word } }, ({ x }) => {
  assert(x.ne(7), 'small is not 7');
  return { y: delay('y', x) };
});
const Large = module('large', { in: { x: word }, out: { y: word } }, ({ x }) => {
  assert(x.ne(7), 'large is not 7');
  cover(x.eq(5), 'five');
  return { y: delay('y', x.add(1)) };
});

test('of checks that fail in one cycle, the first in the order of instances is told', () => {
  const Turns = module('turns', { in: { x: vec(6, word) }, out: { y: vec(6, word) } }, ({ x }) => ({
    y: Array.from({ length: 6 }, (_, i) => (i % 2 === 0 ? Large : Small)({ x: x.at(i) }, { name: `u${i}` }).y),
  }));
  const design = elaborate(Turns);
  expect(shared(design)).toBe(6);
  for (const failing of [[0, 1, 2], [1, 2], [3, 4, 5], [5, 2], [4], [5, 4]]) {
    const message = onEach(design, (sim) => {
      for (let i = 0; i < 6; i++) sim.poke(`x[${i}]`, failing.includes(i) ? 7 : 5);
      try {
        sim.step();
        return 'no check failed';
      } catch (error) {
        return String(error);
      }
    });
    const first = Math.min(...failing);
    expect(message).toContain(`turns.u${first}`);
    expect(message).toContain(first % 2 === 0 ? 'large is not 7' : 'small is not 7');
  }
  const hits = onEach(design, (sim) => {
    for (let i = 0; i < 6; i++) sim.poke(`x[${i}]`, i === 2 ? 1 : 5);
    sim.step(3);
    return sim.covers().map(({ path, hits: count }) => [path, count]);
  });
  expect(hits).toEqual([
    ['turns.u0', 3],
    ['turns.u2', 0],
    ['turns.u4', 3],
  ]);
});

test('each has its own memory, registers and inputs, by its own path', () => {
  const Counter = module('counter', { in: { step: word, enable: bit }, out: { total: word } }, ({ step, enable }) => {
    const r = regs({ total: word });
    const log = sram('log', { depth: 5, word });
    log.write({ address: r.total.slice(0, 3), data: r.total, enable });
    r.total.next = r.total.add(step);
    return r;
  });
  const Some = module('some', { in: { enable: bit }, out: { sum: word } }, ({ enable }) => ({
    sum: Array.from({ length: 4 }, (_, i) => Counter({ step: i + 1, enable }, { name: `c${i}` }).total).reduce<UInt<8>>(
      (sum, total) => sum.add(total),
      constant(word, 0),
    ),
  }));
  const design = elaborate(Some);
  expect(shared(design)).toBe(4);
  const seen = onEach(design, (sim) => {
    sim.poke('enable', 1);
    sim.step(3);
    sim.poke('some.c2.total', 100);
    sim.memory('some.c1.log').write(3, 9n);
    sim.step();
    const totals = [0, 1, 2, 3].map((i) => sim.peek(`some.c${i}.total`));
    return [sim.peek('sum'), ...totals, sim.memory('some.c1.log').read(3), sim.memory('some.c0.log').read(2)];
  });
  expect(seen).toEqual([131n, 4n, 8n, 103n, 16n, 9n, 2n]);
});

test('instances that need each other in the same cycle stay single', () => {
  const Next = module('next', { in: { x: word }, out: { y: word } }, ({ x }) => ({ y: x.add(1) }));
  const Chain = module('chain', { in: { x: word }, out: { y: word } }, ({ x }) => ({
    y: Array.from({ length: 5 }).reduce<UInt<8>>((value, _, i) => Next({ x: value }, { name: `n${i}` }).y, x),
  }));
  const design = elaborate(Chain);
  expect(shared(design)).toBe(0);
  expect(
    onEach(design, (sim) => {
      sim.poke('x', 10);
      return sim.peek('y');
    }),
  ).toBe(15n);
});
