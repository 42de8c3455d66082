import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDesign, printDesign } from '../ir/text/index.ts';
import { elaborate, struct, uint } from '../index.ts';
import { Bench } from '../../testbench/kit/bench.ts';
import { rhythm } from '../../testbench/kit/stream.ts';
import { simulate, type Simulator } from '../sim/index.ts';
import { examples } from './index.ts';
import { runsOf } from '../testing-runs.ts';

const start = (name: keyof typeof examples): Simulator => {
  const design = elaborate(examples[name], { monitors: true });
  expect(printDesign(parseDesign(printDesign(design)))).toBe(printDesign(design));
  return simulate(design);
};
const set = (s: Simulator, values: Readonly<Record<string, number>>): void => {
  for (const [path, value] of Object.entries(values)) s.poke(path, value);
};

test('counter', () => {
  const s = start('counter');
  set(s, { enable: 1 });
  s.step(255);
  expect([s.peek('count'), s.peek('wrapped')]).toEqual([255n, 1n]);
  s.step();
  expect(s.peek('count')).toBe(0n);
  s.step(3);
  set(s, { clear: 1 });
  s.step();
  expect(s.peek('count')).toBe(0n);
});

const stalls = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }).map(rhythm);

test('queue: keeps every number and their order, whatever the stalls', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(255), { maxLength: 20 }), stalls, stalls, (values, slowIn, slowOut) => {
      const bench = new Bench(start('queue'));
      const source = bench.source('input', uint(8), { stall: slowIn });
      const sink = bench.sink('output', uint(8), { stall: slowOut });
      for (const value of values) source.push(value);
      sink.expected = values.length;
      bench.run(1000);
      expect(sink.payloads).toEqual(values.map(BigInt));
      expect(bench.sim.peek('fill')).toBe(0n);
    }),
    { numRuns: runsOf({ few: 12, all: 60 }) },
  );
});

test('cell: holds its weight, passes the operand, adds the product', () => {
  const s = start('cell');
  set(s, { load: 1, w: -128 });
  s.step();
  set(s, { load: 0, w: 5, a: -128, sum: 1000 });
  s.step();
  expect([s.peek('south'), s.peek('east'), s.peek('weight')]).toEqual([1000n + 16384n, -128n, -128n]);
});

test('array: a matrix product by skewed operands', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -128, max: 127 }), { minLength: 14, maxLength: 14 }), (numbers) => {
      const [rows, cols, vectors] = [2, 3, 4];
      const weight = (r: number, c: number): number => numbers[r * cols + c] ?? 0;
      const operand = (t: number, r: number): number => (t < 0 || t >= vectors ? 0 : (numbers[6 + t * rows + r] ?? 0));
      const s = start('array');
      set(s, { load: 1 });
      for (let r = rows - 1; r >= 0; r--) {
        for (let c = 0; c < cols; c++) s.poke(`w[${c}]`, weight(r, c));
        s.step();
      }
      set(s, { load: 0 });
      for (let t = 0; t < vectors + rows + cols; t++) {
        for (let r = 0; r < rows; r++) s.poke(`a[${r}]`, operand(t - r, r));
        s.step();
        for (let c = 0; c < cols; c++) {
          const vector = t + 1 - rows - c;
          if (vector < 0 || vector >= vectors) continue;
          const product = Array.from({ length: rows }, (_, r) => operand(vector, r) * weight(r, c)).reduce(
            (a, b) => a + b,
          );
          expect(BigInt.asIntN(32, s.peek(`sums[${c}]`))).toBe(BigInt(product));
        }
      }
    }),
    { numRuns: runsOf({ few: 6, all: 30 }) },
  );
});

test('lanes: masked writes, reads of the old word', () => {
  const s = start('lanes');
  set(s, { address: 3, data: 0x11223344, mask: 0b1111, write: 1, read: 1 });
  s.step();
  expect(s.peek('word')).toBe(0n);
  set(s, { data: 0xaabbccdd, mask: 0b0110 });
  s.step();
  expect(s.peek('word')).toBe(0x11223344n);
  set(s, { write: 0 });
  s.step();
  expect(s.peek('word')).toBe(0x11bbcc44n);
  expect(s.memory('bytes').read(3)).toBe(0x11bbcc44n);
  set(s, { read: 0, address: 0 });
  s.step();
  expect(s.peek('word')).toBe(0x11bbcc44n);
});

describe('merge', () => {
  test('loses nothing and keeps each source in order, whatever the stalls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(255), { maxLength: 8 }), { minLength: 3, maxLength: 3 }),
        stalls,
        stalls,
        (sources, slowIn, slowOut) => {
          const bench = new Bench(start('merge'));
          sources.forEach((values, i) => {
            const source = bench.source('abc'.charAt(i), uint(8), { stall: (cycle) => slowIn(cycle + 5 * i) });
            for (const value of values) source.push(value);
          });
          const sink = bench.sink('merged', struct({ source: uint(2), value: uint(8) }), { stall: slowOut });
          sink.expected = sources.flat().length;
          bench.run(1000);
          sources.forEach((values, i) =>
            expect(sink.payloads.filter(({ source }) => source === BigInt(i)).map(({ value }) => value)).toEqual(
              values.map(BigInt),
            ),
          );
        },
      ),
      { numRuns: runsOf({ few: 12, all: 60 }) },
    );
  });
  test('serves all sources in turn', () => {
    const s = start('merge');
    set(s, { a_valid: 1, b_valid: 1, c_valid: 1, merged_ready: 1 });
    const order: bigint[] = [];
    for (let i = 0; i < 8; i++) {
      s.step();
      if (s.peek('merged_valid') === 1n) order.push(s.peek('merged_payload_source'));
    }
    expect(order.slice(0, 6)).toEqual([0n, 1n, 2n, 0n, 1n, 2n]);
  });
});

test('machine: adds up a stream', () => {
  const s = start('machine');
  set(s, { start: 1, length: 3 });
  s.step();
  set(s, { start: 0 });
  const bench = new Bench(s);
  const source = bench.source('words', uint(16), { stall: (cycle) => cycle % 3 === 0 });
  for (const word of [65535, 1, 7]) source.push(word);
  bench.run(100, () => bench.get('done') === 1);
  expect(s.peek('total')).toBe(65543n);
  s.step();
  expect([s.peek('busy'), s.peek('total')]).toEqual([0n, 65543n]);
});

test('crossing: every pulse arrives once, whatever the clocks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 8 }),
      (fast, slow, phase) => {
        const s = simulate(elaborate(examples.crossing), {
          timing: { fast: { period: 2 * fast, phase: 0 }, slow: { period: 2 * slow, phase } },
        });
        // One step is one cycle of the fast clock: pulses three cycles of the slow one apart, and arrivals counted by
        // rising edges of the wire.
        const apart = Math.ceil((3 * slow) / fast) + 1;
        let [seen, before] = [0, 0n];
        for (let cycle = 0; cycle < apart * 8; cycle++) {
          s.poke('pulse', cycle % apart === 0 && cycle < apart * 5);
          s.step();
          // Faster slow clocks end a pulse within a step: the level tells then.
          const now = s.peek('here_stable');
          if (now !== before) seen++;
          before = now;
        }
        expect(seen).toBe(5);
      },
    ),
    { numRuns: runsOf({ few: 12, all: 60 }) },
  );
});
