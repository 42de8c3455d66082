/** Streams and their combinators, against models, under random stalls; every output stream is monitored. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckError, simulate } from '../sim/index.ts';
import {
  arbiter,
  bit,
  elaborate,
  fifo,
  fifoWithCount,
  filter,
  fork,
  join,
  map,
  module,
  monitor,
  reg,
  stage,
  stream,
  struct,
  uint,
  when,
  type Module,
  type Stream,
  type UInt,
} from './index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { rhythm, type Stall, type StreamSink } from '../../testbench/kit/stream.ts';
import { runsOf } from '../testing-runs.ts';

const word = uint(8);
const bench = (made: Pick<Module, 'definition'>): Bench => new Bench(elaborate(made, { monitors: true }));
const offer = (b: Bench, name: string, values: readonly number[], stall?: Stall): void => {
  const source = b.source(name, word, { stall });
  for (const value of values) source.push(value);
};
const through = (name: string, f: (input: Stream<UInt<8>>) => Stream<UInt<8>>): Pick<Module, 'definition'> =>
  module(name, { in: { input: stream(word) }, out: { output: stream(word) } }, ({ input }) => ({ output: f(input) }));

const words = fc.array(fc.nat(255), { maxLength: 16 });
const stalls = fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }).map(rhythm);
const runs = { numRuns: runsOf({ few: 8, all: 40 }) };

/** Runs until all that is expected has come (and a little longer, for what should not). */
function collect<T>(b: Bench, sinks: readonly StreamSink<T>[], expected: number): void {
  b.run(600, () => sinks.every(({ got }) => got.length >= expected));
  b.step(3);
}

describe.each([
  ['map', (s: Stream<UInt<8>>) => map('mapped', s, (x) => x.add(1)), (x: number) => [(x + 1) % 256]],
  ['filter', (s: Stream<UInt<8>>) => filter('kept', s, (x) => x.bit(0)), (x: number) => (x % 2 === 1 ? [x] : [])],
  ['stage, forward', (s: Stream<UInt<8>>) => stage('held', s, 'forward'), (x: number) => [x]],
  ['stage, backward', (s: Stream<UInt<8>>) => stage('held', s, 'backward'), (x: number) => [x]],
  ['stage, both', (s: Stream<UInt<8>>) => stage('held', s), (x: number) => [x]],
  ['fifo of one', (s: Stream<UInt<8>>) => fifo('queue', s, 1), (x: number) => [x]],
  ['fifo of three', (s: Stream<UInt<8>>) => fifo('queue', s, 3), (x: number) => [x]],
  ['fifo of four', (s: Stream<UInt<8>>) => fifo('queue', s, 4), (x: number) => [x]],
] as const)('%s', (name, f, model) => {
  test('keeps payloads and order', () => {
    fc.assert(
      fc.property(words, stalls, stalls, (values, slowIn, slowOut) => {
        const b = bench(through('unit', f));
        offer(b, 'input', values, slowIn);
        const sink = b.sink('output', word, { stall: slowOut });
        const expected = values.flatMap(model).map(BigInt);
        collect(b, [sink], expected.length);
        expect(sink.payloads).toEqual(expected);
      }),
      runs,
    );
  });
  test('moves one payload a cycle, or every other cycle through a single place', () => {
    const b = bench(through('unit', f));
    const values = Array.from({ length: 20 }, (_, i) => 2 * i + 1);
    offer(b, 'input', values);
    const { got } = b.sink('output', word);
    const latency = name.startsWith('fifo') || name === 'stage, both' || name === 'stage, forward' ? 1 : 0;
    b.step(20 + latency);
    expect(got.length).toBe(name === 'fifo of one' ? 10 : 20);
  });
});

test('fifo: count and readiness follow a queue model', () => {
  const Unit = module(
    'unit',
    { in: { input: stream(word) }, out: { output: stream(word), count: uint(3) } },
    ({ input }) => {
      const { out, count } = fifoWithCount('queue', input, 5);
      return { output: out, count: count.expectWidth(3) };
    },
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ push: fc.boolean(), pop: fc.boolean(), value: fc.nat(255) }), { maxLength: 60 }),
      (steps) => {
        const s = simulate(elaborate(Unit));
        const model: number[] = [];
        for (const { push, pop, value } of steps) {
          s.poke('input_valid', push);
          s.poke('input_payload', value);
          s.poke('output_ready', pop);
          expect([s.peek('count'), s.peek('input_ready'), s.peek('output_valid')]).toEqual([
            BigInt(model.length),
            BigInt(model.length < 5),
            BigInt(model.length > 0),
          ]);
          const room = model.length < 5;
          if (pop && model.length > 0) expect(s.peek('output_payload')).toBe(BigInt(model.shift() ?? -1));
          if (push && room) model.push(value);
          s.step();
        }
      },
    ),
    { numRuns: runsOf({ few: 20, all: 100 }) },
  );
});

test('fork gives every payload to every consumer, in its own time', () => {
  const Unit = module(
    'unit',
    { in: { input: stream(word) }, out: { a: stream(word), b: stream(word), c: stream(word) } },
    ({ input }) => {
      const [a = input, b = input, c = input] = fork('branch', input, 3);
      return { a, b, c };
    },
  );
  fc.assert(
    fc.property(words, stalls, stalls, stalls, stalls, (values, slowIn, slowA, slowB, slowC) => {
      const b = bench(Unit);
      offer(b, 'input', values, slowIn);
      const sinks = [slowA, slowB, slowC].map((stall, i) => b.sink('abc'.charAt(i), word, { stall }));
      collect(b, sinks, values.length);
      for (const { payloads } of sinks) expect(payloads).toEqual(values.map(BigInt));
    }),
    runs,
  );
});

test('join pairs payloads by position', () => {
  const pair = struct({ x: word, y: uint(4) });
  const Unit = module(
    'unit',
    { in: { x: stream(word), y: stream(uint(4)) }, out: { pairs: stream(pair) } },
    ({ x, y }) => ({ pairs: join('pair', { x, y }) }),
  );
  fc.assert(
    fc.property(
      words,
      fc.array(fc.nat(15), { maxLength: 16 }),
      stalls,
      stalls,
      stalls,
      (xs, ys, slowX, slowY, slowOut) => {
        const b = bench(Unit);
        offer(b, 'x', xs, slowX);
        const source = b.source('y', uint(4), { stall: slowY });
        for (const y of ys) source.push(y);
        const sink = b.sink('pairs', pair, { stall: slowOut });
        const expected = xs.slice(0, ys.length).map((x, i) => ({ x: BigInt(x), y: BigInt(ys[i] ?? 0) }));
        collect(b, [sink], expected.length);
        expect(sink.payloads).toEqual(expected);
      },
    ),
    runs,
  );
});

describe.each(['fixed', 'roundRobin'] as const)('arbiter, %s', (policy) => {
  const tagged = struct({ from: uint(2), value: word });
  const Unit = module(
    'unit',
    {
      in: { a: stream(word), b: stream(word), c: stream(word) },
      out: { output: stream(tagged) },
    },
    ({ a, b, c }) => {
      const { out, chosen } = arbiter('winner', [a, b, c], policy);
      return { output: map('tagged', out, (value) => ({ from: chosen.expectWidth(2), value })) };
    },
  );
  test('loses nothing, keeps the order of each, and never takes back what it offered', () => {
    fc.assert(
      fc.property(words, words, words, stalls, stalls, stalls, stalls, (as, bs, cs, slowA, slowB, slowC, slowOut) => {
        const b = bench(Unit);
        [as, bs, cs].forEach((values, i) => offer(b, 'abc'.charAt(i), values, [slowA, slowB, slowC][i]));
        const sink = b.sink('output', tagged, { stall: slowOut });
        collect(b, [sink], as.length + bs.length + cs.length);
        const got = sink.payloads;
        [as, bs, cs].forEach((values, i) =>
          expect(got.filter(({ from }) => from === BigInt(i)).map(({ value }) => value)).toEqual(values.map(BigInt)),
        );
      }),
      runs,
    );
  });
  test('whom it serves when all ask', () => {
    const b = bench(Unit);
    for (const name of ['a', 'b', 'c']) offer(b, name, [1, 2, 3, 4]);
    const sink = b.sink('output', tagged);
    b.step(6);
    expect(sink.payloads.map(({ from }) => Number(from))).toEqual(
      policy === 'fixed' ? [0, 0, 0, 0, 1, 1] : [0, 1, 2, 0, 1, 2],
    );
  });
});

describe('monitor', () => {
  /** Offers while `go` is 1, whatever the consumer says, and counts under its offer while `change` is 1. */
  const Rude = module('rude', { in: { go: bit, change: bit }, out: { output: stream(word) } }, ({ go, change }) => {
    const count = reg('count', word);
    when(change, () => {
      count.next = count.add(1);
    });
    return { output: { valid: go, payload: count } };
  });
  test('bites when valid falls, and when the payload changes', () => {
    const s = simulate(elaborate(Rude, { monitors: true }));
    s.poke('go', 1);
    s.step(3);
    s.poke('go', 0);
    expect(() => s.step()).toThrow(CheckError);
    expect(() => s.step()).toThrow('stream output: valid falls before the transfer');
    const t = simulate(elaborate(Rude, { monitors: true }));
    t.poke('go', 1);
    t.poke('change', 1);
    t.step();
    expect(() => t.step()).toThrow('stream output: the payload changes before the transfer');
  });
  test('is quiet when the transfer happens, and costs nothing when not asked for', () => {
    const s = simulate(elaborate(Rude, { monitors: true }));
    s.poke('go', 1);
    s.poke('change', 1);
    s.poke('output_ready', 1);
    s.step(5);
    s.poke('go', 0);
    s.step(5);
    const without = elaborate(Rude).modules[0];
    expect(without?.body.some((statement) => statement.kind === 'check')).toBe(false);
  });
  test('watches a stream inside a module too', () => {
    const Watched = module('watched', { in: { input: stream(word) }, out: { output: stream(word) } }, ({ input }) => {
      monitor('input_rules', input);
      return { output: input };
    });
    const s = simulate(elaborate(Watched));
    s.poke('input_valid', 1);
    s.step();
    s.poke('input_valid', 0);
    expect(() => s.step()).toThrow('stream input_rules: valid falls before the transfer');
  });
});
