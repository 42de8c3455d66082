/** What an engine tells of the arrays of a design. */
import { expect, test } from 'vitest';
import { byColumn, delay, elaborate, lanes, module, uint, vec, type UInt } from '../index.ts';
import { compile } from './index.ts';

const count = 16;

/** Adds 1 twice: `now` in the same cycle, `later` in the next. */
const Adder = <W extends number>(width: W) =>
  module('adder', { in: { x: uint(width) }, out: { now: uint(width), later: uint(width) } }, ({ x }) => ({
    now: x.add(1),
    later: delay('later', x.add(1)),
  }));

/** A row of adders, of which a register takes what they give at once. */
const row = <W extends number>(width: W) =>
  elaborate(
    module(
      'top',
      {
        in: { x: vec(count, uint(width)) },
        out: { now: vec(count, uint(width)), later: vec(count, uint(width)) },
      },
      ({ x }) => {
        const { now, later } = lanes('cells', count, Adder(width), { x: byColumn(x) });
        return { now: delay('now', now), later };
      },
    ),
  );

test('of an array that runs as vectors nothing stands in the way', () => {
  expect(compile(row(8)).arrays()).toEqual([
    {
      path: 'top.cells',
      rows: 1,
      cols: count,
      functions: [
        { kind: 'state', ports: [], scalar: null },
        { kind: 'outputs', ports: ['now'], scalar: null },
      ],
    },
  ]);
});

test('what stands in the way is told by its name, with where it was written', () => {
  const [array] = compile(row(70)).arrays();
  expect(array?.functions.map(({ kind, ports }) => [kind, ...ports])).toEqual([['state'], ['outputs', 'now']]);
  for (const { scalar } of array?.functions ?? []) {
    expect(scalar).toMatchObject({ what: 'top.cells.x', reason: 'is wider than 64 bits' });
    expect(scalar?.place?.file).toMatch(/arrays\.test\.ts$/);
  }
});

test('of instances that share their code the first and the last are named', () => {
  const Long = module('long', { in: { x: uint(70) }, out: { y: uint(70) } }, ({ x }) => {
    let sum: UInt<70> = x;
    for (let i = 0; i < 200; i++) sum = sum.add(x).xor(i);
    return { y: delay('y', sum) };
  });
  const design = elaborate(
    module('top', { in: { x: vec(9, uint(70)) }, out: { y: vec(9, uint(70)) } }, ({ x }) => ({
      y: Array.from({ length: 9 }, (_, i) => Long({ x: x.at(i) }, { name: `u${i}` }).y),
    })),
  );
  expect(compile(design).arrays()).toMatchObject([{ path: 'top.u0 … top.u8', rows: 1, cols: 9 }]);
});

test('the reference engine makes nothing of arrays', () => {
  expect(compile(row(8), { engine: 'reference' }).arrays()).toEqual([]);
});
