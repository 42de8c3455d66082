/** Circuits written in the language, elaborated, checked and run. */
import { describe, expect, test } from 'vitest';
import {
  all,
  bit,
  delay,
  elaborate,
  fifo,
  fromNorth,
  fromWest,
  grid,
  module,
  sint,
  stage,
  stream,
  uint,
  vec,
} from '../../language/index.ts';
import { HangError, type Simulator, type Task } from '../index.ts';
import { simulate } from './testing-reference.ts';

/** Offers `words` to stream `name`, waiting `gap(i)` cycles before word i. */
function* send(s: Simulator, name: string, words: readonly number[], gap: (i: number) => number): Task {
  for (const [i, word] of words.entries()) {
    for (let wait = gap(i); wait > 0; wait--) yield;
    s.poke(`${name}_valid`, 1);
    s.poke(`${name}_payload`, word);
    while (s.peek(`${name}_ready`) === 0n) yield;
    yield;
    s.poke(`${name}_valid`, 0);
  }
}

/** Takes words from stream `name` into `into`, ready only in cycles that `open` likes. */
function* receive(s: Simulator, name: string, count: number, into: number[], open: (cycle: number) => boolean): Task {
  while (into.length < count) {
    s.poke(`${name}_ready`, open(s.cycle));
    if (open(s.cycle) && s.peek(`${name}_valid`) === 1n) into.push(Number(s.peek(`${name}_payload`)));
    yield;
  }
  s.poke(`${name}_ready`, 0);
}

describe('streams', () => {
  const words = [3, 1, 4, 1, 5, 9, 2, 6];
  const shapes = { in: { feed: stream(uint(8)) }, out: { drain: stream(uint(8)) } };
  const queue = (depth: number) =>
    module('queue', shapes, ({ feed }) => ({ drain: fifo('queue', stage('before', feed), depth) }));

  test.each([1, 2, 3, 4])('a fifo of %i keeps order through stalls on both sides', (depth) => {
    const s = simulate(elaborate(queue(depth), { monitors: true }));
    s.reset();
    const got: number[] = [];
    s.run(
      [receive(s, 'drain', words.length, got, (cycle) => cycle % 3 !== 0), send(s, 'feed', words, (i) => i % 4)],
      200,
    );
    expect(got).toEqual(words);
  });

  test('a consumer that never takes is a hang that names the stream', () => {
    const s = simulate(elaborate(queue(2)));
    s.reset();
    expect(() => s.run([send(s, 'feed', words, () => 0)], 50)).toThrow(HangError);
    expect(() => s.run([send(s, 'feed', words, () => 0)], 50)).toThrow(/^ {2}drain: valid, waits for ready$/m);
  });
});

test('a weight-stationary array multiplies a matrix by vectors', () => {
  const n: number = 4;
  const pe = module(
    'pe',
    {
      in: { load: bit, a: sint(8), w: sint(8), sum: sint(20) },
      out: { aOut: sint(8), wOut: sint(8), sumOut: sint(20) },
    },
    ({ load, a, w, sum }) => {
      const weight = delay('weight', w, { enable: load });
      return { aOut: delay('aOut', a), wOut: weight, sumOut: delay('sumOut', sum.add(a.mul(weight).extend(20))) };
    },
  );
  const mesh = module(
    'mesh',
    { in: { load: bit, a: vec(n, sint(8)), w: vec(n, sint(8)), zero: vec(n, sint(20)) }, out: { y: vec(n, sint(20)) } },
    ({ load, a, w, zero }) => {
      const array = grid('pe', {
        rows: n,
        cols: n,
        cell: pe,
        inputs: { load: all(load), a: fromWest('aOut', a), w: fromNorth('wOut', w), sum: fromNorth('sumOut', zero) },
      });
      return { y: array.south('sumOut') };
    },
  );
  const weights = [
    [1, -2, 3, 4],
    [5, 6, -7, 8],
    [-128, 127, 0, 1],
    [2, 2, 2, -2],
  ];
  const inputs = [
    [1, 2, 3, 4],
    [-128, 127, -1, 0],
    [9, -9, 9, -9],
  ];
  const s = simulate(elaborate(mesh));
  s.reset();
  s.poke('load', 1);
  for (let r = n - 1; r >= 0; r--) {
    for (let c = 0; c < n; c++) s.poke(`w[${c}]`, weights[r]?.[c] ?? 0);
    s.step();
  }
  s.poke('load', 0);
  const got = inputs.map(() => Array.from({ length: n }, () => 0n));
  // Row r's operand enters r cycles late; column c's sum leaves n + c cycles after its vector came.
  for (let cycle = 0; cycle < inputs.length + 2 * n; cycle++) {
    for (let r = 0; r < n; r++) s.poke(`a[${r}]`, inputs[cycle - r]?.[r] ?? 0);
    for (const [v, row] of got.entries())
      for (let c = 0; c < n; c++) if (cycle === v + n + c) row[c] = s.peek(`y[${c}]`);
    s.step();
  }
  const expected = inputs.map((input) =>
    Array.from({ length: n }, (_, c) => BigInt(input.reduce((sum, a, r) => sum + a * (weights[r]?.[c] ?? 0), 0))),
  );
  expect(got).toEqual(expected);
});
