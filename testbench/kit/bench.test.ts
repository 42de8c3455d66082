import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bit,
  delay,
  elaborate,
  enumeration,
  fifo,
  module,
  reg,
  sint,
  stage,
  stream,
  struct,
  uint,
  vec,
  when,
  type SignalOf,
} from '../../hdl/index.ts';
import { HangError, simulate, SimulationError } from '../../hdl/sim/index.ts';
import { runsOf } from '../../hdl/testing-runs.ts';
import { Bench } from './bench.ts';
import { BenchError } from './error.ts';
import type { Given } from './payload.ts';
import type { Transfer } from './stream.ts';

/** All kinds of values. */
const record = struct({
  flag: bit,
  small: uint(1),
  wide: uint(70),
  signed: sint(5),
  colour: enumeration('colour', ['red', 'green', 'blue']),
  list: vec(3, uint(4)),
  inner: struct({ x: uint(8), y: struct({ z: bit }) }),
});
const ports = { in: { words: stream(record) }, out: { out: stream(record) } };
const Held = module('held', ports, ({ words }) => ({ out: fifo('places', words, 3) }));
const Queue = module('queue', ports, ({ words }) => ({ out: stage('late', Held({ words }, { name: 'held' }).out) }));
const queue = elaborate(Queue, { monitors: true });

type Payload = Given<SignalOf<typeof record>>;
/** The payload as it is read. */
const same = ({ flag, small, wide, signed, colour, list, inner }: Payload) => ({
  flag: Boolean(flag),
  small: BigInt(small),
  wide: BigInt(wide),
  signed: BigInt(signed),
  colour,
  list: BigInt(list),
  inner: { x: BigInt(inner.x), y: { z: Boolean(inner.y.z) } },
});
const anyPayload: fc.Arbitrary<Payload> = fc.record({
  flag: fc.boolean(),
  small: fc.nat(1),
  wide: fc.bigInt({ min: 0n, max: 2n ** 70n - 1n }),
  signed: fc.integer({ min: -16, max: 15 }),
  colour: fc.constantFrom('red' as const, 'green' as const, 'blue' as const),
  list: fc.nat(0xfff),
  inner: fc.record({ x: fc.nat(255), y: fc.record({ z: fc.constantFrom(0 as const, 1 as const) }) }),
});

describe('the ends of streams', () => {
  it('carry every kind of payload, in order, whoever stalls', () => {
    fc.assert(
      fc.property(
        fc.array(anyPayload, { maxLength: 20 }),
        fc.constantFrom(0, 0.3, 0.8),
        fc.constantFrom(undefined, 0, 0.9),
        fc.integer(),
        (payloads, stall, own, seed) => {
          const bench = new Bench(queue, { stall, seed });
          const source = bench.source('words', record);
          const sink = bench.sink('out', record, { stall: own });
          const inner = bench.monitor('queue.held.out', record);
          bench.begin();
          for (const payload of payloads) source.push(payload);
          sink.expected = payloads.length;
          bench.run(2000);
          const expected = payloads.map(same);
          expect(sink.payloads).toEqual(expected);
          expect(inner.got.map(({ payload }) => payload)).toEqual(expected);
          // A beat a cycle, from the third one on, where nobody stalls.
          if (stall === 0 && own !== 0.9)
            expect(sink.got.map(({ cycle }) => cycle)).toEqual(payloads.map((_, i) => 1 + 2 + i));
        },
      ),
      { numRuns: runsOf({ few: 12, all: 300 }) },
    );
  });

  const Pass = module(
    'pass',
    { in: { a: stream(uint(8)), b: stream(uint(8)) }, out: { c: stream(uint(8)), d: stream(uint(8)) } },
    ({ a, b }) => ({ c: stage('ac', a), d: stage('bd', b) }),
  );
  const pass = elaborate(Pass);
  /** In which cycles of a run `a` moves, with another stream beside it or without. */
  function movesOf(seed: number, beside: boolean): number[] {
    const bench = new Bench(pass, { seed, stall: 0.5 });
    if (beside) bench.source('b', uint(8)).push(1);
    if (beside) bench.sink('d', uint(8));
    const a = bench.source('a', uint(8));
    bench.sink('c', uint(8), { stall: 0 });
    bench.begin();
    const cycles: number[] = [];
    for (let i = 0; i < 40; i++) a.push(i, { sent: (cycle) => cycles.push(cycle) });
    bench.run(1000);
    return cycles;
  }

  it('stall by their seed and their name, whatever else there is', () => {
    expect(movesOf(1, false)).toEqual(movesOf(1, true));
    expect(movesOf(1, false)).not.toEqual(movesOf(2, false));
    // About every other cycle.
    expect(movesOf(3, false).at(-1)).toBeGreaterThan(55);
    const bench = new Bench(pass, { seed: 5, stall: 0.5 });
    const [a, b] = [bench.source('a', uint(8)), bench.source('b', uint(8))];
    for (const name of ['c', 'd']) bench.sink(name, uint(8), { stall: 0 });
    const of = { a: [] as number[], b: [] as number[] };
    for (let i = 0; i < 20; i++) {
      a.push(i, { sent: (cycle) => of.a.push(cycle) });
      b.push(i, { sent: (cycle) => of.b.push(cycle) });
    }
    bench.run(1000);
    expect(of.a).not.toEqual(of.b);
  });

  it('begin anew with a reset', () => {
    const bench = new Bench(pass, { seed: 5, stall: 0.5 });
    const [a, c] = [bench.source('a', uint(8)), bench.sink('c', uint(8))];
    const runOnce = (): readonly number[] => {
      const from = bench.cycle;
      for (let i = 0; i < 20; i++) a.push(i);
      c.expected = 20;
      bench.run(1000);
      return c.got.map(({ cycle }: Transfer<bigint>) => cycle - from);
    };
    bench.begin();
    const first = runOnce();
    a.push(99);
    bench.step(3);
    bench.begin();
    expect([a.left, c.got]).toEqual([0, []]);
    expect(runOnce()).toEqual(first);
    bench.begin({ seed: 6 });
    expect(runOnce()).not.toEqual(first);
    bench.begin({ stall: 0 });
    expect(runOnce()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('offer a payload until it is taken, and anything else between offers', () => {
    const bench = new Bench(pass);
    const a = bench.source('a', uint(8), { stall: (cycle) => cycle % 5 !== 2 });
    const c = bench.sink('c', uint(8));
    c.open = false;
    for (const word of [7, 8, 9]) a.push(word, word === 9 ? { from: 11 } : {});
    const seen: string[] = [];
    for (let cycle = 0; cycle < 14; cycle++) {
      bench.step();
      seen.push(`${bench.get('a_valid')}:${bench.get('a_payload')}`);
    }
    // After an edge a payload that moved is no longer valid; the third waits for room, and its time.
    expect(seen.slice(0, 8)).toEqual(['0:0', '0:0', '0:7', '0:248', '0:248', '0:248', '0:248', '0:8']);
    expect([a.left, seen.at(-1)]).toEqual([1, '1:9']);
    c.open = true;
    bench.run(20);
    bench.step(2);
    expect(c.payloads).toEqual([7n, 8n, 9n]);
  });
});

describe('a monitor', () => {
  const Wrong = module(
    'wrong',
    { in: { drop: bit, change: bit }, out: { out: stream(uint(4)) } },
    ({ drop, change }) => {
      const word = reg('word', uint(4));
      when(change, () => {
        word.next = word.add(1);
      });
      return { out: { valid: drop.not(), payload: word } };
    },
  );

  it.each<[string, 'drop' | 'change']>([
    ['out: valid fell before ready came, in cycle 3', 'drop'],
    ['out: the payload changed before ready came, in cycle 4', 'change'],
  ])('says that an offer does not stay: %s', (message, how) => {
    const bench = new Bench(elaborate(Wrong));
    const sink = bench.sink('out', uint(4), { stall: (cycle) => cycle > 0 });
    const seen = bench.monitor('out', uint(4));
    bench.step(3);
    expect([sink.payloads, seen.got, seen.stalled]).toEqual([[0n], [{ cycle: 0, payload: 0n }], 2]);
    bench.pulse({ [how]: 1 });
    expect(() => bench.step(2)).toThrow(new BenchError(message));
  });
});

describe('a bench', () => {
  const Stuck = module(
    'stuck',
    { in: { words: stream(uint(8)), go: bit }, out: { sums: stream(uint(8)), on: bit } },
    ({ words, go }) => {
      words.ready = go;
      return {
        sums: { valid: words.valid.and(go), payload: words.payload },
        on: delay('on', go),
      };
    },
  );
  const design = elaborate(Stuck);

  it('tells a hang by the names of those that wait', () => {
    const bench = new Bench(design);
    const [words, sums] = [bench.source('words', uint(8)), bench.sink('sums', uint(8))];
    words.push(1);
    words.push(2);
    sums.expected = 2;
    bench.pulse({ go: 1 });
    let thrown: unknown;
    try {
      bench.run(9);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(HangError);
    expect(String(thrown)).toBe(
      [
        'HangError: no end after 9 steps (cycle 9), waiting for all parts of the bench',
        '  words: 1 payloads are not taken, the first is offered since cycle 1',
        '  sums: 1 of 2 payloads came, the last in cycle 0',
        '  words: valid, waits for ready',
        '  sums: ready, waits for valid',
      ].join('\n'),
    );
    expect(() => bench.run(3, () => bench.get('on') === 1)).toThrow('waiting for what the bench asked');
    bench.set({ go: 1 });
    expect([bench.run(3, () => bench.get('on') === 1), bench.run(3)]).toEqual([1, 0]);
    expect(sums.payloads).toEqual([1n, 2n]);
  });

  it('sets inputs for good or for a cycle', () => {
    const bench = new Bench(simulate(design));
    const seen: number[][] = [];
    bench.pulse({ go: 1 });
    for (let cycle = 0; cycle < 3; cycle++) {
      seen.push(bench.all('go', 'on'));
      bench.step();
    }
    bench.set({ go: 1 });
    bench.step(2);
    expect([...seen, bench.all('go', 'on')]).toEqual([
      [1, 0],
      [0, 1],
      [0, 0],
      [1, 1],
    ]);
  });

  it('shows its simulation before the first cycle', () => {
    let at = -1;
    const bench = new Bench(design, { engine: 'reference', onStart: (sim) => void (at = sim.cycle) });
    expect([at, bench.sim.engine]).toEqual([0, 'reference']);
  });
});

describe('what does not fit is told', () => {
  const bench = new Bench(queue);
  const source = bench.source('words', record);

  it('a stream that there is not', () => {
    expect(() => bench.source('wrds', record)).toThrow(SimulationError);
    expect(() => bench.sink('out', uint(8))).toThrow(SimulationError);
  });
  it('a chance that would stop a stream for good', () => {
    expect(() => bench.source('words', record, { stall: 1 })).toThrow(
      new BenchError('words stalls with a chance of 1; give 0 to below 1'),
    );
  });
  it('a payload that is none', () => {
    const whole = {
      flag: 0,
      small: 1,
      wide: 2n,
      signed: -1,
      colour: 'red',
      list: 5,
      inner: { x: 1, y: { z: 1 } },
    } as const;
    const push = (payload: object): void => {
      source.begin({ seed: 1, stall: 0 });
      source.push(Object.assign({}, whole, payload));
      bench.step();
    };
    push({});
    expect(() => push({ inner: {} })).toThrow(
      new BenchError('words_payload_inner_x is given nothing; give it a number'),
    );
    expect(() => push({ colour: 'grey' })).toThrow(
      new BenchError("words_payload_colour is given 'grey'; give it one of red, green, blue"),
    );
    expect(() => push({ small: 2 })).toThrow(SimulationError);
  });
  it('a code without a label', () => {
    const Codes = module('codes', { in: {}, out: { out: stream(enumeration('three', ['a', 'b', 'c'])) } }, () => {
      const code = reg('code', enumeration('three', ['a', 'b', 'c']));
      code.next = code;
      return { out: { valid: 1, payload: code } };
    });
    const codes = new Bench(elaborate(Codes));
    const sink = codes.sink('out', enumeration('three', ['a', 'b', 'c']));
    codes.set({ code: 2 });
    codes.step();
    codes.set({ code: 3 });
    expect(sink.payloads).toEqual(['c']);
    expect(() => codes.step()).toThrow(new BenchError('out_payload is 3, a code without a label in three'));
  });
});
