/** The queue among stalls on both sides. With monitors, the design itself says where it breaks the rules of streams. */
import fc from 'fast-check';
import { elaborate, uint } from 'systole/hdl';
import { Bench } from 'systole/testbench/kit';
import { expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

it.each([2, 3, 8])('a queue of %i words gives what it got, in order', (depth) => {
  const design = elaborate(Fifo(depth), { monitors: true });
  const words = fc.array(fc.nat(255), { maxLength: 40 });
  fc.assert(
    fc.property(words, fc.constantFrom(0, 0.3, 0.8), fc.integer(), (given, stall, seed) => {
      const bench = new Bench(design, { seed, stall });
      const [source, sink] = [bench.source('words', uint(8)), bench.sink('out', uint(8))];
      bench.begin();
      for (const word of given) source.push(word);
      sink.expected = given.length;
      const cycles = bench.run(2000);
      expect(sink.payloads).toEqual(given.map(BigInt));
      // A word a cycle, where nobody stalls.
      if (stall === 0 && given.length > 0) expect(cycles).toBe(given.length + 1);
    }),
  );
});

it('holds as many words as it has places', () => {
  const bench = new Bench(elaborate(Fifo(3)));
  const source = bench.source('words', uint(8));
  bench.sink('out', uint(8)).open = false;
  for (const word of [1, 2, 3, 4]) source.push(word);
  bench.step(9);
  expect(source.left).toBe(1);
});
