/** Arrays that have become one do what they do alone, each under its own name. */
import { expect, test } from 'vitest';
import {
  all as toAll,
  assert,
  byCell,
  byColumn,
  cover,
  delay,
  elaborate,
  fromWest,
  grid,
  lanes,
  module,
  regs,
  sram,
  uint,
  vec,
} from '../../../index.ts';
import { compile } from '../../index.ts';
import { all } from '../../lockstep/engines.ts';
import type { Design } from '../../../ir/types.ts';
import { Compiled } from '../compiled.ts';
import { openLibrary } from '../../library.ts';

const word = uint(8);
const count = 19;

/** Which arrays of a design have become which. */
const joined = (design: Design): Readonly<Record<string, string>> =>
  Object.fromEntries(new Compiled(openLibrary(design)).flat.frames.flatMap((frame) => [...frame.joined]));

/** What each engine gives, which must be one and the same. */
function onEach<T>(design: Design, run: (sim: ReturnType<(typeof all)[number]>) => T): T {
  const [first, ...others] = all.map((start) => run(start(design)));
  if (first === undefined) throw new RangeError('no engine');
  for (const other of others) expect(other).toEqual(first);
  return first;
}

const Twice = module('twice', { in: { x: word }, out: { now: word, later: word } }, ({ x }) => {
  assert(x.ne(7), 'twice not of 7');
  const now = x.add(x);
  return { now, later: delay('later', now) };
});
const Sum = module('sum', { in: { x: word, west: word }, out: { total: word, all: word } }, ({ x, west }) => {
  assert(x.ne(14), 'sum not of 14');
  cover(x.eq(10), 'ten');
  const total = west.add(x);
  return { total, all: delay('all', total) };
});

/** Each cell adds twice its own to what comes along the row in the same cycle. */
const Row = elaborate(
  module('row', { in: { x: vec(count, word) }, out: { all: vec(count, word), last: word } }, ({ x }) => {
    const { now } = lanes('twice', count, Twice, { x: byColumn(x) });
    const inputs = { x: byColumn(now), west: fromWest('total', toAll(1)) };
    const sums = grid('sums', { rows: 1, cols: count, cell: Sum, inputs });
    return { all: sums.south('all'), last: sums.east('total').at(0) };
  }),
);

test('what goes from one to the other in place, and on along the row, is seen under the names that were written', () => {
  expect(joined(Row)).toEqual({ twice: 'twice+sums', sums: 'twice+sums' });
  const seen = onEach(Row, (sim) => {
    for (let i = 0; i < count; i++) sim.poke(`x[${i}]`, i + 20);
    sim.step();
    sim.poke('row.twice[0][3].later', 99);
    const before = [sim.peek('row.twice[0][3].later'), sim.peek('row.sums[0][3].all'), sim.peek('row.sums[0][4].x')];
    const saved = sim.save();
    sim.poke('x[4]', 5);
    sim.step();
    const after = [sim.peek('all[18]'), sim.peek('last'), sim.peek('row.twice[0][4].later')];
    sim.restore(saved);
    return [...before, ...after, sim.peek('row.twice[0][3].later'), sim.covers().map(({ path, hits }) => [path, hits])];
  });
  const sumTo = (last: number): number =>
    Array.from({ length: last + 1 }, (_, i) => 2 * (i + 20)).reduce((a, b) => a + b);
  expect(seen.slice(0, 3)).toEqual([99n, BigInt((1 + sumTo(3)) % 256), 48n]);
  expect(seen.slice(3, 6)).toEqual([...[0, 0].map(() => BigInt((1 + sumTo(18) - 48 + 10) % 256)), 10n]);
  expect(seen[6]).toBe(99n);
});

test('of checks that fail in one cycle, the first in the order of arrays is told', () => {
  const told = (...sevens: readonly number[]): string =>
    onEach(Row, (sim) => {
      for (let i = 0; i < count; i++) sim.poke(`x[${i}]`, sevens.includes(i) ? 7 : 1);
      try {
        sim.step();
        return 'no check failed';
      } catch (error) {
        return String(error);
      }
    });
  expect(told(17, 5)).toMatch(/row\.twice\[0\]\[5\].*twice not of 7/);
  expect(told()).toBe('no check failed');
});

test('each is reported under its own name, with its own outputs', () => {
  expect(compile(Row).arrays()).toMatchObject([
    {
      path: 'row.twice',
      functions: expect.not.arrayContaining([expect.objectContaining({ kind: 'outputs' })]),
    },
    {
      path: 'row.sums',
      functions: expect.arrayContaining([{ kind: 'outputs', ports: ['total'], scalar: null }]),
    },
  ]);
});

test('of several rows cell by cell, with memories inside', () => {
  const Store = module('store', { in: { x: word }, out: { y: word } }, ({ x }) => {
    const words = sram('words', { depth: 5, word });
    words.write({ address: x.slice(0, 3), data: x, enable: x.bit(3) });
    return { y: words.readNow({ address: x.slice(2, 3) }) };
  });
  const Step = module('step', { in: { y: word, salt: word }, out: { next: word } }, ({ y, salt }) => {
    const r = regs({ next: word });
    r.next.next = r.next.add(salt).xor(y);
    return r;
  });
  const design = elaborate(
    module('top', { in: { salt: vec(2, vec(count, word)) }, out: { next: vec(2, vec(count, word)) } }, ({ salt }) => {
      const shape = { rows: 2, cols: count } as const;
      const first = grid('first', { ...shape, cell: Step, inputs: { y: byCell(salt), salt: toAll(3) } });
      const stores = grid('stores', { ...shape, cell: Store, inputs: { x: byCell(first.cells('next')) } });
      const second = grid('second', {
        ...shape,
        cell: Step,
        inputs: { y: byCell(stores.cells('y')), salt: byCell(first.cells('next')) },
      });
      return { next: second.cells('next') };
    }),
  );
  expect(new Set(Object.values(joined(design)))).toEqual(new Set(['first+stores+second']));
  const seen = onEach(design, (sim) => {
    for (let row = 0; row < 2; row++)
      for (let col = 0; col < count; col++) sim.poke(`salt[${row}][${col}]`, 37 * row + 11 * col + 1);
    const found: unknown[] = [];
    for (let i = 0; i < 40; i++) {
      sim.step();
      found.push(sim.peek('next[1][18]'), sim.peek('next[0][7]'), sim.memory('top.stores[1][2].words').read(3));
    }
    return found;
  });
  expect(new Set(seen).size).toBeGreaterThan(20);
});

test('one that vectors cannot do stays alone, and leaves the others theirs', () => {
  const Wide = module('wide', { in: { x: word }, out: { y: uint(70) } }, ({ x }) => ({ y: delay('y', x.extend(70)) }));
  const design = elaborate(
    module('top', { in: { x: vec(count, word) }, out: { y: vec(count, uint(70)) } }, ({ x }) => {
      const { later } = lanes('twice', count, Twice, { x: byColumn(x) });
      return { y: lanes('wide', count, Wide, { x: byColumn(later) }).y };
    }),
  );
  expect(joined(design)).toEqual({});
  const [twice, wide] = compile(design).arrays();
  expect(twice?.functions.map(({ scalar }) => scalar)).toEqual([null, null]);
  expect(wide?.functions.map(({ scalar }) => scalar?.reason)).toEqual(['is wider than 64 bits']);
});
